"""Questions about reservations."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Date, String, and_, case, cast, func, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.queries.computed import row_of
from db.questions import question, twin
from db.rows import One, Visible
from db.types import enum_type
from domain import reservations as rules
from domain.inventory import Channel
from domain.pricing import CustomerType, PriceRule, RuleEffect
from domain.reservations import Demand, ReservationStatus

NEWEST_FIRST = Keyset((models.Reservation.id,), is_descending=True)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a line of demand would be sold from, and at which prices."""

    package_id: UUID
    product_id: str
    currency: str
    time_zone: str
    allotment_id: UUID | None
    """None where this channel has no allotment of the product."""
    rules: tuple[PriceRule, ...]


@question
def page_reservations(
    *, visible: Visible, window: Window, status: ReservationStatus | None, now: dt.datetime
) -> Page[models.Reservation]:
    """Describe reservations, newest first. A hold whose time is over counts as EXPIRED."""
    row = models.Reservation
    statement = select(row).where(visible)
    if status is ReservationStatus.ACTIVE:
        statement = statement.where(row.status == status, row.expires_at > now)
    elif status is ReservationStatus.EXPIRED:
        overdue = and_(row.status == ReservationStatus.ACTIVE, row.expires_at <= now)
        statement = statement.where(or_(row.status == status, overdue))
    elif status is not None:
        statement = statement.where(row.status == status)
    return Page(statement, NEWEST_FIRST, window)


@question
def reservation_by_id(reservation_id: UUID, *, visible: Visible) -> One[models.Reservation]:
    """Describe one reservation."""
    return One(select(models.Reservation).where(visible, models.Reservation.id == reservation_id))


@twin(rules.status_at, is_total=True)
def status_at(
    status: ColumnElement[str], expires_at: ColumnElement[dt.datetime], now: ColumnElement[dt.datetime]
) -> ColumnElement[str]:
    """A hold is over when its time is."""
    is_over = and_(status == ReservationStatus.ACTIVE, expires_at <= now)
    return type_coerce(
        case((is_over, ReservationStatus.EXPIRED.value), else_=status), enum_type(ReservationStatus)
    )


async def offers_for(
    session: AsyncSession,
    demand: list[Demand],
    *,
    visible: Visible,
    channel: Channel,
    reseller_id: UUID | None,
) -> list[Offer | None]:
    """Load the offers in the order of the lines; None where there is no such product."""
    asked = (
        func.unnest(
            cast([line.product_id for line in demand], ARRAY(String)),
            cast([line.date for line in demand], ARRAY(Date)),
        )
        .table_valued("sku", "day", with_ordinality="position")
        .render_derived()
    )
    rules = (
        select(func.jsonb_agg(func.to_jsonb(row_of(models.PriceRule))))
        .where(models.PriceRule.package_id == models.Package.id)
        .scalar_subquery()
    )
    statement = (
        select(
            asked.c.position,
            models.Package.id,
            models.Package.sku,
            models.Package.currency,
            models.Package.time_zone,
            func.pool_of(models.Package.id, channel.value, asked.c.day, reseller_id),
            rules,
        )
        .join(models.Package, models.Package.sku == asked.c.sku)
        .where(visible)
    )
    found = {
        position: Offer(package_id, sku, currency, time_zone, pool, _rules(table or []))
        for position, package_id, sku, currency, time_zone, pool, table in await session.execute(statement)
    }
    return [found.get(position) for position in range(1, len(demand) + 1)]


def _rules(table: list[dict[str, Any]]) -> tuple[PriceRule, ...]:
    return tuple(
        PriceRule(
            code=row["code"],
            label=row["label"],
            effect=RuleEffect(row["effect"]),
            amount_minor=row["amount_minor"],
            rank=row["rank"],
            customer_types=frozenset(map(CustomerType, row["customer_types"])),
            weekdays=frozenset(row["weekdays"]),
            starts_on=row["starts_on"] and dt.date.fromisoformat(row["starts_on"]),
            ends_on=row["ends_on"] and dt.date.fromisoformat(row["ends_on"]),
            is_final=row["is_final"],
        )
        for row in table
    )


async def overdue_ids(
    session: AsyncSession, *, now: dt.datetime, limit: int, besides: Collection[UUID] = ()
) -> list[UUID]:
    """Load the ids of holds whose time is over, longest overdue first, without those in `besides`."""
    statement = (
        select(models.Reservation.id)
        .where(
            models.Reservation.status == "ACTIVE",
            models.Reservation.expires_at <= now,
            models.Reservation.id.not_in(besides),
        )
        .order_by(models.Reservation.expires_at)
        .limit(limit)
    )
    return list((await session.scalars(statement)).all())
