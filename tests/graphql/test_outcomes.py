"""What is said after a demo, and how introductions went, as a portal asks."""

import datetime as dt

import pytest
from sqlalchemy import select

from db import models
from domain.confidence import Factor
from domain.ids import global_id
from domain.introductions import IntroductionOutcome, NoShowParty, ShowStatus
from domain.outcomes import Report
from services import confidence, outcomes
from tests.factories.introductions import make_profile, make_score
from tests.factories.outcomes import make_pair
from tests.factories.partners import make_partner
from tests.factories.times import NOW
from tests.factories.viewers import member_of, staff

RECORD = """
mutation R($input: RecordOutcomeInput!) {
  recordOutcome(input: $input) {
    __typename
    ... on Introduction { stage showStatus noShowParty outcome outcomeNote }
    ... on TooEarly { overAt }
    ... on Refusal { code }
  }
}
"""
FEEDBACK = """
mutation F($input: SubmitFeedbackInput!) {
  submitFeedback(input: $input) {
    __typename
    ... on IntroductionFeedback { side satisfaction experience partnerQuality likelihood introduction { stage } }
    ... on Refusal { code message }
  }
}
"""
STATS = """
query S($id: ID!) {
  node(id: $id) {
    ... on Partner {
      bookingStats {
        counts { introduced responded confirmed showed positive deals lost open missedByPartner missedByContractor }
        hoursToBooking powerConfidence isProvisional
        factors { factor weight observations measured score }
      }
    }
  }
}
"""
RANKING = """
query R { partnerRanking { rank partner { name } stats { powerConfidence isProvisional counts { showed } } } }
"""
FUNNEL = """
query F($from: Date!, $to: Date!, $partner: ID) {
  introductionFunnel(from: $from, to: $to, partnerId: $partner) { name number ofBefore ofAll }
}
"""
HISTORY = """
query H($id: ID!) {
  confidenceHistory(partnerId: $id, first: 100) {
    totalCount
    nodes { factor score measured observations isProvisional introduction { stage } at }
  }
}
"""
HOUR = dt.timedelta(hours=1)


@pytest.fixture
async def worked_example(acts):
    """The partner of docs/confidence.md: six introductions, sent 48 hours ago."""
    hours = (1.5, 3, 20, 5.5, 10, None)
    reports = (
        Report(ShowStatus.SHOWED, outcome=IntroductionOutcome.DEAL_CLOSED),
        Report(ShowStatus.SHOWED, outcome=IntroductionOutcome.FOLLOW_UP_SCHEDULED),
        Report(ShowStatus.SHOWED, outcome=IntroductionOutcome.LOST),
        Report(ShowStatus.NO_SHOW, NoShowParty.CONTRACTOR),
        Report(ShowStatus.NO_SHOW, NoShowParty.PARTNER),
        None,
    )
    async with acts.work() as uow:
        partner = await make_partner(uow.session, name="Worked Example")
        await make_profile(uow.session, partner)
        for waited, report in zip(hours, reports, strict=True):
            two = await make_pair(
                uow.session,
                partner=partner,
                **(
                    {
                        "stage": "INTRODUCED",
                        "partner_responded_at": None,
                        "booking_confirmed_at": None,
                        "scheduled_at": None,
                        "duration_minutes": None,
                    }
                    if waited is None
                    else {"partner_responded_at": NOW - 48 * HOUR + waited * HOUR}
                ),
            )
            if report is not None:
                await outcomes.record_outcome(
                    uow, two.member, introduction_id=two.introduction.id, report=report, now=NOW
                )
        while await confidence.count_changed(uow, limit=50, now=NOW):
            pass
    return partner


