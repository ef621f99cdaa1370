"""The listening sockets count what they hear, and say when all have heard it."""

import os
import time

import pytest
from websockets.frames import Frame, Opcode

from bench.listening import listening
from bench.sockets import Heard, SocketOrder, ages, frame_at, leading_number, masked
from bench.subscribed import Server, measure
from bench.subscriptions_report import markdown
from tests.server.graphql.test_served import serve
from tests.server.graphql.toys import STATES

pytestmark = pytest.mark.anyio


def order(served, sockets=3):
    subscribe = {"query": STATES, "variables": {"name": "a"}}
    return SocketOrder("127.0.0.1", served.port, "/graphql", sockets, {}, subscribe)


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536])
def test_a_frame_is_found_when_it_is_whole(length):
    frame = Frame(Opcode.TEXT, b"x" * length).serialize(mask=False)
    data = b"??" + frame + b"\x81"

    found = frame_at(data, 2)

    assert found is not None
    kind, start, end = found
    assert (kind, data[start:end], data[end:]) == (1, b"x" * length, b"\x81")
    assert all(frame_at(frame[:cut], 0) is None for cut in (0, 1, len(frame) - 1))


@pytest.mark.parametrize("length", [1, 125, 126, 1_000])
def test_what_is_said_is_framed_as_clients_must(length):
    text = b"x" * length
    framed = masked(text)

    assert framed[1] & 0x80
    assert framed.endswith(b"\0\0\0\0" + text)


def test_a_number_is_read_wherever_a_blank_stands():
    assert [leading_number(text, 0) for text in (b"12}", b" 12,", b"x")] == [12, 12, -1]


def test_the_age_of_a_state_is_that_of_every_arrival():
    heard = Heard(2, times={7: [1.0, 1.5], 8: [3.0]})

    assert ages(heard, {"7": 0.5, "8": 2.9}) == {
        "deliveries": 3,
        "expected": 4,
        "p50": 500.0,
        "p95": 1000.0,
        "p99": 1000.0,
    }


async def test_sockets_hear_a_change_each_and_say_so():
    async with serve() as served, listening(order(served)) as sockets:
        before = await sockets.count()
        at = time.monotonic()
        served.toys.pool().change()
        assert await sockets.complete() == 2
        after, age = await sockets.count(), await sockets.ages({2: at})

    assert (before.ready, before.deliveries, after.deliveries, after.lost) == (3, 3, 6, 0)
    assert (age["deliveries"], age["expected"]) == (3, 3)
    assert 0 < age["p50"] <= age["p99"]


async def test_a_round_measures_the_process_that_serves():

    class Changes:
        def __init__(self, pool):
            self.pool = pool

        async def make(self):
            self.pool.change()
            return self.pool.sequence, time.monotonic()

    async with serve() as served:
        server = Server("Interline", os.getpid(), order(served), Changes(served.toys.pool()))
        line = await measure(server, seconds=0.3, is_first=True)

    assert line["deliveries"] > 0
    assert 0 < line["steady"]["deliveries"] <= line["steady"]["expected"]
    assert (line["lost"], line["failures"]) == (0, {})
    told = {"at": "now", "machine": "m", "sockets": 3, "seconds": 0.3}
    shown = markdown({**told, "rounds": [line, {**line, "server": "Strawberry default"}]})
    assert "| Interline |" in shown
    assert "1.0 × the deliveries" in shown
