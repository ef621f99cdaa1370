"""What is said after a demo, and what follows from it."""

import datetime as dt

import pytest
from sqlalchemy import select

from db import models
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.interventions import InterventionKind
from domain.introductions import (
    IntroductionOutcome,
    IntroductionRole,
    IntroductionStage,
    NoShowParty,
    ShowStatus,
)
from domain.outcomes import AlreadySubmitted, Ratings, Report, TooEarly
from services import introductions, outcomes
from tests.factories.outcomes import make_pair
from tests.factories.partners import make_partner
from tests.factories.times import NOW
from tests.factories.viewers import member_of, staff
from tests.fixtures.acts import refusal

SHOWED = Report(ShowStatus.SHOWED, outcome=IntroductionOutcome.DEAL_CLOSED, note="Signed.")
PARTNER_MISSED = Report(ShowStatus.NO_SHOW, NoShowParty.PARTNER)
CONTRACTOR_MISSED = Report(ShowStatus.NO_SHOW, NoShowParty.CONTRACTOR)
HAPPY = Ratings(5, 4, 9, 5)
DAY = dt.timedelta(days=1)


async def pair(acts, **facts):
    async with acts.work() as uow:
        return await make_pair(uow.session, **facts)


async def report(acts, viewer, two, said=SHOWED):
    async with acts.work() as uow:
        return await outcomes.record_outcome(
            uow, viewer, introduction_id=two.introduction.id, report=said, now=acts.now
        )


async def feedback(acts, viewer, two, ratings=HAPPY, comment="Good."):
    async with acts.work() as uow:
        return await outcomes.submit_feedback(
            uow,
            viewer,
            introduction_id=two.introduction.id,
            ratings=ratings,
            comment=comment,
            now=acts.now,
        )


async def now_of(acts, two):
    async with acts.work() as uow:
        return await uow.session.get_one(models.Introduction, two.introduction.id)


async def rows(acts, model):
    async with acts.work() as uow:
        return list((await uow.session.scalars(select(model))).all())


async def profile_of(acts, two):
    async with acts.work() as uow:
        return await uow.session.get_one(models.IntroductionProfile, two.partner.id)


async def test_what_came_of_a_demo_is_written_and_counted(acts):
    two = await pair(acts)

    found = await report(acts, two.member, two)

    assert (found.stage, found.show_status, found.outcome) == ("HELD", "SHOWED", "DEAL_CLOSED")
    assert found.outcome_note == "Signed."
    profile = await profile_of(acts, two)
    assert (profile.avg_response_hours, profile.avg_show_rate, profile.booking_conversion_rate) == (
        1,
        100,
        100,
    )
    assert (profile.overall_booking_score, profile.is_provisional) == (100, False)
    assert profile.total_bookings_completed == 1
    scores = await rows(acts, models.ConfidenceScore)
    assert {(each.factor, each.score) for each in scores} == {
        ("RESPONSE_TIME", 100),
        ("SHOW_RATE", 100),
        ("BOOKING_CONVERSION", 100),
        ("OUTCOME_SUCCESS", 100),
        (None, 100),
    }
    audited = [each.act for each in await rows(acts, models.AuditEntry)]
    assert audited == ["introductions.move", "introductions.record_outcome"]


@pytest.mark.parametrize("who", ["member", "person"])
async def test_nothing_is_said_before_the_demo_is_over(acts, who):
    two = await pair(acts, scheduled_at=NOW - dt.timedelta(minutes=29))
    viewer = getattr(two, who)

    early = [
        await refusal(report(acts, viewer, two)),
        await refusal(feedback(acts, viewer, two, Ratings(5, 5, 9, 5 if who == "person" else None))),
    ]

    assert early == [TooEarly(NOW + dt.timedelta(minutes=1))] * 2
    assert await rows(acts, models.DemoReport) == []
    assert (await now_of(acts, two)).stage is IntroductionStage.CONFIRMED


async def test_without_a_time_there_was_no_demo(acts):
    two = await pair(acts, stage=IntroductionStage.RESPONDED, scheduled_at=None, duration_minutes=None)

    assert await refusal(report(acts, two.member, two)) == TooEarly(None)


async def test_a_demo_the_partner_missed_is_proposed_again_and_counts_against_it(acts):
    two = await pair(acts)

    found = await report(acts, two.person, two, PARTNER_MISSED)

    assert (found.stage, found.show_status, found.no_show_party) == ("TIMES_PROPOSED", "NO_SHOW", "PARTNER")
    profile = await profile_of(acts, two)
    assert (profile.avg_show_rate, profile.show_rate_score) == (0, 50)


