"""The command line of the sample integrator."""

import asyncio
import json as json_text
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import httpx2
import typer
from rich.console import Console

from server.announcement import Announcement, announcement
from server.demo.calls import GaveUpError, GraphError
from server.demo.doors import UnexpectedAnswerError
from server.demo_certify import screen
from server.demo_certify.journey import go
from server.demo_certify.people import NotInTimeError
from server.demo_certify.sign_in import NotSignedInError
from server.embedded.processes import last_words
from server.instance import Instance, NotStartedError, Wishes
from server.progress import Progress

NOT_PASSED, NOT_GONE = 1, 2
TROUBLES = (
    UnexpectedAnswerError,
    GraphError,
    GaveUpError,
    NotInTimeError,
    NotSignedInError,
    NotStartedError,
    httpx2.TransportError,
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        app(args=list(arguments), prog_name="interline demo-certify")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else NOT_GONE
    return 0


@app.command()
def demo_certify(
    *,
    url: Annotated[
        str | None, typer.Option(help="Go the way on this development instance, not on one of our own.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the outcome as one line of JSON.")] = False,
) -> None:
    """Bring a sample integrator in: from registration through the certification, as any partner does."""
    console = Console(stderr=json, highlight=False)
    progress = Progress(console)
    try:
        with _instance(url, progress) as said:
            outcome = asyncio.run(go(said, progress))
    except TROUBLES as problem:
        console.print(str(problem), style="bold red", markup=False, soft_wrap=True)
        raise typer.Exit(NOT_GONE) from None
    screen.show(console, outcome)
    if json:
        told = {
            "partner": outcome.partner,
            "run": outcome.run,
            "stages": outcome.stages,
            "blockers": outcome.blockers,
        }
        sys.stdout.write(json_text.dumps(told) + "\n")
    raise typer.Exit(0 if outcome.has_arrived else NOT_PASSED)


@contextmanager
def _instance(url: str | None, progress: Progress) -> Iterator[Announcement]:
    if url is not None:
        yield announcement(url.rstrip("/"), {"resellers": [], "users": []}, has_mailbox=False)
        return
    # With limits on: who never is told to wait can not show that it does.
    instance = Instance(Wishes(rate_limits=True))
    with progress.step("Starting an Interline of our own"):
        instance.start()
    try:
        yield instance.said
    except BaseException:
        for name in ("api", "worker"):
            log = instance.data_dir / "logs" / f"{name}.log"
            progress.say(f"The end of the {name}'s log:\n{last_words(log)}")
        raise
    finally:
        with progress.step("Stopping it"):
            instance.stop()