async def test_an_outcome_is_recorded_and_feedback_given(acts, graph):
    async with acts.work() as uow:
        two = await make_pair(uow.session)
    introduction_id = global_id("Introduction", two.introduction.id)

    recorded = await graph.data(
        two.person,
        RECORD,
        input={"id": introduction_id, "showStatus": "SHOWED", "outcome": "DEAL_CLOSED", "note": "Signed."},
    )
    thought = await graph.data(
        two.person,
        FEEDBACK,
        input={
            "introductionId": introduction_id,
            "satisfaction": 5,
            "experience": 4,
            "likelihood": 9,
            "partnerQuality": 5,
            "comment": "Good.",
        },
    )

    assert recorded == {
        "__typename": "Introduction",
        "stage": "HELD",
        "showStatus": "SHOWED",
        "noShowParty": None,
        "outcome": "DEAL_CLOSED",
        "outcomeNote": "Signed.",
    }
    assert thought == {
        "__typename": "IntroductionFeedback",
        "side": "CONTRACTOR",
        "satisfaction": 5,
        "experience": 4,
        "partnerQuality": 5,
        "likelihood": 9,
        "introduction": {"stage": "HELD"},
    }


async def test_too_early_tells_when(acts, graph):
    async with acts.work() as uow:
        two = await make_pair(uow.session, scheduled_at=NOW)
    given = {"id": global_id("Introduction", two.introduction.id), "showStatus": "SHOWED"}

    assert await graph.data(two.member, RECORD, input=given) == {
        "__typename": "TooEarly",
        "overAt": (NOW + HOUR / 2).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "code": "TOO_EARLY",
    }


async def test_the_worked_example_is_what_its_partner_is_told(graph, worked_example):
    found = await graph.data(member_of(worked_example), STATS, id=global_id("Partner", worked_example.id))

    stats = found["bookingStats"]
    assert stats["counts"] == {
        "introduced": 6,
        "responded": 5,
        "confirmed": 5,
        "showed": 3,
        "positive": 2,
        "deals": 1,
        "lost": 1,
        "open": 3,
        "missedByPartner": 1,
        "missedByContractor": 1,
    }
    assert (stats["hoursToBooking"], stats["powerConfidence"], stats["isProvisional"]) == (
        "24.00",
        "70.83",
        False,
    )
    assert [(each["factor"], each["measured"], each["score"]) for each in stats["factors"]] == [
        ("RESPONSE_TIME", "8.00", "75.00"),
        ("SHOW_RATE", "75.00", "50.00"),
        ("BOOKING_CONVERSION", "83.33", "85.00"),
        ("OUTCOME_SUCCESS", "73.33", "73.33"),
    ]


async def test_partners_are_ranked_provisional_ones_behind(acts, graph, worked_example):
    async with acts.work() as uow:
        two = await make_pair(uow.session)
        await confidence.count(uow, [two.introduction], now=NOW)

    ranked = await graph.data(staff(), RANKING)

    assert [(each["rank"], each["partner"]["name"], each["stats"]["powerConfidence"]) for each in ranked] == [
        (1, "Worked Example", "70.83"),
        (2, two.partner.name, "100.00"),
    ]


async def test_the_funnel_tells_where_introductions_are_lost(graph, worked_example):
    day = {"from": "2026-01-01", "to": "2026-12-31"}

    found = await graph.data(staff(), FUNNEL, **day)
    of_another = await graph.data(staff(), FUNNEL, **day, partner="par_01a1fd75a0e972c288b9ae166bcabb51")

    assert [(each["name"], each["number"], each["ofBefore"], each["ofAll"]) for each in found] == [
        ("INTRODUCED", 6, "1.0000", "1.0000"),
        ("RESPONDED", 5, "0.8333", "0.8333"),
        ("CONFIRMED", 5, "1.0000", "0.8333"),
        ("SHOWED", 3, "0.6000", "0.5000"),
        ("POSITIVE", 2, "0.6667", "0.3333"),
    ]
    assert [each["number"] for each in of_another] == [0] * 5


@pytest.mark.parametrize(
    ("query", "statements"), [(STATS, 3), (RANKING, 3), (FUNNEL, 1)], ids=["stats", "ranking", "funnel"]
)
async def test_how_many_statements_it_takes(graph, sql, worked_example, query, statements):
    variables = {
        STATS: {"id": global_id("Partner", worked_example.id)},
        RANKING: {},
        FUNNEL: {"from": "2026-01-01", "to": "2026-12-31"},
    }[query]

    count, _ = await sql.of(graph.run(staff(), query, **variables))

    assert count == statements


