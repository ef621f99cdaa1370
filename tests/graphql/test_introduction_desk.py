"""The desk: what needs a human, and what staff does about it, each act in the audit."""

import pytest
from sqlalchemy import select

from db import models
from domain.ids import global_id
from domain.interventions import InterventionKind
from domain.introductions import IntroductionStage
from permissions.viewer import Role
from services import interventions
from services import introductions as acts_on
from tests.factories.introductions import (
    make_contractor,
    make_intervention,
    make_introduction,
    make_profile,
)
from tests.factories.support import make_staff
from tests.factories.times import NOW
from tests.factories.viewers import member_of, staff

QUEUE = """
query Q($kind: InterventionKind, $isOpen: Boolean) {
  interventions(kind: $kind, isOpen: $isOpen) {
    nodes { kind reason assigneeName resolvedBy resolution introduction { stage contractor { name } } }
  }
}
"""
TAKE = """
mutation T($id: ID!, $to: ID) {
  takeIntervention(input: {id: $id, assigneeId: $to}) {
    __typename ... on Intervention { assigneeName } ... on Refusal { code }
  }
}
"""
RESOLVE = """
mutation R($id: ID!, $said: String!) {
  resolveIntervention(input: {id: $id, resolution: $said}) {
    __typename ... on Intervention { resolution resolvedAt resolvedBy } ... on Refusal { code }
  }
}
"""
REASSIGN = """
mutation R($id: ID!, $to: ID!, $key: String) {
  reassignIntroduction(input: {id: $id, partnerId: $to, reason: "No answer", idempotencyKey: $key}) {
    __typename
    ... on Introduction { id stage partner { name } previous { id stage cancelReason } }
    ... on Refusal { code }
  }
}
"""
OVERRIDE = """
mutation O($input: OverrideIntroductionInput!) {
  overrideIntroduction(input: $input) {
    __typename
    ... on Introduction { stage status scheduledAt partnerRespondedAt transitions { role reason } }
    ... on Refusal { code message }
  }
}
"""
NOTE = """
mutation N($id: ID!, $said: String!) {
  noteIntroduction(input: {id: $id, text: $said}) {
    __typename ... on Introduction { notes } ... on Refusal { code }
  }
}
"""


@pytest.fixture
def desk():
    return staff(Role.ACCOUNT_MANAGER)


@pytest.fixture
async def waiting(acts, world):
    """An introduction of the reseller that nobody answered."""
    async with acts.work() as uow:
        await make_profile(uow.session, world.reseller)
        await make_profile(uow.session, world.operator)
        return await make_introduction(uow.session, world.reseller, await make_contractor(uow.session))


@pytest.fixture
async def overdue(acts, waiting):
    async with acts.work() as uow:
        return await make_intervention(uow.session, waiting)


async def audited(graph, world):
    owner = member_of(world.reseller)
    found = await graph.data(owner, "{ auditLog(first: 20) { nodes { act } } }")
    return [each["act"] for each in found["nodes"]]


async def test_the_queue_shows_what_is_open(graph, acts, sql, desk, world, waiting, overdue):
    async with acts.work() as uow:
        await make_intervention(
            uow.session,
            waiting,
            kind=InterventionKind.BOUNCED,
            resolved_at=NOW,
            resolved_by="system",
            resolution="It arrived",
        )

    count, found = await sql.of(graph.data(desk, QUEUE, isOpen=True))

    assert count == 1
    assert found["nodes"] == [
        {
            "kind": "OVERDUE",
            "reason": "No answer for 48 hours",
            "assigneeName": None,
            "resolvedBy": None,
            "resolution": None,
            "introduction": {"stage": "INTRODUCED", "contractor": {"name": "Contractor & Co"}},
        }
    ]
    assert len((await graph.data(desk, QUEUE, isOpen=None))["nodes"]) == 2
    assert (await graph.data(desk, QUEUE, kind="AT_RISK", isOpen=None))["nodes"] == []


async def test_what_is_open_already_is_not_opened_again(acts, waiting):
    opened = []
    for _ in range(2):
        async with acts.work() as uow:
            locked = await acts_on.lock(uow, staff(), waiting.id)
            opened.append(
                await interventions.open_intervention(
                    uow, locked, InterventionKind.AT_RISK, reason="Likely to fail", now=acts.now
                )
            )
            await interventions.open_intervention(
                uow, locked, InterventionKind.BOUNCED, reason="It bounced", now=acts.now
            )

    assert opened == [True, False]
    assert sorted(await acts.rows(select(models.Intervention.kind))) == ["AT_RISK", "BOUNCED"]


async def test_somebody_takes_it_and_says_what_was_done(graph, acts, world, desk, overdue):
    async with acts.work() as uow:
        max_ = await make_staff(uow.session)
    shown = global_id("Intervention", overdue.id)

    taken = await graph.data(desk, TAKE, id=shown, to=global_id("User", max_.id))
    nobody = await graph.data(desk, TAKE, id=shown)
    resolved = await graph.data(desk, RESOLVE, id=shown, said="Called them")
    again = await graph.data(desk, RESOLVE, id=shown, said="Something else")

    assert taken == {"__typename": "Intervention", "assigneeName": "Max Manager"}
    # The caller has no account among the staff.
    assert nobody["code"] == "NOT_FOUND"
    assert (resolved["resolution"], resolved["resolvedBy"]) == ("Called them", desk.id)
    assert again == resolved
    assert (await audited(graph, world))[:2] == ["interventions.resolve", "interventions.take"]


