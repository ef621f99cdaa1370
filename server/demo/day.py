"""One day from the first call to the last figure."""

import asyncio
import datetime as dt
import secrets
import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import httpx2
from rich.console import Console

from server.announcement import Announcement
from server.demo import comparison, expected, offer, screen, source, told
from server.demo.calls import ANSWER_WITHIN, Caller, Tally
from server.demo.chaos import Chaos
from server.demo.comparison import Check
from server.demo.doors import OperatorDoor, RegisteredDoor, RestDoor, UnexpectedAnswerError
from server.demo.replay import SHORTEST_HOLD, Day, Doors, Record
from server.instance import Instance
from server.samples import OPERATOR

CALLS_AT_ONCE = 8
RELEASED_WITHIN = 60.0
"""Seconds the platform has to release what ran out, before that counts as a difference."""

CREATE = (
    "mutation Create($input: CreatePackageInput!) { createPackage(input: $input) {"
    " ... on Refusal { code message } ... on Package { id } } }"
)
ALLOT = (
    "mutation Allot($input: SetAllotmentInput!) { setAllotment(input: $input) {"
    " ... on Refusal { code message } ... on Allotment { allocated } } }"
)
PARTNERS = "{ viewer { partners { id name } } }"


@dataclass(frozen=True, slots=True)
class People:
    """The credentials of the day. `readers`: the reseller's owner and the platform's staff; None where unknown."""

    reseller_key: str
    operator_token: str
    readers: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is replayed, and where."""

    table: Path
    rows: int
    prefix: str
    said: Announcement
    people: People
    chaos: Instance | None = None
    """Our own instance, if parts of it are to be killed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the day came to."""

    checks: list[Check]
    tally: Tally
    bookings: int
    kills: int
    seconds: float


async def live(wish: Wish, console: Console) -> Outcome:
    """Live the day and compare. Raises UnexpectedAnswerError, GraphError, GaveUpError."""
    began, today = time.monotonic(), dt.datetime.now(dt.UTC).date()
    bookings = source.read(wish.table, rows=wish.rows)
    arrivals = source.moved_to_the_future(bookings, today=today)
    on_sale = offer.offer_for(bookings, arrivals, prefix=wish.prefix)
    tag = secrets.token_hex(4)
    tally = Tally()
    limits = httpx2.Limits(max_connections=CALLS_AT_ONCE * 2, max_keepalive_connections=CALLS_AT_ONCE)
    async with httpx2.AsyncClient(timeout=ANSWER_WITHIN, limits=limits) as http:
        gate = asyncio.Semaphore(CALLS_AT_ONCE)

        def caller(credential: str) -> Caller:
            return Caller(http, credential, tally, gate)

        def person(token: str) -> OperatorDoor:
            return OperatorDoor(caller(token), wish.said)

        ota, operator = caller(wish.people.reseller_key), person(wish.people.operator_token)
        await put_on_sale(operator, on_sale, tag=tag)
        doors = Doors(ota=(RestDoor(ota, wish.said), RegisteredDoor(ota, wish.said)), direct=(operator,))
        with screen.moving(console, "Replaying bookings", total=len(bookings)) as moved:
            day = Day(bookings, arrivals, on_sale, doors, tag, moved)
            kills = await _replay(day, wish, console)
        readers = wish.people.readers
        asking = told.Asking(
            wish.said,
            ota,
            operator,
            (person(readers[0]), person(readers[1])) if readers else None,
            references=f"pay-{tag}-",
        )
        await _wait_for_release(asking, on_sale, day.record, console)
        answers = await told.ask_everything(asking, on_sale, days=(today, dt.datetime.now(dt.UTC).date()))
    figures = expected.work_out(wish.table, rows=wish.rows, today=today, prefix=wish.prefix)
    checks = comparison.compare(figures, answers, day.record, tag=tag)
    return Outcome(checks, tally, len(bookings), kills, time.monotonic() - began)


async def put_on_sale(operator: OperatorDoor, on_sale: offer.Offer, *, tag: str) -> None:
    """Create the packages and set their allotments, as the operator. Raises UnexpectedAnswerError."""
    partners = (await operator.ask(PARTNERS))["viewer"]["partners"]
    mine = [partner["id"] for partner in partners if partner["name"] == OPERATOR] or [
        each["id"] for each in partners
    ]
    if not mine:
        raise UnexpectedAnswerError("the operator's token belongs to no partner")
    for product in on_sale.products:
        key = f"{tag}-{product.sku}"
        wanted = offer.package_input(product, on_sale, partner_id=mine[0], idempotency_key=key)
        _expect("id", (await operator.ask(CREATE, input=wanted))["createPackage"])
        for channel, units in product.units.items():
            allotment = {"productId": product.sku, "channel": channel.value, "units": units}
            _expect("allocated", (await operator.ask(ALLOT, input=allotment))["setAllotment"])


async def _replay(day: Day, wish: Wish, console: Console) -> int:
    """Replay, with chaos beside it if wished for; return the number of kills."""
    if wish.chaos is None:
        await day.replay()
        return 0

    def say(words: str) -> None:
        console.print(words, style="yellow", markup=False, highlight=False)

    chaos = Chaos(wish.chaos, lambda: day.done / len(day.bookings), say)
    raging = asyncio.create_task(chaos.rage())
    try:
        await day.replay()
        await raging
    finally:
        raging.cancel()
    return chaos.kills


async def _wait_for_release(
    asking: told.Asking, on_sale: offer.Offer, record: Record, console: Console
) -> None:
    """Wait until the holds that were left have run out and were released, or it is clear that they will not be."""
    if not record.last_short_hold_at:
        return
    runs_out_at = record.last_short_hold_at + SHORTEST_HOLD * 60
    on_terminal = (
        console.status("Waiting for the last holds to run out …") if console.is_terminal else nullcontext()
    )
    with on_terminal:
        await asyncio.sleep(max(0.0, runs_out_at - time.monotonic()))
        while time.monotonic() < runs_out_at + RELEASED_WITHIN:
            if not await _unreleased(asking, on_sale):
                return
            await asyncio.sleep(1)


async def _unreleased(asking: told.Asking, on_sale: offer.Offer) -> int:
    """Return the units that were held and are neither sold nor released by the journal."""
    left = 0
    for product in on_sale.products:
        for channel in product.units:
            pool = await told.pool(asking.operator, product.sku, channel.value)
            left += pool.held_ever - pool.sold_ever - pool.cancelled - pool.expired
    return left


def _expect(member: str, made: Mapping[str, object]) -> None:
    if member not in made:
        raise UnexpectedAnswerError(f"{made.get('code')}: {made.get('message')}")
