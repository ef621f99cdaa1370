"""Who is to find a time is asked, asked again, and the staff is told; each once, whoever works and however late."""

import asyncio
import datetime as dt

import pytest
from sqlalchemy import select

from db import models
from domain.introductions import IntroductionRole, IntroductionStage, ResponseChannel
from domain.scheduling import ProposedTime, SlotSide
from jobs import introductions as jobs
from services import introductions, scheduling
from tests.factories.scheduling import make_pair, make_slot
from tests.factories.times import DAY, HOUR, MINUTE, NOW

PARTNER, CONTRACTOR = "intro@partner.example", "carla@contractor.example"
MON = dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC)


class Room:
    """Where two look for a time, and who is written to of it."""

    def __init__(self, work):
        self.work = work

    async def pair(self, **facts):
        async with self.work.unit_of_work() as uow:
            return await make_pair(uow.session, **facts)

    async def slot(self, pair, **facts):
        async with self.work.unit_of_work() as uow:
            await make_slot(uow.session, pair.introduction, **facts)

    async def answered(self):
        """An introduction whose partner answered just now."""
        pair = await self.pair(at=self.work.clock())
        async with self.work.unit_of_work() as uow:
            row = await uow.session.get_one(models.Introduction, pair.introduction.id, with_for_update=True)
            await introductions.note_response(uow, row, now=self.work.clock(), how=ResponseChannel.MAIL)
        return pair

    async def propose(self, pair, side, *, move=False):
        viewer = pair.for_partner if side is scheduling.PROPOSE else pair.for_contractor
        said = {"introduction_id": pair.introduction.id, "duration_minutes": None, "time_zone": None}
        said |= {"note": None, "idempotency": None, "now": self.work.clock()}
        times = [ProposedTime(starts_at=MON + each * HOUR) for each in range(2)]
        async with self.work.unit_of_work() as uow:
            if move:
                await scheduling.reschedule(uow, viewer, times=times, is_agreed=False, **said)
            else:
                await scheduling.propose_times(uow, viewer, side=side, times=times, **said)

    async def run(self, by=dt.timedelta(0)):
        self.work.clock.later(by)
        return await jobs.chase(self.work)

    async def mails(self):
        """(to, what it says of the introduction) of all mails, in the order they were posted."""
        async with self.work.sessions.read() as session:
            rows = (await session.scalars(select(models.Mail).order_by(models.Mail.id))).all()
        return [(each.recipient, each.facts.get("stage")) for each in rows]

    async def interventions(self):
        async with self.work.sessions.read() as session:
            rows = await session.scalars(select(models.Intervention).order_by(models.Intervention.id))
            return [(each.kind, each.reason) for each in rows]


@pytest.fixture
def room(work):
    return Room(work)


async def test_a_partner_that_answered_and_proposes_nothing_is_asked_once_and_then_the_staff_is_told(room):
    await room.answered()

    done = [await room.run(HOUR) for _ in range(100)]

    assert {hour: count for hour, count in enumerate(done, 1) if count} == {24: 1, 72: 1}
    assert await room.mails() == [(PARTNER, "TIMES_WANTED")]
    assert await room.interventions() == [("OVERDUE", "The partner has not proposed times for 72 hours.")]


async def test_a_contractor_that_takes_none_of_the_times_is_asked_once_and_then_the_staff_is_told(room):
    pair = await room.pair(stage=IntroductionStage.TIMES_PROPOSED)
    await room.slot(pair)

    await room.run(24 * HOUR)
    await room.run(47 * HOUR)
    before = await room.interventions()
    await room.run(HOUR)

    assert await room.mails() == [(CONTRACTOR, "TIMES_PROPOSED")]
    assert before == []
    assert await room.interventions() == [
        ("OVERDUE", "The contractor has not taken any of the proposed times for 72 hours.")
    ]


async def test_who_counters_is_heard_at_once_and_each_round_is_a_turn_of_its_own(room):
    pair = await room.answered()
    await room.propose(pair, scheduling.PROPOSE)
    first = await room.mails()
    await room.propose(pair, scheduling.COUNTER)
    await room.run(24 * HOUR)
    await room.propose(pair, scheduling.PROPOSE)
    await room.run(24 * HOUR)

    assert first == [(CONTRACTOR, "TIMES_PROPOSED")]
    assert (await room.mails())[1:] == [
        (PARTNER, "TIMES_PROPOSED"),
        (PARTNER, "TIMES_PROPOSED"),
        (CONTRACTOR, "TIMES_PROPOSED"),
        (CONTRACTOR, "TIMES_PROPOSED"),
    ]


async def test_a_demo_that_is_to_be_moved_is_asked_for_at_once_and_again(room):
    pair = await room.pair(stage=IntroductionStage.CONFIRMED, scheduled_at=NOW + 9 * DAY, duration_minutes=30)
    await room.propose(pair, scheduling.COUNTER, move=True)
    asked = await room.mails()
    await room.run(30 * HOUR)
    await room.run(42 * HOUR)

    assert asked == [(PARTNER, "MOVE_ASKED")]
    assert await room.mails() == [(PARTNER, "MOVE_ASKED")] * 2
    assert await room.interventions() == [
        ("OVERDUE", "The partner has not said anything to the demo's being moved for 72 hours.")
    ]


async def test_a_demo_that_is_not_to_be_moved_and_one_that_is_over_are_nobodys_turn(room):
    confirmed = {"stage": IntroductionStage.CONFIRMED, "duration_minutes": 30}
    await room.pair(scheduled_at=NOW + 9 * DAY, **confirmed)
    over = await room.pair(scheduled_at=NOW + 9 * DAY + HOUR, **confirmed)
    await room.slot(over, side=SlotSide.CONTRACTOR)
    await room.pair()

    assert await room.run(30 * DAY) == 0
    assert (await room.mails(), await room.interventions()) == ([], [])


async def test_what_the_staff_saw_to_is_not_told_again(room):
    await room.answered()
    await room.run(72 * HOUR)
    async with room.work.unit_of_work() as uow:
        (row,) = (await uow.session.scalars(select(models.Intervention))).all()
        row.resolved_at, row.resolved_by, row.resolution = room.work.clock(), "user:ada", "Called them"

    assert [await room.run(each) for each in (MINUTE, DAY, 30 * DAY)] == [0, 0, 0]
    assert len(await room.interventions()) == 1


async def test_after_a_weekend_without_a_worker_the_staff_is_told_and_nobody_is_asked_for_nothing(room):
    """ADR 38: a reminder twelve hours before the staff is told is of no use any more."""
    await room.answered()

    assert await room.run(62 * HOUR) == 0
    assert await room.run(20 * HOUR) == 1
    assert await room.mails() == []
    assert await room.interventions() == [("OVERDUE", "The partner has not proposed times for 82 hours.")]


async def test_however_many_workers_ask_it_is_asked_once(room):
    for _ in range(3):
        await room.answered()
    room.work.clock.later(24 * HOUR)

    await asyncio.gather(*(jobs.chase(room.work) for _ in range(5)))

    assert await room.mails() == [(PARTNER, "TIMES_WANTED")] * 3


async def test_a_time_that_is_taken_is_asked_for_no_more(room):
    pair = await room.pair(stage=IntroductionStage.TIMES_PROPOSED)
    await room.slot(pair)
    async with room.work.unit_of_work() as uow:
        row = await uow.session.get_one(models.Introduction, pair.introduction.id, with_for_update=True)
        await introductions.cancel(
            uow, row, actor=pair.for_contractor, role=IntroductionRole.CONTRACTOR, now=room.work.clock()
        )

    assert await room.run(30 * HOUR) == 0
