"""What is left to sell, why, and who changes it."""

import datetime as dt

import pytest

from domain.ids import global_id
from tests.factories.inventory import make_allotment
from tests.factories.times import DAY, HOUR, MINUTE
from tests.factories.viewers import in_test, staff
from tests.fixtures.acts import line

SATURDAY = dt.date(2026, 11, 21)
INVENTORY = """
query Inventory($ids: [String!], $date: Date, $channel: Channel! = OTA) {
  inventory(productIds: $ids, date: $date, channel: $channel) {
    nodes { id product { productId } channel date allocated held sold available status reseller { name } }
  }
}
"""
EXPLAIN = """
query Explain($id: String!, $date: Date, $channel: Channel! = OTA) {
  explainAvailability(productId: $id, date: $date, channel: $channel) {
    allocated held sold available status nextExpiry sequence date
    events { totalCount nodes { sequence kind allocatedChange heldChange soldChange allocated held sold actor at } }
  }
}
"""
SET = """
mutation Set($input: SetAllotmentInput!) {
  setAllotment(input: $input) {
    __typename
    ... on Refusal { code message }
    ... on AllotmentInUse { requested held sold }
    ... on PoolTooSmall { requested available }
    ... on Allotment { allocated held available sequence reseller { name } product { productId } }
  }
}
"""
CLOSE = """
mutation Close($input: CloseSalesInput!) {
  closeSales(input: $input) {
    __typename ... on Refusal { code message } ... on Package { productId allotments { status } }
  }
}
"""
REOPEN = CLOSE.replace("closeSales", "reopenSales").replace("mutation Close", "mutation Reopen")


def pool(product_id, allocated, **facts):
    return {
        "product": {"productId": product_id},
        "channel": "OTA",
        "date": None,
        "allocated": allocated,
        "held": 0,
        "sold": 0,
        "available": allocated,
        "status": "AVAILABLE",
        "reseller": None,
    } | facts


async def test_inventory_is_one_pool_a_product(graph, acts, world, reseller):
    await acts.activate(reseller, await acts.hold(reseller, line(2)))
    await acts.hold(reseller, line(21, "107"))

    answer = await graph.data(reseller, INVENTORY)

    cruise, pets = (global_id("Allotment", each.id) for each in (world.cruise_pool, world.pet_pool))
    assert answer["nodes"] == [
        {"id": cruise, **pool("106", 100, sold=2, available=98)},
        {"id": pets, **pool("107", 40, held=21, available=19, status="LIMITED")},
    ]


async def test_a_hold_that_ran_out_counts_no_more(graph, acts, world, reseller):
    await acts.hold(reseller, line(40, "107"), minutes=1)
    sold_out = await graph.data(reseller, INVENTORY, ids=["107"])
    acts.later(MINUTE)

    free_again = await graph.data(reseller, INVENTORY, ids=["107"])

    assert [(each["held"], each["status"]) for each in sold_out["nodes"]] == [(40, "SOLD_OUT")]
    assert [(each["held"], each["status"]) for each in free_again["nodes"]] == [(0, "AVAILABLE")]


async def test_a_day_with_a_pool_of_its_own_answers_with_it(graph, acts, world, reseller):
    async with acts.work() as uow:
        await make_allotment(uow.session, world.cruise, units=5, day=SATURDAY)

    saturday = await graph.data(reseller, INVENTORY, ids=["106"], date="2026-11-21")
    sunday = await graph.data(reseller, INVENTORY, ids=["106"], date="2026-11-22")
    whenever = await graph.data(reseller, INVENTORY, ids=["106"])

    assert [(each["date"], each["allocated"]) for each in saturday["nodes"]] == [("2026-11-21", 5)]
    assert [(each["date"], each["allocated"]) for each in sunday["nodes"]] == [("2026-11-22", 100)]
    assert [(each["date"], each["allocated"]) for each in whenever["nodes"]] == [
        (None, 100),
        ("2026-11-21", 5),
    ]


async def test_days_gone_by_are_not_listed(graph, acts, world, reseller):
    async with acts.work() as uow:
        await make_allotment(uow.session, world.cruise, units=5, day=acts.now.date() - DAY)
        await make_allotment(uow.session, world.cruise, units=6, day=acts.now.date())

    answer = await graph.data(reseller, INVENTORY, ids=["106"])

    assert [each["allocated"] for each in answer["nodes"]] == [100, 6]


async def test_a_reseller_sees_its_own_pool_and_its_rival_the_shared_one(graph, acts, world, reseller, rival):
    async with acts.work() as uow:
        await make_allotment(uow.session, world.cruise, units=5, reseller=world.reseller)

    mine = await graph.data(reseller, INVENTORY, ids=["106"])
    theirs = await graph.data(rival, INVENTORY, ids=["106"])

    assert [(each["allocated"], each["reseller"]) for each in mine["nodes"]] == [
        (5, {"name": "Harbour Travel"})
    ]
    assert [(each["allocated"], each["reseller"]) for each in theirs["nodes"]] == [(100, None)]


async def test_the_operator_sees_its_direct_pools_and_resellers_do_not(graph, world, owner, reseller):
    own = await graph.data(owner, INVENTORY, channel="DIRECT")
    none = await graph.data(reseller, INVENTORY, channel="DIRECT")

    assert [(each["channel"], each["allocated"]) for each in own["nodes"]] == [("DIRECT", 50)]
    assert none["nodes"] == []


