"""What becomes of affiliate links by itself: commissions fall due, events are summed up and forgotten."""

from jobs.retention import in_batches
from jobs.work import Work
from services import conversions


async def make_due(work: Work) -> int:
    """Make commissions due whose orders can not be cancelled for free any more; returns how many."""
    due = await in_batches(work, conversions.make_due, size=conversions.BATCH)
    if due:
        work.ring()
    return due


async def sum_up(work: Work) -> int:
    """Add new events to the sums of their days; returns how many."""
    return await in_batches(work, conversions.sum_up, size=conversions.BATCH)


async def purge_events(work: Work) -> int:
    """Forget events that are in the sums for long; returns how many."""
    return await in_batches(work, conversions.purge_events, size=conversions.BATCH)
