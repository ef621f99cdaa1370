"""Hears the bells that tell the worker of new events, its own and the payment provider's."""

import asyncio
from contextlib import suppress

from redis.asyncio import Redis
from redis.exceptions import RedisError

from integrations.feed import BELL, RECONNECT_SECONDS


class BellListener:
    """Wakes whoever waits when the bell is rung, here or in another process."""

    def __init__(self, redis: Redis, channel: str = BELL) -> None:
        self._redis = redis
        self._channel = channel
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the one who waits in this process."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Return when the bell was rung since the last call, or after `seconds`."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), seconds)
        self._rung.clear()

    async def run(self) -> None:
        """Listen until cancelled; reconnect for as long as it takes. What is missed costs one wait."""
        while True:
            with suppress(RedisError, OSError):
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(self._channel)
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            self._rung.set()
            await asyncio.sleep(RECONNECT_SECONDS)
