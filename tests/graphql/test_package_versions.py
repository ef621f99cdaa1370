"""Packages as everybody, their own people and those who consent see them: in one statement."""

import pytest
from sqlalchemy import update

from db import models
from domain.ids import global_id
from domain.packages import PackageStatus
from permissions.viewer import ANONYMOUS
from tests.factories.bundles import make_bundle, make_draft, make_package_scene
from tests.factories.inventory import make_allotment
from tests.factories.times import MINUTE
from tests.factories.viewers import in_test, member_of
from tests.fixtures.acts import line

PACKAGE = """
query P($id: ID!, $channel: Channel! = DIRECT, $date: Date) {
  package(id: $id) {
    productId status version isBundle name description(locale: "it") names { locale text }
    regions languages isDated soldFrom soldUntil
    discountRules { code kind percentBps amountMinor minTravelers leastTravelers { customerType least } }
    cancellationPolicy { daysBefore refundBps }
    partner { name }
    items { functionCode quantity shareWeight supplier { name } component { productId } }
    images { position upload { id } }
    versions { nodes { number publishedAt items { functionCode } priceRules { amountMinor } } }
    availability(channel: $channel, date: $date) { available }
  }
}
"""
AVAILABLE = """
query A($id: ID!, $channel: Channel!) { package(id: $id) { availability(channel: $channel) { available } } }
"""
OF_PARTNER = """
query O($id: ID!, $status: PackageStatus) {
  node(id: $id) { ... on Partner { packages(status: $status) { nodes { productId status } } } }
}
"""
DRAFT = """
mutation D($input: UpdatePackageDraftInput!) {
  updatePackageDraft(input: $input) {
    __typename
    ... on Refusal { code message }
    ... on Package { version sequence name versions { nodes { number publishedAt } } }
  }
}
"""
PUBLISH = """
mutation P($input: PackageInput!) {
  publishPackage(input: $input) {
    __typename
    ... on ConsentMissing { partnerIds }
    ... on NothingToPublish { version }
    ... on Package {
      version status name description(locale: "it") regions languages isDated soldUntil
      discountRules { code kind percentBps amountMinor minTravelers leastTravelers { customerType least } isFinal }
      cancellationPolicy { daysBefore refundBps }
      items { functionCode shareWeight }
      priceRules { amountMinor }
    }
  }
}
"""


@pytest.fixture
async def bundle(acts, world):
    async with acts.work() as uow:
        return await make_bundle(uow.session, world.operator, (world.cruise, 1), (world.pet_cruise, 2))


def shown(row):
    return global_id("Package", row.id)


async def test_everybody_reads_a_package_with_all_it_says_in_one_statement(graph, world, sql):
    number, found = await sql.of(graph.data(ANONYMOUS, PACKAGE, id=shown(world.cruise)))

    assert number == 1
    assert (found["productId"], found["status"], found["version"]) == ("106", "PUBLISHED", 1)
    assert found["partner"] == {"name": "Victoria Cruises"}
    assert found["availability"] == {"available": 50}
    assert [each["number"] for each in found["versions"]["nodes"]] == [1]
    assert found["discountRules"] == found["cancellationPolicy"] == []


async def test_a_package_is_read_the_same_by_both_executors(graph, world, bundle, reseller):
    found = await graph.data(reseller, PACKAGE, id=shown(bundle), channel="OTA")

    assert found["isBundle"]
    assert [(each["functionCode"], each["component"]) for each in found["items"]] == [
        ("TEA", None),
        ("PART_1", {"productId": "106"}),
        ("PART_2", {"productId": "107"}),
    ]
    assert found["availability"] == {"available": 20}


async def test_a_bundle_is_left_as_often_as_its_scarcest_part(graph, acts, world, reseller, bundle):
    async def left(channel="OTA", viewer=reseller):
        answer = await graph.data(viewer, AVAILABLE, id=shown(bundle), channel=channel)
        return answer["availability"] and answer["availability"]["available"]

    assert await left() == 20
    await acts.hold(reseller, line(3, "107"))
    assert await left() == 18
    await acts.hold(reseller, line(90, "106"))
    assert await left() == 10
    async with acts.work() as uow:
        await make_allotment(uow.session, bundle, units=4)
    assert await left() == 4
    assert await left("DIRECT", ANONYMOUS) == 0
    assert await left("OTA", ANONYMOUS) is None


async def test_holds_that_ran_out_count_as_left(graph, acts, world, reseller, bundle):
    await acts.hold(reseller, line(20, "bundle"), minutes=1)
    first = await graph.data(reseller, AVAILABLE, id=shown(bundle), channel="OTA")
    acts.later(2 * MINUTE)

    then = await graph.data(reseller, AVAILABLE, id=shown(bundle), channel="OTA")

    assert (first["availability"]["available"], then["availability"]["available"]) == (0, 20)


async def test_only_what_is_sold_to_travelers_in_live_is_public(graph, acts, world, bundle):
    async def is_seen(package, viewer=ANONYMOUS):
        return await graph.data(viewer, "query Q($id: ID!) { package(id: $id) { name } }", id=shown(package))

    async with acts.work() as uow:
        draft, _ = await make_draft(uow.session, world.operator, sku="draft")

    assert await is_seen(world.cruise) == {"name": "Harbour Cruise"}
    assert await is_seen(bundle) == {"name": "Both of them"}
    assert await is_seen(world.pet_cruise) is None
    assert await is_seen(world.test_cruise) is None
    assert await is_seen(draft) is None
    async with acts.work() as uow:
        await uow.session.execute(update(models.Package).values(status=PackageStatus.ARCHIVED, version=1))
    assert await is_seen(world.cruise) is None


