"""Writes clicks on affiliate links beside the traffic: noted in memory, stored in batches.

A click that is lost costs a figure and no commission: that hangs on the token, which the buyer has.
"""

from db.session import Sessions
from domain.clicks import Click
from server.waiting import CAPACITY, FLUSH_SECONDS, Waiting
from services import affiliates


class Clicks(Waiting[Click]):
    """The clicks of this process that are not stored yet. Adding one never waits."""

    def __init__(
        self, sessions: Sessions, *, capacity: int = CAPACITY, flush_seconds: float = FLUSH_SECONDS
    ) -> None:
        super().__init__(
            sessions, affiliates.record_clicks, name="clicks", capacity=capacity, flush_seconds=flush_seconds
        )
