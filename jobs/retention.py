"""What is not kept for ever, deleted batch by batch so that nobody waits for it."""

from collections.abc import Awaitable, Callable

from jobs.work import Work
from services import retention


async def purge_idempotency_keys(work: Work) -> int:
    """Forget keys older than 30 days."""
    return await in_batches(work, retention.purge_idempotency_keys, size=retention.BATCH)


async def purge_events(work: Work) -> int:
    """Forget events told more than a week ago, but none that is still to be delivered."""
    return await in_batches(work, retention.purge_events, size=retention.BATCH)


async def purge_deliveries(work: Work) -> int:
    """Forget what was delivered, or given up, more than 30 days ago."""
    return await in_batches(work, retention.purge_deliveries, size=retention.BATCH)


async def purge_mails(work: Work) -> int:
    """Forget mails posted more than 30 days ago, whether they were sent or not."""
    return await in_batches(work, retention.purge_mails, size=retention.BATCH)


async def purge_mail_events(work: Work) -> int:
    """Forget what became of introductions' mails more than 400 days ago."""
    return await in_batches(work, retention.purge_mail_events, size=retention.BATCH)


async def purge_partner_messages(work: Work) -> int:
    """Forget what was written to partners' addresses more than 180 days ago."""
    return await in_batches(work, retention.purge_partner_messages, size=retention.BATCH)


async def purge_provider_events(work: Work) -> int:
    """Forget what the payment provider told more than 30 days ago, but nothing that is still to be processed."""
    return await in_batches(work, retention.purge_provider_events, size=retention.BATCH)


async def in_batches(work: Work, purge: Callable[..., Awaitable[int]], *, size: int) -> int:
    """Purge, a unit of work each, until one took fewer than `size` rows; returns how many in all."""
    purged = 0
    while True:
        async with work.unit_of_work() as uow:
            batch = await purge(uow, now=work.clock())
        purged += batch
        if batch < size:
            return purged
