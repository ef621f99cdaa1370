"""Paid places: who buys one, where it is shown, and what is reported of it."""

import pytest

from db import models
from domain.environments import Environment
from domain.interest import visitor_of
from domain.sponsorships import SponsorshipStatus
from permissions.viewer import ANONYMOUS
from tests.factories.search import indexed, make_room
from tests.factories.sponsorships import make_sponsorship
from tests.factories.times import NOW
from tests.factories.viewers import in_test, member_of
from tests.fixtures.graphql import KEYS

CREATE = """
mutation C($input: CreateSponsorshipInput!) {
  createSponsorship(input: $input) {
    __typename
    ... on Sponsorship { id status price { amount currency } dailyBudget { amount } spentToday { amount } startsOn }
    ... on Refusal { code message }
  }
}
"""
SPONSORED = """
query S($filter: PackageSearchFilter, $visitor: String) {
  sponsoredPackages(filter: $filter, visitor: $visitor) { productId isSponsored score token }
}
"""
RECORD = """
mutation R($kind: InterestKind!, $tokens: [String!]!) {
  recordInterest(input: {kind: $kind, tokens: $tokens}) {
    __typename ... on RecordedInterest { recorded } ... on Refusal { code }
  }
}
"""


@pytest.fixture
async def listed(acts, world):
    async with acts.work() as uow:
        await make_room(uow.session, world.pet_cruise, units=5)
        await indexed(uow)
    return world


def asked(world, **facts):
    given = {
        "packageId": f"pkg_{world.cruise.id.hex}",
        "chargedBy": "VIEW",
        "price": "0.50",
        "dailyBudget": "20",
    }
    return given | facts


async def test_a_partner_pays_for_a_place_and_sees_what_it_cost(graph, listed, acts):
    owner = member_of(listed.operator)
    made = await graph.data(owner, CREATE, input=asked(listed))

    assert made.pop("id").startswith("spo_")
    assert made == {
        "__typename": "Sponsorship",
        "status": "ACTIVE",
        "price": {"amount": "0.50", "currency": "HKD"},
        "dailyBudget": {"amount": "20.00"},
        "spentToday": {"amount": "0.00"},
        "startsOn": NOW.date().isoformat(),
    }
    found = await graph.data(
        owner, "{ sponsorships { nodes { status spent { amount } package { productId } } } }"
    )
    assert found["nodes"] == [
        {"status": "ACTIVE", "spent": {"amount": "0.00"}, "package": {"productId": "106"}}
    ]
    audited = await graph.data(owner, "{ auditLog { nodes { act } } }")
    assert audited["nodes"][0]["act"] == "sponsorships.create"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"price": "0"}, "INVALID_INPUT"),
        ({"price": "0.005"}, "INVALID_INPUT"),
        ({"dailyBudget": "0.49"}, "INVALID_INPUT"),
        ({"dailyCap": 0}, "INVALID_INPUT"),
        ({"startsOn": "2020-01-01"}, "INVALID_INPUT"),
        ({"startsOn": "2030-01-02", "endsOn": "2030-01-01"}, "INVALID_INPUT"),
        ({"packageId": "pkg_" + "0" * 32}, "NOT_FOUND"),
    ],
)
async def test_what_makes_no_sense_is_refused(graph, listed, acts, facts, code):
    answer = await graph.data(member_of(listed.operator), CREATE, input=asked(listed, **facts))

    assert answer["code"] == code
    assert await acts.rows(models.Sponsorship.__table__.select()) == []


async def test_a_package_has_one_active_place_at_most(graph, listed):
    owner = member_of(listed.operator)
    first = await graph.data(owner, CREATE, input=asked(listed, idempotencyKey="a"))
    again = await graph.data(owner, CREATE, input=asked(listed, idempotencyKey="a"))
    second = await graph.data(owner, CREATE, input=asked(listed))
    paused = await graph.data(
        owner,
        "mutation P($id: ID!) { pauseSponsorship(input: {id: $id}) { ... on Sponsorship { status } } }",
        id=first["id"],
    )
    third = await graph.data(owner, CREATE, input=asked(listed))
    resumed = await graph.data(
        owner,
        "mutation P($id: ID!) { resumeSponsorship(input: {id: $id}) { __typename } }",
        id=first["id"],
    )

    assert again == first
    assert (second["code"], paused["status"]) == ("ALREADY_SPONSORED", "PAUSED")
    assert (third["status"], resumed["__typename"]) == ("ACTIVE", "AlreadySponsored")


