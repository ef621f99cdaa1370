"""The reader of one event stream: what it is still to be sent, and why it is sent no more."""

import asyncio
from collections import deque
from enum import IntEnum

from server.graphql.answers import Answer
from server.graphql.outcomes import encode_answer
from server.graphql.planned import Planned
from server.graphql.subscribers import Subscriber, Told

QUEUED_EVENTS = 16
COMPLETE = b"event: complete\ndata:\n\n"


class Stop(IntEnum):
    """Why a stream ends before its source does; of several, the first one counts."""

    GONE = 0
    CLOSING = 1
    EXPIRED = 2


class StreamSubscriber(Subscriber):
    """One operation over one stream. Of a reader that is behind, the last event gives way to the newest."""

    __slots__ = ("_arrived", "_events", "_last", "_left", "_request_id", "_stops", "is_over")

    def __init__(self, planned: Planned) -> None:
        super().__init__(planned)
        self._request_id = planned.request_id
        self._events: deque[bytes] = deque()
        self._last: bytes | None = None
        self._stops: set[Stop] = set()
        self._arrived = asyncio.Event()
        self._left = asyncio.Event()
        self.is_over = False

    def tell(self, told: Told) -> None:
        self._keep(event(told.answer.sequence, told.body + self.closing))

    def answer(self, answer: Answer) -> None:
        """Tell the one answer of a query or mutation."""
        self._keep(event_of(answer, self._request_id))
        self.end(None)

    def end(self, answer: Answer | None) -> None:
        said = event_of(answer, self._request_id) if answer else b""
        self._last = said + COMPLETE
        self._arrived.set()

    def stop(self, why: Stop) -> None:
        """Send nothing more."""
        self._stops.add(why)
        self._arrived.set()

    async def settled(self) -> None:
        while len(self._events) >= QUEUED_EVENTS:
            self._left.clear()
            await self._left.wait()

    async def next(self, seconds: float) -> bytes | Stop | None:
        """Return the next piece to send, or why there is none; None when `seconds` were silent."""
        if not self._arrived.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await self._arrived.wait()
            except TimeoutError:
                return None
        if self._stops:
            return min(self._stops)
        if not self._events:
            self.is_over = True
            return self._last
        piece = self._events.popleft()
        self._left.set()
        if not self._events and self._last is None:
            self._arrived.clear()
        return piece

    def _keep(self, piece: bytes) -> None:
        if len(self._events) >= QUEUED_EVENTS:
            self._events.pop()
        self._events.append(piece)
        self._arrived.set()


def event_of(answer: Answer, request_id: str) -> bytes:
    """Write an answer as an event."""
    return event(answer.sequence, encode_answer(answer, request_id))


def event(sequence: int | None, body: bytes) -> bytes:
    """Write JSON as an event, with the sequence number of its state as the id to resume after."""
    identifier = b"" if sequence is None else b"id: %d\n" % sequence
    return b"event: next\n" + identifier + b"data: " + body + b"\n\n"
