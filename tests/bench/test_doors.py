"""What is measured is what is said: the calls, the time of one process, the least of the rounds."""

import asyncio
import os
import time

import pytest

from bench import doors
from bench.http1 import ProtocolError, request
from tests.bench.toy import Toy, serving

pytestmark = pytest.mark.anyio

SAID = {
    "rest": "http://127.0.0.1:8000/api/ota",
    "credentials": {
        "resellers": [
            {"environment": "TEST", "api_key": "il_test_x"},
            {"environment": "LIVE", "api_key": "il_live_y"},
        ],
        "users": [{"email": "owner@example.com", "token": "a.b.c"}],
    },
}


def test_each_call_carries_its_credential():
    typename, by_id, rest = doors.calls(SAID).values()  # type: ignore[arg-type] # what it does not read is left out

    assert typename.startswith(b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n")
    assert b"Bearer a.b.c" in typename
    assert typename.endswith(b'{"query":"{ __typename }"}')
    assert b"Bearer il_live_y" in by_id
    assert rest.startswith(b"GET /api/ota/inventory?limit=1 HTTP/1.1\r\n")


def test_the_time_of_a_process_is_that_of_its_work():
    before, began = doors.spent(os.getpid()), time.process_time()
    while time.process_time() - began < 0.05:
        pass

    assert 0.04 < doors.spent(os.getpid()) - before < 1


async def test_the_rounds_take_turns_and_the_least_counts():
    asked = request("GET", "/api/ota/inventory?product_id=1", host="x", headers={})
    async with serving(Toy()) as toy:
        servers = {"a": (os.getpid(), toy.port), "b": (os.getpid(), toy.port)}
        found = await doors.measure(servers, asked, rounds=2, seconds=0.05, connections=2)

    assert sorted(found) == ["a", "b"]
    assert all(cost > 0 for cost in found.values())
    assert toy.connections == 2 * 2 * 3


async def test_an_answer_that_is_none_is_not_measured():
    body = b'{"lines": [{"product_id": "A", "quantity": 1}]}'
    asked = request("POST", "/api/ota/reserve", host="x", headers={}, body=body)
    async with serving(Toy(units=0)) as toy:
        measuring = doors.cost(os.getpid(), toy.port, asked, seconds=0.05, connections=1)
        with pytest.RaisesGroup(ProtocolError):
            # In a task of its own: up to Python 3.12 a group that fails leaves its task counted as being cancelled.
            await asyncio.create_task(measuring)