async def test_a_demo_the_contractor_missed_says_nothing_of_the_partner(acts):
    two = await pair(acts)

    await report(acts, two.member, two, CONTRACTOR_MISSED)

    profile = await profile_of(acts, two)
    assert (profile.avg_show_rate, profile.show_rate_score, profile.is_provisional) == (None, None, True)


async def test_a_missed_demo_is_not_forgotten_when_the_next_one_takes_place(acts):
    two = await pair(acts)
    await report(acts, two.person, two, PARTNER_MISSED)
    async with acts.work() as uow:
        again = await introductions.lock(uow, staff(), two.introduction.id)
        await introductions.confirm(
            uow,
            again,
            starts_at=acts.now + DAY,
            duration=30,
            actor=staff(),
            role=IntroductionRole.ADMIN,
            now=acts.now,
        )
    acts.later(2 * DAY)

    await report(acts, two.person, two, SHOWED)

    assert (await profile_of(acts, two)).avg_show_rate == 50


async def test_the_third_missed_demo_is_not_proposed_again(acts):
    two = await pair(acts)
    for turn in range(3):
        found = await report(acts, two.person, two, CONTRACTOR_MISSED)
        if turn < 2:
            assert found.stage is IntroductionStage.TIMES_PROPOSED
            async with acts.work() as uow:
                again = await introductions.lock(uow, staff(), two.introduction.id)
                await introductions.confirm(
                    uow,
                    again,
                    starts_at=acts.now + DAY,
                    duration=30,
                    actor=staff(),
                    role=IntroductionRole.ADMIN,
                    now=acts.now,
                )
            acts.later(2 * DAY)

    assert found.stage is IntroductionStage.HELD


async def test_a_second_word_that_disagrees_is_kept_for_the_desk(acts):
    two = await pair(acts)
    await report(acts, two.member, two, SHOWED)

    found = await report(acts, two.person, two, PARTNER_MISSED)

    assert found.show_status == "SHOWED"
    (dispute,) = await rows(acts, models.Intervention)
    assert dispute.kind is InterventionKind.DISPUTED
    assert dispute.reason == "PARTNER said SHOWED, CONTRACTOR says NO_SHOW of PARTNER."
    assert (await profile_of(acts, two)).avg_show_rate == 100


async def test_staff_has_the_last_word_and_settles_the_dispute(acts):
    two = await pair(acts)
    await report(acts, two.member, two, SHOWED)
    await report(acts, two.person, two, PARTNER_MISSED)

    found = await report(acts, staff(), two, PARTNER_MISSED)

    assert (found.show_status, found.outcome, found.stage) == ("NO_SHOW", None, "TIMES_PROPOSED")
    (dispute,) = await rows(acts, models.Intervention)
    assert dispute.resolution == "Staff recorded what happened."
    assert (await profile_of(acts, two)).avg_show_rate == 0
    assert sorted(each.is_accepted for each in await rows(acts, models.DemoReport)) == [False, False, True]


async def test_who_is_said_not_to_have_come_can_say_otherwise_while_another_time_is_looked_for(acts):
    two = await pair(acts)
    await report(acts, two.member, two, CONTRACTOR_MISSED)

    found = await report(acts, two.person, two, SHOWED)

    assert (found.stage, found.show_status) == ("TIMES_PROPOSED", "NO_SHOW")
    (dispute,) = await rows(acts, models.Intervention)
    assert dispute.reason == "PARTNER said NO_SHOW of CONTRACTOR, CONTRACTOR says SHOWED."


@pytest.mark.parametrize("who", ["staff", "partner"])
async def test_a_demo_that_took_place_after_all_is_not_proposed_again(acts, who):
    """Staff has the last word, and a partner changes its own."""
    two = await pair(acts)
    await report(acts, two.member, two, CONTRACTOR_MISSED)

    found = await report(acts, staff() if who == "staff" else two.member, two, SHOWED)

    assert (found.stage, found.show_status, found.no_show_party) == ("HELD", "SHOWED", None)
    assert (await profile_of(acts, two)).avg_show_rate == 100
    last = max(await rows(acts, models.IntroductionTransition), key=lambda each: each.sequence)
    assert (last.to_stage, last.role, last.reason) == (
        "HELD",
        "ADMIN" if who == "staff" else "PARTNER",
        "The demo took place after all.",
    )


