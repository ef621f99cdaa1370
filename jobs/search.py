"""The index of search is kept in step with what is sold."""

from jobs.work import Work
from services import search


async def index(work: Work, batch: int = search.BATCH) -> int:
    """Write what became stale, batch by batch; return how many lines. A second worker takes other ones."""
    written = 0
    while True:
        async with work.unit_of_work() as uow:
            lines = await search.index_stale(uow, now=work.clock(), limit=batch)
        written += lines
        if lines < batch:
            return written


async def roll_up_popularity(work: Work) -> int:
    """Reckon popularity anew by the last 30 days; run twice it changes nothing more."""
    async with work.unit_of_work() as uow:
        return await search.roll_up_popularity(uow, now=work.clock())


async def roll_up_trips(work: Work) -> None:
    """Count anew what suggestions are reckoned from; run twice it counts the same."""
    async with work.unit_of_work() as uow:
        await search.roll_up_trips(uow, now=work.clock())
