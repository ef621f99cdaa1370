"""Questions about the outbox."""

import datetime as dt
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.webhooks import DeliveryStatus


async def take_unrelayed(
    session: AsyncSession, *, limit: int, now: dt.datetime
) -> list[tuple[UUID, UUID, int]]:
    """Mark the oldest events nobody was told of yet; those of another transaction are skipped.

    Rows: event id, object id, sequence; oldest first.
    """
    event = models.Event
    oldest = (
        select(event.id)
        .where(event.relayed_at.is_(None))
        .order_by(event.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("oldest")
    )
    statement = (
        update(event)
        .where(event.id == oldest.c.id)
        .values(relayed_at=now)
        .returning(event.id, event.object_id, event.sequence)
        .execution_options(synchronize_session=False)
    )
    return sorted((row.id, row.object_id, row.sequence) for row in await session.execute(statement))


async def purge_told(session: AsyncSession, *, before: dt.datetime, limit: int) -> int:
    """Delete events told before a moment; return how many. What was not delivered yet, or never, is kept."""
    event, delivery = models.Event, models.WebhookDelivery
    is_wanted = exists().where(delivery.event_id == event.id, delivery.status != DeliveryStatus.DELIVERED)
    old = (
        select(event.id)
        .where(event.relayed_at < before, ~is_wanted.correlate(event))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    statement = delete(event).where(event.id.in_(old)).returning(event.id)
    return len((await session.scalars(statement)).all())
