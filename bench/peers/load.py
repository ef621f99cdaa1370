"""The load, in a process of its own: reads one order a line, and answers each with a line of what it saw.

A closed loop over kept-alive connections, as `bench.load` has it, but for reads that were verified before: the
requests are ready bytes, and of an answer only its status and its length are looked at. So the load takes little
of the machine that it shares with what it measures.
"""

import asyncio
import re
import resource
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import cast

import orjson

from bench.load import percentiles

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
OK = b"HTTP/1.1 200"
END_OF_HEAD = b"\r\n\r\n"
PATIENCE = 60.0
"""Seconds after the end of the time within which every call under way must be answered."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the load process is asked to do: the requests in their order, over and over."""

    host: str
    port: int
    requests: list[str]
    lengths: list[int]
    """How long the body of each request's answer is."""
    connections: int
    seconds: float


@dataclass(slots=True)
class Seen:
    """What the load process saw; latencies in milliseconds."""

    seconds: float = 0.0
    calls: int = 0
    latency: dict[str, float] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    cpu_seconds: float = 0.0


class Load:
    """One order under way; its connections share the sequence of requests."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._requests = [each.encode() for each in order.requests]
        self._numbers = count()
        self._deadline = 0.0
        self._times: list[float] = []
        self._failures: Counter[str] = Counter()

    async def run(self) -> Seen:
        loop = asyncio.get_running_loop()
        order = self._order
        lines = [
            (await loop.create_connection(lambda: Line(self), order.host, order.port))[1]
            for _ in range(order.connections)
        ]
        began, cpu = time.perf_counter(), _cpu()
        self._deadline = began + order.seconds
        for line in lines:
            line.ask()
        async with asyncio.timeout(order.seconds + PATIENCE):
            await asyncio.gather(*(line.done for line in lines))
        seconds = time.perf_counter() - began
        for line in lines:
            line.close()
        latency = percentiles([each * 1000 for each in self._times])
        return Seen(seconds, len(self._times), latency, self._failures, _cpu() - cpu)

    def next(self) -> tuple[bytes, int] | None:
        """Return the next request and the length of its answer; None when the time is over."""
        if time.perf_counter() >= self._deadline:
            return None
        number = next(self._numbers) % len(self._requests)
        return self._requests[number], self._order.lengths[number]

    def answered(self, took: float) -> None:
        self._times.append(took)

    def failed(self, why: str) -> None:
        self._failures[why] += 1


class Line(asyncio.Protocol):
    """One connection: asks, waits for the whole answer, asks again. A failure ends it."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._transport: asyncio.Transport
        self._head = b""
        self._missing = 0
        self._expected = 0
        self._asked_at = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's classes.
        self._transport = cast("asyncio.Transport", transport)

    def ask(self) -> None:
        following = self._load.next()
        if following is None:
            self.done.set_result(None)
            return
        request, self._expected = following
        self._asked_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._head += data
            if not self._read_head():
                return
        if self._missing == 0:
            self._load.answered(time.perf_counter() - self._asked_at)
            self.ask()
        elif self._missing < 0:
            self._fail("more bytes than announced")

    def _read_head(self) -> bool:
        """Read the head once it is whole; tell whether the answer is one we go on with."""
        end = self._head.find(END_OF_HEAD)
        if end < 0:
            return False
        head, so_far = self._head[: end + 2], len(self._head) - end - len(END_OF_HEAD)
        self._head = b""
        length = LENGTH.search(head)
        if not head.startswith(OK) or length is None:
            self._fail(head.split(b"\r\n")[0].decode(errors="replace"))
            return False
        if int(length[1]) != self._expected:
            self._fail("another answer than the verified one")
            return False
        self._missing = self._expected - so_far
        return True

    def _fail(self, why: str) -> None:
        if not self.done.done():
            self._load.failed(why)
            self.done.set_result(None)
        self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"the server hung up ({type(exc).__name__})" if exc else "the server hung up")

    def close(self) -> None:
        self._transport.close()


def answer(line: bytes) -> bytes:
    """Do what one line says, and return what was seen as a line."""
    import uvloop  # noqa: PLC0415 - only the load process needs it

    order = Order(**orjson.loads(line))
    seen = uvloop.run(Load(order).run())
    # `asdict` would count the counter's own pairs.
    return orjson.dumps({**asdict(seen), "failures": dict(seen.failures)}) + b"\n"


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Serve orders until standard input ends."""
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(answer(line))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
