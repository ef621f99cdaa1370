"""Questions about the inbox of what the payment provider told."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import (
    CursorResult,
    String,
    UpdateBase,
    bindparam,
    delete,
    exists,
    func,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db import models
from db.ready import ready

_MOMENT = TIMESTAMP(timezone=True)

RECEIVE = ready(
    insert(models.ProviderEvent)
    .values(
        id=func.new_id(),
        provider_event_id=bindparam("provider_event_id", type_=String),
        environment=bindparam("environment", type_=String),
        type=bindparam("type", type_=String),
        object_id=bindparam("object_id", type_=String),
        account_id=bindparam("account_id", type_=String),
        payload=bindparam("payload", type_=JSONB),
        happened_at=bindparam("happened_at", type_=_MOMENT),
        attempts=literal(0),
        received_at=bindparam("received_at", type_=_MOMENT),
        next_attempt_at=bindparam("next_attempt_at", type_=_MOMENT),
        processed_at=bindparam("processed_at", type_=_MOMENT),
    )
    .on_conflict_do_nothing(index_elements=[models.ProviderEvent.provider_event_id])
    .returning(models.ProviderEvent.id)
)
"""Keeps an event unless it is there; its record tells that it was not."""

_event = models.ProviderEvent
IS_ANY_DUE = ready(
    select(
        exists()
        .where(_event.processed_at.is_(None), _event.next_attempt_at <= bindparam("now", type_=_MOMENT))
        .label("is_any")
    )
).sql
"""Whether there is an event to be processed now."""


async def take_due(
    session: AsyncSession, *, now: dt.datetime, until: dt.datetime, limit: int
) -> list[models.ProviderEvent]:
    """Take the events to be processed now, in the order in which they came; nobody else takes them before `until`.

    Of the events of one object only the first that is open is due. What another worker is taking is skipped.
    """
    event, earlier = models.ProviderEvent, aliased(models.ProviderEvent)
    # OFFSET 0 keeps PostgreSQL from joining all of a backlog where a few rows are looked up.
    is_behind = (
        select(earlier.id)
        .where(earlier.object_id == event.object_id, earlier.processed_at.is_(None), earlier.id < event.id)
        .correlate(event)
        .offset(0)
        .exists()
    )
    due = (
        select(event.id)
        .where(event.processed_at.is_(None), event.next_attempt_at <= now, ~is_behind)
        .order_by(event.next_attempt_at, event.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
        .prefix_with("MATERIALIZED")
    )
    statement = (
        update(event)
        .where(event.id == due.c.id)
        .values(attempts=event.attempts + 1, next_attempt_at=until)
        .returning(event)
        .execution_options(synchronize_session=False)
    )
    return sorted((await session.scalars(statement)).all(), key=lambda each: each.id)


async def note_processed(session: AsyncSession, event_ids: Collection[UUID], *, now: dt.datetime) -> None:
    """Note that these events are done with."""
    event = models.ProviderEvent
    await _changed(
        session,
        update(event).where(event.id.in_(event_ids)).values(processed_at=now, last_error=null()),
    )


async def lock_open(session: AsyncSession, event_id: UUID) -> models.ProviderEvent | None:
    """Lock an event that is not done with."""
    event = models.ProviderEvent
    statement = select(event).where(event.id == event_id, event.processed_at.is_(None)).with_for_update()
    return (await session.scalars(statement)).one_or_none()


async def reopen(session: AsyncSession, event_id: UUID, *, now: dt.datetime) -> bool:
    """Let an event that was given up be due again; tell whether there was one."""
    event = models.ProviderEvent
    given_up = update(event).where(event.id == event_id, event.last_error.is_not(None))
    return bool(
        await _changed(session, given_up.values(processed_at=null(), attempts=0, next_attempt_at=now))
    )


async def purge_processed(session: AsyncSession, *, before: dt.datetime, limit: int) -> int:
    """Delete events that came before a moment and are done with; return how many."""
    event = models.ProviderEvent
    old = (
        select(event.id)
        .where(event.received_at < before, event.processed_at.is_not(None))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return await _changed(session, delete(event).where(event.id.in_(old)))


async def _changed(session: AsyncSession, statement: UpdateBase) -> int:
    result = await session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return result.rowcount
