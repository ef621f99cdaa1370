"""Partners' scores by the clock: counted as things happen, and the same when they are counted anew."""

import asyncio

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from db import models
from domain.introductions import IntroductionOutcome, IntroductionStage, ShowStatus
from domain.outcomes import Report
from jobs import confidence, schedule
from services import outcomes
from tests.factories.outcomes import make_pair
from tests.factories.times import HOUR, NOW


class Desk:
    """Partners with introductions, and what they are worth."""

    def __init__(self, work):
        self.work = work

    async def pair(self, **facts):
        async with self.work.unit_of_work() as uow:
            return await make_pair(uow.session, **facts)

    async def pairs(self, number, **facts):
        """Introductions whose demos do not overlap."""
        async with self.work.unit_of_work() as uow:
            return [
                await make_pair(uow.session, scheduled_at=NOW - each * HOUR, **facts)
                for each in range(1, number + 1)
            ]

    async def changed(self, pair, **facts):
        async with self.work.unit_of_work() as uow:
            introduction = await uow.session.get_one(models.Introduction, pair.introduction.id)
            for name, value in {**facts, "sequence": introduction.sequence + 1}.items():
                setattr(introduction, name, value)

    async def rows(self, statement):
        async with self.work.sessions.read() as session:
            return list((await session.scalars(statement)).all())

    async def profile(self, pair):
        async with self.work.sessions.read() as session:
            profile = await session.get_one(models.IntroductionProfile, pair.partner.id)
        return (
            profile.response_time_score,
            profile.show_rate_score,
            profile.booking_conversion_score,
            profile.outcome_success_score,
            profile.overall_booking_score,
            profile.is_provisional,
        )


@pytest.fixture
def desk(work):
    return Desk(work)


async def test_what_changed_is_counted_once(desk):
    pairs = [await desk.pair() for _ in range(3)]

    assert [await confidence.count(desk.work) for _ in range(2)] == [3, 0]
    assert [await desk.profile(each) for each in pairs] == [(100, None, 100, None, 100, True)] * 3

    await desk.changed(pairs[0], partner_responded_at=NOW - 10 * HOUR)
    assert [await confidence.count(desk.work) for _ in range(2)] == [1, 0]
    # Answered after 38 hours; its conversion is what it was.
    assert await desk.profile(pairs[0]) == (50, None, 100, None, 75, True)


async def test_more_changes_than_a_batch_are_all_counted(desk):
    first = await desk.pair(scheduled_at=NOW)
    await desk.pairs(confidence.BATCH + 2, partner=first.partner)

    assert await confidence.count(desk.work) == confidence.BATCH + 3
    (tally,) = await desk.rows(select(models.ConfidenceTally))
    assert (tally.introduced, tally.responses, tally.confirmed) == (confidence.BATCH + 3,) * 3


async def test_workers_at_once_count_everything_once(desk):
    first = await desk.pair(scheduled_at=NOW)
    await desk.pairs(11, partner=first.partner)

    await asyncio.gather(*(confidence.count(desk.work) for _ in range(5)))
    await confidence.count(desk.work)

    (tally,) = await desk.rows(select(models.ConfidenceTally))
    assert (tally.introduced, tally.response_seconds) == (12, 12 * 3600)


async def test_all_anew_is_what_was_counted_fact_by_fact(desk):
    pair, other = await desk.pair(), await desk.pair()
    async with desk.work.unit_of_work() as uow:
        await outcomes.record_outcome(
            uow,
            pair.member,
            introduction_id=pair.introduction.id,
            report=Report(ShowStatus.SHOWED, outcome=IntroductionOutcome.DEAL_CLOSED),
            now=NOW,
        )
    await confidence.count(desk.work)
    counted = await desk.profile(pair), await desk.profile(other)
    history = await desk.rows(select(models.ConfidenceScore.id))

    with capture_logs() as logs:
        assert await confidence.recompute(desk.work) == 2

    assert counted == ((100, 100, 100, 100, 100, False), (100, None, 100, None, 100, True))
    assert (await desk.profile(pair), await desk.profile(other)) == counted
    assert await desk.rows(select(models.ConfidenceScore.id)) == history
    assert logs == []


async def test_a_tally_that_is_wrong_is_mended_and_told(desk):
    pair = await desk.pair()
    await confidence.count(desk.work)
    async with desk.work.unit_of_work() as uow:
        (await uow.session.get_one(models.ConfidenceTally, pair.partner.id)).confirmed = 0

    with capture_logs() as logs:
        await confidence.recompute(desk.work)
        await confidence.recompute(desk.work)

    assert [(each["event"], each["log_level"], each["partner_id"]) for each in logs] == [
        ("confidence.drift", "error", str(pair.partner.id))
    ]
    assert await desk.profile(pair) == (100, None, 100, None, 100, True)


async def test_more_partners_than_a_batch_are_all_reckoned_anew(desk):
    await desk.pairs(confidence.BATCH + 1)

    assert await confidence.recompute(desk.work) == confidence.BATCH + 1
    assert len(await desk.rows(select(models.ConfidenceTally))) == confidence.BATCH + 1


async def test_what_was_never_sent_counts_for_nothing(desk):
    await desk.pair(
        stage=IntroductionStage.DRAFT,
        introduction_sent_at=None,
        partner_responded_at=None,
        booking_confirmed_at=None,
        scheduled_at=None,
        duration_minutes=None,
    )

    assert await confidence.count(desk.work) == 0
    assert await desk.rows(select(models.ConfidenceScore)) == []


def test_scores_are_kept_up_every_five_seconds_and_reckoned_anew_every_hour():
    periodic = {each.task.name: (each.every_seconds, each.at_minute) for each in schedule.PERIODIC}

    assert periodic["confidence.count"] == (5, None)
    assert periodic["confidence.recompute"] == (None, 21)
