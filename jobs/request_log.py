"""Forgetting the calls of resellers once their time is over."""

from jobs.work import Work
from services import request_log


async def purge(work: Work) -> int:
    """Delete the calls past their time, batch by batch so that nobody waits for it; returns how many."""
    purged = 0
    while True:
        async with work.unit_of_work() as uow:
            batch = await request_log.purge_calls(uow, keep_days=work.request_log_days, now=work.clock())
        purged += batch
        if batch < request_log.PURGE_BATCH:
            return purged