@pytest.mark.parametrize("rows", [1, 20])
async def test_the_history_of_scores_takes_one_statement(acts, graph, sql, rows):
    async with acts.work() as uow:
        two = await make_pair(uow.session)
        for number in range(rows):
            await make_score(uow.session, two.partner, Factor.SHOW_RATE, score=number)
            await make_score(uow.session, two.partner, score=number, introduction_id=two.introduction.id)
    public_id = global_id("Partner", two.partner.id)

    count, found = await sql.of(graph.data(two.member, HISTORY, id=public_id))

    assert count == 1
    assert found["totalCount"] == 2 * rows
    newest, before = found["nodes"][:2]
    assert (newest["factor"], newest["introduction"]) == (None, {"stage": "CONFIRMED"})
    assert before == {
        "factor": "SHOW_RATE",
        "score": f"{rows - 1}.00",
        "measured": "4.00",
        "observations": 1,
        "isProvisional": False,
        "introduction": None,
        "at": "2026-11-18T08:00:00.000Z",
    }


async def test_the_history_is_of_one_factor_or_of_all_together_where_that_is_asked(
    graph, worked_example, acts
):
    public_id = global_id("Partner", worked_example.id)
    history = f'confidenceHistory(partnerId: "{public_id}", %s) {{ nodes {{ factor score observations }} }}'

    async def scores(which):
        return (await graph.data(member_of(worked_example), f"{{ {history % which} }}"))["nodes"]

    assert [(each["score"], each["observations"]) for each in await scores("factor: SHOW_RATE")] == [
        ("50.00", 4),
        ("100.00", 3),
        ("100.00", 2),
        ("100.00", 1),
    ]
    overall = await scores("isOverall: true")
    assert {each["factor"] for each in overall} == {None}
    assert overall[0]["score"] == "70.83"


async def test_a_rival_and_a_contractor_see_no_history(acts, graph):
    async with acts.work() as uow:
        two, rival = await make_pair(uow.session), await make_pair(uow.session)
        await make_score(uow.session, two.partner)
    public_id = global_id("Partner", two.partner.id)

    assert (await graph.data(rival.member, HISTORY, id=public_id))["nodes"] == []
    assert (await graph.run(two.person, HISTORY, id=public_id)).errors == [
        ("FORBIDDEN", ["confidenceHistory"])
    ]
    assert (await graph.data(two.member, HISTORY, id="garbage"))["nodes"] == []


async def test_the_same_key_records_and_thinks_once(acts, graph):
    async with acts.work() as uow:
        two = await make_pair(uow.session)
    introduction_id = global_id("Introduction", two.introduction.id)
    outcome = {"id": introduction_id, "showStatus": "SHOWED", "idempotencyKey": "k"}
    thought = {
        "introductionId": introduction_id,
        "satisfaction": 5,
        "experience": 4,
        "likelihood": 9,
        "idempotencyKey": "k2",
    }

    recorded = [await graph.data(two.member, RECORD, input=outcome) for _ in range(2)]
    given = [await graph.data(two.member, FEEDBACK, input=thought) for _ in range(2)]
    another = await graph.data(two.member, RECORD, input=outcome | {"outcome": "LOST"})
    worse = await graph.data(two.member, FEEDBACK, input=thought | {"satisfaction": 1})

    assert recorded[0] == recorded[1]
    assert given[0] == given[1]
    assert [each["__typename"] for each in (another, worse)] == ["IdempotencyConflict"] * 2
    assert [each.satisfaction for each in await acts.rows(select(models.IntroductionFeedback))] == [5]
    entries = await acts.rows(
        select(models.AuditEntry.act)
        .where(models.AuditEntry.partner_id == two.partner.id)
        .order_by(models.AuditEntry.id)
    )
    assert (
        entries.count("introductions.record_outcome") == entries.count("introductions.submit_feedback") == 1
    )


async def test_a_key_whose_first_try_was_refused_is_free(acts, graph):
    async with acts.work() as uow:
        two = await make_pair(uow.session)
    given = {"id": global_id("Introduction", two.introduction.id), "idempotencyKey": "k"}

    odd = await graph.data(two.member, RECORD, input=given | {"showStatus": "NO_SHOW"})
    fine = await graph.data(two.member, RECORD, input=given | {"showStatus": "SHOWED"})

    assert (odd["__typename"], fine["__typename"]) == ("InvalidInput", "Introduction")
