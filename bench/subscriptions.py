"""`./interline bench-subscriptions`: a thousand sockets on one process, and the same on Strawberry's own view."""

import asyncio
import datetime as dt
import json
import os
import platform
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from redis.asyncio import Redis
from rich.console import Console

from bench import goods, subscriptions_report
from bench.database import lift_caps
from bench.http1 import Connection, ProtocolError
from bench.measure import Bench, LoadError
from bench.news import Holds, Numbers, ToldChanges
from bench.run import RESULTS
from bench.sockets import SocketOrder
from bench.subscribed import Server, measure
from db.session import Sessions, create_engine
from server.demo.doors import registered_id
from server.embedded.postgres import Postgres
from server.embedded.valkey import Valkey
from server.instance import Instance, NotStartedError, Wishes
from server.settings import ROOT

HOST = "127.0.0.1"
LISTENS_WITHIN = 20.0
NOT_MEASURED, NOT_TOLD = 2, 1
PRODUCT = {"product_id": goods.HOT}
TEXT = """
subscription AvailabilityChanged($product_id: String!, $date: Date, $after: Int) {
  availabilityChanged(productId: $product_id, date: $date, after: $after) {
    product { product_id: productId }
    date channel allocated held sold available status sequence
  }
}
"""
"""The registered operation, for the server that has none."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def main(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        app(args=list(arguments), prog_name="interline bench-subscriptions")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else NOT_MEASURED
    return 0


@app.command()
def bench(
    seconds: Annotated[float, typer.Option(help="A measurement.", min=1, max=60)] = 5.0,
    sockets: Annotated[int, typer.Option(help="That listen at once.", min=10, max=10_000)] = 1_000,
    rounds: Annotated[int, typer.Option(help="Of both servers, in turn.", min=1, max=20)] = 3,
) -> None:
    """Measure deliveries, their price, their age and the memory of a socket; print a table."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    try:
        results = asyncio.run(_measure_all(console, sockets=sockets, seconds=seconds, rounds=rounds))
    except (NotStartedError, LoadError, ProtocolError, goods.NotForSaleError, OSError) as problem:
        console.print(str(problem), style="bold red", markup=False, soft_wrap=True)
        raise typer.Exit(NOT_MEASURED) from None
    written = _write(results)
    subscriptions_report.show(console, results)
    console.print(f"Written: {written.relative_to(ROOT)}, and the same as markdown beside it.", markup=False)
    # A comparison that loses its sockets is part of the result; ours may not.
    ours = [each for each in results["rounds"] if each["server"] == subscriptions_report.OURS]
    is_told = all(not each["lost"] and not each["failures"] for each in ours)
    raise typer.Exit(0 if is_told else NOT_TOLD)


async def _measure_all(console: Console, *, sockets: int, seconds: float, rounds: int) -> dict[str, Any]:
    results: dict[str, Any] = {
        "at": f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        "machine": f"{os.cpu_count()} × {platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        "sockets": sockets,
        "seconds": seconds,
        "rounds": [],
    }
    console.print("Starting an Interline with one api process and no rate limits …")
    with Instance(Wishes(workers=1)) as instance:
        engine = create_engine(Postgres(instance.data_dir).url, pool_size=1)
        redis = Redis.from_url(Valkey(instance.data_dir).url)
        try:
            await goods.put_on_sale(instance.said)
            ours = await _ours(instance, Sessions(engine), redis, sockets)
            with _strawberry(Valkey(instance.data_dir).url, sockets) as (pid, order):
                servers = (ours, Server(subscriptions_report.DEFAULT, pid, order, Numbers(redis)))
                for number in range(rounds):
                    for server in servers:
                        line = await measure(server, seconds=seconds, is_first=number == 0)
                        results["rounds"].append(line)
                        console.print(
                            f"{server.name}: {line['per_second']} deliveries a second", markup=False
                        )
        finally:
            await redis.aclose()
            await engine.dispose()
    return results


async def _ours(instance: Instance, sessions: Sessions, redis: Redis, sockets: int) -> Server:
    bench = Bench(instance.said, instance.data_dir, sessions)
    await lift_caps(sessions)
    where = urlsplit(instance.said["graphql_ws"])
    host, port = where.hostname or HOST, where.port or 80
    order = SocketOrder(
        host=host,
        port=port,
        path=where.path,
        sockets=sockets,
        init={"apiKey": bench.api_key},
        subscribe={"id": registered_id("availability_changed"), "variables": PRODUCT},
    )
    holds = Holds(
        sessions,
        Connection(host, port),
        {"Authorization": f"Bearer {bench.api_key}"},
        f"{host}:{port}",
        secrets.token_hex(4),
    )
    changes = ToldChanges(sessions, redis)
    await changes.hurry()
    pid = int((instance.data_dir / "api.pid").read_text(encoding="ascii").split()[0])
    return Server(subscriptions_report.OURS, pid, order, changes, holds)


@contextmanager
def _strawberry(redis_url: str, sockets: int) -> Iterator[tuple[int, SocketOrder]]:
    """Run the comparison's server; uvicorn with its own defaults, but for the loop and the log."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    options = ["--host", HOST, "--port", str(port), "--loop", "uvloop", "--log-level", "warning"]
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "bench.strawberry_default:app", *options, "--no-access-log"],
        cwd=ROOT,
        env={**os.environ, "REDIS_URL": redis_url, "PYTHONPATH": str(ROOT)},
    )
    try:
        _wait_for(port, process)
        subscribe = {"query": TEXT, "variables": PRODUCT}
        yield process.pid, SocketOrder(HOST, port, "/graphql", sockets, {}, subscribe)
    finally:
        process.terminate()
        try:
            process.wait(LISTENS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=LISTENS_WITHIN)
    while process.poll() is None and dt.datetime.now(dt.UTC) < deadline:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            continue
        return
    raise LoadError("The comparison's server did not start.")


def _write(results: dict[str, Any]) -> Path:
    """Write the results as JSON, and as markdown beside it."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"subscriptions-{results['at'].replace(':', '')}.json"
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text(subscriptions_report.markdown(results), encoding="utf-8")
    return path
