"""Introductions from the choice of a partner to the demo, as a contractor, a partner and staff go through them."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from db import models
from domain.ids import global_id
from domain.introductions import IntroductionStage
from permissions.viewer import ANONYMOUS, Role
from tests.factories.introductions import (
    make_contractor,
    make_introduction,
    make_profile,
    make_user,
    signed_in_as,
)
from tests.factories.times import NOW
from tests.factories.viewers import key_of, member_of, staff

REGISTER = """
mutation R($input: RegisterContractorInput!) {
  registerContractor(input: $input) {
    __typename
    ... on Contractor {
      id name contactName contactEmail industry region size needs languages locale timeZone
      preferredFromHour preferredToHour preferredDays version erasedAt
    }
    ... on Refusal { code message }
  }
}
"""
UPDATE_CONTRACTOR = """
mutation U($input: UpdateContractorInput!) {
  updateContractor(input: $input) {
    __typename ... on Contractor { name preferredDays preferredToHour version } ... on Refusal { code message }
  }
}
"""
PROFILE = """
mutation P($input: SetIntroductionProfileInput!) {
  setIntroductionProfile(input: $input) {
    __typename
    ... on IntroductionProfile { subdomain introEmail capacity preferredDemoDuration isAccepting version partner { name } }
    ... on Refusal { code message }
  }
}
"""
CREATE = """
mutation C($input: CreateIntroductionInput!) {
  createIntroduction(input: $input) {
    __typename
    ... on Introduction { id stage status matchScore sequence partner { name } contractor { name } }
    ... on IntroductionOpen { introductionId }
    ... on Refusal { code }
  }
}
"""
STEP = """
mutation S($id: ID!) {{
  {name}(input: {{id: $id}}) {{
    __typename ... on Introduction {{ stage status sequence introductionSentAt reminderCount }} ... on Refusal {{ code }}
  }}
}}
"""
SEND = STEP.format(name="sendIntroduction")
CANCEL = STEP.format(name="cancelIntroduction")
FOLLOW_UP = STEP.format(name="triggerFollowUp")
CONFIRM = """
mutation C($id: ID!, $at: DateTime!) {
  confirmIntroduction(input: {id: $id, startsAt: $at}) {
    __typename
    ... on Introduction { stage status scheduledAt durationMinutes bookingConfirmedAt }
    ... on InvalidIntroductionTransition { fromStage toStage role }
    ... on Refusal { code }
  }
}
"""
UPDATE = """
mutation U($input: UpdateIntroductionInput!) {
  updateIntroduction(input: $input) {
    __typename ... on Introduction { stage outcomeNote version partnerRespondedAt } ... on Refusal { code message }
  }
}
"""
LOOK = """
query L($id: ID!) {
  introduction(id: $id) {
    stage transitions { sequence fromStage toStage role } contractor { name contactEmail } partner { name }
  }
}
"""
MATCHES = """
query M($id: ID!) {
  matches(contractorId: $id) {
    score scorer partner { name } reasons { factor points weight isKnown }
  }
}
"""
WISH = {
    "name": "Contractor & Co",
    "industry": "travel_agency",
    "region": "IT-25",
    "size": "SMALL",
    "needs": ["hotels"],
    "languages": ["it", "en"],
    "timeZone": "Europe/Rome",
}
LATER = "2030-01-07T10:00:00.000Z"


@pytest.fixture
async def carla(acts):
    async with acts.work() as uow:
        return signed_in_as(await make_user(uow.session))


@pytest.fixture
async def contractor(acts, carla):
    """The public id of Carla's contractor."""
    async with acts.work() as uow:
        made = await make_contractor(uow.session, user_id=carla.user_id)
    return global_id("Contractor", made.id)


@pytest.fixture
async def partner(acts, world):
    """The public id of a partner that takes introductions: the reseller."""
    async with acts.work() as uow:
        await make_profile(uow.session, world.reseller, capacity=2)
    return global_id("Partner", world.reseller.id)


@pytest.fixture
def talker(world):
    return member_of(world.reseller, role=Role.SUPPORT)


@pytest.fixture
async def draft(graph, carla, contractor, partner):
    made = await graph.data(carla, CREATE, input={"contractorId": contractor, "partnerId": partner})
    return made["id"]


@pytest.fixture
async def sent(graph, carla, draft):
    await graph.data(carla, SEND, id=draft)
    return draft


async def test_a_person_comes_in_as_a_contractor(graph, carla):
    made = await graph.data(carla, REGISTER, input=WISH)

    assert made.pop("id").startswith("con_")
    assert made == {
        "__typename": "Contractor",
        "name": "Contractor & Co",
        "contactName": "Carla Contractor",
        "contactEmail": "carla@contractor.example",
        "industry": "TRAVEL_AGENCY",
        "region": "IT-25",
        "size": "SMALL",
        "needs": ["HOTELS"],
        "languages": ["it", "en"],
        "locale": "en",
        "timeZone": "Europe/Rome",
        "preferredFromHour": 9,
        "preferredToHour": 17,
        "preferredDays": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"],
        "version": 1,
        "erasedAt": None,
    }
    assert len((await graph.data(carla, "{ contractors { nodes { id } } }"))["nodes"]) == 1


