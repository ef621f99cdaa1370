"""Questions about the outbox."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries.webhooks import ways_of
from domain.webhooks import DeliveryStatus


def _taking() -> Select[UUID, UUID, int]:
    """Make the statement that marks the oldest untold events, puts them on their way and tells which they are."""
    event = models.Event
    oldest = (
        select(event.id)
        .where(event.relayed_at.is_(None))
        .order_by(event.id)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True)
        .cte("oldest")
    )
    table: Any = event.__table__
    told = (
        update(table)
        .where(event.id == oldest.c.id)
        .values(relayed_at=bindparam("now"))
        .returning(event.id, event.partner_id, event.environment, event.type, event.object_id, event.sequence)
        .cte("told")
    )
    ways = ways_of(told.c, now=bindparam("now")).cte("ways")
    return select(told.c.id, told.c.object_id, told.c.sequence).order_by(told.c.id).add_cte(ways)


# Built once: it runs for every few acts.
TAKING = _taking()


async def take_unrelayed(session: AsyncSession, *, limit: int, now: dt.datetime) -> list[tuple[UUID, int]]:
    """Mark the oldest events nobody was told of yet; those of another transaction are skipped.

    Puts each on its way to every endpoint that wants it. Rows: object id, sequence; oldest event first.
    """
    connection = await session.connection()
    taken = await connection.execute(TAKING, {"limit": limit, "now": now})
    return [(object_id, sequence) for _, object_id, sequence in taken]


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
