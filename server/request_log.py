"""Writes the request log beside the traffic: calls are noted in memory and stored in batches."""

import datetime as dt
from collections.abc import Callable, Sequence

from db.queries.request_log import new_call_id
from db.session import Sessions
from domain.request_log import LONGEST_OPERATION, Call, Door, hash_of_key, status_of
from permissions.viewer import Viewer
from resolvers.answered import Answered
from server.waiting import CAPACITY, FLUSH_SECONDS, Waiting
from services import request_log

LONGEST_REQUEST_ID = 64


class RequestLog(Waiting[Call]):
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
        super().__init__(
            sessions,
            request_log.record_calls,
            name="request_log",
            count_dropped=count_dropped,
            capacity=capacity,
            flush_seconds=flush_seconds,
        )

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
        self.add(
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
