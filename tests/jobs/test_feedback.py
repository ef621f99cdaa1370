"""Asking for feedback by the clock: each side that gave none, twice, and until it gives some."""

import asyncio

import pytest
from sqlalchemy import select

from db import models
from db.unit_of_work import UnitOfWork
from domain.follow_ups import FollowUpResult
from domain.introductions import IntroductionStage, IntroductionStatus, NoShowParty, ShowStatus
from domain.mail import MailTemplate
from domain.outcomes import FeedbackSide, Ratings, Report
from jobs import feedback, outcomes, schedule
from permissions.viewer import SYSTEM
from services import feedback as acts
from services import introductions
from services import outcomes as saying
from tests.factories.introductions import make_feedback
from tests.factories.outcomes import make_pair
from tests.factories.scheduling import make_meeting_hours
from tests.factories.times import DAY, HOUR, MINUTE, NOW

CONTRACTOR, PARTNER = FeedbackSide
DONE, SKIPPED = FollowUpResult
OVER = NOW - HOUR / 2
"""When the demos of these pairs are over."""
TO_PARTNER, TO_CONTRACTOR = "intro@partner.example", "carla@contractor.example"


class Desk:
    """Demos that are over, and who was asked about them."""

    def __init__(self, work):
        self.work = work

    async def pair(self, stage=IntroductionStage.HELD, **facts):
        async with self.work.unit_of_work() as uow:
            return await make_pair(uow.session, stage=stage, **facts)

    async def hears(self, pair, side=PARTNER):
        """Submit one side's feedback, as it would."""
        is_partner = side is PARTNER
        async with self.work.unit_of_work() as uow:
            await saying.submit_feedback(
                uow,
                pair.member if is_partner else pair.person,
                introduction_id=pair.introduction.id,
                ratings=Ratings(5, 5, 10, None if is_partner else 5),
                comment=None,
                now=self.work.clock(),
            )

    async def at(self, after_demo):
        """Let the job look, so long after the demo."""
        self.work.clock.now = OVER + after_demo
        return await feedback.ask(self.work)

    async def rows(self, statement):
        async with self.work.sessions.read() as session:
            return list((await session.scalars(statement)).all())

    async def nudges(self, pair):
        nudge = models.FeedbackNudge
        rows = await self.rows(
            select(nudge)
            .where(nudge.introduction_id == pair.introduction.id)
            .order_by(nudge.side, nudge.number)
        )
        return [(each.side, each.number, each.result, (each.taken_at - OVER) / HOUR) for each in rows]

    async def mails(self):
        """(to, day of the demo) of all mails that ask."""
        mail = models.Mail
        rows = await self.rows(
            select(mail).where(mail.template == MailTemplate.FEEDBACK_ASKED).order_by(mail.id)
        )
        return [(each.recipient, each.facts["demo_on"]) for each in rows]


@pytest.fixture
def desk(work):
    return Desk(work)


async def test_each_side_that_says_nothing_is_asked_a_day_and_three_days_after_the_demo(desk):
    pair = await desk.pair()

    done = {hour: count for hour in range(200) if (count := await desk.at(hour * HOUR))}

    assert done == {24: 2, 72: 2}
    assert await desk.nudges(pair) == [
        (CONTRACTOR, 1, DONE, 24),
        (CONTRACTOR, 2, DONE, 72),
        (PARTNER, 1, DONE, 24),
        (PARTNER, 2, DONE, 72),
    ]
    assert await desk.mails() == [
        (TO_CONTRACTOR, "2026-11-18"),
        (TO_PARTNER, "2026-11-18"),
        (TO_CONTRACTOR, "2026-11-18"),
        (TO_PARTNER, "2026-11-18"),
    ]


async def test_who_gives_feedback_is_not_asked_any_more_and_the_other_side_still_is(desk):
    pair = await desk.pair()
    await desk.at(DAY)
    await desk.hears(pair)

    assert await desk.at(3 * DAY) == 1

    assert [to for to, _ in await desk.mails()] == [TO_CONTRACTOR, TO_PARTNER, TO_CONTRACTOR]
    await desk.hears(pair, CONTRACTOR)
    assert await desk.at(10 * DAY) == 0


async def test_who_was_quicker_than_the_clock_is_never_asked(desk):
    pair = await desk.pair()
    async with desk.work.unit_of_work() as uow:
        for side, quality in ((CONTRACTOR, 5), (PARTNER, None)):
            await make_feedback(uow.session, pair.introduction, side=side, partner_quality=quality)

    assert [await desk.at(each * DAY) for each in (1, 3, 5)] == [0, 0, 0]
    assert (await desk.nudges(pair), await desk.mails()) == ([], [])


async def test_after_days_without_workers_everybody_is_asked_once(desk):
    """They stop right after the demos, and come back four days later; the demos were at three times."""
    pairs = [await desk.pair(scheduled_at=NOW - HOUR - hours * HOUR) for hours in (0, 30, 80)]

    assert await desk.at(DAY / 2) == 4
    assert await desk.at(4 * DAY) == 4
    assert await desk.at(4 * DAY) == 0

    assert [[each for each in await desk.nudges(pair) if each[0] is PARTNER] for pair in pairs] == [
        [(PARTNER, 1, SKIPPED, 96), (PARTNER, 2, DONE, 96)],
        [(PARTNER, 1, DONE, 12), (PARTNER, 2, DONE, 96)],
        [(PARTNER, 1, SKIPPED, 12), (PARTNER, 2, DONE, 12)],
    ]


