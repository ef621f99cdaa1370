"""The relay: what was committed is told to the feed and put on its way to webhooks."""

from jobs.work import Work
from services import events


async def relay(work: Work) -> int:
    """Tell of every event nobody was told of yet; return how many that were."""
    told = 0
    while True:
        async with work.unit_of_work() as uow:
            news = await events.take_unrelayed(uow, now=work.clock())
            await work.feed.tell(news)
        told += len(news)
        if len(news) < events.BATCH:
            return told
