"""Keeping the request log, and no longer than it may be kept."""

import datetime as dt
from collections.abc import Sequence

from db.queries import request_log as queries
from db.unit_of_work import UnitOfWork
from domain.request_log import Call

PURGE_BATCH = 5_000


async def record_calls(uow: UnitOfWork, calls: Sequence[Call]) -> None:
    """Write calls in one statement. Written twice (the first commit's answer was lost), they are there once."""
    await queries.insert_calls(uow.session, calls)


async def purge_calls(uow: UnitOfWork, *, keep_days: int, now: dt.datetime) -> int:
    """Delete up to PURGE_BATCH of the oldest calls past their time; returns how many."""
    before = now - dt.timedelta(days=keep_days)
    return await queries.delete_calls(uow.session, before=before, limit=PURGE_BATCH)
