"""What waits to be sent over one socket: bounded, in order, written by one task."""

import asyncio
from collections import deque

from starlette.types import Send


class SlowConsumerError(Exception):
    """The other side does not read as fast as it asked to be told."""


class Outbox:
    """Texts on their way. Who has more to say than fits waits, and after `stall_seconds` gives up."""

    def __init__(self, send: Send, *, max_messages: int, max_characters: int, stall_seconds: float) -> None:
        self._send = send
        self._max_messages = max_messages
        self._max_characters = max_characters
        self._stall_seconds = stall_seconds
        self._waiting: deque[str] = deque()
        self._characters = 0
        self._arrived = asyncio.Event()
        self._left = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def is_full(self) -> bool:
        return len(self._waiting) >= self._max_messages or self._characters >= self._max_characters

    async def put(self, text: str) -> None:
        """Leave a text to be sent. Raises SlowConsumerError."""
        try:
            async with asyncio.timeout(self._stall_seconds):
                while self.is_full:
                    self._left.clear()
                    await self._left.wait()
        except TimeoutError:
            raise SlowConsumerError from None
        self._waiting.append(text)
        self._characters += len(text)
        self._idle.clear()
        self._arrived.set()

    async def run(self) -> None:
        """Send what comes, until cancelled or until the other side is gone."""
        while True:
            while self._waiting:
                text = self._waiting.popleft()
                self._characters -= len(text)
                await self._send({"type": "websocket.send", "text": text})
                self._left.set()
            self._idle.set()
            self._arrived.clear()
            await self._arrived.wait()

    async def settle(self) -> None:
        """Wait until all that waits has been sent."""
        await self._idle.wait()
