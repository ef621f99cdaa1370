"""What came of affiliate links: sales with their commissions, and the statistics."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Date,
    DateTime,
    LargeBinary,
    Uuid,
    case,
    cast,
    delete,
    exists,
    false,
    func,
    literal,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.rows import Visible
from db.types import new_id
from db.written import row
from domain.affiliate_stats import Figure
from domain.affiliates import AffiliateEventKind, ConversionStatus
from domain.clicks import Click
from domain.environments import Environment

NO_CURRENCY = "XXX"

SUM_UP = text("""
WITH summed AS (
  UPDATE affiliate_events SET is_summed = true
  WHERE id IN (SELECT id FROM affiliate_events WHERE NOT is_summed ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED)
  RETURNING link_id, kind, currency, amount_minor, commission_minor, (at AT TIME ZONE 'UTC')::date AS day
), days AS (
  INSERT INTO affiliate_days AS known (link_id, day, currency, clicks, conversions, revenue_minor, commission_minor)
  SELECT link_id, day, currency, count(*) FILTER (WHERE kind = 'CLICK'), count(*) FILTER (WHERE kind = 'CONVERSION'),
    sum(amount_minor), sum(commission_minor)
  FROM summed GROUP BY link_id, day, currency ORDER BY link_id, day, currency
  ON CONFLICT (link_id, day, currency) DO UPDATE SET
    clicks = known.clicks + excluded.clicks, conversions = known.conversions + excluded.conversions,
    revenue_minor = known.revenue_minor + excluded.revenue_minor,
    commission_minor = known.commission_minor + excluded.commission_minor
)
SELECT count(*) FROM summed
""")
"""Summed and noted as such in one statement: killed at any point, an event is in the sums once."""


async def insert_clicks(session: AsyncSession, clicks: Sequence[Click]) -> None:
    """Write clicks in one statement; a second one of a visitor on a day is none."""
    event = models.AffiliateEvent
    given = (
        func.unnest(
            cast([new_id() for _ in clicks], ARRAY(Uuid())),
            cast([each.link_id for each in clicks], ARRAY(Uuid())),
            cast([each.visitor_hash for each in clicks], ARRAY(LargeBinary())),
            cast([each.at for each in clicks], ARRAY(DateTime(timezone=True))),
        )
        .table_valued("id", "link_id", "visitor_hash", "at")
        .render_derived()
    )
    names = [
        "id",
        "link_id",
        "visitor_hash",
        "at",
        "kind",
        "currency",
        "amount_minor",
        "commission_minor",
        "is_summed",
    ]
    values = select(
        given.c.id,
        given.c.link_id,
        given.c.visitor_hash,
        given.c.at,
        literal(AffiliateEventKind.CLICK.value),
        literal(NO_CURRENCY),
        literal(0),
        literal(0),
        false(),
    )
    await session.execute(insert(event).from_select(names, values).on_conflict_do_nothing())


async def sum_up(session: AsyncSession, *, limit: int) -> int:
    """Add the oldest new events to their days; returns how many. What another worker is busy with is skipped."""
    return await session.scalar(SUM_UP, {"limit": limit}) or 0


async def purge_events(session: AsyncSession, *, before: dt.datetime, limit: int) -> int:
    """Delete summed events of before a time; returns how many."""
    event = models.AffiliateEvent
    old = select(event.id).where(event.is_summed, event.at < before).order_by(event.id).limit(limit)
    deleted = await session.execute(
        delete(event).where(event.id.in_(old.scalar_subquery())).returning(event.id)
    )
    return len(deleted.all())


async def figures(
    session: AsyncSession,
    *,
    visible: Visible,
    link_id: UUID | None,
    partner_id: UUID | None,
    first: dt.date,
    last: dt.date,
) -> list[Figure]:
    """Sum up the links one may see, by day and currency, live: what is summed already and what is new."""
    link, day, event = models.AffiliateLink, models.AffiliateDay, models.AffiliateEvent
    shown = select(link.id).where(visible)
    if link_id is not None:
        shown = shown.where(link.id == link_id)
    if partner_id is not None:
        shown = shown.where(link.partner_id == partner_id)
    ids = shown.cte("shown")
    event_day = cast(func.timezone("UTC", event.at), Date)
    known = select(
        day.day.label("day"),
        day.currency.label("currency"),
        day.clicks.label("clicks"),
        day.conversions.label("conversions"),
        day.revenue_minor.label("revenue_minor"),
        day.commission_minor.label("commission_minor"),
    ).where(day.link_id.in_(select(ids.c.id)), day.day.between(first, last))
    new = select(
        event_day,
        event.currency,
        case((event.kind == AffiliateEventKind.CLICK, 1), else_=0),
        case((event.kind == AffiliateEventKind.CONVERSION, 1), else_=0),
        event.amount_minor,
        event.commission_minor,
    ).where(event.link_id.in_(select(ids.c.id)), event.is_summed.is_(False), event_day.between(first, last))
    both = union_all(known, new).subquery()
    statement = (
        select(
            both.c.day,
            both.c.currency,
            func.sum(both.c.clicks),
            func.sum(both.c.conversions),
            func.sum(both.c.revenue_minor),
            func.sum(both.c.commission_minor),
        )
        .group_by(both.c.day, both.c.currency)
        .order_by(both.c.day, both.c.currency)
    )
    return [
        Figure(day, currency, *map(int, sums)) for day, currency, *sums in await session.execute(statement)
    ]


async def has_bought(session: AsyncSession, link_id: UUID, buyer_hash: bytes, *, since: dt.datetime) -> bool:
    """Tell whether a buyer came by a link and bought since a moment."""
    conversion = models.AffiliateConversion
    return bool(
        await session.scalar(
            select(
                exists().where(
                    conversion.link_id == link_id,
                    conversion.buyer_hash == buyer_hash,
                    conversion.created_at >= since,
                )
            )
        )
    )


async def insert_conversion(
    session: AsyncSession, values: dict[str, Any]
) -> models.AffiliateConversion | None:
    """Write a conversion; None where its checkout has one already."""
    conversion = models.AffiliateConversion
    written = await session.execute(
        insert(conversion)
        .values(**values)
        .on_conflict_do_nothing(index_elements=[conversion.checkout_id])
        .returning(conversion.id)
    )
    return row(conversion, values) if written.first() is not None else None


async def lock_of_checkout(session: AsyncSession, checkout_id: UUID) -> models.AffiliateConversion | None:
    """Load a checkout's conversion and lock it until commit."""
    conversion = models.AffiliateConversion
    statement = select(conversion).where(conversion.checkout_id == checkout_id).with_for_update()
    return (await session.scalars(statement)).one_or_none()


