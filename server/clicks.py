"""Writes clicks on affiliate links beside the traffic: noted in memory, stored in batches.

A click that is lost costs a figure and no commission: that hangs on the token, which the buyer has.
"""

import asyncio
from contextlib import suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from db.session import Sessions
from db.unit_of_work import unit_of_work
from domain.clicks import Click
from services import affiliates

BATCH = 500
"""Clicks in one INSERT; as soon as so many wait, they are written."""
FLUSH_SECONDS = 1.0
CAPACITY = 20_000
"""Clicks that may wait; when the database is away for longer than that takes, new ones are dropped."""

log = structlog.get_logger(__name__)


class Clicks:
    """The clicks of this process that are not stored yet. Noting one never waits."""

    def __init__(
        self, sessions: Sessions, *, capacity: int = CAPACITY, flush_seconds: float = FLUSH_SECONDS
    ) -> None:
        self._sessions = sessions
        self._capacity = capacity
        self._flush_seconds = flush_seconds
        self._waiting: list[Click] = []
        self._enough = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    def note(self, click: Click) -> None:
        """Note a click; dropped where too many wait."""
        if len(self._waiting) < self._capacity:
            self._waiting.append(click)
        if len(self._waiting) >= BATCH:
            self._enough.set()

    async def run(self) -> None:
        """Store what waits, every second or as soon as there is a batch, until cancelled."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._enough.wait(), self._flush_seconds)
            self._enough.clear()
            if not await self.flush():
                # Enough wait already, so the next click would wake us at once: give the database a breath.
                await asyncio.sleep(self._flush_seconds)

    async def flush(self) -> bool:
        """Store everything that waits. False where the database would not; the clicks go on waiting."""
        async with self._one_at_a_time:
            while self._waiting:
                batch = self._waiting[:BATCH]
                try:
                    async with unit_of_work(self._sessions, lambda: None) as uow:
                        await affiliates.record_clicks(uow, batch)
                except (SQLAlchemyError, OSError) as problem:
                    log.warning("clicks.waiting", clicks=len(self._waiting), problem=type(problem).__name__)
                    return False
                del self._waiting[: len(batch)]
        return True
