"""Views and clicks are counted."""

from jobs.retention import in_batches
from jobs.work import Work
from services import interest


async def count(work: Work, batch: int = interest.BATCH) -> int:
    """Count what waits, batch by batch; return how many were new.

    Forgotten after the commit: killed in between, they come again, and are known by their receipts.
    """
    counted = 0
    while True:
        taken = await work.interests.take(batch)
        if taken:
            async with work.unit_of_work() as uow:
                counted += await interest.count(uow, [each for _, each in taken], now=work.clock())
            await work.interests.done([number for number, _ in taken])
        if len(taken) < batch:
            return counted


async def purge(work: Work) -> int:
    """Forget what is not needed to tell a second report from a first."""
    return await in_batches(work, interest.purge, size=interest.BATCH)
