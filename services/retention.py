"""What is not kept for ever: each act deletes one batch and returns how much that was."""

import datetime as dt

from db.queries import events, idempotency, mail, provider_events, webhooks
from db.unit_of_work import UnitOfWork

BATCH = 5_000
IDEMPOTENCY_KEYS_KEPT = dt.timedelta(days=30)
EVENTS_KEPT = dt.timedelta(days=7)
DELIVERIES_KEPT = dt.timedelta(days=30)
MAILS_KEPT = dt.timedelta(days=30)
PROVIDER_EVENTS_KEPT = dt.timedelta(days=30)
"""The provider repeats an event for three days; personal data may be in it."""


async def purge_idempotency_keys(uow: UnitOfWork, *, now: dt.datetime) -> int:
    """Forget keys after 30 days: the same key then stands for a new request."""
    return await idempotency.purge_keys(uow.session, before=now - IDEMPOTENCY_KEYS_KEPT, limit=BATCH)


async def purge_events(uow: UnitOfWork, *, now: dt.datetime) -> int:
    """Forget events a week after they were told, unless a delivery of one is still open or dead."""
    return await events.purge_told(uow.session, before=now - EVENTS_KEPT, limit=BATCH)


async def purge_deliveries(uow: UnitOfWork, *, now: dt.datetime) -> int:
    """Forget ended deliveries after 30 days."""
    return await webhooks.purge_deliveries(uow.session, before=now - DELIVERIES_KEPT, limit=BATCH)


async def purge_mails(uow: UnitOfWork, *, now: dt.datetime) -> int:
    """Forget mails after 30 days, with the addresses they went to; what was not sent by then is no news any more.

    The same key then stands for a new mail.
    """
    return await mail.purge_mails(uow.session, before=now - MAILS_KEPT, limit=BATCH)


async def purge_provider_events(uow: UnitOfWork, *, now: dt.datetime) -> int:
    """Forget events of the payment provider after 30 days, unless they are still to be processed."""
    return await provider_events.purge_processed(uow.session, before=now - PROVIDER_EVENTS_KEPT, limit=BATCH)
