"""The command line of the three weeks."""

import asyncio
import json as json_text
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import httpx2
import typer
from rich.console import Console

from server.demo.calls import GaveUpError, GraphError
from server.demo.doors import UnexpectedAnswerError
from server.demo_certify.sign_in import NotSignedInError
from server.demo_introductions import screen
from server.demo_introductions.checks import Verdict, look
from server.demo_introductions.days import BEGINS_AT
from server.demo_introductions.house import running
from server.demo_introductions.simulated import Clock
from server.demo_introductions.weeks import Weeks, live
from server.embedded.errors import EmbeddedServerError
from server.embedded.places import temporary_home
from server.embedded.throwaway import Urls, throwaway_servers
from server.progress import Progress

DIFFERS, NOT_LIVED = 1, 2
TROUBLES = (
    UnexpectedAnswerError,
    GraphError,
    GaveUpError,
    NotSignedInError,
    EmbeddedServerError,
    httpx2.TransportError,
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        app(args=list(arguments), prog_name="interline demo-introductions")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else NOT_LIVED
    return 0


@app.command()
def demo_introductions(
    *,
    seed: Annotated[int, typer.Option(help="Of the dice: another one, other weeks.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print the outcome as one line of JSON.")] = False,
) -> None:
    """Live three weeks of introductions on a simulated clock, and compare what people did with what is said of it."""
    console = Console(stderr=json, highlight=False)
    progress = Progress(console)
    began = time.monotonic()
    home = temporary_home()
    try:
        with throwaway_servers() as urls:
            weeks, verdict = asyncio.run(_weeks(urls, home, seed, progress))
    except TROUBLES as problem:
        console.print(str(problem), style="bold red", markup=False, soft_wrap=True)
        raise typer.Exit(NOT_LIVED) from None
    finally:
        shutil.rmtree(home, ignore_errors=True)
    screen.show(console, weeks, verdict, seconds=time.monotonic() - began)
    if json:
        told = {
            "funnel": {each["name"]: each["number"] for each in verdict.funnel},
            "counted": weeks.stage.notes.funnel(),
            "happened": dict(weeks.stage.notes.happened),
            "staff": dict(weeks.desk.seen),
            "reasons": dict(verdict.reasons),
            "checks": len(verdict.checks),
            "wrong": [
                {"figure": each.figure, "expected": each.expected, "said": each.said}
                for each in verdict.checks
                if not each.holds
            ],
        }
        sys.stdout.write(json_text.dumps(told) + "\n")
    raise typer.Exit(0 if verdict.holds else DIFFERS)


async def _weeks(urls: Urls, home: Path, seed: int, progress: Progress) -> tuple[Weeks, Verdict]:
    clock = Clock(BEGINS_AT)
    async with running(urls, home, clock) as house:
        weeks = await live(house, seed=seed, say=progress.say)
        await house.do_jobs(is_round=True)
        return weeks, await look(weeks)
