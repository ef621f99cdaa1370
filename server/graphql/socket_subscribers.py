"""A subscription over a socket: its events go into the socket's outbox, or wait for room there."""

import asyncio
from typing import Protocol

from server.graphql import socket_messages as messages
from server.graphql.answers import Answer
from server.graphql.outbox import Outbox, SlowConsumerError
from server.graphql.planned import Planned
from server.graphql.subscribers import Subscriber, Told


class Socket(Protocol):
    """What a subscription may ask of the socket it came over."""

    def forget(self, subscriber: "SocketSubscriber", /) -> None:
        """Free its id."""

    def stall(self) -> None:
        """Close: its reader does not read."""


class SocketSubscriber(Subscriber):
    """One operation of a socket.

    While the outbox is full its newest state waits here, in the place of those before it, and its end behind
    that. If there is no room within the outbox's `stall_seconds`, the socket is told to close.
    """

    __slots__ = ("_end", "_head", "_late", "_outbox", "_socket", "_waiting", "identifier")

    def __init__(self, planned: Planned, identifier: str, outbox: Outbox, socket: Socket) -> None:
        super().__init__(planned)
        self.identifier = identifier
        self._outbox = outbox
        self._socket = socket
        self._head = messages.next_head(identifier)
        self._late: Told | None = None
        self._end: bytes | None = None
        self._waiting: asyncio.Task[None] | None = None

    def tell(self, told: Told) -> None:
        if self._waiting is None and self._outbox.offer(self._text(told)):
            return
        self._late = told
        self._wait()

    def end(self, answer: Answer | None) -> None:
        # Before its caller hears of it, so that it may use the id again.
        self._socket.forget(self)
        end = (
            messages.failed(self.identifier, answer.errors) if answer else messages.completed(self.identifier)
        )
        if self._waiting is None and self._outbox.offer(end):
            return
        self._end = end
        self._wait()

    async def settled(self) -> None:
        if self._waiting is not None:
            await asyncio.wait({self._waiting})

    def stop(self) -> "asyncio.Task[None] | None":
        """Say nothing more of what waits; return what ends with it, to be waited for."""
        if self._waiting is not None:
            self._waiting.cancel()
        return self._waiting

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = asyncio.create_task(self._wait_for_room())

    async def _wait_for_room(self) -> None:
        try:
            while self._late is not None or self._end is not None:
                await self._outbox.room()
                if self._late is not None:
                    if self._outbox.offer(self._text(self._late)):
                        self._late = None
                elif self._end is not None and self._outbox.offer(self._end):
                    self._end = None
        except SlowConsumerError:
            self._socket.stall()
        else:
            self._waiting = None

    def _text(self, told: Told) -> bytes:
        return self._head + told.body + self.closing + messages.NEXT_END