async def test_a_partner_shows_what_it_sells_and_its_own_people_drafts(graph, acts, world, owner, sql):
    async with acts.work() as uow:
        await make_draft(uow.session, world.operator, sku="draft")
    partner = global_id("Partner", world.operator.id)

    number, public = await sql.of(graph.data(ANONYMOUS, OF_PARTNER, id=partner, status="PUBLISHED"))
    every = await graph.data(owner, OF_PARTNER, id=partner, status=None)
    drafts = await graph.data(owner, OF_PARTNER, id=partner, status="DRAFT")
    others = await graph.data(ANONYMOUS, OF_PARTNER, id=partner, status="DRAFT")

    assert number == 1
    assert public["packages"]["nodes"] == [{"productId": "106", "status": "PUBLISHED"}]
    assert [each["productId"] for each in every["packages"]["nodes"]] == ["draft", "107", "106"]
    assert drafts["packages"]["nodes"] == [{"productId": "draft", "status": "DRAFT"}]
    assert others["packages"]["nodes"] == []


async def test_who_is_asked_sees_the_draft_and_strangers_do_not(graph, acts, world, owner):
    async with acts.work() as uow:
        scene = await make_package_scene(uow.session, world)
    text = "query Q($id: ID!) { package(id: $id) { status versions { nodes { number items { label } } } } }"
    whole = {"status": "DRAFT", "versions": {"nodes": [{"number": 1, "items": [{"label": "Guide"}]}]}}

    for viewer, answer in (
        (owner, whole),
        (member_of(world.reseller), whole),
        (member_of(world.rival), None),
        (in_test(owner), None),
    ):
        assert await graph.data(viewer, text, id=shown(scene["draft"])) == answer


async def test_a_version_is_drafted_and_published(graph, world, owner, reseller):
    drafted = await graph.data(
        owner,
        DRAFT,
        input={
            "id": shown(world.cruise),
            "sequence": 1,
            "currency": "HKD",
            "names": [{"locale": "en", "text": "Night Cruise"}],
            "descriptions": [{"locale": "it", "text": "Di notte."}],
            "regions": ["HK"],
            "languages": ["en", "zh-HK"],
            "isDated": True,
            "soldUntil": "2026-12-31",
            "items": [
                {"kind": "TOUR", "functionCode": "BOARDING", "label": "Boarding", "shareWeight": 3},
                {"kind": "EXTRA", "functionCode": "DRINK", "label": "Drink"},
            ],
            "priceRules": [{"code": "BASE", "label": "Base", "rank": 1, "effect": "SET", "amount": "300.00"}],
            "discountRules": [
                {
                    "code": "FAMILY",
                    "label": "Family",
                    "kind": "PERCENT",
                    "percent": "12.5",
                    "leastTravelers": [{"customerType": "CHILD", "least": 1}],
                },
                {"code": "LATE", "label": "Late", "kind": "FIXED", "amount": "20", "maxLeadDays": 2},
            ],
            "cancellationPolicy": [
                {"daysBefore": 1, "refundBps": 5_000},
                {"daysBefore": 7, "refundBps": 10_000},
            ],
        },
    )
    published = await graph.data(owner, PUBLISH, input={"id": shown(world.cruise)})
    again = await graph.data(owner, PUBLISH, input={"id": shown(world.cruise)})

    assert (drafted["version"], drafted["sequence"], drafted["name"]) == (1, 2, "Harbour Cruise")
    assert [each["number"] for each in drafted["versions"]["nodes"]] == [2, 1]
    rule = {"minTravelers": None, "isFinal": False}
    assert published == {
        "__typename": "Package",
        "version": 2,
        "status": "PUBLISHED",
        "name": "Night Cruise",
        "description": "Di notte.",
        "regions": ["HK"],
        "languages": ["en", "zh-HK"],
        "isDated": True,
        "soldUntil": "2026-12-31",
        "discountRules": [
            {
                "code": "FAMILY",
                "kind": "PERCENT",
                "percentBps": 1_250,
                "amountMinor": None,
                "leastTravelers": [{"customerType": "CHILD", "least": 1}],
                **rule,
            },
            {
                "code": "LATE",
                "kind": "FIXED",
                "percentBps": None,
                "amountMinor": 2_000,
                "leastTravelers": [],
                **rule,
            },
        ],
        "cancellationPolicy": [
            {"daysBefore": 7, "refundBps": 10_000},
            {"daysBefore": 1, "refundBps": 5_000},
        ],
        "items": [
            {"functionCode": "BOARDING", "shareWeight": 3},
            {"functionCode": "DRINK", "shareWeight": 1},
        ],
        "priceRules": [{"amountMinor": 30_000}],
    }
    assert again == {"__typename": "NothingToPublish", "version": 2}


async def test_a_hold_shows_what_was_asked_for_alone(graph, acts, world, reseller, bundle, sql):
    hold = await acts.hold(reseller, line(2, "bundle"))

    number, found = await sql.of(
        graph.data(
            reseller,
            "query R($id: ID!) { reservation(id: $id) { units lines { productId quantity } } }",
            id=global_id("Reservation", hold.id),
        )
    )

    assert number == 1
    assert found == {"units": 2, "lines": [{"productId": "bundle", "quantity": 2}]}
