"""Writes the request log beside the traffic: calls are noted in memory and stored in batches."""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from db.queries.request_log import new_call_id
from db.session import Sessions
from db.unit_of_work import unit_of_work
from domain.request_log import LONGEST_OPERATION, Call, Door, hash_of_key, status_of
from permissions.viewer import Viewer
from resolvers.answered import Answered
from services import request_log

BATCH = 500
"""Calls in one INSERT; as soon as so many wait, they are written."""
FLUSH_SECONDS = 1.0
CAPACITY = 20_000
"""Calls that may wait; when the database is away for longer than that takes, new ones are dropped and counted."""
LONGEST_REQUEST_ID = 64

log = structlog.get_logger(__name__)


class RequestLog:
    """The calls of this process that are not stored yet. Noting one never waits."""

    def __init__(
        self,
        sessions: Sessions,
        *,
        count_dropped: Callable[[int], None] = lambda _: None,
        capacity: int = CAPACITY,
        flush_seconds: float = FLUSH_SECONDS,
    ) -> None:
        """`count_dropped` is told how many calls were lost: for the metric."""
        self._sessions = sessions
        self._count_dropped = count_dropped
        self._capacity = capacity
        self._flush_seconds = flush_seconds
        self._waiting: list[Call] = []
        self._enough = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    @staticmethod
    def keeps(viewer: Viewer) -> bool:
        """Tell whether the viewer's calls are logged: those of resellers are, those of people are not."""
        return viewer.reseller_id is not None

    def note(
        self,
        viewer: Viewer,
        *,
        request_id: str,
        operation: str,
        door: Door,
        codes: Sequence[str],
        seconds: float | None,
        at: dt.datetime,
        answered: Answered | None = None,
    ) -> None:
        """Note a call that began at `at`; `codes` are those of its errors and refusals."""
        if viewer.reseller_id is None:
            return
        if len(self._waiting) >= self._capacity:
            self._count_dropped(1)
            return
        self._waiting.append(
            Call(
                id=new_call_id(at),
                at=at,
                partner_id=viewer.reseller_id,
                api_key_id=viewer.api_key_id,
                environment=viewer.environment,
                operation=operation[:LONGEST_OPERATION],
                door=door,
                status=status_of(codes),
                duration_ms=None if seconds is None else round(seconds * 1000),
                request_id=request_id[:LONGEST_REQUEST_ID],
                object_id=answered.object_id if answered else None,
                key_hash=hash_of_key(answered.idempotency_key)
                if answered and answered.idempotency_key
                else None,
            )
        )
        if len(self._waiting) >= BATCH:
            self._enough.set()

    async def run(self) -> None:
        """Store what waits, every second or as soon as there is a batch, until cancelled."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._enough.wait(), self._flush_seconds)
            self._enough.clear()
            if not await self.flush():
                # Enough wait already, so the next call would wake us at once: give the database a breath.
                await asyncio.sleep(self._flush_seconds)

    async def flush(self) -> bool:
        """Store everything that waits. False where the database would not; the calls go on waiting."""
        async with self._one_at_a_time:
            while self._waiting:
                batch = self._waiting[:BATCH]
                try:
                    async with unit_of_work(self._sessions, lambda: None) as uow:
                        await request_log.record_calls(uow, batch)
                except (SQLAlchemyError, OSError) as problem:
                    if not _is_rejected(problem):
                        name = type(problem).__name__
                        log.warning("request_log.waiting", calls=len(self._waiting), problem=name)
                        return False
                    # What the database will not take today it will not take tomorrow: let the others pass.
                    log.warning("request_log.rejected", calls=len(batch), problem=type(problem).__name__)
                    self._count_dropped(len(batch))
                del self._waiting[: len(batch)]
        return True


def _is_rejected(problem: Exception) -> bool:
    """Tell whether the values were at fault (SQLSTATE classes 22 and 23), not the connection or the load."""
    if not isinstance(problem, DBAPIError):
        return False
    state: str = getattr(problem.driver_exception, "sqlstate", None) or ""
    return state[:2] in {"22", "23"} or isinstance(problem.driver_exception, ValueError)
