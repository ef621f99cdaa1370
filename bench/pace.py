"""How fast checkouts are paid, and what waits meanwhile; as the database has it."""

import asyncio
import datetime as dt
from contextlib import suppress
from typing import Any

from sqlalchemy import text

from db.session import Sessions

PARTS = ("api", "worker", "postgres", "valkey", "stripe", "mailbox")
"""Of an instance, as their pid files are named."""
LOOK_EVERY = 1.0
BACKLOG = {
    "checkouts": "SELECT count(*) FROM checkouts WHERE status IN ('OPEN', 'PROCESSING')",
    "provider's news": "SELECT count(*) FROM provider_events WHERE processed_at IS NULL",
    "events": "SELECT count(*) FROM events WHERE relayed_at IS NULL",
    "documents": "SELECT count(*) FROM documents WHERE status = 'REQUESTED'",
    "mails": "SELECT count(*) FROM mails WHERE status = 'PENDING'",
}
MUST_SETTLE = ("checkouts", "provider's news", "events")
"""What a purchase is; documents and mails follow it at their own pace."""
PAID_IN = text(
    "SELECT count(*),"
    " percentile_disc(0.5) WITHIN GROUP (ORDER BY paid_at - created_at),"
    " percentile_disc(0.99) WITHIN GROUP (ORDER BY paid_at - created_at)"
    " FROM checkouts WHERE paid_at >= :since AND paid_at < :until AND status = 'PAID' AND booking_id IS NOT NULL"
)


class Pace:
    """Looks at the backlog while others buy."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._stopping = asyncio.Event()
        self.most: dict[str, int] = dict.fromkeys(BACKLOG, 0)

    def stop(self) -> None:
        self._stopping.set()

    async def watch(self) -> None:
        while not self._stopping.is_set():
            for name, number in (await backlog(self._sessions)).items():
                self.most[name] = max(self.most[name], number)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), LOOK_EVERY)

    async def steady(self, began: dt.datetime, *, seconds: float) -> dict[str, Any]:
        """Return how many checkouts were paid in so many seconds, and how long each took from the buyer's call on."""
        span = {"since": began, "until": began + dt.timedelta(seconds=seconds)}
        async with self._sessions.read() as session:
            paid, half, most = (await session.execute(PAID_IN, span)).one()
        return {
            "paid": int(paid),
            "per_minute": round(paid / seconds * 60),
            "to_paid_ms": {"p50": _ms(half), "p99": _ms(most)},
        }


async def backlog(sessions: Sessions) -> dict[str, int]:
    """Count what waits."""
    async with sessions.read() as session:
        return {name: int(await session.scalar(text(query)) or 0) for name, query in BACKLOG.items()}


async def settled(sessions: Sessions, *, within: float) -> float | None:
    """Wait until no purchase is under way; return after how many seconds that was, None where it is not over yet."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while loop.time() < began + within:
        waiting = await backlog(sessions)
        if not any(waiting[name] for name in MUST_SETTLE):
            return round(loop.time() - began, 1)
        await asyncio.sleep(0.25)
    return None


async def told(sessions: Sessions) -> dict[str, int]:
    """Count the provider's news by their type."""
    async with sessions.read() as session:
        rows = await session.execute(
            text("SELECT type, count(*) FROM provider_events GROUP BY type ORDER BY type")
        )
        return {row[0]: int(row[1]) for row in rows}


def _ms(span: dt.timedelta | None) -> float:
    return round(span.total_seconds() * 1000, 1) if span else 0.0
