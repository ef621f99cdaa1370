"""Questions behind the reports: sums and counts, a statement each."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, Date, Double, String, and_, case, cast, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries.inventory import drifted_counters
from db.queries.request_log import first_id
from db.rows import Visible
from domain.environments import Environment
from domain.inventory import Channel, InventoryEventKind
from domain.money import Money
from domain.reports import HoldCount, Pools, Sales, StatusCount, Timing, Window
from domain.reservations import ReservationStatus

PERCENTILES = [0.5, 0.95, 0.99]
NEVER_TIMED = (None, None, None)


async def resellers(session: AsyncSession, *, visible: Visible, reseller_id: UUID | None) -> list[UUID]:
    """Load the ids of the resellers a report is about, or the one of them that is asked for."""
    statement = select(models.ResellerProfile.partner_id).where(visible)
    if reseller_id is not None:
        statement = statement.where(models.ResellerProfile.partner_id == reseller_id)
    return list((await session.scalars(statement.order_by(models.ResellerProfile.partner_id))).all())


async def holds_by_status(
    session: AsyncSession,
    reseller_ids: Sequence[UUID],
    environment: Environment,
    window: Window,
    *,
    now: dt.datetime,
) -> tuple[dict[ReservationStatus, HoldCount], Decimal | None]:
    """Count the holds made in the window by what became of them until `now`.

    Also returns how long those that were activated had lasted on average, in seconds.
    """
    row = models.Reservation
    is_overdue = and_(row.status == ReservationStatus.ACTIVE, row.expires_at <= now)
    status = case((is_overdue, ReservationStatus.EXPIRED.value), else_=cast(row.status, String))
    lasted = func.extract("epoch", row.ended_at - row.created_at)
    statement = (
        select(status, func.count(), func.sum(row.units), func.avg(lasted))
        .where(
            row.reseller_id.in_(reseller_ids),
            row.environment == environment,
            row.created_at >= window.starts_at,
            row.created_at < window.ends_at,
        )
        .group_by(status)
    )
    counts: dict[ReservationStatus, HoldCount] = {}
    average: Decimal | None = None
    for name, holds, units, seconds in await session.execute(statement):
        counts[ReservationStatus(name)] = HoldCount(holds, units)
        if name == ReservationStatus.ACTIVATED:
            average = seconds
    return counts, average


async def sales_by_channel(
    session: AsyncSession, environment: Environment, window: Window, *, reseller_ids: Sequence[UUID] | None
) -> list[Sales]:
    """Add up what was booked in the window, by channel and currency; of all sellers without ids."""
    row = models.Booking
    statement = (
        select(row.channel, row.currency, func.count(), func.sum(row.total_minor))
        .where(
            row.environment == environment,
            row.created_at >= window.starts_at,
            row.created_at < window.ends_at,
        )
        .group_by(row.channel, row.currency)
        .order_by(row.channel, row.currency)
    )
    if reseller_ids is not None:
        statement = statement.where(row.reseller_id.in_(reseller_ids))
    return [
        Sales(channel, bookings, Money(int(minor), currency))
        for channel, currency, bookings, minor in await session.execute(statement)
    ]


async def pools_by_channel(
    session: AsyncSession, window: Window, *, visible: Visible, reseller_ids: Sequence[UUID] | None
) -> list[Pools]:
    """Add up the pools as they are now, by channel: undated ones and those of the window's days.

    With ids: only what these resellers can draw on, the shared pools and their own.
    """
    row = models.Allotment
    statement = (
        select(row.channel, func.sum(row.allocated), func.sum(row.sold))
        .where(visible, or_(row.date.is_(None), row.date.between(window.first, window.last)))
        .group_by(row.channel)
        .order_by(row.channel)
    )
    if reseller_ids is not None:
        theirs = or_(row.reseller_id.is_(None), row.reseller_id.in_(reseller_ids))
        statement = statement.where(row.channel == Channel.OTA, theirs)
    return [Pools(*each) for each in await session.execute(statement)]


async def calls_of(
    session: AsyncSession, reseller_ids: Sequence[UUID], environment: Environment, window: Window
) -> tuple[dict[dt.date, int], list[Timing], dict[str, list[StatusCount]]]:
    """Count the calls by day and by operation and status, and time them by operation: one pass."""
    row = models.ApiCall
    day = cast(func.timezone("UTC", row.at), Date)
    days, operations, statuses = func.grouping(day), func.grouping(row.operation), func.grouping(row.status)
    took = func.percentile_cont(cast(PERCENTILES, ARRAY(Double))).within_group(row.duration_ms)
    of_operation = case((and_(operations == 0, statuses == 1), took))
    statement = (
        select(day, row.operation, row.status, func.count(), of_operation, days, statuses)
        .where(
            row.partner_id.in_(reseller_ids),
            row.environment == environment,
            row.id >= first_id(window.starts_at),
            row.id < first_id(window.ends_at),
        )
        .group_by(func.grouping_sets(tuple_(day), tuple_(row.operation), tuple_(row.operation, row.status)))
    )
    by_day: dict[dt.date, int] = {}
    timings: list[Timing] = []
    by_status: dict[str, list[StatusCount]] = {}
    counted = await session.execute(statement)
    for date, operation, status, calls, percentiles, is_no_day, is_no_status in counted:
        if not is_no_day:
            by_day[date] = calls
        elif is_no_status:
            timings.append(Timing(operation, *(percentiles or NEVER_TIMED)))
        else:
            by_status.setdefault(operation, []).append(StatusCount(status, calls))
    return by_day, timings, by_status


async def inventory_operations(
    session: AsyncSession, environment: Environment, window: Window
) -> dict[InventoryEventKind, int]:
    """Count what happened to the pools of an environment, by kind."""
    entry = models.InventoryEvent
    pools = select(models.Allotment.id).where(models.Allotment.environment == environment)
    statement = (
        select(entry.kind, func.count().label("number"))
        .where(entry.allotment_id.in_(pools), entry.at >= window.starts_at, entry.at < window.ends_at)
        .group_by(entry.kind)
    )
    counted = await session.execute(statement)
    return {row.kind: row.number for row in counted}


async def oversold_and_drifted(session: AsyncSession, environment: Environment) -> tuple[int, int]:
    """Count the pools that sold more than they have, and those whose counters are wrong."""
    row = models.Allotment
    here = select(row.id).where(row.environment == environment)
    oversold = select(func.count()).where(row.environment == environment, row.held + row.sold > row.allocated)
    drifted = drifted_counters().where(row.id.in_(here.correlate(None))).subquery()
    wrong = select(func.count()).select_from(drifted)
    counts = (await session.execute(select(oversold.scalar_subquery(), wrong.scalar_subquery()))).one()
    return counts[0], counts[1]