async def checkout_of(session: AsyncSession, conversion_id: UUID, *, visible: Visible) -> UUID | None:
    """Look up whose checkout a conversion is of."""
    conversion = models.AffiliateConversion
    return await session.scalar(select(conversion.checkout_id).where(visible, conversion.id == conversion_id))


async def lock_conversion(
    session: AsyncSession, conversion_id: UUID, *, visible: Visible
) -> models.AffiliateConversion | None:
    """Load a conversion and lock it until commit."""
    conversion = models.AffiliateConversion
    statement = select(conversion).where(visible, conversion.id == conversion_id).with_for_update()
    return (await session.scalars(statement)).one_or_none()


async def make_due(
    session: AsyncSession, *, now: dt.datetime, limit: int
) -> list[models.AffiliateConversion]:
    """Make conversions due whose time to be cancelled for free is over, and return them. Busy ones are skipped."""
    conversion = models.AffiliateConversion
    over = (
        select(conversion.id)
        .where(conversion.status == ConversionStatus.PENDING, conversion.due_at <= now)
        .order_by(conversion.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    moved = await session.execute(
        update(conversion)
        .where(conversion.id.in_(over.scalar_subquery()))
        .values(status=ConversionStatus.DUE, sequence=conversion.sequence + 1)
        .returning(conversion)
    )
    return list(moved.scalars())


async def lock_due(
    session: AsyncSession, *, environment: Environment, affiliate_id: UUID | None, limit: int
) -> list[models.AffiliateConversion]:
    """Lock conversions that are to be paid, by affiliate and currency, the oldest at the front. Busy ones are skipped."""
    conversion = models.AffiliateConversion
    statement = select(conversion).where(
        conversion.status == ConversionStatus.DUE, conversion.environment == environment
    )
    if affiliate_id is not None:
        statement = statement.where(conversion.affiliate_id == affiliate_id)
    ordered = statement.order_by(conversion.affiliate_id, conversion.currency, conversion.id).limit(limit)
    return list((await session.scalars(ordered.with_for_update(skip_locked=True))).all())


async def mark_paid(
    session: AsyncSession, ids: Collection[UUID], *, now: dt.datetime
) -> list[models.AffiliateConversion]:
    """Note that due conversions were paid, and return those that were due."""
    conversion = models.AffiliateConversion
    moved = await session.execute(
        update(conversion)
        .where(conversion.id.in_(ids), conversion.status == ConversionStatus.DUE)
        .values(status=ConversionStatus.PAID, paid_at=now, sequence=conversion.sequence + 1)
        .returning(conversion)
    )
    return list(moved.scalars())
