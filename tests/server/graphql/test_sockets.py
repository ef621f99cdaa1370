"""What a socket may do, and how it ends: limits, slow readers, expiry, drain, origins."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from server.graphql.connection import SocketRules
from tests.server.graphql.test_websocket import NOW, close_after, make_sockets
from tests.server.graphql.toys import PERSON, Toys
from tests.server.graphql.wires import SocketWire


async def test_completing_stops_the_source_and_its_cleanup_runs():
    toys = Toys()
    async with SocketWire(make_sockets(toys)) as socket:
        await socket.begin()
        socket.subscribe("1", "subscription { forever }")
        assert (await socket.hear())["type"] == "next"
        await toys.started.wait()

        socket.say(id="1", type="complete")
        socket.say(type="ping")

        # Nothing more is said about the operation.
        assert await socket.hear() == {"type": "pong"}
        async with asyncio.timeout(1):
            while toys.cleaned_up != ["forever"]:  # noqa: ASYNC110 - the toys have no event for it
                await asyncio.sleep(0)


async def test_completing_frees_the_id_at_once():
    async with SocketWire(make_sockets()) as socket:
        await socket.begin()
        for _ in range(5):
            socket.subscribe("1", "subscription { forever }")
            socket.say(id="1", type="complete")
        socket.subscribe("1", "{ hello }")
        while (message := await socket.hear())["type"] != "complete":
            assert message["type"] == "next"


async def test_completing_what_is_not_there_is_no_mistake():
    async with SocketWire(make_sockets()) as socket:
        await socket.begin()
        socket.say(id="nothing", type="complete")
        socket.say(type="ping")

        assert await socket.hear() == {"type": "pong"}


async def test_hanging_up_stops_everything_that_ran():
    toys = Toys()
    before = asyncio.all_tasks()
    async with SocketWire(make_sockets(toys)) as socket:
        await socket.begin()
        socket.subscribe("1", "subscription { forever }")
        socket.subscribe("2", "{ slow }")
        await toys.started.wait()
        await socket.hear()

    assert sorted(toys.cleaned_up) == ["forever", "slow"]
    assert asyncio.all_tasks() == before


async def test_a_socket_runs_so_many_operations_and_no_more():
    async with SocketWire(make_sockets(rules=SocketRules(max_operations=3))) as socket:
        await socket.begin()
        for identifier in "abcd":
            socket.subscribe(identifier, "subscription { forever }")
        refused = [
            message for message in [await socket.hear() for _ in range(4)] if message["type"] == "error"
        ]

        assert [(message["id"], message["payload"][0]["extensions"]["code"]) for message in refused] == [
            ("d", "LIMIT_EXCEEDED")
        ]


async def test_the_socket_closes_when_the_credential_ends():
    viewer = replace(PERSON, expires_at=NOW + timedelta(seconds=0.05))
    toys = Toys()
    async with SocketWire(make_sockets(toys, viewer=viewer)) as socket:
        await socket.begin()
        socket.subscribe("1", "subscription { forever }")

        assert await socket.closed() == (4401, "Credential expired")
    assert toys.cleaned_up == ["forever"]


async def test_a_credential_that_has_ended_already_opens_nothing_for_long():
    viewer = replace(PERSON, expires_at=NOW - timedelta(seconds=5))

    assert await close_after(viewer=viewer) == 4401


async def test_a_reader_that_stalls_is_closed_4413_and_little_is_kept_for_it():
    toys = Toys()
    rules = SocketRules(queued_messages=5, stall_seconds=0.05, closing_seconds=0.05)
    sockets = make_sockets(toys, rules=rules)
    async with SocketWire(sockets) as socket:
        await socket.begin()
        (connection,) = sockets._connections
        socket.reads.clear()
        socket.subscribe("1", "subscription { flood }")
        async with asyncio.timeout(2):
            await connection.ended()

        assert connection._close.code == 4413
        # One of them is on its way.
        assert len(connection._outbox._waiting) == 5
    assert toys.cleaned_up == ["flood"]


async def test_a_reader_that_stalls_and_comes_back_in_time_hears_4413():
    rules = SocketRules(queued_messages=5, stall_seconds=0.05, closing_seconds=1)
    async with SocketWire(make_sockets(rules=rules)) as socket:
        await socket.begin()
        socket.reads.clear()
        socket.subscribe("1", "subscription { flood }")
        await asyncio.sleep(0.1)
        socket.reads.set()

        assert await socket.closed() == (4413, "Slow consumer")


async def test_what_waits_is_bounded_by_its_length_too():
    rules = SocketRules(queued_bytes=10_000, stall_seconds=0.05, closing_seconds=0.05)
    sockets = make_sockets(rules=rules)
    async with SocketWire(sockets) as socket:
        await socket.begin()
        (connection,) = sockets._connections
        socket.reads.clear()
        socket.subscribe("1", "subscription { flood }")
        await connection.ended()

        # The last one that fits may be larger than the room there was.
        assert 10_000 <= connection._outbox._bytes < 11_100


async def test_a_quick_source_does_not_drown_a_reader_who_reads():
    rules = SocketRules(queued_messages=2, stall_seconds=0.5)
    async with SocketWire(make_sockets(rules=rules)) as socket:
        await socket.begin()
        socket.subscribe("1", "subscription { ticks(to: 200) { sequence } }")

        messages = [await socket.hear() for _ in range(201)]

    assert [each["payload"]["data"]["ticks"]["sequence"] for each in messages[:-1]] == list(range(1, 201))


async def test_all_sockets_are_sent_away_with_1001_and_none_is_taken_any_more():
    toys = Toys()
    sockets = make_sockets(toys)
    async with SocketWire(sockets) as first, SocketWire(sockets) as second:
        await first.begin()
        await second.begin()
        first.subscribe("1", "subscription { forever }")
        await first.hear()

        await sockets.close_all()

        assert await first.closed() == await second.closed() == (1001, "Going away")
        assert toys.cleaned_up == ["forever"]
        async with SocketWire(sockets) as third:
            assert (await third.event())["code"] == 1001


@pytest.mark.parametrize(
    "subprotocols", [[], ["graphql-ws"], ["graphql-ws", "other"], ["Graphql-Transport-WS"]]
)
async def test_every_other_sub_protocol_closes_4406(subprotocols):
    async with SocketWire(make_sockets(), subprotocols=subprotocols) as socket:
        assert await socket.accepted() is None
        assert await socket.closed() == (4406, "Subprotocol not acceptable")


async def test_our_sub_protocol_is_chosen_among_several():
    async with SocketWire(make_sockets(), subprotocols=["graphql-ws", "graphql-transport-ws"]) as socket:
        assert await socket.accepted() == "graphql-transport-ws"


@pytest.mark.parametrize(
    ("headers", "is_open"),
    [
        ({}, True),
        ({"origin": "https://portal.example"}, True),
        ({"origin": "http://api.example:8000", "host": "api.example:8000"}, True),
        ({"origin": "https://evil.example", "host": "api.example"}, False),
        ({"origin": "https://portal.example.evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"sec-fetch-site": "cross-site"}, False),
    ],
)
async def test_a_foreign_site_closes_4403(headers, is_open):
    async with SocketWire(make_sockets(allowed=["https://portal.example"]), headers=headers) as socket:
        await socket.accepted()
        if is_open:
            socket.say(type="connection_init")
            assert await socket.hear() == {"type": "connection_ack"}
        else:
            assert await socket.closed() == (4403, "Forbidden")