async def test_a_paid_place_is_labelled_and_changes_no_score(graph, listed, acts):
    async with acts.work() as uow:
        await make_sponsorship(uow.session, listed.pet_cruise)
    paid = await graph.data(ANONYMOUS, SPONSORED, filter={"text": "harbour"})
    found = await graph.data(
        ANONYMOUS, '{ searchPackages(filter: {text: "harbour"}) { nodes { productId isSponsored score } } }'
    )

    assert [(each["productId"], each["isSponsored"]) for each in paid] == [("107", True)]
    scores = {each["productId"]: each["score"] for each in found["nodes"]}
    assert scores["107"] == scores["106"] == paid[0]["score"]
    assert not any(each["isSponsored"] for each in found["nodes"])
    assert await graph.data(ANONYMOUS, SPONSORED, filter={"text": "submarine"}) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"status": SponsorshipStatus.PAUSED},
        {"starts_on": NOW.date().replace(year=2030)},
        {"starts_on": NOW.date().replace(year=2020), "ends_on": NOW.date().replace(year=2021)},
        {"spent_on": NOW.date(), "spent_minor": 151},
    ],
)
async def test_a_place_is_not_shown_when_it_is_paused_not_yet_over_or_used_up(graph, listed, acts, facts):
    async with acts.work() as uow:
        await make_sponsorship(uow.session, listed.cruise, **facts)

    assert await graph.data(ANONYMOUS, SPONSORED) == []


async def test_nobody_sees_a_place_more_often_a_day_than_it_may_be_seen(graph, listed, acts, redis):
    async with acts.work() as uow:
        paid = await make_sponsorship(uow.session, listed.cruise)
    (hit,) = await graph.data(ANONYMOUS, SPONSORED, visitor="ann")
    async with acts.work() as uow:
        uow.session.add(
            models.SponsorshipSight(
                sponsorship_id=paid.id,
                visitor=visitor_of("guest:ann", key=KEYS.pepper),
                seen_on=NOW.date(),
                views=3,
            )
        )

    assert hit["productId"] == "106"
    assert await graph.data(ANONYMOUS, SPONSORED, visitor="ann") == []
    assert len(await graph.data(ANONYMOUS, SPONSORED, visitor="bob")) == 1


async def test_what_was_shown_is_reported_by_its_token_and_nothing_else_is(graph, listed, redis):
    found = await graph.data(ANONYMOUS, "{ searchPackages { nodes { token } } }")
    tokens = [each["token"] for each in found["nodes"]]

    told = await graph.data(ANONYMOUS, RECORD, kind="VIEW", tokens=[*tokens, tokens[0], "made-up"])
    in_another = await graph.data(in_test(member_of(listed.operator)), RECORD, kind="VIEW", tokens=tokens)
    none = await graph.data(ANONYMOUS, RECORD, kind="CLICK", tokens=[])

    assert (told["recorded"], in_another["recorded"], none["code"]) == (2, 0, "INVALID_INPUT")
    assert await redis.xlen("interline:interests") == 2


async def test_another_partner_sees_nothing_of_it(graph, listed, acts):
    async with acts.work() as uow:
        paid = await make_sponsorship(uow.session, listed.cruise)
    rival = member_of(listed.rival)

    assert (await graph.data(rival, "{ sponsorships { nodes { id } } }"))["nodes"] == []
    answer = await graph.data(
        rival,
        "mutation P($id: ID!) { pauseSponsorship(input: {id: $id}) { __typename } }",
        id=f"spo_{paid.id.hex}",
    )
    assert answer["__typename"] == "NotFound"
    made = await graph.data(rival, CREATE, input=asked(listed))
    assert made["code"] == "NOT_FOUND" or made["code"] == "FORBIDDEN"
    assert paid.environment is Environment.LIVE
