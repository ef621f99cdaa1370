"""The clock of introductions: each step once, whoever works and however late; the answer stops it."""

import asyncio
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from db import models
from db.unit_of_work import UnitOfWork
from domain.follow_ups import FollowUpResult, FollowUpStep
from domain.interventions import InterventionKind
from domain.introductions import ResponseChannel
from domain.mail import MailTemplate
from jobs import introductions, schedule
from permissions.viewer import SYSTEM
from services import follow_ups
from services import introductions as acts
from tests.factories.introductions import make_profile
from tests.factories.partners import make_partner
from tests.factories.scheduling import make_meeting_hours, make_pair
from tests.factories.times import DAY, HOUR, MINUTE, NOW

REMIND, TELL, SUGGEST = FollowUpStep
DONE, SKIPPED = FollowUpResult
REMINDER = MailTemplate.INTRODUCTION_REMINDER
OVERDUE = MailTemplate.INTRODUCTION_OVERDUE
ALTERNATIVES = MailTemplate.INTRODUCTION_ALTERNATIVES


class Desk:
    """Introductions that wait, and what the clock did about them."""

    def __init__(self, work):
        self.work = work

    async def pair(self, **facts):
        async with self.work.unit_of_work() as uow:
            return await make_pair(uow.session, **facts)

    async def others(self, *names):
        """Partners that would fit, too."""
        async with self.work.unit_of_work() as uow:
            for name in names:
                partner = await make_partner(uow.session, name=name)
                await make_profile(uow.session, partner)

    async def hours(self, pair, **facts):
        async with self.work.unit_of_work() as uow:
            await make_meeting_hours(uow.session, pair.partner, **facts)

    async def answer(self, pair):
        async with self.work.unit_of_work() as uow:
            introduction = await uow.session.get_one(
                models.Introduction, pair.introduction.id, with_for_update=True
            )
            await acts.note_response(uow, introduction, now=self.work.clock(), how=ResponseChannel.MAIL)

    async def run(self, by=dt.timedelta(0)):
        self.work.clock.later(by)
        return await introductions.follow_up(self.work)

    async def rows(self, statement):
        async with self.work.sessions.read() as session:
            return list((await session.scalars(statement)).all())

    async def steps(self, pair):
        step = models.IntroductionFollowUp
        rows = await self.rows(
            select(step).where(step.introduction_id == pair.introduction.id).order_by(step.due_at, step.step)
        )
        return {each.step: (each.result, (each.taken_at - NOW) / HOUR) for each in rows}

    async def mails(self):
        """(template, to) of all mails, in the order they were posted."""
        return [
            (each.template, each.recipient)
            for each in await self.rows(select(models.Mail).order_by(models.Mail.id))
        ]

    async def reminders(self, pair):
        async with self.work.sessions.read() as session:
            return (await session.get_one(models.Introduction, pair.introduction.id)).reminder_count


@pytest.fixture
def desk(work):
    return Desk(work)


async def test_an_introduction_that_nobody_answers_goes_through_all_three_steps(desk):
    pair = await desk.pair()
    await desk.others("Harbour Travel", "Island Trips")

    done = [await desk.run(HOUR) for _ in range(100)]

    assert {hour: count for hour, count in enumerate(done, 1) if count} == {24: 1, 48: 1, 72: 1}
    assert await desk.steps(pair) == {REMIND: (DONE, 24), TELL: (DONE, 48), SUGGEST: (DONE, 72)}
    assert await desk.mails() == [
        (REMINDER, "intro@partner.example"),
        (OVERDUE, ""),
        (ALTERNATIVES, "carla@contractor.example"),
    ]
    assert await desk.reminders(pair) == 1
    (shown,) = await desk.rows(select(models.Mail.facts).where(models.Mail.template == ALTERNATIVES))
    assert sorted(shown["alternatives"].splitlines()) == ["Harbour Travel", "Island Trips"]
    interventions = await desk.rows(select(models.Intervention))
    assert [(each.kind, each.reason) for each in interventions] == [
        (InterventionKind.OVERDUE, "The partner has not answered for 48 hours.")
    ]


@pytest.mark.parametrize(
    ("answered_after", "steps"),
    [(23, []), (25, [REMIND]), (49, [REMIND, TELL]), (73, [REMIND, TELL, SUGGEST])],
)
async def test_an_answer_stops_the_clock(desk, answered_after, steps):
    pair = await desk.pair()
    for _ in range(answered_after):
        await desk.run(HOUR)

    await desk.answer(pair)
    for _ in range(100):
        await desk.run(HOUR)

    assert list(await desk.steps(pair)) == steps


