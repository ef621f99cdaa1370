"""`./interline bench-checkout`: a bundle of three partners is bought by many at once, and everything must add up."""

import asyncio
import datetime as dt
import json
import os
import platform
import secrets
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import orjson
import typer
from rich.console import Console
from sqlalchemy import select

from bench import checkouts_report, shop, trouble
from bench.buyers import BuyersOrder
from bench.goods import NotForSaleError
from bench.measure import LoadError
from bench.pace import PARTS, Pace, backlog, settled, told
from bench.proofs import proofs
from bench.run import RESULTS
from bench.watch import Snapshot
from db import models
from db.session import Sessions, create_engine
from domain.environments import Environment
from integrations.stripe.payments import StripePayments, open_connections
from server.demo.calls import GaveUpError
from server.demo.doors import registered_id
from server.embedded.postgres import Postgres
from server.instance import Instance, NotStartedError, Wishes
from server.settings import ROOT
from server.stripe_sandbox import FOLDER, KEPT

WRONG, NOT_MEASURED = 1, 2
OPERATIONS = ("quote_package", "checkout_package")
WARM_UP_SECONDS = 2.0
SETTLED_WITHIN = 180.0
"""A payment whose answer was lost is asked for again after half a minute; a killed worker's lease is a minute."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def main(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        app(args=list(arguments), prog_name="interline bench-checkout")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else NOT_MEASURED
    return 0


@app.command()
def bench(
    seconds: Annotated[float, typer.Option(help="How long they buy.", min=0.5, max=3_600)] = 60.0,
    connections: Annotated[int, typer.Option(help="Buyers at once.", min=1, max=512)] = 16,
    workers: Annotated[int, typer.Option(help="Api processes.", min=1, max=64)] = 1,
    *,
    faults: Annotated[
        bool,
        typer.Option("--faults", help="The provider fails and tells twice, the worker is killed every 10 s."),
    ] = False,
) -> None:
    """Let guests buy for a while; print what it cost, and prove that the books agree."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    try:
        results = measured(
            console, seconds=seconds, connections=connections, workers=workers, has_faults=faults
        )
    except (NotStartedError, LoadError, NotForSaleError, GaveUpError) as problem:
        console.print(str(problem), style="bold red", markup=False, soft_wrap=True)
        raise typer.Exit(NOT_MEASURED) from None
    written = _write(results)
    checkouts_report.show(console, results)
    console.print(f"Written: {written.relative_to(ROOT)}, and the same as markdown beside it.", markup=False)
    raise typer.Exit(0 if all(each["holds"] for each in results["proofs"]) else WRONG)


def measured(
    console: Console, *, seconds: float, connections: int, workers: int, has_faults: bool = False
) -> dict[str, Any]:
    """Run an Interline of its own under load, wait until it has settled, and return all figures and proofs.

    Raises NotStartedError, NotForSaleError, LoadError.
    """
    console.print(f"Starting an Interline with {workers} api process(es) and no rate limits …")
    with Instance(Wishes(workers=workers)) as instance:
        results = asyncio.run(
            _measured(instance, console, seconds=seconds, connections=connections, has_faults=has_faults)
        )
    return {
        "at": f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        "machine": f"{os.cpu_count()} × {platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        "workers": workers,
        "connections": connections,
        "has_faults": has_faults,
        **results,
    }


