"""Forgetting the calls of resellers once their time is over."""

from functools import partial

from jobs.retention import in_batches
from jobs.work import Work
from services import request_log


async def purge(work: Work) -> int:
    """Delete the calls past their time, batch by batch so that nobody waits for it; returns how many."""
    purge_calls = partial(request_log.purge_calls, keep_days=work.request_log_days)
    return await in_batches(work, purge_calls, size=request_log.PURGE_BATCH)
