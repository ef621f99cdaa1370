"""Questions about webhook endpoints and what is on its way to them."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Insert,
    UpdateBase,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.ready import ready
from db.rows import One, Visible
from domain.environments import Environment
from domain.webhooks import CIRCUIT_THRESHOLD, IN_FLIGHT, DeliveryStatus, EndpointStatus

NEWEST_ENDPOINTS = Keyset((models.WebhookEndpoint.id,), is_descending=True)
NEWEST_DELIVERIES = Keyset((models.WebhookDelivery.id,), is_descending=True)


@question
def page_endpoints(*, visible: Visible, window: Window) -> Page[models.WebhookEndpoint]:
    """Describe endpoints, newest first."""
    return Page(select(models.WebhookEndpoint).where(visible), NEWEST_ENDPOINTS, window)


@question
def page_deliveries(
    *, visible: Visible, window: Window, endpoint_id: UUID | None, status: DeliveryStatus | None
) -> Page[models.WebhookDelivery]:
    """Describe what was or is to be delivered to an endpoint, newest first; nothing without an endpoint."""
    statement = select(models.WebhookDelivery).where(
        visible, models.WebhookDelivery.endpoint_id == endpoint_id
    )
    if status is not None:
        statement = statement.where(models.WebhookDelivery.status == status)
    return Page(statement, NEWEST_DELIVERIES, window)


@question
def endpoint_by_id(endpoint_id: UUID, *, visible: Visible) -> One[models.WebhookEndpoint]:
    """Describe one endpoint."""
    return One(select(models.WebhookEndpoint).where(visible, models.WebhookEndpoint.id == endpoint_id))


async def lock_endpoint(
    session: AsyncSession, endpoint_id: UUID, *, visible: Visible | None = None
) -> models.WebhookEndpoint | None:
    """Lock an endpoint against other changes; deliveries may still be added to it.

    Whoever locks an endpoint and its deliveries locks the endpoint first.
    """
    statement = select(models.WebhookEndpoint).where(models.WebhookEndpoint.id == endpoint_id)
    if visible is not None:
        statement = statement.where(visible)
    return (await session.scalars(statement.with_for_update(key_share=True))).one_or_none()


async def count_enabled(session: AsyncSession, partner_id: UUID, environment: Environment) -> int:
    """Count a partner's enabled endpoints."""
    statement = select(func.count()).where(
        models.WebhookEndpoint.partner_id == partner_id,
        models.WebhookEndpoint.environment == environment,
        models.WebhookEndpoint.status == EndpointStatus.ENABLED,
    )
    return await session.scalar(statement) or 0


def ways_of(event: Any, *which: ColumnElement[bool], now: ColumnElement[dt.datetime]) -> Insert:
    """Make the statement that puts events on their way to every enabled endpoint that wants them.

    `event`: where the events are, by columns of their names; `which` of them, and of the endpoints.
    """
    endpoint, delivery = models.WebhookEndpoint, models.WebhookDelivery
    wanted = (
        select(
            func.new_id(),
            endpoint.id,
            event.id,
            event.type,
            event.object_id,
            event.sequence,
            literal(DeliveryStatus.PENDING, delivery.status.type),
            literal(0),
            now,
            now,
        )
        .join(
            endpoint, and_(endpoint.partner_id == event.partner_id, endpoint.environment == event.environment)
        )
        .where(
            *which, endpoint.status == EndpointStatus.ENABLED, event.type == func.any(endpoint.event_types)
        )
        .order_by(event.object_id, event.sequence)
    )
    columns = [
        "id",
        "endpoint_id",
        "event_id",
        "event_type",
        "object_id",
        "sequence",
        "status",
        "attempts",
        "next_attempt_at",
        "created_at",
    ]
    table: Any = delivery.__table__
    return insert(table).from_select(columns, wanted).on_conflict_do_nothing()


async def fan_out_missed(
    session: AsyncSession, endpoint_id: UUID, *, since: dt.datetime, now: dt.datetime
) -> int:
    """Put on its way what an endpoint would have got while it was disabled; return how much that was."""
    event = models.Event
    missed = ways_of(
        event,
        models.WebhookEndpoint.id == endpoint_id,
        event.at >= since,
        event.relayed_at.is_not(None),
        now=literal(now, event.at.type),
    )
    return await _changed(session, missed)


