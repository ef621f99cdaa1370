"""Any object by its id: every type there is, null for everything else."""

import pytest
from sqlalchemy import select

from domain.ids import PREFIXES, global_id
from permissions.viewer import ANONYMOUS
from resolvers.nodes import READABLE
from tests.factories.scene import make_scene
from tests.factories.viewers import in_test, staff
from tests.fixtures.graphql import KEYS, built

OPERATIONS = {"WebhookEndpoint", "WebhookDelivery", "DeadLetter", "ApiCall"}
NODE = "query Node($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


async def first_id(acts, model):
    return global_id(model.__name__, (await acts.rows(select(model.id).order_by(model.id).limit(1)))[0])


@pytest.fixture
async def everything(acts, world, reseller, owner):
    """One id of each type that can be read."""
    await make_scene(acts, world, owner=owner, reseller=reseller, keys=KEYS)
    return {name: await first_id(acts, model) for name, model in READABLE.items() if name in PREFIXES}


OF_BOTH = {"Partner", "CertificationRun"}
"""What a key sees that is of no environment."""
OF_ONE = {"Package", "PackageConsent", "Refund", "Allotment", "Reservation", "Booking", "Ticket"}
SOLD_TO_ALL = {"Partner", "Package"}
"""What is seen without any rights, since it is sold to travellers."""


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


async def test_anonymous_sees_what_is_sold_to_everybody(graph, everything):
    seen = {name for name, each in everything.items() if await graph.data(ANONYMOUS, NODE, id=each)}

    assert seen == SOLD_TO_ALL


async def test_the_other_environment_is_not_there(graph, everything, reseller):
    here = {name for name, each in everything.items() if await graph.data(reseller, NODE, id=each)}
    there = {name for name, each in everything.items() if await graph.data(in_test(reseller), NODE, id=each)}

    assert here - OPERATIONS == OF_BOTH | OF_ONE
    assert there == OF_BOTH


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