async def test_after_a_weekend_without_workers_each_introduction_is_followed_up_once(desk):
    pairs = [await desk.pair(at=NOW - hours * HOUR) for hours in (0, 20, 40)]
    desk.work.clock.later(40 * HOUR)

    assert await desk.run() == 5
    assert await desk.run() == 0

    assert [await desk.steps(pair) for pair in pairs] == [
        {REMIND: (DONE, 40)},
        {REMIND: (DONE, 40), TELL: (DONE, 40)},
        {REMIND: (SKIPPED, 40), TELL: (DONE, 40), SUGGEST: (DONE, 40)},
    ]
    assert [await desk.reminders(pair) for pair in pairs] == [1, 1, 0]


async def test_many_workers_at_once_take_each_step_once(desk):
    pairs = [await desk.pair() for _ in range(25)]
    desk.work.clock.later(DAY)

    done = await asyncio.gather(*(introductions.follow_up(desk.work) for _ in range(6)))
    # What one skipped because another had it locked is that one's.
    done.append(await introductions.follow_up(desk.work))

    assert sum(done) == 25
    assert [await desk.reminders(pair) for pair in pairs] == [1] * 25
    assert len(await desk.mails()) == 25


async def test_a_worker_that_dies_before_the_commit_has_done_nothing(desk):
    pair = await desk.pair()
    desk.work.clock.later(DAY)

    async with desk.work.sessions.write() as session:
        uow = UnitOfWork(session)
        assert (await follow_ups.take_due_steps(uow, after=None, limit=5, now=desk.work.clock()))[0] == 1

    assert await desk.steps(pair) == {}
    assert await desk.mails() == []
    assert await desk.run() == 1
    assert await desk.reminders(pair) == 1


async def test_an_answer_and_a_step_at_once_never_cross(desk):
    pairs = [await desk.pair() for _ in range(10)]
    desk.work.clock.later(DAY)

    await asyncio.gather(*(desk.answer(pair) for pair in pairs), introductions.follow_up(desk.work))

    for pair in pairs:
        async with desk.work.sessions.read() as session:
            introduction = await session.get_one(models.Introduction, pair.introduction.id)
        assert introduction.partner_responded_at is not None
        assert (introduction.reminder_count == 1) is (REMIND in await desk.steps(pair))
    assert await desk.run(10 * DAY) == 0


async def test_more_introductions_than_a_batch_are_all_looked_at(desk):
    for number in range(introductions.BATCH + 3):
        pair = await desk.pair(at=NOW - (introductions.BATCH - number) * MINUTE)
        if number < introductions.BATCH:
            # The oldest wait for their partners' hours: they must not stand in the others' way.
            await desk.hours(pair, days=[7], opens=0, closes=1)

    assert await desk.run(DAY + 2 * MINUTE) == 3


async def test_steps_wait_for_the_hours_of_a_partner_that_asked_for_it(desk):
    friday = dt.datetime(2026, 11, 20, 18, 0, tzinfo=ZoneInfo("Asia/Hong_Kong"))
    pair = await desk.pair(at=friday)
    await desk.hours(pair)
    other = await desk.pair(at=friday)
    await desk.hours(other, are_reminders_within=False)
    monday = dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Hong_Kong"))

    desk.work.clock.now = monday - MINUTE
    await desk.run()
    before = await desk.steps(pair), await desk.steps(other)
    await desk.run(MINUTE)

    assert [list(each) for each in before] == [[], [REMIND, TELL]]
    assert list(await desk.steps(pair)) == [REMIND, TELL]


async def test_a_contractor_who_was_erased_is_not_written_to(desk):
    pair = await desk.pair()
    async with desk.work.unit_of_work() as uow:
        contractor = await uow.session.get_one(models.Contractor, pair.contractor.id)
        contractor.contact_name = contractor.contact_email = contractor.user_id = None
        contractor.erased_at = NOW

    await desk.run(4 * DAY)

    assert list(await desk.steps(pair)) == [REMIND, TELL, SUGGEST]
    assert await desk.mails() == [(OVERDUE, "")]


async def test_each_step_is_told_and_audited(desk):
    pair = await desk.pair()

    await desk.run(DAY)

    events = await desk.rows(select(models.Event).where(models.Event.object_id == pair.introduction.id))
    assert {(each.type, each.sequence) for each in events} == {("introduction.updated", 2)}
    (entry,) = await desk.rows(
        select(models.AuditEntry).where(models.AuditEntry.partner_id == pair.partner.id)
    )
    assert (entry.actor, entry.act) == (SYSTEM.id, "introductions.follow_up")
    assert (entry.facts["step"], entry.facts["result"]) == ("REMIND_PARTNER", "DONE")


def test_the_clock_is_looked_at_every_ten_seconds():
    periodic = {each.task.name: each.every_seconds for each in schedule.PERIODIC}

    assert periodic["introductions.follow_up"] == 10
    assert periodic["introductions.arrange_demos"] == 2
    assert periodic["introductions.remind_of_demos"] == 30