ON_THEIR_WAY = ready(
    select(exists().where(models.WebhookDelivery.status == DeliveryStatus.PENDING).label("is_any"))
).sql
"""Whether there is anything to be delivered, now or later."""


async def lock_due(session: AsyncSession, *, now: dt.datetime, limit: int) -> list[models.WebhookDelivery]:
    """Load the deliveries to be attempted now, oldest first; their endpoints are locked, and so are they.

    Of the deliveries of one object to one endpoint only the first that is pending is due, and none
    while an earlier event of the object is not relayed yet. An endpoint has at most IN_FLIGHT calls at a
    time, a failing one a single probe, one with an open circuit or without verification none. What another worker is busy with
    is skipped.
    """
    endpoint, delivery = models.WebhookEndpoint, models.WebhookDelivery
    oldest = (
        select(func.min(delivery.next_attempt_at))
        .where(delivery.endpoint_id == endpoint.id, delivery.status == DeliveryStatus.PENDING)
        .correlate(endpoint)
        .scalar_subquery()
    )
    lockable = (
        select(endpoint.id)
        .where(
            endpoint.status == EndpointStatus.ENABLED,
            endpoint.verified_at.is_not(None),
            or_(endpoint.circuit_open_until.is_(None), endpoint.circuit_open_until <= now),
            oldest <= now,
        )
        .order_by(oldest)
        .limit(limit)
        .with_for_update(key_share=True, skip_locked=True)
    )
    endpoint_ids = list((await session.scalars(lockable)).all())
    if not endpoint_ids:
        return []
    busy = (
        select(func.count())
        .where(
            delivery.endpoint_id == endpoint.id,
            delivery.status == DeliveryStatus.PENDING,
            delivery.leased_until > now,
        )
        .correlate(endpoint)
        .scalar_subquery()
    )
    room = case((endpoint.consecutive_failures >= CIRCUIT_THRESHOLD, 1), else_=IN_FLIGHT) - busy
    taken = select(endpoint.id, room.label("room")).where(endpoint.id.in_(endpoint_ids)).cte("taken")
    taken = taken.prefix_with("MATERIALIZED")
    first = (
        select(delivery)
        .where(delivery.endpoint_id == taken.c.id, _is_due(now))
        .order_by(delivery.next_attempt_at, delivery.id)
        .limit(IN_FLIGHT)
        .correlate(taken)
        .lateral("first")
    )
    due = aliased(delivery, first)
    statement = (
        select(due, taken.c.room).select_from(taken).join(first, true()).order_by(due.next_attempt_at, due.id)
    )
    left: dict[UUID, int] = {}
    found: list[models.WebhookDelivery] = []
    for row, room_of_endpoint in await session.execute(statement):
        left.setdefault(row.endpoint_id, room_of_endpoint)
        if left[row.endpoint_id] > 0 and len(found) < limit:
            left[row.endpoint_id] -= 1
            found.append(row)
    return found


def _is_due(now: dt.datetime) -> ColumnElement[bool]:
    delivery, event = models.WebhookDelivery, models.Event
    earlier = aliased(delivery)
    # OFFSET 0 keeps PostgreSQL from joining all of a backlog where a few rows are looked up.
    is_behind = (
        select(earlier.id)
        .where(
            earlier.endpoint_id == delivery.endpoint_id,
            earlier.object_id == delivery.object_id,
            earlier.sequence < delivery.sequence,
            earlier.status == DeliveryStatus.PENDING,
        )
        .correlate(delivery)
        .offset(0)
        .exists()
    )
    is_ahead = (
        select(event.id)
        .where(
            event.object_id == delivery.object_id,
            event.sequence < delivery.sequence,
            event.relayed_at.is_(None),
        )
        .correlate(delivery)
        .offset(0)
        .exists()
    )
    return and_(
        delivery.status == DeliveryStatus.PENDING,
        delivery.next_attempt_at <= now,
        or_(delivery.leased_until.is_(None), delivery.leased_until <= now),
        not_(is_behind),
        not_(is_ahead),
    )