RESEND = """
mutation R($id: ID!) {
  resendIntroduction(input: {id: $id}) { __typename ... on Introduction { sequence } ... on Refusal { code } }
}
"""


async def test_a_mail_that_bounced_is_sent_again(graph, acts, world, desk, waiting):
    async with acts.work() as uow:
        await make_intervention(uow.session, waiting, kind=InterventionKind.BOUNCED)
        other = await make_contractor(uow.session)
        answered = await make_introduction(
            uow.session, world.reseller, other, stage=IntroductionStage.RESPONDED
        )

    again = await graph.data(desk, RESEND, id=global_id("Introduction", waiting.id))
    once_more = await graph.data(desk, RESEND, id=global_id("Introduction", waiting.id))
    late = await graph.data(desk, RESEND, id=global_id("Introduction", answered.id))

    assert [each.get("sequence") or each["code"] for each in (again, once_more, late)] == [
        2,
        3,
        "ALREADY_RESPONDED",
    ]
    assert await acts.rows(select(models.Mail.template)) == ["INTRODUCTION", "INTRODUCTION"]
    assert await acts.rows(select(models.Intervention.resolution)) == ["Sent again"]


async def test_an_introduction_is_given_to_another_partner(graph, acts, world, desk, waiting, overdue):
    old, to = global_id("Introduction", waiting.id), global_id("Partner", world.operator.id)

    made = await graph.data(desk, REASSIGN, id=old, to=to, key="k")
    again = await graph.data(desk, REASSIGN, id=old, to=to, key="k")
    itself = await graph.data(desk, REASSIGN, id=old, to=global_id("Partner", world.reseller.id))

    assert made == {
        "__typename": "Introduction",
        "id": made["id"],
        "stage": "DRAFT",
        "partner": {"name": world.operator.name},
        "previous": {"id": old, "stage": "CANCELLED", "cancelReason": "No answer"},
    }
    assert again == made
    assert itself["code"] == "INVALID_INPUT"
    assert await acts.rows(select(models.Intervention.resolution)) == ["No answer"]
    assert await audited(graph, world) == ["introductions.move", "interventions.resolve"]


async def test_a_wrong_answer_is_taken_back_and_the_clock_runs_on(graph, acts, world, desk):
    async with acts.work() as uow:
        await make_profile(uow.session, world.reseller)
        answered = await make_introduction(
            uow.session,
            world.reseller,
            await make_contractor(uow.session),
            stage=IntroductionStage.RESPONDED,
        )
    asked = {
        "id": global_id("Introduction", answered.id),
        "stage": "INTRODUCED",
        "reason": "It was an automatic reply",
    }

    found = await graph.data(desk, OVERRIDE, input=asked)

    assert found == {
        "__typename": "Introduction",
        "stage": "INTRODUCED",
        "status": "PENDING",
        "scheduledAt": None,
        "partnerRespondedAt": None,
        "transitions": [
            {"role": "ADMIN", "reason": None},
            {"role": "ADMIN", "reason": "It was an automatic reply"},
        ],
    }


async def test_an_override_needs_what_its_stage_needs(graph, acts, world, desk, waiting):
    async with acts.work() as uow:
        draft = await make_introduction(
            uow.session,
            world.reseller,
            await make_contractor(uow.session),
            stage=IntroductionStage.DRAFT,
        )
        ended = await make_introduction(
            uow.session,
            world.reseller,
            await uow.session.get_one(models.Contractor, waiting.contractor_id),
            stage=IntroductionStage.CANCELLED,
        )

    async def code(introduction, stage, **facts):
        asked = {"id": global_id("Introduction", introduction.id), "stage": stage, "reason": "Why not"}
        answer = await graph.data(desk, OVERRIDE, input=asked | facts)
        return answer.get("code") or answer["stage"]

    assert [
        await code(waiting, "DRAFT"),
        await code(waiting, "CONFIRMED"),
        await code(waiting, "CLOSED", reason=" "),
        await code(draft, "INTRODUCED"),
        await code(ended, "RESPONDED"),
        await code(waiting, "CONFIRMED", startsAt="2020-01-01T10:00:00Z"),
    ] == [
        "INVALID_INPUT",
        "INVALID_INPUT",
        "INVALID_INPUT",
        "INVALID_INPUT",
        "INTRODUCTION_OPEN",
        "CONFIRMED",
    ]


async def test_notes_are_added_line_by_line(graph, desk, waiting):
    shown = global_id("Introduction", waiting.id)

    await graph.data(desk, NOTE, id=shown, said="Called, nobody there")
    noted = await graph.data(desk, NOTE, id=shown, said="Called again")

    day = f"{NOW:%Y-%m-%d %H:%M}"
    assert noted["notes"] == f"{day} Vera: Called, nobody there\n{day} Vera: Called again"
