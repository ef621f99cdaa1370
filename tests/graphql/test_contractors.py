"""Contractors come in, partners say what they are introduced for, and the two are matched."""

import pytest
from sqlalchemy import func, select

from db import models
from domain.ids import global_id
from permissions.viewer import Role
from tests.factories.introductions import make_contractor, make_profile
from tests.factories.viewers import member_of, staff
from tests.graphql.introduction_operations import (
    MATCHES,
    PROFILE,
    REGISTER,
    UPDATE_CONTRACTOR,
    WISH,
)


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


async def test_one_person_speaks_for_twenty_at_most(graph, acts, carla):
    async with acts.work() as uow:
        for _ in range(20):
            await make_contractor(uow.session, user_id=carla.user_id)

    refused = await graph.data(carla, REGISTER, input=WISH)

    assert (refused["__typename"], refused["code"]) == ("ContractorLimit", "CONTRACTOR_LIMIT")
    assert await acts.rows(select(func.count()).select_from(models.Contractor)) == [20]


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
