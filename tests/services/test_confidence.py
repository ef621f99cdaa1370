"""What partners are worth, counted fact by fact: the same as counted anew, whatever happened in which order."""

import datetime as dt
import random

import pytest
from sqlalchemy import select

from db import models
from db.queries import confidence as queries
from domain.confidence import COUNTED, NOTHING, Tally
from domain.introductions import STATUS_OF, IntroductionStage
from services import confidence
from tests.factories.introductions import make_profile
from tests.factories.outcomes import make_pair
from tests.factories.partners import make_partner
from tests.factories.times import NOW

OUTCOMES = ["DEAL_CLOSED", "FOLLOW_UP_SCHEDULED", "POSITIVE_FEEDBACK", "NEUTRAL", "LOST", None]


async def make_history(uow, partner, draw, number):
    """Introductions of one partner at random stages, counted as they are made."""
    made = []
    for nth in range(number):
        two = await make_pair(
            uow.session,
            partner=partner,
            stage=draw.choice([IntroductionStage.INTRODUCED, IntroductionStage.HELD]),
            partner_responded_at=draw.choice([None, NOW - dt.timedelta(hours=draw.uniform(0, 47))]),
            booking_confirmed_at=draw.choice([None, NOW]),
        )
        made.append(two.introduction)
        if draw.random() < 0.6:
            await confidence.count(uow, [two.introduction], now=NOW)
        if nth and draw.random() < 0.7:
            await change(uow, draw.choice(made), draw)
    return made


async def change(uow, introduction, draw):
    session = uow.session
    introduction.outcome = draw.choice(OUTCOMES)
    introduction.stage = draw.choice([IntroductionStage.HELD, IntroductionStage.CLOSED])
    introduction.status = STATUS_OF[introduction.stage]
    introduction.sequence += 1
    status = draw.choice(["SHOWED", "NO_SHOW", "RESCHEDULED"])
    party = draw.choice(["PARTNER", "CONTRACTOR", "BOTH"]) if status == "NO_SHOW" else None
    session.add(
        models.DemoReport(
            introduction_id=introduction.id,
            scheduled_at=NOW + dt.timedelta(seconds=introduction.sequence),
            role="ADMIN",
            actor="user:vera",
            show_status=status,
            no_show_party=party,
            is_accepted=draw.random() < 0.8,
            at=NOW,
            updated_at=NOW,
        )
    )
    await session.flush()


async def scores_of(session, partner):
    profile = await session.get_one(models.IntroductionProfile, partner.id, populate_existing=True)
    tally = await session.get_one(models.ConfidenceTally, partner.id, populate_existing=True)
    return (
        queries.tally_of_row(tally),
        profile.avg_response_hours,
        profile.avg_show_rate,
        profile.booking_conversion_rate,
        profile.response_time_score,
        profile.show_rate_score,
        profile.booking_conversion_score,
        profile.outcome_success_score,
        profile.overall_booking_score,
        profile.is_provisional,
    )


@pytest.mark.parametrize("seed", range(6))
async def test_fact_by_fact_is_what_a_full_recomputation_gives(acts, seed):
    draw = random.Random(seed)
    async with acts.work() as uow:
        partner = await make_partner(uow.session)
        await make_profile(uow.session, partner)
        made = await make_history(uow, partner, draw, 14)
        while await confidence.count_changed(uow, limit=5, now=NOW):
            pass
        step_by_step = await scores_of(uow.session, partner)

        wrong = await confidence.recompute(uow, partner.id, now=NOW)

        assert wrong == NOTHING
        assert await scores_of(uow.session, partner) == step_by_step
        assert step_by_step[0].introduced == len(made)


async def test_counting_twice_changes_nothing_and_writes_no_history(acts):
    async with acts.work() as uow:
        two = await make_pair(uow.session)
        await confidence.count(uow, [two.introduction], now=NOW)
        first = await scores_of(uow.session, two.partner)
        await confidence.count(uow, [two.introduction], now=NOW)
        left = await confidence.count_changed(uow, limit=10, now=NOW)
        history = (await uow.session.scalars(select(models.ConfidenceScore))).all()

        assert left == 0
        assert await scores_of(uow.session, two.partner) == first
        assert [(each.factor, each.score, each.is_provisional) for each in history] == [
            ("RESPONSE_TIME", 100, False),
            ("BOOKING_CONVERSION", 100, False),
            (None, 100, True),
        ]
        assert {each.introduction_id for each in history} == {two.introduction.id}


async def test_a_tally_that_went_wrong_is_told_and_put_right(acts):
    async with acts.work() as uow:
        two = await make_pair(uow.session)
        await confidence.count(uow, [two.introduction], now=NOW)
        right = await scores_of(uow.session, two.partner)
        tally = await uow.session.get_one(models.ConfidenceTally, two.partner.id)
        tally.confirmed += 1
        await uow.session.flush()

        wrong = await confidence.recompute(uow, two.partner.id, now=NOW)

        assert wrong == Tally(confirmed=1)
        assert await scores_of(uow.session, two.partner) == right


async def test_what_was_not_sent_is_not_counted(acts):
    async with acts.work() as uow:
        await make_pair(
            uow.session,
            stage=IntroductionStage.DRAFT,
            introduction_sent_at=None,
            partner_responded_at=None,
            booking_confirmed_at=None,
        )

        assert await confidence.count_changed(uow, limit=10, now=NOW) == 0


def test_a_tally_has_the_columns_of_its_rows():
    for model in (models.ConfidenceTally, models.ConfidenceContribution):
        assert set(COUNTED) <= {column.name for column in model.__table__.columns}
