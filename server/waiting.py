"""Things noted beside the traffic: kept in memory, stored in batches."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from db.session import Sessions
from db.unit_of_work import UnitOfWork, unit_of_work

BATCH = 500
"""Things in one INSERT; as soon as so many wait, they are written."""
FLUSH_SECONDS = 1.0
CAPACITY = 20_000
"""Things that may wait; when the database is away for longer than that takes, new ones are dropped and counted."""

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Waiting(Generic[T]):
    """The things of this process that are not stored yet. Adding one never waits."""

    def __init__(
        self,
        sessions: Sessions,
        store: Callable[[UnitOfWork, Sequence[T]], Awaitable[None]],
        *,
        name: str,
        count_dropped: Callable[[int], None] = lambda _: None,
        capacity: int = CAPACITY,
        flush_seconds: float = FLUSH_SECONDS,
    ) -> None:
        """`name` is what they are called in the log; `count_dropped` is told how many were lost."""
        self._sessions = sessions
        self._store = store
        self._name = name
        self._count_dropped = count_dropped
        self._capacity = capacity
        self._flush_seconds = flush_seconds
        self._waiting: list[T] = []
        self._enough = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    def add(self, thing: T) -> None:
        """Keep a thing until it is stored; dropped where too many wait."""
        if len(self._waiting) >= self._capacity:
            self._count_dropped(1)
            return
        self._waiting.append(thing)
        if len(self._waiting) >= BATCH:
            self._enough.set()

    async def run(self) -> None:
        """Store what waits, every second or as soon as there is a batch, until cancelled."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._enough.wait(), self._flush_seconds)
            self._enough.clear()
            if not await self.flush():
                # Enough wait already, so the next one would wake us at once: give the database a breath.
                await asyncio.sleep(self._flush_seconds)

    async def flush(self) -> bool:
        """Store everything that waits. False where the database would not; it goes on waiting."""
        async with self._one_at_a_time:
            while self._waiting:
                batch = self._waiting[:BATCH]
                try:
                    async with unit_of_work(self._sessions, lambda: None) as uow:
                        await self._store(uow, batch)
                except (SQLAlchemyError, OSError) as problem:
                    name = type(problem).__name__
                    if not _is_rejected(problem):
                        log.warning(
                            "waiting.not_stored", what=self._name, waiting=len(self._waiting), problem=name
                        )
                        return False
                    # What the database will not take today it will not take tomorrow: let the others pass.
                    log.warning("waiting.rejected", what=self._name, rejected=len(batch), problem=name)
                    self._count_dropped(len(batch))
                del self._waiting[: len(batch)]
        return True


def _is_rejected(problem: Exception) -> bool:
    """Tell whether the values were at fault (SQLSTATE classes 22 and 23), not the connection or the load."""
    if not isinstance(problem, DBAPIError):
        return False
    state: str = getattr(problem.driver_exception, "sqlstate", None) or ""
    return state[:2] in {"22", "23"} or isinstance(problem.driver_exception, ValueError)
