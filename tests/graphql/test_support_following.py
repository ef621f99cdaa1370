"""Following a support thread: what is now, then every message and every other change."""

import pytest

from permissions.viewer import Role
from server.graphql.admission import Admission
from server.graphql.documents import Documents
from server.graphql.engine import Engine
from server.graphql.execution import CoreExecution
from server.graphql.registry import Registry
from server.settings import ROOT
from tests.factories.times import MINUTE
from tests.factories.viewers import member_of, staff
from tests.fixtures.graphql import built, schema
from tests.graphql.support_operations import FOLLOW, OPEN, POST, QUESTION, RESOLVE, SUBJECTS


@pytest.fixture
def door(graph):
    """An engine that opens a context for each event, as the api's does."""
    documents = Documents(built())
    return Engine(
        admission=Admission(documents, Registry.load(ROOT / "operations", documents)),
        execution=CoreExecution(schema()),
        open_context=graph.contexts,
    )


@pytest.fixture
def asker(world):
    return member_of(world.reseller, role=Role.SUPPORT)


@pytest.fixture
def manager():
    return staff(Role.ACCOUNT_MANAGER)


@pytest.fixture
async def thread(graph, asker):
    """The id of a thread with one message of the reseller."""
    return (await graph.data(asker, OPEN, input=QUESTION))["id"]


async def state(follower):
    return (await follower.next())["supportMessagePosted"]


async def test_following_a_thread_begins_with_what_it_is_now(listen, door, asker, thread):
    follower = await listen(door, FOLLOW, viewer=asker, id=thread)

    assert await state(follower) == {
        "sequence": 1,
        "status": "OPEN",
        "unreadCount": 0,
        "messages": {"nodes": [{"number": 1, "text": "Why do holds expire?"}]},
    }


async def test_every_message_and_every_change_is_told(
    listen, door, graph, acts, relay, asker, manager, thread
):
    follower = await listen(door, FOLLOW, viewer=asker, id=thread)
    await state(follower)

    for said in ("One", "Two"):
        await graph.data(manager, POST, id=thread, said=said)
    await relay()
    answered = await state(follower)
    acts.later(MINUTE)
    await graph.data(manager, RESOLVE, id=thread)
    await relay()
    resolved = await state(follower)

    assert answered == {
        "sequence": 3,
        "status": "WAITING_FOR_PARTNER",
        "unreadCount": 2,
        "messages": {"nodes": [{"number": 2, "text": "One"}, {"number": 3, "text": "Two"}]},
    }
    assert (resolved["sequence"], resolved["status"]) == (4, "RESOLVED")


async def test_each_follower_is_told_what_it_has_not_read_itself(
    listen, door, graph, relay, world, asker, manager, thread
):
    colleague = member_of(world.reseller, role=Role.SUPPORT)
    followers = [await listen(door, FOLLOW, viewer=each, id=thread) for each in (asker, colleague)]
    before = [(await state(each))["unreadCount"] for each in followers]

    await graph.data(manager, POST, id=thread, said="One")
    await relay()

    assert before == [0, 1]
    assert [(await state(each))["unreadCount"] for each in followers] == [1, 2]


async def test_no_message_is_lost_between_two_states(listen, door, graph, relay, asker, manager, thread):
    """Numbers have no gaps: what one state does not show, the next one's number tells of."""
    follower = await listen(door, FOLLOW, viewer=asker, id=thread)
    await state(follower)

    for number in range(5):
        await graph.data(manager, POST, id=thread, said=f"Answer {number}")
    await relay()
    told = await state(follower)

    assert (told["sequence"], [each["number"] for each in told["messages"]["nodes"]]) == (6, [5, 6])


async def test_a_follower_resumes_after_what_it_saw(graph, relay, asker, manager, thread):
    await graph.data(manager, POST, id=thread, said="One")

    async with graph.subscribe(asker, FOLLOW, id=thread, after=1) as news:
        assert (await news.next())["sequence"] == 2
    async with graph.subscribe(asker, FOLLOW, id=thread, after=2) as news:
        assert await news.is_silent(relay())
    async with graph.subscribe(asker, FOLLOW, id=thread, after=2) as news:
        await graph.data(manager, POST, id=thread, said="Two")
        await relay()
        assert (await news.next())["sequence"] == 3


async def test_what_is_noted_as_read_is_no_news(graph, relay, asker, thread):
    async with graph.subscribe(asker, FOLLOW, id=thread, after=1) as news:
        await graph.data(
            asker,
            "mutation R($id: ID!) { markSupportThreadRead(input: {id: $id}) { __typename } }",
            id=thread,
        )

        assert await news.is_silent(relay())


async def test_a_rival_follows_nothing_and_finds_nothing(graph, world, thread):
    rival = member_of(world.rival)

    async with graph.subscribe(rival, FOLLOW, id=thread) as news:
        assert await news.next() is None
    assert (await graph.data(rival, SUBJECTS))["nodes"] == []
    assert (await graph.data(rival, POST, id=thread, said="Hello"))["code"] == "NOT_FOUND"


async def test_who_only_looks_on_follows_nothing(graph, world, thread):
    looking = member_of(world.reseller, role=Role.READONLY)

    async with graph.subscribe(looking, FOLLOW, id=thread) as news:
        assert await news.next() == [("FORBIDDEN", ["supportMessagePosted"])]
