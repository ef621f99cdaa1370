"""The command line of the demo."""

import asyncio
import json as json_text
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from server.announcement import Announcement, announcement
from server.demo import screen, source
from server.demo.calls import GaveUpError, GraphError
from server.demo.day import Outcome, People, Wish, live
from server.demo.doors import UnexpectedAnswerError
from server.embedded.processes import last_words
from server.instance import Instance, NotStartedError, Wishes
from server.progress import Progress

DEFAULT_ROWS = 2_000
DIFFERS, NOT_LIVED = 1, 2
OPERATOR_EMAIL = "owner@victoria.example"
RESELLER_EMAIL = "owner@harbour.example"
STAFF_EMAIL = "admin@interline.example"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        app(args=list(arguments), prog_name="interline demo")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else NOT_LIVED
    return 0


@app.command()
def demo(
    *,
    rows: Annotated[
        int, typer.Option(help="Bookings to replay, evenly spread; 0 for all.", min=0)
    ] = DEFAULT_ROWS,
    table: Annotated[Path | None, typer.Option(help="Another table of the same form.")] = None,
    chaos: Annotated[
        bool, typer.Option("--chaos", help="Kill api, worker and PostgreSQL meanwhile.")
    ] = False,
    rate_limits: Annotated[
        bool, typer.Option("--rate-limits", help="Leave the rate limits on: slow.")
    ] = False,
    workers: Annotated[int, typer.Option(help="Api processes.", min=1)] = 1,
    url: Annotated[str | None, typer.Option(help="Sell on this instance instead of one of our own.")] = None,
    key: Annotated[str | None, typer.Option(help="With --url: a reseller's API key.")] = None,
    token: Annotated[str | None, typer.Option(help="With --url: a token of an operator's owner.")] = None,
    prefix: Annotated[str, typer.Option(help="How the products' SKUs begin.")] = "CITY",
    json: Annotated[bool, typer.Option("--json", help="Print the figures as one line of JSON.")] = False,
) -> None:
    """Live a reseller's day on real bookings, and compare the figures with the file's."""
    console = Console(stderr=json, highlight=False)
    found = source.find(table)
    console.print(f"Bookings from {found.name} (Antonio, Almeida, Nunes 2019, CC BY 4.0).", markup=False)
    wishes = Wishes(workers=workers, rate_limits=rate_limits)
    try:
        with _selling_on(url, key, token, wishes, Progress(console)) as (said, people, instance):
            wish = Wish(found, rows, prefix, said, people, instance if chaos else None)
            outcome = asyncio.run(live(wish, console))
    except (UnexpectedAnswerError, GraphError, GaveUpError, NotStartedError) as problem:
        console.print(str(problem), style="bold red", markup=False, soft_wrap=True)
        raise typer.Exit(NOT_LIVED) from None
    _tell(outcome, console)
    if json:
        sys.stdout.write(_as_json(outcome) + "\n")
    raise typer.Exit(0 if all(check.holds for check in outcome.checks) else DIFFERS)


@contextmanager
def _selling_on(
    url: str | None, key: str | None, token: str | None, wishes: Wishes, progress: Progress
) -> Iterator[tuple[Announcement, People, Instance | None]]:
    """Give where to sell and as whom: the instance that was named, or one of our own."""
    if url is not None:
        if key is None or token is None:
            raise typer.BadParameter("--url needs --key and --token")
        yield (
            announcement(url.rstrip("/"), {"resellers": [], "users": []}, has_mailbox=False),
            People(key, token),
            None,
        )
        return
    instance = Instance(wishes)
    with progress.step("Starting an Interline of our own"):
        instance.start()
    try:
        yield instance.said, _people(instance.said), instance
    except BaseException:
        progress.say(f"The end of the api's log:\n{last_words(instance.data_dir / 'logs' / 'api.log')}")
        raise
    finally:
        with progress.step("Stopping it"):
            instance.stop()


def _people(said: Announcement) -> People:
    tokens = {user["email"]: user["token"] for user in said["credentials"]["users"]}
    keys = [each["api_key"] for each in said["credentials"]["resellers"] if each["environment"] == "LIVE"]
    return People(keys[0], tokens[OPERATOR_EMAIL], (tokens[RESELLER_EMAIL], tokens[STAFF_EMAIL]))


def _tell(outcome: Outcome, console: Console) -> None:
    screen.show(console, outcome.checks)
    retries = (
        ", ".join(f"{number} × {reason}" for reason, number in outcome.tally.retries.most_common()) or "none"
    )
    console.print(
        f"{outcome.bookings} bookings, {outcome.tally.calls} calls in {outcome.seconds:.0f} s; "
        f"repeated: {retries}; killed: {outcome.kills}.",
        markup=False,
        soft_wrap=True,
    )
    screen.verdict(console, outcome.checks)


def _as_json(outcome: Outcome) -> str:
    return json_text.dumps(
        {
            "bookings": outcome.bookings,
            "calls": outcome.tally.calls,
            "repeated": dict(outcome.tally.retries),
            "kills": outcome.kills,
            "seconds": round(outcome.seconds, 1),
            "differences": sum(not check.holds for check in outcome.checks),
            "checks": [
                {"figure": it.figure, "expected": it.expected, "said": it.said, "holds": it.holds}
                for it in outcome.checks
            ],
        }
    )
