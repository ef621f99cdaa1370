"""Measures one server while sockets listen: how many events it delivers, at which price, and how soon."""

import asyncio
import time
from dataclasses import asdict, dataclass
from typing import Any

from bench import watch
from bench.listening import Listening, listening
from bench.news import News
from bench.sockets import SocketOrder

IN_FLIGHT = 8
"""States under way at once when as many as possible are delivered: the server never waits for the next one."""
SETTLE_SECONDS = 1.0
WARM_UP_SOCKETS = 4
DELIVERIES_PER_SECOND = 4_000
"""The load at which latency is measured (PERFORMANCE budget)."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server under measurement; `pid` is the process that has the sockets."""

    name: str
    pid: int
    order: SocketOrder
    news: News
    holds: News | None = None
    """The same news made by the product itself, where there is one."""


async def measure(server: Server, *, seconds: float, is_first: bool) -> dict[str, Any]:
    """Measure one round. Memory is that of a fresh server only: it takes what earlier sockets left."""
    if is_first:
        async with listening(SocketOrder(**{**asdict(server.order), "sockets": WARM_UP_SOCKETS})):
            await server.news.make()
        await asyncio.sleep(SETTLE_SECONDS)
    before, began = watch.resident_bytes(server.pid), time.monotonic()
    async with listening(server.order) as sockets:
        opened = time.monotonic() - began
        await asyncio.sleep(SETTLE_SECONDS)
        grown = watch.resident_bytes(server.pid) - before
        most = await _most(server, sockets, seconds)
        steady = await _steady(server.news, sockets, seconds)
        by_holds = await _steady(server.holds, sockets, seconds) if server.holds else None
        counted = await sockets.count()
    return {
        "server": server.name,
        "opened_seconds": round(opened, 2),
        "kib_per_connection": round(grown / 1024 / server.order.sockets, 1) if is_first else None,
        **most,
        "steady": steady,
        "by_holds": by_holds,
        "lost": counted.lost,
        "failures": counted.failures,
    }


async def _most(server: Server, sockets: Listening, seconds: float) -> dict[str, Any]:
    """Have as much delivered as the server can: some states are always under way."""
    counted, cpu, began = await sockets.count(), watch.cpu_seconds(server.pid), time.monotonic()
    under_way: list[int] = []
    while time.monotonic() - began < seconds:
        while len(under_way) < IN_FLIGHT:
            under_way.append((await server.news.make())[0])
        # States that were overtaken by a newer one do not arrive by themselves.
        arrived = await sockets.complete()
        under_way = [sequence for sequence in under_way if sequence > arrived]
    while under_way:
        arrived = await sockets.complete()
        under_way = [sequence for sequence in under_way if sequence > arrived]
    took, used = time.monotonic() - began, watch.cpu_seconds(server.pid) - cpu
    more = await sockets.count()
    deliveries = more.deliveries - counted.deliveries
    return {
        "deliveries": deliveries,
        "per_second": round(deliveries / took),
        "cpu_us_per_delivery": round(used / deliveries * 1e6, 1),
        "server_share": round(used / took, 2),
        "client_share": round((more.cpu - counted.cpu) / took, 2),
        "bytes_per_delivery": round((more.bytes - counted.bytes) / deliveries),
    }


async def _steady(news: News, sockets: Listening, seconds: float) -> dict[str, Any]:
    """Make news at the rate of the budget, and tell how old they are on arrival."""
    number = (await sockets.count()).ready
    pause = number / DELIVERIES_PER_SECOND
    published: dict[int, float] = {}
    began = time.monotonic()
    for step in range(max(int(seconds / pause), 1)):
        await asyncio.sleep(max(began + step * pause - time.monotonic(), 0))
        sequence, at = await news.make()
        published[sequence] = at
    # The newest state comes to all, whatever was overtaken.
    while await sockets.complete() < max(published):
        pass
    return await sockets.ages(published)