async def test_a_second_word_may_say_what_the_first_left_open(acts):
    two = await pair(acts)
    await report(acts, two.member, two, Report(ShowStatus.SHOWED))

    found = await report(acts, two.person, two, SHOWED)

    assert found.outcome == "DEAL_CLOSED"
    assert (await profile_of(acts, two)).outcome_success_score == 100


async def test_a_report_can_be_changed_for_a_week(acts):
    two = await pair(acts)
    await report(acts, two.member, two)
    acts.later(7 * DAY - dt.timedelta(seconds=1))
    changed = await report(acts, two.member, two, Report(ShowStatus.SHOWED, outcome=IntroductionOutcome.LOST))
    acts.later(dt.timedelta(seconds=1))

    late = await refusal(report(acts, two.member, two))

    assert changed.outcome == "LOST"
    assert late == AlreadySubmitted(NOW)
    assert (await profile_of(acts, two)).outcome_success_score == 40


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Report(ShowStatus.NO_SHOW), "no_show_party"),
        (Report(ShowStatus.SHOWED, NoShowParty.BOTH), "no_show_party"),
        (Report(ShowStatus.RESCHEDULED, outcome=IntroductionOutcome.NEUTRAL), "outcome"),
    ],
)
async def test_a_report_makes_sense(acts, said, field):
    two = await pair(acts)

    found = await refusal(report(acts, two.member, two, said))

    assert isinstance(found, InvalidInput)
    assert found.field == field


async def test_each_side_gives_feedback_once_and_may_change_it_for_a_week(acts):
    two = await pair(acts)
    await feedback(acts, two.person, two)
    await feedback(acts, two.member, two, Ratings(4, 4, 8), "Polite.")

    await feedback(acts, two.person, two, Ratings(3, 4, 7, 2), "On second thought…")

    found = {each.side: each for each in await rows(acts, models.IntroductionFeedback)}
    assert len(found) == 2
    theirs = found["CONTRACTOR"]
    assert (theirs.satisfaction, theirs.experience, theirs.partner_quality, theirs.likelihood) == (3, 4, 2, 7)
    introduction = await now_of(acts, two)
    assert introduction.stage is IntroductionStage.HELD
    assert introduction.contractor_feedback == "On second thought…"
    assert introduction.partner_feedback == "Polite."
    acts.later(7 * DAY)
    assert await refusal(feedback(acts, two.person, two)) == AlreadySubmitted(NOW)


@pytest.mark.parametrize(
    ("who", "ratings", "field"),
    [
        ("person", Ratings(0, 1, 1, 1), "satisfaction"),
        ("person", Ratings(1, 6, 1, 1), "experience"),
        ("person", Ratings(1, 1, 11, 1), "likelihood"),
        ("person", Ratings(1, 1, 1), "partner_quality"),
        ("person", Ratings(1, 1, 1, 6), "partner_quality"),
        ("member", Ratings(1, 1, 1, 1), "partner_quality"),
    ],
)
async def test_ratings_are_on_their_scales(acts, who, ratings, field):
    two = await pair(acts)

    found = await refusal(feedback(acts, getattr(two, who), two, ratings))

    assert isinstance(found, InvalidInput)
    assert found.field == field
    assert await rows(acts, models.IntroductionFeedback) == []


async def test_nobody_else_says_anything(acts):
    two = await pair(acts)
    async with acts.work() as uow:
        rival = member_of(await make_partner(uow.session))

    assert isinstance(await refusal(report(acts, rival, two)), NotFound)
    assert isinstance(await refusal(feedback(acts, rival, two)), NotFound)
    assert isinstance(await refusal(feedback(acts, staff(), two)), Forbidden)
    assert await rows(acts, models.DemoReport) == []


async def test_a_demo_is_held_when_its_time_is_over_and_closed_two_weeks_later(acts):
    two = await pair(acts)
    later = await pair(acts, scheduled_at=NOW - dt.timedelta(minutes=29))

    async with acts.work() as uow:
        held = await outcomes.hold_demos(uow, limit=10, now=acts.now)
        again = await outcomes.hold_demos(uow, limit=10, now=acts.now)
        closed = await outcomes.close_demos(uow, limit=10, now=acts.now + 14 * DAY)

    assert (held, again, closed) == (1, 0, 1)
    assert (await now_of(acts, two)).stage is IntroductionStage.CLOSED
    assert (await now_of(acts, later)).stage is IntroductionStage.CONFIRMED
