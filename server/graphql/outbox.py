"""What waits to be sent over one socket: bounded, in order. Nothing waits while the reader keeps up."""

import asyncio
from collections import deque
from collections.abc import Callable

from starlette.types import Send

WRITE = "interline.write"
"""The ASGI extension of a server that has it (`server/wire.py`): a `Write`."""
Write = Callable[[bytes], bool]
"""Sends a text at once if its reader keeps up; tells whether that was so."""


class SlowConsumerError(Exception):
    """The other side does not read as fast as it asked to be told."""


class Outbox:
    """Texts on their way. Who has more to say than fits waits, and after `stall_seconds` gives up."""

    __slots__ = (
        "_bytes",
        "_left",
        "_max_bytes",
        "_max_messages",
        "_send",
        "_sending",
        "_stall_seconds",
        "_waiting",
        "_write",
    )

    def __init__(
        self,
        send: Send,
        write: Write | None = None,
        *,
        max_messages: int,
        max_bytes: int,
        stall_seconds: float,
    ) -> None:
        self._send = send
        self._write = write
        self._max_messages = max_messages
        self._max_bytes = max_bytes
        self._stall_seconds = stall_seconds
        # Made when something waits: most sockets never have it.
        self._waiting: deque[bytes] | None = None
        self._bytes = 0
        self._sending: asyncio.Task[None] | None = None
        self._left: asyncio.Event | None = None

    @property
    def is_full(self) -> bool:
        waiting = 0 if self._waiting is None else len(self._waiting)
        return waiting >= self._max_messages or self._bytes >= self._max_bytes

    def offer(self, text: bytes) -> bool:
        """Send a text, or keep it to be sent; tell whether there was room."""
        if self._sending is None and self._write is not None and self._write(text):
            return True
        if self.is_full:
            return False
        if self._waiting is None:
            self._waiting = deque()
        self._waiting.append(text)
        self._bytes += len(text)
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_waiting())
        return True

    async def put(self, text: bytes) -> None:
        """Leave a text to be sent. Raises SlowConsumerError."""
        while not self.offer(text):
            await self.room()

    async def room(self) -> None:
        """Wait until there is room. Raises SlowConsumerError."""
        try:
            async with asyncio.timeout(self._stall_seconds):
                while self.is_full:
                    self._left = self._left or asyncio.Event()
                    self._left.clear()
                    await self._left.wait()
        except TimeoutError:
            raise SlowConsumerError from None

    async def settle(self) -> None:
        """Wait until all that waits has been sent."""
        if self._sending is not None:
            await asyncio.wait({self._sending})

    def stop(self) -> "asyncio.Task[None] | None":
        """Send nothing more of what waits; return what ends with it, to be waited for."""
        if self._sending is not None:
            self._sending.cancel()
        return self._sending

    async def _send_waiting(self) -> None:
        try:
            while self._waiting:
                # What is on its way counts until it has left.
                text = self._waiting[0]
                await self._send({"type": "websocket.send", "text": text.decode()})
                self._waiting.popleft()
                self._bytes -= len(text)
                if self._left is not None:
                    self._left.set()
        except (OSError, RuntimeError):
            # The other side is gone, or has been sent the close code: whoever reads hears of it.
            return
        self._waiting = self._sending = self._left = None
