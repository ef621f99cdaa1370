"""`./interline bench`: measures an Interline of its own, and writes what it found to bench/results/."""

import asyncio
import datetime as dt
import json
import os
import platform
import secrets
import sys
import time
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bench import database, goods, report
from bench.cells import Act, Cell, Door, plan
from bench.measure import Bench, LoadError, measure, sell_out
from db.session import Sessions, create_engine
from server.embedded.postgres import Postgres
from server.instance import Instance, NotStartedError, Wishes
from server.settings import ROOT

RESULTS = ROOT / "bench" / "results"
MOST_SECONDS = 225.0
"""After this no new cell is begun: the whole run ends within four minutes."""
WARM_UP = Cell(Act.CHECKOUT, Door.REST, is_hot=False, connections=16, workers=1)
WARM_UP_SECONDS = 2.0
DISHONEST, NOT_MEASURED = 1, 2

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def main(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        app(args=list(arguments), prog_name="interline bench")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else NOT_MEASURED
    return 0


@app.command()
def bench(
    seconds: Annotated[float, typer.Option(help="A cell.", min=0.2, max=60)] = 5.0,
    *,
    full: Annotated[bool, typer.Option("--full", help="Every combination, however long it takes.")] = False,
    only: Annotated[str, typer.Option(help="Only cells whose name has this in it.")] = "",
) -> None:
    """Measure holds, checkouts and reads; print a table; fail only if the books do not agree."""
    # A pipe has no width of its own, and a table that is cut says nothing.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    cells = [cell for cell in plan(is_full=full) if only in cell.name]
    try:
        results = _measure_all(cells, seconds, MOST_SECONDS if not full else float("inf"), console)
    except (NotStartedError, LoadError, goods.NotForSaleError) as problem:
        console.print(str(problem), style="bold red", markup=False, soft_wrap=True)
        raise typer.Exit(NOT_MEASURED) from None
    written = _write(results)
    report.show(console, results)
    console.print(f"Written: {written.relative_to(ROOT)}, and the same as markdown beside it.", markup=False)
    sold_out = results["sell_out"]
    is_honest = all(line["is_honest"] for line in results["cells"]) and (
        sold_out is None or sold_out["is_honest"]
    )
    raise typer.Exit(0 if is_honest else DISHONEST)


def _measure_all(
    cells: Sequence[Cell], seconds: float, most_seconds: float, console: Console
) -> dict[str, Any]:
    """Measure the cells, on an instance for each number of api processes."""
    results: dict[str, Any] = {
        "at": f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        "machine": f"{os.cpu_count()} × {platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        "seconds_a_cell": seconds,
        "cells": [],
        "sell_out": None,
        "left_out": [],
    }
    # Each instance has its share of the time, so that the last one is not left out.
    began, share = time.monotonic(), 0.0
    for workers, some in groupby(cells, key=lambda cell: cell.workers):
        part = list(some)
        share += len(part) / len(cells)
        deadline = began + most_seconds * share
        console.print(f"Starting an Interline with {workers} api process(es) and no rate limits …")
        with Instance(Wishes(workers=workers)) as instance:
            asyncio.run(_measure_some(instance, part, seconds, deadline, results=results, console=console))
    return results


async def _measure_some(
    instance: Instance,
    cells: Sequence[Cell],
    seconds: float,
    deadline: float,
    *,
    results: dict[str, Any],
    console: Console,
) -> None:
    engine = create_engine(Postgres(instance.data_dir).url, pool_size=1)
    try:
        measured = Bench(instance.said, instance.data_dir, Sessions(engine))
        await database.lift_caps(measured.sessions)
        await goods.put_on_sale(instance.said)
        await measure(measured, WARM_UP, seconds=min(seconds, WARM_UP_SECONDS), tag=secrets.token_hex(4))
        for cell in cells:
            if time.monotonic() + seconds > deadline:
                results["left_out"].append(cell.name)
                continue
            line = await measure(measured, cell, seconds=seconds, tag=secrets.token_hex(4))
            results["cells"].append(line)
            console.print(f"{cell.name}: {line['per_second']:.0f} per second", markup=False)
        if results["sell_out"] is None:
            results["sell_out"] = await sell_out(measured, connections=64)
    finally:
        await engine.dispose()


def _write(results: dict[str, Any]) -> Path:
    """Write the results as JSON, and as markdown beside it."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{results['at'].replace(':', '')}.json"
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text(report.markdown(results), encoding="utf-8")
    return path