async def test_workers_that_come_back_too_late_ask_about_nothing_that_is_closed(desk):
    pair = await desk.pair()

    assert await desk.at(15 * DAY) == 0
    desk.work.clock.now = NOW
    await outcomes.close(desk.work)
    desk.work.clock.now = OVER + 15 * DAY
    assert await outcomes.close(desk.work) == 1
    assert await desk.at(20 * DAY) == 0
    assert await desk.nudges(pair) == []


async def test_a_demo_that_did_not_take_place_is_not_asked_about_but_the_next_one_is(desk):
    pair = await desk.pair()
    async with desk.work.unit_of_work() as uow:
        missed = Report(ShowStatus.NO_SHOW, NoShowParty.CONTRACTOR)
        await saying.record_outcome(
            uow, pair.member, introduction_id=pair.introduction.id, report=missed, now=NOW
        )
    assert await desk.at(3 * DAY) == 0

    async with desk.work.unit_of_work() as uow:
        introduction = await introductions.lock(uow, pair.member, pair.introduction.id)
        introduction.stage, introduction.status = IntroductionStage.HELD, IntroductionStatus.COMPLETED
        introduction.scheduled_at = NOW + 3 * DAY
    assert await desk.at(4 * DAY + 3 * HOUR) == 2
    assert {on for _, on in await desk.mails()} == {"2026-11-21"}


async def test_the_third_demo_that_nobody_came_to_stays_held_and_is_not_asked_about(desk):
    pair = await desk.pair()
    async with desk.work.unit_of_work() as uow:
        for days in (0, 10, 20):
            uow.session.add(
                models.DemoReport(
                    introduction_id=pair.introduction.id,
                    scheduled_at=pair.introduction.scheduled_at - days * DAY,
                    role="PARTNER",
                    actor="user:vera",
                    show_status=ShowStatus.NO_SHOW,
                    no_show_party=NoShowParty.BOTH,
                    is_accepted=True,
                    at=NOW,
                    updated_at=NOW,
                )
            )

    assert await desk.at(3 * DAY) == 0
    assert await desk.nudges(pair) == []


async def test_many_workers_at_once_ask_each_side_once(desk):
    pairs = [await desk.pair() for _ in range(feedback.BATCH + 5)]
    desk.work.clock.now = OVER + DAY

    done = await asyncio.gather(*(feedback.ask(desk.work) for _ in range(6)))
    # What one skipped because another had it locked is that one's.
    done.append(await feedback.ask(desk.work))

    assert sum(done) == 2 * len(pairs)
    assert len(await desk.mails()) == 2 * len(pairs)


async def test_a_worker_that_dies_before_the_commit_has_asked_nobody(desk):
    pair = await desk.pair()
    desk.work.clock.now = OVER + DAY

    async with desk.work.sessions.write() as session:
        asked, _ = await acts.ask_for_feedback(UnitOfWork(session), after=None, limit=5, now=OVER + DAY)
        assert asked == 2

    assert (await desk.nudges(pair), await desk.mails()) == ([], [])
    assert await feedback.ask(desk.work) == 2


async def test_feedback_and_a_nudge_at_once_never_cross(desk):
    pairs = [await desk.pair() for _ in range(10)]
    desk.work.clock.now = OVER + DAY

    await asyncio.gather(*(desk.hears(pair) for pair in pairs), feedback.ask(desk.work))
    await feedback.ask(desk.work)

    for pair in pairs:
        given = await desk.rows(
            select(models.IntroductionFeedback).where(
                models.IntroductionFeedback.introduction_id == pair.introduction.id
            )
        )
        assert [each.side for each in given] == [PARTNER]
        assert (CONTRACTOR, 1, DONE, 24) in await desk.nudges(pair)
    assert await desk.at(3 * DAY) == 10


async def test_a_partner_with_office_hours_is_asked_in_them_and_its_contractor_by_the_clock(desk):
    friday = NOW + 2 * DAY + 10 * HOUR
    pair = await desk.pair(scheduled_at=friday - HOUR / 2)
    async with desk.work.unit_of_work() as uow:
        await make_meeting_hours(uow.session, pair.partner)
    monday_at_nine_in_rome = NOW + 5 * DAY

    done = []
    for at in (friday + DAY, monday_at_nine_in_rome - MINUTE, monday_at_nine_in_rome):
        desk.work.clock.now = at
        done.append(await feedback.ask(desk.work))

    assert done == [1, 0, 1]

    assert [to for to, _ in await desk.mails()] == [TO_CONTRACTOR, TO_PARTNER]


async def test_each_nudge_is_audited_by_whom_it_asked(desk):
    pair = await desk.pair()

    await desk.at(4 * DAY)

    entries = await desk.rows(
        select(models.AuditEntry)
        .where(models.AuditEntry.partner_id == pair.partner.id)
        .order_by(models.AuditEntry.id)
    )
    assert [(each.actor, each.act) for each in entries] == [(SYSTEM.id, "introductions.ask_feedback")] * 4
    assert [(each.facts["side"], each.facts["number"], each.facts["result"]) for each in entries] == [
        ("CONTRACTOR", 1, "SKIPPED"),
        ("CONTRACTOR", 2, "DONE"),
        ("PARTNER", 1, "SKIPPED"),
        ("PARTNER", 2, "DONE"),
    ]


def test_the_clock_of_feedback_is_looked_at_every_thirty_seconds():
    assert {each.task.name: each.every_seconds for each in schedule.PERIODIC}["feedback.ask"] == 30