async def endpoints_by_ids(
    session: AsyncSession, endpoint_ids: Collection[UUID]
) -> dict[UUID, models.WebhookEndpoint]:
    """Load endpoints, by id."""
    statement = select(models.WebhookEndpoint).where(models.WebhookEndpoint.id.in_(endpoint_ids))
    return {row.id: row for row in (await session.scalars(statement)).all()}


async def events_by_ids(session: AsyncSession, event_ids: Collection[UUID]) -> dict[UUID, models.Event]:
    """Load events, by id."""
    statement = select(models.Event).where(models.Event.id.in_(event_ids))
    return {row.id: row for row in (await session.scalars(statement)).all()}


async def lock_delivery(session: AsyncSession, delivery_id: UUID) -> models.WebhookDelivery | None:
    """Lock one delivery; after its endpoint."""
    statement = select(models.WebhookDelivery).where(models.WebhookDelivery.id == delivery_id)
    return (await session.scalars(statement.with_for_update())).one_or_none()


async def endpoint_id_of(session: AsyncSession, delivery_id: UUID) -> UUID | None:
    """Look up whose delivery it is."""
    statement = select(models.WebhookDelivery.endpoint_id).where(models.WebhookDelivery.id == delivery_id)
    return await session.scalar(statement)


async def bury_pending(session: AsyncSession, endpoint_id: UUID, *, error: str) -> int:
    """End everything that is on its way to an endpoint; return how much that was."""
    pending = and_(
        models.WebhookDelivery.endpoint_id == endpoint_id,
        models.WebhookDelivery.status == DeliveryStatus.PENDING,
    )
    return await _changed(session, _bury(pending, error))


async def bury_of_disabled(session: AsyncSession, *, error: str) -> int:
    """End what was put on its way to an endpoint in the moment it was disabled."""
    disabled = select(models.WebhookEndpoint.id).where(
        models.WebhookEndpoint.status == EndpointStatus.DISABLED
    )
    pending = and_(
        models.WebhookDelivery.endpoint_id.in_(disabled),
        models.WebhookDelivery.status == DeliveryStatus.PENDING,
    )
    return await _changed(session, _bury(pending, error))


def _bury(which: ColumnElement[bool], error: str) -> UpdateBase:
    return update(models.WebhookDelivery).where(which).values(status=DeliveryStatus.DEAD, last_error=error)


async def revive(
    session: AsyncSession,
    endpoint_id: UUID,
    *,
    delivery_ids: Collection[UUID] | None,
    since: dt.datetime | None,
    now: dt.datetime,
) -> list[UUID]:
    """Put deliveries on their way anew, the named ones or all dead ones since a moment; return their ids.

    Those that are pending stay as they are, those whose event is purged can not be revived.
    """
    delivery = models.WebhookDelivery
    is_chosen = [delivery.endpoint_id == endpoint_id, exists().where(models.Event.id == delivery.event_id)]
    if delivery_ids is not None:
        is_chosen += [delivery.id.in_(delivery_ids), delivery.status != DeliveryStatus.PENDING]
    else:
        is_chosen += [delivery.created_at >= since, delivery.status == DeliveryStatus.DEAD]
    statement = (
        update(delivery)
        .where(*is_chosen)
        .values(
            status=DeliveryStatus.PENDING,
            attempts=0,
            next_attempt_at=now,
            leased_until=null(),
            delivered_at=null(),
        )
        .returning(delivery.id)
    )
    return list((await session.scalars(statement)).all())


async def hasten_pending(session: AsyncSession, endpoint_id: UUID, *, now: dt.datetime) -> None:
    """Let everything that waits for its next attempt be due now."""
    delivery = models.WebhookDelivery
    await session.execute(
        update(delivery)
        .where(delivery.endpoint_id == endpoint_id, delivery.status == DeliveryStatus.PENDING)
        .values(next_attempt_at=func.least(delivery.next_attempt_at, now))
    )


async def purge_deliveries(session: AsyncSession, *, before: dt.datetime, limit: int) -> int:
    """Delete ended deliveries made before a moment; return how many."""
    delivery = models.WebhookDelivery
    old = (
        select(delivery.id)
        .where(delivery.created_at < before, delivery.status != DeliveryStatus.PENDING)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return await _changed(session, delete(delivery).where(delivery.id.in_(old)))


async def _changed(session: AsyncSession, statement: UpdateBase) -> int:
    result = await session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return result.rowcount
