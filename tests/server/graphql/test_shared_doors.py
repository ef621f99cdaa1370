"""Sharing seen from outside: sockets and streams that are told the same, each at its own pace, for its own time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from structlog.testing import capture_logs

from server.graphql.connection import SocketRules
from server.graphql.sse import EventStreams
from server.graphql.stream_subscribers import QUEUED_EVENTS
from server.graphql.websocket import Sockets
from server.middleware.origins import Origins
from tests.server.graphql import test_http
from tests.server.graphql.test_engine import Meter
from tests.server.graphql.test_sse import events, post
from tests.server.graphql.test_websocket import NOW, Door, make_sockets
from tests.server.graphql.toys import PERSON, STATES, Toys, make_engine
from tests.server.graphql.wires import SocketWire


async def follow(socket, identifier="1", **variables):
    """Open the socket, subscribe, and return the first state's number."""
    await socket.begin()
    socket.subscribe(identifier, STATES, variables={"name": "a", **variables})
    return await sequence(socket)


async def sequence(socket):
    message = await socket.hear()
    assert message["type"] == "next", message
    return message["payload"]["data"]["states"]["sequence"]


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for is on the far side of a wire
            await asyncio.sleep(0.001)


async def test_sockets_that_ask_alike_are_told_by_one_execution():
    toys = Toys()
    sockets = make_sockets(toys)
    async with SocketWire(sockets) as one, SocketWire(sockets) as other:
        assert (await follow(one, "x"), await follow(other, "y")) == (1, 1)
        toys.executed.clear()
        toys.pool().change()

        assert await one.hear() == {
            "id": "x",
            "type": "next",
            "payload": {
                "data": {"states": {"sequence": 2, "who": "shared LIVE "}},
                "extensions": {"cost": {"requested": 3}},
            },
        }
        assert (await other.hear())["id"] == "y"
        assert toys.executed == ["a 2"]


async def test_one_socket_may_follow_the_same_twice():
    toys = Toys()
    async with SocketWire(make_sockets(toys)) as socket:
        assert await follow(socket, "x") == 1
        socket.subscribe("y", STATES, variables={"name": "a", "after": 1})
        await until(lambda: len(toys.sources) == 2)
        toys.pool().change()

        assert sorted([(await socket.hear())["id"], (await socket.hear())["id"]]) == ["x", "y"]
        socket.say(id="x", type="complete")
        socket.say(type="ping")
        assert await socket.hear() == {"type": "pong"}
        toys.pool().change()
        assert (await socket.hear())["id"] == "y"


async def test_a_socket_follows_as_many_as_it_may_and_no_more():
    async with SocketWire(make_sockets(rules=SocketRules(max_operations=20))) as socket:
        await socket.begin()
        for number in range(21):
            socket.subscribe(str(number), STATES, variables={"name": f"pool {number}"})
        told = [await socket.hear() for _ in range(21)]
        socket.say(id="3", type="complete")
        socket.subscribe("20", STATES, variables={"name": "pool 20"})

        assert sorted(each["id"] for each in told if each["type"] == "next") == sorted(map(str, range(20)))
        assert [each["id"] for each in told if each["type"] == "error"] == ["20"]


async def test_each_is_told_its_own_cost():
    toys, meter = Toys(), Meter()
    sockets = make_sockets(toys, limiter=meter)
    async with SocketWire(sockets) as one, SocketWire(sockets) as other:
        await follow(one)
        await follow(other)
        toys.pool().change()

        costs = [(await each.hear())["payload"]["extensions"]["cost"] for each in (one, other)]

    assert [cost["remaining"] for cost in costs] == [599, 598]


async def test_a_slow_reader_is_closed_4413_and_the_others_are_told_everything():
    toys = Toys()
    sockets = make_sockets(toys, rules=SocketRules(queued_messages=4, stall_seconds=0.1, closing_seconds=5))
    async with SocketWire(sockets) as slow, SocketWire(sockets) as quick:
        assert await follow(slow) == 1
        connection = next(each for each in sockets._connections if each._operations)
        assert await follow(quick) == 1
        slow.reads.clear()
        for number in range(2, 30):
            toys.pool().change()
            assert await sequence(quick) == number
        await until(lambda: connection._close is not None)

        slow.reads.set()
        assert await slow.closed() == (4413, "Slow consumer")
        toys.pool().change()
        assert await sequence(quick) == 30


async def test_a_reader_that_is_behind_is_told_the_newest_state_and_the_end():
    toys = Toys()
    sockets = make_sockets(toys, rules=SocketRules(queued_messages=4, stall_seconds=5))
    async with SocketWire(sockets) as slow, SocketWire(sockets) as quick:
        assert (await follow(slow), await follow(quick)) == (1, 1)
        slow.reads.clear()
        for number in range(2, 30):
            toys.pool().change()
            assert await sequence(quick) == number
        toys.pool().change(is_over=True)
        assert (await quick.hear())["type"] == "complete"

        slow.reads.set()
        assert [await sequence(slow) for _ in range(5)] == [2, 3, 4, 5, 29]
        assert await slow.hear() == {"id": "1", "type": "complete"}


async def test_a_reader_that_is_behind_may_still_leave():
    toys = Toys()
    before = asyncio.all_tasks()
    sockets = make_sockets(toys, rules=SocketRules(queued_messages=1, stall_seconds=5))
    async with SocketWire(sockets) as socket:
        await follow(socket)
        socket.reads.clear()
        for number in range(2, 5):
            toys.pool().change()
            await until(lambda number=number: f"a {number}" in toys.executed)
        socket.say(id="1", type="complete")
        await until(lambda: toys.cleaned_up == ["states a"])
        socket.reads.set()
        socket.say(type="ping")

        assert await sequence(socket) == 2
        assert await socket.hear() == {"type": "pong"}
    assert asyncio.all_tasks() == before


