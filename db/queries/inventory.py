"""Questions about allotments: what is left, and what happened."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.queries.computed import computed_of, row_of
from db.questions import question, twin
from db.rows import Computed, One, Visible
from db.types import enum_type
from domain import inventory as rules
from domain.inventory import AvailabilityStatus, Channel, InventoryEventKind

OLDEST_FIRST = Keyset((models.Allotment.id,))
NEWEST_FIRST = Keyset((models.InventoryEvent.id,), is_descending=True)
EVERY = 2**31 - 1


@question
def page_availability(
    *,
    visible: Visible,
    window: Window,
    product_ids: Sequence[str] | None,
    day: dt.date | None,
    channel: Channel,
    reseller_id: UUID | None,
    now: dt.datetime,
) -> Page[models.Allotment]:
    """Describe the pools a sale would draw from: one a product for a day; without one, the undated pools
    and those of every day to come.
    """
    asked = cast(day, Date)
    statement = (
        select(models.Allotment)
        .join(models.Package, models.Package.id == models.Allotment.package_id)
        .where(
            visible,
            models.Allotment.channel == channel,
            models.Allotment.id
            == func.pool_of(
                models.Allotment.package_id,
                channel.value,
                func.coalesce(asked, models.Allotment.date),
                reseller_id,
            ),
        )
    )
    if day is None:
        statement = statement.where(
            or_(models.Allotment.date.is_(None), models.Allotment.date >= cast(now, Date))
        )
    if product_ids is not None:
        statement = statement.where(models.Package.sku.in_(product_ids))
    return Page(statement, OLDEST_FIRST, window, computed=_as_asked(asked, now))


@question
def pool_for(
    *,
    visible: Visible,
    product_id: str,
    day: dt.date | None,
    channel: Channel,
    reseller_id: UUID | None,
    now: dt.datetime,
) -> One[models.Allotment]:
    """Describe the one pool a sale of this product on this day would draw from."""
    asked = cast(day, Date)
    return One(
        select(models.Allotment)
        .join(models.Package, models.Package.id == models.Allotment.package_id)
        .where(
            visible,
            models.Package.sku == product_id,
            models.Allotment.id
            == func.pool_of(models.Allotment.package_id, channel.value, asked, reseller_id),
        ),
        computed=_as_asked(asked, now),
    )


@twin(rules.availability_status)
def availability_status(
    *, allocated: ColumnElement[int], available: ColumnElement[int], is_closed: ColumnElement[bool]
) -> ColumnElement[str]:
    """Closed wins over everything."""
    status = case(
        (is_closed, AvailabilityStatus.CLOSED.value),
        (available <= 0, AvailabilityStatus.SOLD_OUT.value),
        (
            cast(available, BigInteger) * 100 < cast(allocated, BigInteger) * rules.LIMITED_BELOW_PERCENT,
            AvailabilityStatus.LIMITED.value,
        ),
        else_=AvailabilityStatus.AVAILABLE.value,
    )
    return type_coerce(status, enum_type(AvailabilityStatus))


async def next_expiries(
    session: AsyncSession, allotment_ids: Sequence[UUID], *, now: dt.datetime
) -> dict[UUID, dt.datetime]:
    """Load when the next live hold on each of the allotments runs out; nothing for those without one."""
    statement = (
        select(models.ReservationLine.allotment_id, func.min(models.Reservation.expires_at))
        .join(models.Reservation, models.Reservation.id == models.ReservationLine.reservation_id)
        .where(
            models.ReservationLine.allotment_id.in_(allotment_ids),
            models.Reservation.status == "ACTIVE",
            models.Reservation.expires_at > now,
        )
        .group_by(models.ReservationLine.allotment_id)
    )
    return {row[0]: row[1] for row in await session.execute(statement) if row[0] is not None}


@question
def page_inventory_events(
    *, visible: Visible, window: Window, allotment_id: UUID
) -> Page[models.InventoryEvent]:
    """Describe an allotment's journal, newest first."""
    return Page(
        select(models.InventoryEvent).where(visible),
        NEWEST_FIRST,
        window,
        owner=models.InventoryEvent.allotment_id,
        owner_id=allotment_id,
    )


