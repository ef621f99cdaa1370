"""Any object by its id: every type there is, null for everything else."""

import secrets

import pytest
from sqlalchemy import select

from db import models
from domain.environments import Environment
from domain.ids import PREFIXES, global_id
from permissions.viewer import ANONYMOUS
from resolvers.nodes import READABLE
from services import api_keys
from tests.factories.viewers import in_test, member_of, staff
from tests.fixtures.graphql import built

NODE = "query Node($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


async def ids_of(acts, model):
    return [global_id(model.__name__, each) for each in await acts.rows(select(model.id).order_by(model.id))]


@pytest.fixture
async def everything(acts, world, reseller, owner):
    """One id of each type of the core."""
    await acts.activate(reseller, await acts.hold(reseller))
    await acts.set_allotment(owner, 90)
    async with acts.work() as uow:
        await api_keys.issue_key(
            uow,
            member_of(world.reseller),
            reseller_id=world.reseller.id,
            environment=Environment.LIVE,
            name="Shop",
            scopes=None,
            expires_at=None,
            pepper=b"p" * 32,
            entropy=secrets.token_bytes,
            now=acts.now,
        )
    core = (
        models.Partner,
        models.Package,
        models.Allotment,
        models.InventoryEvent,
        models.Reservation,
        models.Booking,
        models.Ticket,
        models.ApiKey,
        models.AuditEntry,
    )
    return {model.__name__: (await ids_of(acts, model))[0] for model in core}


async def test_every_object_is_found_by_its_id(graph, everything):
    found = {name: await graph.data(staff(), NODE, id=each) for name, each in everything.items()}

    assert found == {name: {"__typename": name, "id": each} for name, each in everything.items()}


async def test_many_objects_are_found_in_the_order_asked_for(graph, everything):
    ids = list(everything.values())

    answer = await graph.data(staff(), NODES, ids=[ids[3], "garbage", ids[0], ids[3], "rsv_" + "0" * 32])

    assert [each and each["id"] for each in answer] == [ids[3], None, ids[0], ids[3], None]


async def test_no_more_than_a_hundred_are_found_at_once(graph, everything):
    refused = await graph.run(staff(), NODES, ids=[everything["Package"]] * 101)

    assert refused.errors == [("INVALID_INPUT", ["nodes"])]
    assert len(await graph.data(staff(), NODES, ids=[everything["Package"]] * 100)) == 100


async def test_what_one_may_not_see_is_null_as_if_it_were_not_there(graph, everything, rival):
    """The rival sees what is sold and the pools it may draw from, nothing of the reseller's."""
    seen = {name for name, each in everything.items() if await graph.data(rival, NODE, id=each)}

    assert seen == {"Partner", "Package", "Allotment"}


async def test_anonymous_sees_nothing(graph, everything):
    assert [await graph.data(ANONYMOUS, NODE, id=each) for each in everything.values()] == [None] * 9


async def test_the_other_environment_is_not_there(graph, everything, reseller):
    here = {name for name, each in everything.items() if await graph.data(reseller, NODE, id=each)}
    there = {name for name, each in everything.items() if await graph.data(in_test(reseller), NODE, id=each)}

    assert here == {"Partner", "Package", "Allotment", "Reservation", "Booking", "Ticket"}
    assert there == {"Partner"}


@pytest.mark.parametrize(
    "node_id",
    ["", "garbage", "rsv_", "usr_" + "0" * 32, "call_" + "0" * 32, "rsv_" + "g" * 32, "é" * 5000, "_" * 5000],
)
async def test_garbage_is_null(graph, world, node_id):
    assert await graph.data(staff(), NODE, id=node_id) is None
    assert await graph.data(staff(), NODES, ids=[node_id]) == [None]


def test_every_type_with_an_id_has_a_prefix_and_can_be_read():
    types = {each.name for each in built().get_possible_types(built().type_map["Node"])}

    assert types - PREFIXES.keys() == set()
    assert types - READABLE.keys() == set()