async def test_each_environment_has_its_own_inventory(graph, world, reseller):
    answer = await graph.data(in_test(reseller), INVENTORY)

    assert [each["id"] for each in answer["nodes"]] == [global_id("Allotment", world.test_pool.id)]


async def test_closed_sales_are_seen(graph, world, owner, reseller):
    closed = await graph.data(owner, CLOSE, input={"productId": "106", "channel": "OTA"})
    seen = await graph.data(reseller, INVENTORY, ids=["106"])
    await graph.data(owner, REOPEN, input={"productId": "106", "channel": "OTA"})

    assert closed == {
        "__typename": "Package",
        "productId": "106",
        "allotments": [{"status": "CLOSED"}, {"status": "AVAILABLE"}],
    }
    assert [each["status"] for each in seen["nodes"]] == ["CLOSED"]
    assert (await graph.data(reseller, INVENTORY, ids=["106"]))["nodes"][0]["status"] == "AVAILABLE"


async def test_an_availability_is_explained_to_its_last_unit(graph, acts, world, owner, reseller, rival):
    await acts.hold(reseller, line(3), minutes=60)
    await acts.hold(rival, line(4), minutes=30)
    await acts.activate(reseller, await acts.hold(reseller, line(2)))

    answer = await graph.data(owner, EXPLAIN, id="106")

    assert {name: answer[name] for name in answer if name != "events"} == {
        "allocated": 100,
        "held": 7,
        "sold": 2,
        "available": 91,
        "status": "AVAILABLE",
        "nextExpiry": "2026-11-18T08:30:00.000Z",
        "sequence": 5,
        "date": None,
    }
    assert answer["events"]["totalCount"] == 5
    assert answer["events"]["nodes"][0] == {
        "sequence": 5,
        "kind": "SOLD",
        "allocatedChange": 0,
        "heldChange": -2,
        "soldChange": 2,
        "allocated": 100,
        "held": 7,
        "sold": 2,
        "actor": reseller.id,
        "at": "2026-11-18T08:00:00.000Z",
    }


async def test_a_reseller_does_not_see_who_else_buys(graph, acts, world, reseller, rival):
    await acts.hold(rival, line(3))

    answer = await graph.data(reseller, EXPLAIN, id="106")

    assert (answer["held"], answer["events"]) == (3, {"totalCount": 0, "nodes": []})


async def test_what_is_sold_nowhere_has_nothing_to_explain(graph, world, reseller):
    assert await graph.data(reseller, EXPLAIN, id="999") is None
    assert await graph.data(reseller, EXPLAIN, id="107", channel="DIRECT") is None


async def test_the_next_expiry_is_of_a_live_hold(graph, acts, world, reseller):
    await acts.hold(reseller, minutes=1)
    acts.later(HOUR)

    assert (await graph.data(reseller, EXPLAIN, id="106"))["nextExpiry"] is None


async def test_an_allotment_is_set(graph, acts, world, owner, reseller):
    await acts.hold(reseller, line(10))

    answer = await graph.data(owner, SET, input={"productId": "106", "channel": "OTA", "units": 60})

    assert answer == {
        "__typename": "Allotment",
        "allocated": 60,
        "held": 10,
        "available": 50,
        "sequence": 3,
        "reseller": None,
        "product": {"productId": "106"},
    }


async def test_an_allotment_in_use_is_refused_with_its_numbers(graph, acts, world, owner, reseller):
    await acts.hold(reseller, line(10))

    refused = await graph.data(owner, SET, input={"productId": "106", "channel": "OTA", "units": 9})

    assert refused == {
        "__typename": "AllotmentInUse",
        "code": "ALLOTMENT_IN_USE",
        "message": "10 units are held and 0 sold; 9 would not cover them.",
        "requested": 9,
        "held": 10,
        "sold": 0,
    }


async def test_units_are_carved_out_for_a_reseller(graph, world, owner):
    wanted = {
        "productId": "106",
        "channel": "OTA",
        "units": 30,
        "resellerId": global_id("Partner", world.reseller.id),
    }

    carved = await graph.data(staff(), SET, input=wanted)
    refused = await graph.data(owner, SET, input=wanted | {"units": 101})

    assert (carved["allocated"], carved["reseller"]) == (30, {"name": "Harbour Travel"})
    assert refused == {
        "__typename": "PoolTooSmall",
        "code": "POOL_TOO_SMALL",
        "message": "The shared pool can give 70 units, not 71.",
        "requested": 71,
        "available": 70,
    }


@pytest.mark.parametrize("reseller_id", ["", "garbage", "pkg_" + "0" * 32, "par_" + "0" * 32])
async def test_units_for_a_reseller_that_is_none_never_touch_the_shared_pool(
    graph, acts, world, owner, reseller_id
):
    refused = await graph.data(
        owner, SET, input={"productId": "106", "channel": "OTA", "units": 7, "resellerId": reseller_id}
    )

    assert (refused["__typename"], refused["code"]) == ("NotFound", "NOT_FOUND")
    assert await acts.pool(world.cruise_pool) == (100, 0, 0)
