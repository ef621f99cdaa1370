"""The load asks in the given order, waits for whole answers, and trusts nothing but the verified length."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import orjson
import pytest

from bench.http1 import request
from bench.peers.load import Load, Order
from server.settings import ROOT

pytestmark = pytest.mark.anyio

ORDER = Order("127.0.0.1", 0, ["a", "bb", "ccc"], [3, 4, 5], connections=1, seconds=0.2)


class Echo:
    """Answers a body with itself and what is told to stand behind it, cut into pieces."""

    def __init__(self, behind: bytes = b"..", pieces: int = 1, status: int = 200) -> None:
        self.behind, self.pieces, self.status = behind, pieces, status
        self.bodies: list[bytes] = []
        self.connections = 0
        self.port = 0
        self.hangs_up: Callable[[], bool] = lambda: False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
                self.bodies.append(await reader.readexactly(length))
                if self.hangs_up():
                    break
                body = self.bodies[-1] + self.behind
                whole = f"HTTP/1.1 {self.status} X\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body
                size = -(-len(whole) // self.pieces)
                for start in range(0, len(whole), size):
                    writer.write(whole[start : start + size])
                    await writer.drain()
                    await asyncio.sleep(0.001 if self.pieces > 1 else 0)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(echo: Echo) -> AsyncIterator[Order]:
    server = await asyncio.start_server(echo.serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        requests = [
            request("POST", "/", host="x", headers={}, body=body.encode()).decode() for body in ORDER.requests
        ]
        yield replace(ORDER, port=port, requests=requests)


async def test_the_keys_are_asked_in_turn_by_all_connections():
    echo = Echo()
    async with serving(echo) as order:
        seen = await Load(replace(order, connections=4)).run()

    assert echo.connections == 4
    assert seen.calls == len(echo.bodies) > 4
    # They share one sequence; how their calls arrive is a matter of luck, how often each is asked is not.
    often = [echo.bodies.count(body) for body in (b"a", b"bb", b"ccc")]
    assert max(often) - min(often) <= 1
    assert not seen.failures


async def test_an_answer_may_come_in_pieces():
    echo = Echo(pieces=7)
    async with serving(echo) as order:
        seen = await Load(order).run()

    assert seen.calls == len(echo.bodies) > 1
    assert [*seen.latency] == ["p50", "p95", "p99"]
    assert seen.latency["p50"] >= 5
    assert not seen.failures


async def test_another_length_than_the_verified_one_is_a_failure_and_ends_the_connection():
    async with serving(Echo(behind=b"...")) as order:
        seen = await Load(order).run()

    assert seen.calls == 0
    assert seen.failures == {"another answer than the verified one": 1}


async def test_an_error_is_a_failure():
    async with serving(Echo(status=500)) as order:
        seen = await Load(order).run()

    assert seen.calls == 0
    assert seen.failures == {"HTTP/1.1 500 X": 1}


async def test_a_server_that_hangs_up_is_a_failure():
    echo = Echo()
    echo.hangs_up = lambda: len(echo.bodies) == 3
    async with serving(echo) as order:
        seen = await Load(order).run()

    assert seen.calls == 2
    assert seen.failures == {"the server hung up": 1}


async def test_the_load_process_serves_one_order_after_the_other():
    echo = Echo()
    async with serving(echo) as order:
        lines = b"".join(orjson.dumps(each) + b"\n" for each in (order, replace(order, lengths=[9, 9, 9])))
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "bench.peers.load"],
            cwd=ROOT,
            input=lines,
            capture_output=True,
            check=True,
        )

    first, second = (orjson.loads(line) for line in done.stdout.splitlines())
    assert first["calls"] == len(echo.bodies) - 1
    assert first["failures"] == {}
    assert first["cpu_seconds"] > 0
    assert second["failures"] == {"another answer than the verified one": 1}
