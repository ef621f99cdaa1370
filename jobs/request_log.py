"""Forgetting the calls of resellers once their time is over."""

from jobs.work import Work
from services import request_log

KEEP_DAYS = 30


async def purge(work: Work, *, keep_days: int = KEEP_DAYS) -> int:
    """Delete the calls older than `keep_days`, batch by batch so that nobody waits for it; returns how many."""
    purged = 0
    while True:
        async with work.unit_of_work() as uow:
            batch = await request_log.purge_calls(uow, keep_days=keep_days, now=work.clock())
        purged += batch
        if batch < request_log.PURGE_BATCH:
            return purged
