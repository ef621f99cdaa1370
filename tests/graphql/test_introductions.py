"""Introductions from the choice of a partner to the demo, as a contractor, a partner and staff go through them."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from db import models
from domain.ids import global_id
from domain.introductions import IntroductionStage
from permissions.viewer import ANONYMOUS
from tests.factories.introductions import (
    make_contractor,
    make_introduction,
    make_profile,
    make_user,
    signed_in_as,
)
from tests.factories.times import NOW
from tests.factories.viewers import key_of, member_of, staff
from tests.graphql.introduction_operations import (
    CANCEL,
    CONFIRM,
    CREATE,
    FOLLOW_UP,
    LATER,
    LOOK,
    MATCHES,
    PROFILE,
    SEND,
    UPDATE,
)


async def test_a_contractor_chooses_a_partner_and_the_partner_does_not_hear_of_it(
    graph, carla, talker, contractor, partner
):
    made = await graph.data(carla, CREATE, input={"contractorId": contractor, "partnerId": partner})

    assert made.pop("id").startswith("int_")
    assert made == {
        "__typename": "Introduction",
        "stage": "DRAFT",
        "status": "PENDING",
        "matchScore": "90.00",
        "sequence": 1,
        "partner": {"name": "Harbour Travel"},
        "contractor": {"name": "Contractor & Co"},
    }
    assert await graph.data(talker, "{ introductions { nodes { id } } }") == {"nodes": []}
    assert await graph.data(talker, f'{{ contractor(id: "{contractor}") {{ id }} }}') is None
    # It has one open with it now.
    assert await graph.data(carla, MATCHES, id=contractor) == []


async def test_the_same_key_makes_one_introduction(graph, acts, carla, contractor, partner):
    asked = {"contractorId": contractor, "partnerId": partner, "idempotencyKey": "k"}

    first = await graph.data(carla, CREATE, input=asked)
    again = await graph.data(carla, CREATE, input=asked)
    without = await graph.data(carla, CREATE, input=asked | {"idempotencyKey": None})

    assert again == first
    assert (without["code"], without["introductionId"]) == ("INTRODUCTION_OPEN", first["id"])
    assert await acts.rows(select(func.count()).select_from(models.Introduction)) == [1]


async def test_who_is_full_or_closed_or_has_no_profile_is_not_introduced(
    graph, acts, world, carla, contractor, partner
):
    async with acts.work() as uow:
        for _ in range(2):
            await make_introduction(uow.session, world.reseller, await make_contractor(uow.session))
        await make_profile(uow.session, world.operator, is_accepting=False)

    refused = [
        (
            await graph.data(
                carla,
                CREATE,
                input={"contractorId": contractor, "partnerId": global_id("Partner", each.id)},
            )
        )["code"]
        for each in (world.reseller, world.operator, world.rival)
    ]

    assert refused == ["PARTNER_AT_CAPACITY", "PARTNER_NOT_ACCEPTING", "NOT_FOUND"]
    assert await acts.rows(select(func.count()).select_from(models.Introduction)) == [2]


async def test_once_sent_the_partner_sees_whom_it_is_introduced_to(graph, carla, talker, sent):
    seen = await graph.data(talker, LOOK, id=sent)
    again = await graph.data(carla, SEND, id=sent)

    assert seen == {
        "stage": "INTRODUCED",
        "transitions": [
            {"sequence": 1, "fromStage": None, "toStage": "DRAFT", "role": "CONTRACTOR"},
            {"sequence": 2, "fromStage": "DRAFT", "toStage": "INTRODUCED", "role": "CONTRACTOR"},
        ],
        "contractor": {"name": "Contractor & Co", "contactEmail": "carla@contractor.example"},
        "partner": {"name": "Harbour Travel"},
    }
    assert again["code"] == "ALREADY_SENT"


async def test_a_partner_without_an_inbox_is_not_introduced(graph, acts, world, carla, draft):
    await graph.data(member_of(world.reseller), PROFILE, input={"version": 1, "introEmail": ""})

    assert (await graph.data(carla, SEND, id=draft))["code"] == "PARTNER_HAS_NO_INBOX"


async def test_the_partner_does_not_send_and_the_contractor_does_not_answer(graph, carla, talker, sent):
    answered = await graph.data(carla, UPDATE, input={"id": sent, "version": 1, "stage": "RESPONDED"})
    confirmed = await graph.data(talker, CONFIRM, id=sent, at=LATER)

    assert answered["code"] == "INVALID_INTRODUCTION_TRANSITION"
    assert confirmed == {
        "__typename": "InvalidIntroductionTransition",
        "fromStage": "INTRODUCED",
        "toStage": "CONFIRMED",
        "role": "PARTNER",
        "code": "INVALID_INTRODUCTION_TRANSITION",
    }


async def test_from_the_answer_to_the_demo(graph, acts, carla, talker, sent):
    acts.later(dt.timedelta(hours=3))
    answered = await graph.data(talker, UPDATE, input={"id": sent, "version": 1, "stage": "RESPONDED"})
    confirmed = await graph.data(carla, CONFIRM, id=sent, at=LATER)
    early = await graph.data(talker, UPDATE, input={"id": sent, "version": 2, "stage": "HELD"})
    moved = await graph.data(talker, CONFIRM, id=sent, at="2026-11-30T10:00:00.000Z")
    acts.later(dt.timedelta(days=30))
    held = await graph.data(
        talker, UPDATE, input={"id": sent, "version": 2, "stage": "HELD", "outcomeNote": "Liked it"}
    )
    closed = await graph.data(carla, UPDATE, input={"id": sent, "version": 3, "stage": "CLOSED"})

    assert answered["partnerRespondedAt"] == (NOW + dt.timedelta(hours=3)).isoformat(
        timespec="milliseconds"
    ).replace("+00:00", "Z")
    assert (confirmed["stage"], confirmed["status"]) == ("CONFIRMED", "CONFIRMED")
    assert (confirmed["scheduledAt"], confirmed["durationMinutes"]) == (LATER, 30)
    assert early["code"] == "INVALID_INPUT"
    assert moved["scheduledAt"] == "2026-11-30T10:00:00.000Z"
    assert moved["bookingConfirmedAt"] == confirmed["bookingConfirmedAt"]
    assert (held["stage"], held["outcomeNote"], held["version"]) == ("HELD", "Liked it", 3)
    assert closed["stage"] == "CLOSED"
    assert (await graph.data(carla, CANCEL, id=sent))["code"] == "INVALID_INTRODUCTION_TRANSITION"


async def test_a_demo_is_to_come(graph, acts, talker, carla, sent):
    await graph.data(talker, UPDATE, input={"id": sent, "version": 1, "stage": "RESPONDED"})

    assert (await graph.data(carla, CONFIRM, id=sent, at="2020-01-01T10:00:00Z"))["code"] == "INVALID_INPUT"


async def test_cancelling_twice_is_cancelling_once(graph, carla, sent):
    first = await graph.data(carla, CANCEL, id=sent)

    assert (first["stage"], first["status"], first["sequence"]) == ("CANCELLED", "CANCELLED", 3)
    assert await graph.data(carla, CANCEL, id=sent) == first


async def test_a_partner_is_reminded_until_it_answers(graph, carla, talker, draft):
    early = await graph.data(carla, FOLLOW_UP, id=draft)
    await graph.data(carla, SEND, id=draft)
    reminded = await graph.data(carla, FOLLOW_UP, id=draft)
    by_itself = await graph.data(talker, FOLLOW_UP, id=draft)
    await graph.data(talker, UPDATE, input={"id": draft, "version": 1, "stage": "RESPONDED"})
    late = await graph.data(carla, FOLLOW_UP, id=draft)

    assert early["code"] == "INVALID_INTRODUCTION_TRANSITION"
    assert reminded["reminderCount"] == 1
    assert (by_itself["code"], late["code"]) == ("FORBIDDEN", "ALREADY_RESPONDED")


async def test_notes_are_staff_s_and_a_stale_change_is_refused(graph, talker, sent):
    noted = await graph.data(talker, UPDATE, input={"id": sent, "version": 1, "notes": "Hm"})
    stale = await graph.data(talker, UPDATE, input={"id": sent, "version": 7, "outcomeNote": "Hm"})
    odd = await graph.data(talker, UPDATE, input={"id": sent, "version": 1, "stage": "CONFIRMED"})

    assert [each["code"] for each in (noted, stale, odd)] == ["FORBIDDEN", "STALE_VERSION", "INVALID_INPUT"]


@pytest.mark.parametrize("stranger", ["another person", "rival's owner", "key", "anonymous"])
async def test_strangers_see_and_do_nothing(graph, acts, world, sent, contractor, stranger):
    async with acts.work() as uow:
        other = signed_in_as(await make_user(uow.session))
    viewer = {
        "another person": other,
        "rival's owner": member_of(world.rival),
        "key": key_of(world.reseller),
        "anonymous": ANONYMOUS,
    }[stranger]

    found = await graph.data(
        viewer, "query N($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[sent, contractor]
    )
    answer = await graph.run(viewer, CANCEL, id=sent)

    assert found == [None, None]
    code = answer.errors[0][0] if answer.errors else answer.data["cancelIntroduction"]["code"]
    assert code == {"key": "FORBIDDEN", "anonymous": "UNAUTHENTICATED"}.get(stranger, "NOT_FOUND")
    assert await acts.rows(select(models.Introduction.stage)) == [IntroductionStage.INTRODUCED]


@pytest.mark.parametrize("rows", [1, 20])
async def test_lists_and_what_hangs_on_them_take_one_statement(graph, acts, sql, world, partner, rows):
    async with acts.work() as uow:
        for _ in range(rows):
            await make_introduction(uow.session, world.reseller, await make_contractor(uow.session))
    asked = {
        "list": ("introductions(first: 100) { nodes { stage matchScore } }", 1),
        "related": (
            """introductions(first: 100) {
              nodes { contractor { name } partner { name } previous { id } transitions { toStage } }
            }""",
            # None of them goes on from another: there is nothing to load for `previous`.
            4,
        ),
        "filtered": ("introductions(stage: INTRODUCED, status: PENDING) { totalCount nodes { id } }", 2),
        "contractors": (
            "contractors(first: 100) { nodes { preferredDays introductions { nodes { stage } } } }",
            2,
        ),
        "one": (f'contractor(id: "{"con_" + "0" * 32}") {{ id }}', 1),
        "profile": (
            f'node(id: "{partner}") {{ ... on Partner {{ introductionProfile {{ subdomain overallBookingScore }} }} }}',
            2,
        ),
    }

    compiled = {
        name: (await sql.of(graph.data(staff(), f"{{ {query} }}")))[0] for name, (query, _) in asked.items()
    }
    by_core = {
        name: (await sql.of(graph.by_core(staff(), f"{{ {query} }}")))[0]
        for name, (query, _) in asked.items()
    }

    assert compiled == dict.fromkeys(asked, 1)
    assert by_core == {name: count for name, (_, count) in asked.items()}