async def _measured(
    instance: Instance, console: Console, *, seconds: float, connections: int, has_faults: bool
) -> dict[str, Any]:
    engine = create_engine(Postgres(instance.data_dir).url, pool_size=2)
    connections_to_stripe = open_connections()
    stripe = str(instance.said["stripe"])
    try:
        sessions = Sessions(engine)
        since = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)

        async def accounts() -> list[str]:
            async with sessions.read() as session:
                found = await session.scalars(select(models.PaymentAccount.provider_id))
            return [each for each in found if each]

        sold = await shop.open_shop(instance.said, accounts, visits=connections)
        where = urlsplit(instance.said["graphql"])
        order = BuyersOrder(
            host=where.hostname or "",
            port=where.port or 80,
            operation_ids={name: registered_id(name, audience="public") for name in OPERATIONS},
            package_id=sold.package_id,
            coupon_code=sold.coupon_code,
            clicks=sold.clicks,
            connections=connections,
            seconds=min(seconds, WARM_UP_SECONDS),
            tag=secrets.token_hex(4),
        )
        console.print("They buy …")
        warm = await asyncio.to_thread(_load, order)
        await settled(sessions, within=SETTLED_WITHIN)
        results, seen = await _load_with(
            instance,
            sessions,
            BuyersOrder(**{**asdict(order), "seconds": seconds, "tag": secrets.token_hex(4)}),
            stripe=stripe if has_faults else None,
        )
        console.print("It settles …")
        results["settled_after"] = await settled(sessions, within=SETTLED_WITHIN)
        results["told"] = await told(sessions)
        payments = StripePayments(
            Environment.LIVE,
            key=_live_key(instance),
            webhook_secrets=(),
            connections=connections_to_stripe,
            api_base=stripe,
        )
        paid = sum(each["by_status"].get("PAID", 0) for each in (warm, seen))
        if not paid:
            # Of nothing everything can be proved.
            raise LoadError(f"nobody could buy: {seen['failures'] or warm['failures']}")
        until = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
        found = await proofs(sessions, payments, since=since, until=until, answered_paid=paid)
        results["proofs"] = [{**asdict(each), "holds": each.holds} for each in found]
    finally:
        await connections_to_stripe.close_async()
        await engine.dispose()
    return results


async def _load_with(
    instance: Instance, sessions: Sessions, order: BuyersOrder, *, stripe: str | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run the load with a look at the backlog every second; `stripe`: where faults are turned on meanwhile."""
    pace = Pace(sessions)
    killer = trouble.Killer(instance)
    if stripe is not None:
        await trouble.let_fail(stripe, is_on=True)
    before = Snapshot()
    began = dt.datetime.now(dt.UTC)
    watching = asyncio.create_task(pace.watch())
    killing = asyncio.create_task(killer.rage()) if stripe is not None else None
    try:
        seen = await asyncio.to_thread(_load, order)
    finally:
        pace.stop()
        killer.stop()
        await asyncio.gather(watching, *([killing] if killing else []))
    after, left = Snapshot(), await backlog(sessions)
    if stripe is not None:
        await trouble.let_fail(stripe, is_on=False)
    used = {
        part: after.part(instance.data_dir, part) - before.part(instance.data_dir, part) for part in PARTS
    }
    steady = await pace.steady(began, seconds=order.seconds)
    paid = max(steady["paid"], 1)
    return {
        "seconds": round(seen["seconds"], 2),
        **steady,
        "answered": seen["acts"],
        "by_status": seen["by_status"],
        "repeated": seen["repeated"],
        "failures": seen["failures"],
        "steps": seen["steps"],
        "cpu_ms": {
            **{part: round(used[part] * 1000 / paid, 2) for part in PARTS},
            "buyers": round(seen["cpu_seconds"] * 1000 / paid, 2),
        },
        "backlog_at_end": left,
        "backlog_at_most": pace.most,
        "kills": killer.kills,
    }, seen


def _load(order: BuyersOrder) -> dict[str, Any]:
    """Run the buyers' process. Raises LoadError."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.buyers"],
        cwd=ROOT,
        input=orjson.dumps(order),
        capture_output=True,
        timeout=order.seconds + 120,
        check=False,
    )
    if done.returncode:
        raise LoadError(done.stderr.decode(errors="replace")[-2_000:])
    seen: dict[str, Any] = orjson.loads(done.stdout)
    return seen


def _live_key(instance: Instance) -> str:
    kept: dict[str, str] = json.loads((instance.data_dir / FOLDER / KEPT).read_text("ascii"))
    return kept["live_key"]


def _write(results: dict[str, Any]) -> Path:
    """Write the results as JSON, and as markdown beside it."""
    RESULTS.mkdir(exist_ok=True)
    faults = "-faults" if results["has_faults"] else ""
    path = RESULTS / f"checkouts{faults}-{results['at'].replace(':', '')}.json"
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text(checkouts_report.markdown(results), encoding="utf-8")
    return path
