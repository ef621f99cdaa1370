"""Operations whose client hangs up before they are answered."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from server.graphql.exchanges import ClientGoneError, Exchange
from server.overdue import Overdue

LISTEN_AFTER = 0.025
"""Seconds: to listen for one client takes a task, and most operations end before anybody could hang up in earnest."""

T = TypeVar("T")


class HangUps:
    """Cancels what runs for clients that are gone. One for each door."""

    def __init__(self) -> None:
        self._long_ones: Overdue[_Call] = Overdue(LISTEN_AFTER, _Call.listen)

    async def unless_gone(self, work: Awaitable[T], exchange: Exchange) -> T:
        """Return what the work comes to; cancel it when the client hangs up. Raises ClientGoneError then.

        A write that is cancelled before its commit has not happened; whoever hung up during the commit asks
        again with the same idempotency key.
        """
        task = asyncio.current_task(self._long_ones.loop)
        assert task is not None
        call = _Call(exchange, task)
        cancelling = task.cancelling()
        self._long_ones.begin(call)
        try:
            done = await work
        except asyncio.CancelledError:
            if call.is_gone and task.uncancel() <= cancelling:
                raise ClientGoneError from None
            raise
        finally:
            self._long_ones.end(call)
            await call.end()
        if call.is_gone:
            # The work took no notice of being cancelled.
            task.uncancel()
            raise ClientGoneError
        return done


class _Call:
    """One operation under way, and the task it runs in."""

    __slots__ = ("_exchange", "_listening", "_task", "is_gone")

    def __init__(self, exchange: Exchange, task: "asyncio.Task[object]") -> None:
        self._exchange = exchange
        self._task = task
        self._listening: asyncio.Task[None] | None = None
        self.is_gone = False

    def listen(self) -> None:
        self._listening = asyncio.create_task(self._exchange.wait_until_gone())
        self._listening.add_done_callback(self._hear)

    async def end(self) -> None:
        """Listen no more."""
        if self._listening is not None:
            self._listening.remove_done_callback(self._hear)
            self._listening.cancel()
            await asyncio.wait([self._listening])

    def _hear(self, listening: "asyncio.Task[None]") -> None:
        # Whatever a server raises here, there is nobody to be answered through it.
        if not listening.cancelled():
            listening.exception()
            self.is_gone = True
            self._task.cancel()
