"""News of objects through Redis: told once, heard by every process that listens."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

CHANNEL = "interline:news"
CHANGED = "interline:changed"
BELL = "interline:bell"
INBOX_BELL = "interline:inbox"
"""Rung when the payment provider told something."""
RECONNECT_SECONDS = 0.5

log = structlog.get_logger(__name__)


class Listener:
    """One listener's mailbox: the newest sequence number, or nothing. It can not fill up."""

    def __init__(self) -> None:
        self._newest: int | None = None
        self._arrived = asyncio.Event()

    def put(self, sequence: int) -> None:
        """Leave a number; one not yet read gives way to it, since state carries what it said."""
        self._newest = sequence if self._newest is None else max(self._newest, sequence)
        self._arrived.set()

    def __aiter__(self) -> AsyncIterator[int]:
        return self

    async def __anext__(self) -> int:
        await self._arrived.wait()
        self._arrived.clear()
        newest, self._newest = self._newest, None
        if newest is None:  # pragma: no cover - `put` sets both
            raise StopAsyncIteration
        return newest


class RedisFeed:
    """One subscription to Redis a process, handed on to any number of listeners."""

    def __init__(
        self, redis: Redis, *, changed: Callable[[Collection[UUID] | None], None] = lambda _: None
    ) -> None:
        """`changed` hears which objects are to be forgotten; None when that may have been missed."""
        self._redis = redis
        self._changed = changed
        self._listeners: dict[str, set[Listener]] = {}
        self._telling: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listen(self, object_id: UUID) -> AsyncIterator[Listener]:
        """Hear of one object until the block ends."""
        listener = Listener()
        of_object = self._listeners.setdefault(object_id.hex, set())
        of_object.add(listener)
        try:
            yield listener
        finally:
            of_object.discard(listener)
            if not of_object:
                self._listeners.pop(object_id.hex, None)

    async def tell(self, news: list[tuple[UUID, int]]) -> None:
        """Tell every process the objects' new sequence numbers, in one message."""
        if news:
            await self._redis.publish(CHANNEL, " ".join(f"{each.hex}:{number}" for each, number in news))

    def tell_changed(self, objects: Collection[UUID]) -> None:
        """Have every process forget what it remembers of these objects; beside the caller, and at once.

        Told once: where Redis is away, what is remembered must end by itself.
        """
        task = asyncio.create_task(self._tell_changed(" ".join(each.hex for each in objects)))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def settle(self) -> None:
        """Wait until everything is told; for the shutdown."""
        await asyncio.gather(*self._telling)

    async def run(self) -> None:
        """Hand on what comes until cancelled; reconnect for as long as it takes."""
        while True:
            with suppress(RedisError, OSError):
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(CHANNEL, CHANGED)
                    # What was told while we were away is made up for by reading the state anew.
                    self._wake_all()
                    async for message in pubsub.listen():
                        self._hear(message["type"], message["channel"], message["data"])
            log.warning("feed.reconnecting")
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _tell_changed(self, words: str) -> None:
        with suppress(RedisError, OSError):
            await self._redis.publish(CHANGED, words)

    def _hear(self, kind: str, channel: bytes, data: Any) -> None:
        is_news = kind == "message"
        if channel == CHANGED.encode():
            # When a subscription begins, something may have been told before it.
            self._changed(_objects_in(data) if is_news else None)
        elif is_news:
            self._hand_on(data)

    def _hand_on(self, data: bytes) -> None:
        for word in data.decode().split():
            object_id, _, sequence = word.partition(":")
            for listener in self._listeners.get(object_id, ()):
                listener.put(int(sequence))

    def _wake_all(self) -> None:
        for of_object in self._listeners.values():
            for listener in of_object:
                listener.put(2**62)


def _objects_in(data: bytes) -> list[UUID] | None:
    """Return the objects a message names; None for one that is not understood, which may name any."""
    try:
        return [UUID(word) for word in data.decode().split()]
    except ValueError:
        return None


class Bell:
    """Tells the worker that there is something to do: at most once an interval, however often it is rung."""

    INTERVAL_SECONDS = 0.01

    def __init__(self, redis: Redis, channel: str = BELL) -> None:
        """`channel`: BELL for events to relay, INBOX_BELL for news of the payment provider."""
        self._redis = redis
        self._channel = channel
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def run(self) -> None:
        """Pass the rings on until cancelled. A lost one costs a second: the worker looks by itself."""
        while True:
            await self._rung.wait()
            self._rung.clear()
            with suppress(RedisError, OSError):
                await self._redis.publish(self._channel, b"")
            await asyncio.sleep(self.INTERVAL_SECONDS)
