"""Following an introduction: what is now, then every change."""

import pytest

from server.graphql.admission import Admission
from server.graphql.documents import Documents
from server.graphql.engine import Engine
from server.graphql.execution import CoreExecution
from server.graphql.registry import Registry
from server.settings import ROOT
from tests.factories.viewers import member_of
from tests.fixtures.graphql import built, schema
from tests.graphql.introduction_operations import FOLLOW, FOLLOW_UP, SEND


@pytest.fixture
def door(graph):
    """An engine that opens a context for each event, as the api's does."""
    documents = Documents(built())
    return Engine(
        admission=Admission(documents, Registry.load(ROOT / "operations", documents)),
        execution=CoreExecution(schema()),
        open_context=graph.contexts,
    )


async def test_its_contractor_follows_an_introduction_from_the_draft_on(
    listen, door, graph, relay, carla, draft
):
    async def state(follower):
        return (await follower.next())["introductionUpdated"]

    follower = await listen(door, FOLLOW, viewer=carla, id=draft)
    first = await state(follower)
    await graph.data(carla, SEND, id=draft)
    await relay()
    sent = await state(follower)
    await graph.data(carla, FOLLOW_UP, id=draft)
    await relay()
    reminded = await state(follower)

    assert [first, sent, reminded] == [
        {"sequence": 1, "stage": "DRAFT", "reminderCount": 0},
        {"sequence": 2, "stage": "INTRODUCED", "reminderCount": 0},
        {"sequence": 3, "stage": "INTRODUCED", "reminderCount": 1},
    ]


async def test_a_stranger_follows_nothing(graph, world, sent):
    async with graph.subscribe(member_of(world.rival), FOLLOW, id=sent) as news:
        assert await news.next() is None