async def release_overdue(
    session: AsyncSession, *, package_id: UUID, channel: Channel, day: dt.date | None, now: dt.datetime
) -> None:
    """Release every overdue hold on these pools. Locks them, in the order of all acts."""
    pools = select(models.Allotment.id).where(_is_pool_of(package_id, channel, day))
    released = func.release_holds(func.array(pools.scalar_subquery()), None, None, now, EVERY)
    await session.execute(select(released))


async def lock_pools(
    session: AsyncSession, *, package_id: UUID, channel: Channel, day: dt.date | None
) -> list[models.Allotment]:
    """Lock the shared pool and the resellers' own ones of a package, channel and day, in id order."""
    statement = (
        select(models.Allotment)
        .where(_is_pool_of(package_id, channel, day))
        .order_by(models.Allotment.id)
        .with_for_update(key_share=True)
    )
    return list((await session.scalars(statement)).all())


def _as_asked(day: ColumnElement[dt.date], now: dt.datetime) -> Computed:
    """Return what a pool carries besides its columns, asked about a day, or (NULL) about its own."""
    asked = {"asked_date": func.coalesce(day, models.Allotment.date)}
    return {**computed_of(models.Allotment, now=now), **asked}


def _is_pool_of(package_id: UUID, channel: Channel, day: dt.date | None) -> ColumnElement[bool]:
    return and_(
        models.Allotment.package_id == package_id,
        models.Allotment.channel == channel,
        models.Allotment.date.is_not_distinct_from(day),
    )


async def journal(
    session: AsyncSession,
    allotment_id: UUID,
    *,
    kind: InventoryEventKind,
    actor: str,
    now: dt.datetime,
    allocated_change: int,
) -> None:
    """Journal what an operator changed on a locked allotment, and tell of it."""
    entry = func.journal(row_of(models.Allotment), kind.value, 0, 0, None, actor, now, allocated_change)
    await session.execute(
        select(entry).select_from(models.Allotment).where(models.Allotment.id == allotment_id)
    )


def drifted_counters() -> Select[UUID, int, int, int, int]:
    """Select the allotments whose counters differ from live holds and sales, with both pairs.

    Rows: allotment id, held, sold, held by reservations, sold by reservations.
    """
    counted = (
        select(
            models.ReservationLine.allotment_id,
            func.sum(models.ReservationLine.quantity)
            .filter(models.Reservation.status == "ACTIVE")
            .label("held"),
            func.sum(models.ReservationLine.quantity - models.ReservationLine.returned)
            .filter(models.Reservation.status == "ACTIVATED")
            .label("sold"),
        )
        .join(models.Reservation, models.Reservation.id == models.ReservationLine.reservation_id)
        .group_by(models.ReservationLine.allotment_id)
        .subquery()
    )
    held, sold = func.coalesce(counted.c.held, 0), func.coalesce(counted.c.sold, 0)
    return (
        select(models.Allotment.id, models.Allotment.held, models.Allotment.sold, held, sold)
        .outerjoin(counted, counted.c.allotment_id == models.Allotment.id)
        .where(or_(models.Allotment.held != held, models.Allotment.sold != sold))
    )


def drifted_journal() -> Select[UUID]:
    """Select the allotments whose counters are not what their last event says, or whose events have a gap."""
    events = (
        select(
            models.InventoryEvent.allotment_id,
            func.count().label("number"),
            func.max(models.InventoryEvent.sequence).label("last"),
            func.sum(models.InventoryEvent.held_change).label("held"),
            func.sum(models.InventoryEvent.sold_change).label("sold"),
            func.sum(models.InventoryEvent.allocated_change).label("allocated"),
        )
        .group_by(models.InventoryEvent.allotment_id)
        .subquery()
    )
    agrees = and_(
        events.c.number == models.Allotment.sequence,
        events.c.last == models.Allotment.sequence,
        events.c.held == models.Allotment.held,
        events.c.sold == models.Allotment.sold,
        events.c.allocated == models.Allotment.allocated,
    )
    return (
        select(models.Allotment.id)
        .outerjoin(events, events.c.allotment_id == models.Allotment.id)
        .where(or_(events.c.number.is_(None), ~agrees))
    )