async def test_a_credential_ends_its_own_socket_only():
    toys = Toys()
    sockets = make_sockets(toys, viewer=replace(PERSON, expires_at=NOW + timedelta(seconds=0.1)))
    async with SocketWire(sockets) as ending, SocketWire(sockets) as staying:
        assert await follow(ending) == 1
        sockets._authenticate.viewer = replace(PERSON, expires_at=NOW + timedelta(hours=1))
        assert await follow(staying) == 1
        assert len(toys.sources) == 2, "one group: its source, and a look"

        assert await ending.closed() == (4401, "Credential expired")
        toys.pool().change()
        assert await sequence(staying) == 2


async def test_a_credential_that_was_revoked_begins_nothing_more():
    is_good = True

    async def holds(viewer):
        return is_good

    toys = Toys()
    async with SocketWire(make_sockets(toys, holds=holds)) as socket:
        await socket.begin()
        is_good = False
        socket.subscribe("1", 'mutation { write(text: "x") }')

        assert await socket.closed() == (4401, "Credential ended")
    assert toys.written == []


async def test_a_stream_of_a_revoked_credential_ends_with_an_error():
    is_good = True

    async def holds(viewer):
        return is_good

    toys = Toys()
    async with SocketWire(make_sockets(toys, holds=holds)) as socket:
        await follow(socket)
        is_good = False
        toys.pool().change()

        message = await socket.hear()
    assert (message["id"], message["type"]) == ("1", "error")
    assert message["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_source_that_fails_frees_the_ids():
    toys = Toys()
    async with SocketWire(make_sockets(toys)) as socket:
        await follow(socket)
        with capture_logs():
            toys.pool().change(failure=ValueError())
            assert (await socket.hear())["type"] == "error"
        toys.pool().failure = None
        socket.subscribe("1", STATES, variables={"name": "a"})

        assert await sequence(socket) == 1


async def test_all_leave_when_the_process_drains():
    toys = Toys()
    before = asyncio.all_tasks()
    sockets = make_sockets(toys)
    async with SocketWire(sockets) as one, SocketWire(sockets) as other:
        await follow(one)
        await follow(other)

        await sockets.close_all()

        assert await one.closed() == await other.closed() == (1001, "Going away")
    assert toys.cleaned_up == ["states a", "states a"]
    assert asyncio.all_tasks() == before


async def test_sockets_and_streams_are_told_by_one_execution():
    toys = Toys()
    engine = make_engine(toys)
    sockets = Sockets(engine, Door(), Origins([]))
    streams = EventStreams(engine, test_http.Door())
    wire = post(streams, STATES, {"name": "a"})
    async with SocketWire(sockets) as socket:
        assert await follow(socket) == 1
        task = asyncio.create_task(wire.run())
        await until(lambda: b"id: 1" in wire.reply.body)
        resuming = post(streams, STATES, {"name": "a"}, last_event_id="1")
        other = asyncio.create_task(resuming.run())
        await until(lambda: len(toys.sources) == 3)
        toys.executed.clear()
        toys.pool().change()
        assert await sequence(socket) == 2
        await until(lambda: b"id: 2" in wire.reply.body and b"id: 2" in resuming.reply.body)
        toys.pool().change(is_over=True)
        reply, resumed = await task, await other

    state = {
        "data": {"states": {"sequence": 2, "who": "shared LIVE "}},
        "extensions": {"cost": {"requested": 3}},
    }
    assert events(reply)[1] == ("next", "2", state)
    assert [number for _, number, _ in events(reply)] == ["1", "2", ""]
    assert [number for _, number, _ in events(resumed)] == ["2", ""]
    assert toys.executed == ["a 2"]


async def test_a_stream_that_is_behind_is_told_the_newest_state_and_one_that_stalls_is_dropped():
    toys = Toys()
    engine = make_engine(toys)
    streams = EventStreams(engine, test_http.Door(), stall_seconds=0.3)
    quick, behind, stalled = [post(streams, STATES, {"name": "a"}) for _ in range(3)]
    reads = asyncio.Event()

    async def wait_and_send(message):
        if b"id: 2" in message.get("body", b""):
            await reads.wait()
        await behind.send(message)

    async def never_send(message):
        if b"id: 2" in message.get("body", b""):
            await asyncio.Event().wait()
        await stalled.send(message)

    sends = ((quick, quick.send), (behind, wait_and_send), (stalled, never_send))
    tasks = [asyncio.create_task(wire.app(wire.scope, wire.receive, send)) for wire, send in sends]
    await until(lambda: all(b"id: 1" in wire.reply.body for wire in (quick, behind, stalled)))
    last = QUEUED_EVENTS + 20
    for number in range(2, last + 1):
        toys.pool().change()
        await until(lambda number=number: b"id: %d\n" % number in quick.reply.body)
    reads.set()
    await asyncio.wait_for(tasks[2], 5)
    toys.pool().change(is_over=True)
    await asyncio.gather(*tasks)

    numbers = [int(number) for kind, number, _ in events(behind.reply) if kind == "next"]
    assert numbers[-1] == last
    assert numbers == sorted(set(numbers))
    assert len(numbers) == 2 + QUEUED_EVENTS
    assert [number for _, number, _ in events(quick.reply)] == [*map(str, range(1, last + 1)), ""]
