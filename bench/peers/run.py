"""`./interline bench-peers`: measures our server beside others, and writes docs/performance.md."""

import asyncio
import datetime as dt
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from rich.console import Console

from bench.http1 import ProtocolError
from bench.peers import npm, report
from bench.peers.agreement import DisagreementError, agreed_lengths
from bench.peers.asking import RefusedError, asked, learn_digests
from bench.peers.keys import Key, load_keys
from bench.peers.machine import machine, versions
from bench.peers.measure import Bench, LoadError, Task
from bench.peers.operations import OPERATIONS, Operation
from bench.peers.pairing import Cell
from bench.peers.report import Results
from bench.peers.seed import Size, fill
from bench.peers.servers import NotServingError, Running, Server, ours, serving
from db.session import Sessions, create_engine
from server.embedded.postgres import Postgres
from server.instance import Instance, NotStartedError, Wishes
from server.node import NotInstalledError
from server.settings import ROOT

RESULTS = ROOT / "bench" / "results"
DOCUMENT = ROOT / "docs" / "performance.md"
DISHONEST, NOT_MEASURED = 1, 2
NAMES = [operation.name for operation in OPERATIONS]
OTHERS = [server.value for server in Server if server is not Server.OURS]
FAILURES = (
    NotStartedError,
    NotServingError,
    RefusedError,
    DisagreementError,
    LoadError,
    ProtocolError,
    OSError,
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def main(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        app(args=list(arguments), prog_name="interline bench-peers")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else NOT_MEASURED
    return 0


@app.command()
def bench_peers(
    seconds: Annotated[float, typer.Option(help="A cell.", min=0.2, max=60)] = 1.5,
    rounds: Annotated[int, typer.Option(help="Over all servers.", min=1, max=50)] = 5,
    only: Annotated[
        str, typer.Option(help=f"Only these, with commas between them: {', '.join(NAMES)}.")
    ] = "",
    servers: Annotated[str, typer.Option(help=f"Only these beside ours: {', '.join(OTHERS)}.")] = "",
) -> None:
    """Measure our server, others on Node and a handler by hand; print tables; write docs/performance.md.

    The document is written by a whole run only; what leaves something out is in bench/results alone.
    """
    # A pipe has no width of its own, and a table that is cut says nothing.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    operations = [each for each in OPERATIONS if each.name in _chosen(only, NAMES)]
    wanted = _chosen(servers, OTHERS)
    chosen = [server for server in Server if server in wanted or server is Server.OURS]
    chosen = _without_missing(chosen, console)
    if chosen == [Server.OURS]:
        console.print("Nobody is left to be compared with.")
        return
    try:
        results = _measure(operations, chosen, seconds, rounds, console)
    except FAILURES as problem:
        console.print(str(problem), style="bold red", markup=False, soft_wrap=True)
        raise typer.Exit(NOT_MEASURED) from None
    report.show(console, results)
    is_whole = len(operations) == len(OPERATIONS) and len(chosen) == len(Server)
    for path in _write(results, is_whole=is_whole):
        console.print(f"Written: {path.relative_to(ROOT)}.", markup=False)
    raise typer.Exit(0 if results.is_clean else DISHONEST)


def _chosen(text: str, known: Sequence[str]) -> Sequence[str]:
    """Return the names in an option, all there are without it."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise typer.BadParameter(f"{name} is none of {', '.join(known)}.")
    return names or known


def _without_missing(chosen: list[Server], console: Console) -> list[Server]:
    """Install the Node servers; where that can not be, say why and go on without them."""
    if not any(server.is_node for server in chosen):
        return chosen
    console.print("Installing the Node servers, unless they are there (once, about 350 MB) …")
    try:
        npm.install()
    except NotInstalledError as reason:
        console.print(f"The Node servers are left out: {reason}", style="yellow", markup=False)
        return [server for server in chosen if not server.is_node]
    return chosen


def _measure(
    operations: Sequence[Operation], chosen: Sequence[Server], seconds: float, rounds: int, console: Console
) -> Results:
    """Start everybody, let them agree, and measure them."""
    RESULTS.mkdir(exist_ok=True)
    at = dt.datetime.now(dt.UTC)
    with Instance(Wishes()) as instance, ExitStack() as stack:
        console.print("Filling the product's tables …")
        url = Postgres(instance.data_dir).url
        keys, found = asyncio.run(_prepare(url, at, with_node=any(server.is_node for server in chosen)))
        console.print(f"Starting {', '.join(server.label for server in chosen[1:]) or 'nobody else'} …")
        sockets = Postgres(instance.data_dir).place.sockets
        product = ours(instance.said, instance.data_dir)
        others = (serving(server, product, sockets, RESULTS) for server in chosen[1:])
        everybody = [product, *map(stack.enter_context, others)]
        console.print("Asking everybody everything, and comparing …")
        tasks = asyncio.run(_agree(everybody, operations, keys))
        bench = stack.enter_context(Bench(everybody, instance.data_dir))
        idle = bench.idle()
        cells: list[Cell] = []
        for task in tasks:
            bench.warm_up(task)
            for number in range(rounds):
                bench.round(task, number, seconds, cells.append)
            _tell(console, task, cells)
    return Results(
        at=f"{at:%Y-%m-%dT%H:%M:%SZ}",
        machine=machine(),
        versions=found,
        seconds=seconds,
        rounds=rounds,
        operations=operations,
        servers=chosen,
        bytes_of={task.operation: int(median(task.lengths[Server.OURS])) for task in tasks},
        idle=idle,
        cells=cells,
    )


async def _prepare(
    url: str, now: dt.datetime, *, with_node: bool
) -> tuple[dict[str, list[Key]], dict[str, str]]:
    """Fill the tables; return the keys of all operations, and the versions of everything."""
    # Filling takes longer than any question may.
    engine = create_engine(url, pool_size=1, statement_timeout_ms=120_000)
    try:
        await fill(engine, Size(), now)
        sessions = Sessions(engine)
        return await load_keys(sessions), await versions(sessions, with_node=with_node)
    finally:
        await engine.dispose()


async def _agree(
    everybody: Sequence[Running], operations: Sequence[Operation], keys: dict[str, list[Key]]
) -> list[Task]:
    """Return what everybody is asked, once they have agreed on it."""
    foreign = [running for running in everybody if running.server is Server.POSTGRAPHILE]
    digests = await learn_digests(foreign[0]) if foreign else {}
    tasks = []
    for operation in operations:
        everything = [asked(running, operation, keys[operation.name], digests) for running in everybody]
        lengths = await agreed_lengths(operation.name, everything)
        tasks.append(Task(operation.name, {each.running.server: each for each in everything}, lengths))
    return tasks


def _tell(console: Console, task: Task, cells: Sequence[Cell]) -> None:
    rates = {
        server: median(
            cell.per_second for cell in cells if cell.server is server and cell.operation == task.operation
        )
        for server in task.asked
    }
    words = ", ".join(f"{server} {rate:.0f}" for server, rate in rates.items())
    console.print(f"{task.operation}, requests a second: {words}", markup=False, soft_wrap=True)


def _write(results: Results, *, is_whole: bool) -> list[Path]:
    """Write the cells as JSON and the document beside them; a whole and clean run is the document."""
    path = RESULTS / f"peers-{results.at.replace(':', '')}.json"
    path.write_text(json.dumps(asdict(results), indent=2) + "\n", encoding="utf-8")
    written = [path, path.with_suffix(".md")]
    if is_whole and results.is_clean:
        written.append(DOCUMENT)
    for document in written[1:]:
        document.write_text(report.markdown(results), encoding="utf-8")
    return written