async def test_a_repeated_registration_is_the_first_one(graph, acts, carla):
    first = await graph.data(carla, REGISTER, input={**WISH, "idempotencyKey": "one"})
    again = await graph.data(carla, REGISTER, input={**WISH, "idempotencyKey": "one"})
    other = await graph.data(carla, REGISTER, input={**WISH, "name": "Other", "idempotencyKey": "one"})

    assert again == first
    assert other["code"] == "IDEMPOTENCY_CONFLICT"
    assert await acts.rows(select(func.count()).select_from(models.Contractor)) == [1]


async def test_staff_registers_for_somebody_and_names_the_contact(graph):
    desk = staff(Role.ACCOUNT_MANAGER)

    nameless = await graph.data(desk, REGISTER, input=WISH)
    made = await graph.data(
        desk, REGISTER, input={**WISH, "contactName": "Nora", "contactEmail": "nora@x.example"}
    )

    assert (nameless["__typename"], nameless["message"][:12]) == ("InvalidInput", "contact_name")
    assert (made["contactName"], made["contactEmail"]) == ("Nora", "nora@x.example")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("industry", "a b"),
        ("region", "Italy"),
        ("languages", []),
        ("timeZone", "Mars/Base"),
        ("locale", "zh"),
        ("preferredHours", {"from": 17, "to": 9}),
        ("preferredDays", []),
        ("contactEmail", "nobody"),
    ],
)
async def test_what_a_contractor_can_not_be_is_refused(graph, acts, carla, field, value):
    refused = await graph.data(carla, REGISTER, input={**WISH, field: value})

    assert refused["code"] == "INVALID_INPUT"
    assert await acts.rows(select(models.Contractor)) == []


async def test_a_contractor_changes_by_versions(graph, carla, contractor):
    change = {"id": contractor, "version": 1, "name": "New", "preferredDays": ["SUNDAY", "MONDAY"]}
    changed = await graph.data(
        carla, UPDATE_CONTRACTOR, input={**change, "preferredHours": {"from": 8, "to": 24}}
    )
    stale = await graph.data(carla, UPDATE_CONTRACTOR, input=change)

    assert changed == {
        "__typename": "Contractor",
        "name": "New",
        "preferredDays": ["MONDAY", "SUNDAY"],
        "preferredToHour": 24,
        "version": 2,
    }
    assert stale["code"] == "STALE_VERSION"


async def test_a_partner_says_what_it_is_introduced_for(graph, world):
    owner = member_of(world.operator)
    asked = {
        "partnerId": global_id("Partner", world.operator.id),
        "version": 0,
        "subdomain": "Destination-Motivation",
        "introEmail": "intro@operator.example",
        "timeZone": "Asia/Hong_Kong",
        "capacity": 3,
        "preferredDemoDuration": 45,
    }

    made = await graph.data(owner, PROFILE, input=asked)
    stale = await graph.data(owner, PROFILE, input=asked)
    closed = await graph.data(owner, PROFILE, input={"version": 1, "isAccepting": False, "introEmail": ""})

    assert made == {
        "__typename": "IntroductionProfile",
        "subdomain": "destination-motivation",
        "introEmail": "intro@operator.example",
        "capacity": 3,
        "preferredDemoDuration": 45,
        "isAccepting": True,
        "version": 1,
        "partner": {"name": world.operator.name},
    }
    assert stale["code"] == "STALE_VERSION"
    assert (closed["isAccepting"], closed["introEmail"], closed["version"]) == (False, None, 2)


async def test_a_subdomain_is_one_partner_s_and_none_of_ours(graph, world, partner):
    owner = member_of(world.operator)
    taken = {"version": 0, "timeZone": "UTC", "subdomain": f"p-{world.reseller.id.hex[-12:]}"}

    refused = [
        (await graph.data(owner, PROFILE, input=asked))["code"]
        for asked in (taken, taken | {"subdomain": "mail"}, {"version": 0, "timeZone": "UTC"})
    ]

    assert refused == ["SUBDOMAIN_TAKEN", "SUBDOMAIN_RESERVED", "INVALID_INPUT"]


async def test_matches_have_scores_and_reasons_that_add_up(
    graph, acts, sql, world, carla, contractor, partner
):
    async with acts.work() as uow:
        await make_profile(uow.session, world.operator, industries=["HOTEL"], is_accepting=True)
        await make_profile(uow.session, world.rival, is_accepting=False)

    count, found = await sql.of(graph.data(carla, MATCHES, id=contractor))

    assert [(each["partner"]["name"], each["score"], each["scorer"]) for each in found] == [
        ("Harbour Travel", "90.00", "rules-1"),
        (world.operator.name, "70.00", "rules-1"),
    ]
    assert found[0]["reasons"][0] == {
        "factor": "INDUSTRY",
        "points": "20.00",
        "weight": 20,
        "isKnown": True,
    }
    assert sum(float(each["points"]) for each in found[1]["reasons"]) == 70
    assert count == 2


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
