"""What is not kept for ever: each act deletes one batch and returns how much that was."""

import datetime as dt

from db.queries import (
    events,
    idempotency,
    introduction_mail,
    mail,
    partner_inbox,
    provider_events,
    webhooks,
)
from db.unit_of_work import UnitOfWork

BATCH = 5_000
IDEMPOTENCY_KEYS_KEPT = dt.timedelta(days=30)
EVENTS_KEPT = dt.timedelta(days=7)
DELIVERIES_KEPT = dt.timedelta(days=30)
MAILS_KEPT = dt.timedelta(days=30)
MAIL_EVENTS_KEPT = dt.timedelta(days=400)
"""The KPIs of mail look back a year (S3-016)."""
PARTNER_MESSAGES_KEPT = dt.timedelta(days=180)
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


async def purge_mail_events(uow: UnitOfWork, *, now: dt.datetime) -> int:
    """Forget after 400 days what became of introductions' mails: who clicked when is nobody's business for longer."""
    return await introduction_mail.purge_events(uow.session, before=now - MAIL_EVENTS_KEPT, limit=BATCH)


async def purge_partner_messages(uow: UnitOfWork, *, now: dt.datetime) -> int:
    """Forget after 180 days what strangers wrote to partners' addresses."""
    return await partner_inbox.purge_partner_messages(
        uow.session, before=now - PARTNER_MESSAGES_KEPT, limit=BATCH
    )


async def purge_provider_events(uow: UnitOfWork, *, now: dt.datetime) -> int:
    """Forget events of the payment provider after 30 days, unless they are still to be processed."""
    return await provider_events.purge_processed(uow.session, before=now - PROVIDER_EVENTS_KEPT, limit=BATCH)
