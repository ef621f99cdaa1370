"""The clock of introductions, and their demos in calendars."""

import asyncio
import time

import structlog

from domain.errors import GatewayError
from jobs.work import Work
from services import arrangements, follow_ups, turns
from services.arrangements import Telling

BATCH = 20
"""Introductions of one unit of work: whoever answers one of them waits for it."""
TELLING = 8
"""Demos that are told of at a time, so that a lease covers what its run took."""

ATTEMPT = "introductions.tell"
"""What single demos are counted as."""

log = structlog.get_logger(__name__)


async def follow_up(work: Work) -> int:
    """Take every step that is due and return how many were done.

    Killed at any point, no step is lost or taken twice: each is written and done in one unit of work.
    """
    done, place = 0, None
    while True:
        async with work.unit_of_work() as uow:
            taken, place = await follow_ups.take_due_steps(uow, after=place, limit=BATCH, now=work.clock())
        done += taken
        if place is None:
            return done


async def chase(work: Work) -> int:
    """Ask once more, or tell the staff, where nobody finds a time for a demo; return how many introductions.

    Killed at any point, nothing is asked twice: what was asked is known by its mail.
    """
    chased = 0
    while True:
        async with work.unit_of_work() as uow:
            found = await turns.chase(uow, limit=BATCH, now=work.clock())
        chased += found
        if found < BATCH:
            return chased


async def arrange_demos(work: Work) -> int:
    """Let calendars know of every demo that is new, moved or called off; return how many were told."""
    while True:
        async with work.unit_of_work() as uow:
            followed = await arrangements.follow(
                uow, domain=work.calendar.domain, limit=BATCH, now=work.clock()
            )
        if followed < BATCH:
            break
    told = 0
    while True:
        async with work.unit_of_work() as uow:
            tellings = await arrangements.take_untold(uow, work.calendar, limit=TELLING, now=work.clock())
        results = await asyncio.gather(*(_tell(work, each) for each in tellings), return_exceptions=True)
        problems = [result for result in results if isinstance(result, BaseException)]
        if problems:
            # The others are noted; these are told again when their lease ends.
            raise problems[0]
        told += sum(result is True for result in results)
        if len(tellings) < TELLING:
            return told


async def remind_of_demos(work: Work) -> int:
    """Remind both sides of demos that begin within a day; return how many demos that were."""
    reminded = 0
    while True:
        async with work.unit_of_work() as uow:
            found = await arrangements.remind(uow, work.calendar, limit=BATCH, now=work.clock())
        reminded += found
        if found < BATCH:
            return reminded


async def _tell(work: Work, telling: Telling) -> bool:
    """Tell calendars, the room's provider and the CRM of one version; False where that is to be tried again."""
    began = time.perf_counter()
    entry, news = telling.entry, telling.news
    outcome = "done"
    try:
        if not telling.is_cancelled and entry.room_url is None:
            room_url = await work.video.room(
                entry.uid, starts_at=entry.span.starts_at, minutes=entry.span.minutes
            )
            entry, news = arrangements.with_room(entry, news, room_url)
        await work.calendar.put(entry)
        await work.crm.note(news)
    except GatewayError as problem:
        outcome = "dead" if telling.is_last_try else "retried"
        log.warning("introductions.not_told", uid=entry.uid, attempt=telling.attempts, error=str(problem))
    is_told = False
    if outcome != "retried":
        async with work.unit_of_work() as uow:
            is_told = await arrangements.note_told(
                uow,
                telling,
                work.calendar,
                room_url=entry.room_url,
                file=work.calendar.file_of(entry),
                now=work.clock(),
            )
    work.meter.observe_job(ATTEMPT, time.perf_counter() - began, outcome)
    return is_told
