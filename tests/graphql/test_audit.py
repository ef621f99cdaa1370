"""The audit log through the graph, and the check of its chain."""

import pytest
from sqlalchemy import text

from domain.ids import global_id
from tests.factories.viewers import member_of, staff

LOG = "{ auditLog { totalCount nodes { sequence actor act objectId facts at } } }"
CHAIN = "query Chain($id: ID) { auditChain(partnerId: $id) { entries brokenAt } }"


@pytest.fixture
async def acted(acts, world, owner):
    """Two acts of the operator's owner."""
    await acts.set_allotment(owner, 90)
    await acts.set_closed(owner, is_closed=True)


async def test_acts_are_listed_newest_first(graph, world, owner, acted):
    log = await graph.data(owner, LOG)

    assert log == {
        "totalCount": 2,
        "nodes": [
            {
                "sequence": 2,
                "actor": owner.id,
                "act": "inventory.close_sales",
                "objectId": global_id("Package", world.cruise.id),
                "facts": {"product_id": "106", "channel": "OTA", "date": None},
                "at": "2026-11-18T08:00:00.000Z",
            },
            {
                "sequence": 1,
                "actor": owner.id,
                "act": "inventory.set_allotment",
                "objectId": global_id("Allotment", world.cruise_pool.id),
                "facts": {
                    "product_id": "106",
                    "channel": "OTA",
                    "date": None,
                    "reseller_id": None,
                    "units": 90,
                    "change": -10,
                },
                "at": "2026-11-18T08:00:00.000Z",
            },
        ],
    }


async def test_a_whole_chain_is_whole(graph, world, owner, acted):
    chain = await graph.data(owner, CHAIN, id=global_id("Partner", world.operator.id))

    assert chain == {"entries": 2, "brokenAt": None}


async def test_a_chain_that_was_meddled_with_is_broken(graph, acts, world, owner, acted):
    async with acts.work() as uow:
        await uow.session.execute(text("SET LOCAL session_replication_role = replica"))
        await uow.session.execute(text("UPDATE audit_log SET actor = 'nobody' WHERE sequence = 2"))

    chain = await graph.data(owner, CHAIN, id=global_id("Partner", world.operator.id))

    assert chain == {"entries": 2, "brokenAt": 2}


async def test_the_platform_s_own_chain_is_the_platform_s(graph, world, owner, acted):
    assert await graph.data(staff(), CHAIN) == {"entries": 0, "brokenAt": None}
    assert await graph.data(owner, CHAIN) == {"entries": 0, "brokenAt": None}


async def test_the_chain_of_others_looks_empty(graph, world, acted):
    stranger = member_of(world.rival)

    assert await graph.data(stranger, CHAIN, id=global_id("Partner", world.operator.id)) == {
        "entries": 0,
        "brokenAt": None,
    }
    assert await graph.data(stranger, LOG) == {"totalCount": 0, "nodes": []}


@pytest.mark.parametrize("partner_id", ["", "garbage", "rsv_" + "0" * 32])
async def test_garbage_is_no_chain_and_not_the_platform_s(graph, world, acted, partner_id):
    answer = await graph.run(staff(), CHAIN, id=partner_id)

    assert answer.errors == [("NOT_FOUND", ["auditChain"])]
