"""What is not kept for ever, deleted batch by batch so that nobody waits for it."""

from collections.abc import Awaitable, Callable

from jobs.work import Work
from services import retention


async def purge_idempotency_keys(work: Work) -> int:
    """Forget keys older than 30 days."""
    return await _in_batches(work, retention.purge_idempotency_keys)


async def purge_events(work: Work) -> int:
    """Forget events told more than a week ago, but none that is still to be delivered."""
    return await _in_batches(work, retention.purge_events)


async def purge_deliveries(work: Work) -> int:
    """Forget what was delivered, or given up, more than 30 days ago."""
    return await _in_batches(work, retention.purge_deliveries)


async def _in_batches(work: Work, purge: Callable[..., Awaitable[int]]) -> int:
    purged = 0
    while True:
        async with work.unit_of_work() as uow:
            batch = await purge(uow, now=work.clock())
        purged += batch
        if batch < retention.BATCH:
            return purged
