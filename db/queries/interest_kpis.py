"""What the KPIs of search are made of: how often what was seen is opened, and booked; in LIVE."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy import Date, and_, cast, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.environments import Environment
from domain.inventory import Channel
from domain.kpi_catalog import KpiName, Measure, Measured
from domain.reports import Window

Figures = dict[KpiName, Measured]
Counts = Mapping[bool, tuple[int, int]]
"""Of those for which something is so, and of the others: how many did it, of how many who could."""
NONE = (0, 0)


async def click_rates(session: AsyncSession, window: Window) -> Figures:
    """Reckon how much of what was seen of verified partners was opened, and how much more than of others."""
    views = models.PackageViews
    month = _month(views.seen_on)
    statement = (
        select(month, views.is_verified, func.sum(views.clicks), func.sum(views.views))
        .where(
            views.seen_on.between(window.first, window.last),
            views.environment == Environment.LIVE,
        )
        .group_by(func.grouping_sets(tuple_(views.is_verified), tuple_(month, views.is_verified)))
    )
    counts = _counts(await session.execute(statement))
    return {
        KpiName.CTR_VERIFIED: _measured(counts, _rate),
        KpiName.CTR_VERIFIED_LIFT: _measured(counts, _lift),
    }


async def conversions(session: AsyncSession, window: Window) -> Figures:
    """Reckon how much of what was seen was booked on DIRECT, and how much more of what has items of several kinds."""
    views, line, hold, hit = (
        models.PackageViews,
        models.ReservationLine,
        models.Reservation,
        models.PackageSearch,
    )
    booking = models.Booking
    is_bundle = func.cardinality(hit.kinds) > 1
    seen = (
        select(
            _month(views.seen_on).label("month"),
            is_bundle.label("is_bundle"),
            literal(0).label("bookings"),
            views.views.label("views"),
        )
        .join(hit, hit.package_id == views.package_id)
        .where(views.seen_on.between(window.first, window.last), views.environment == Environment.LIVE)
    )
    sold = (
        select(
            booking.id,
            cast(func.timezone("UTC", booking.created_at), Date).label("day"),
            is_bundle.label("is_bundle"),
        )
        .join(hold, hold.id == booking.reservation_id)
        .join(line, and_(line.reservation_id == hold.id, line.component_of.is_(None)))
        .join(hit, hit.package_id == line.package_id)
        .where(
            booking.created_at >= window.starts_at,
            booking.created_at < window.ends_at,
            booking.environment == Environment.LIVE,
            booking.channel == Channel.DIRECT,
        )
        .distinct()
        .subquery("sold")
    )
    booked = select(_month(sold.c.day), sold.c.is_bundle, literal(1), literal(0))
    each = seen.union_all(booked).subquery()
    statement = select(
        each.c.month, each.c.is_bundle, func.sum(each.c.bookings), func.sum(each.c.views)
    ).group_by(func.grouping_sets(tuple_(each.c.is_bundle), tuple_(each.c.month, each.c.is_bundle)))
    counts = _counts(await session.execute(statement))
    return {
        KpiName.PACKAGE_CONVERSION: _measured(counts, _rate_of_all),
        KpiName.PACKAGE_CONVERSION_LIFT: _measured(counts, _lift),
    }


def _counts(rows: Any) -> dict[Any, Counts]:
    """Return the counts by month, and by None those of the whole window."""
    counts: dict[Any, dict[bool, tuple[int, int]]] = {}
    for month, is_so, did, could in rows:
        counts.setdefault(month, {})[is_so] = (int(did), int(could))
    return dict(counts)


def _measured(counts: Mapping[Any, Counts], figure: Callable[[Counts], Measure]) -> Measured:
    return Measured(
        figure(counts.get(None, {})), {month: figure(each) for month, each in counts.items() if month}
    )


def _rate(counts: Counts) -> Measure:
    did, could = counts.get(True, NONE)
    return Measure(Fraction(did, could) if could else None, could)


def _rate_of_all(counts: Counts) -> Measure:
    did, could = (sum(each[place] for each in counts.values()) for place in (0, 1))
    return Measure(Fraction(did, could) if could else None, could)


def _lift(counts: Counts) -> Measure:
    """How much higher the rate is where it is so than where it is not; 0.2 is a fifth more."""
    (did, could), (others_did, others_could) = counts.get(True, NONE), counts.get(False, NONE)
    if not (could and others_could and others_did):
        return Measure(None, could + others_could)
    return Measure(Fraction(did, could) / Fraction(others_did, others_could) - 1, could + others_could)


def _month(day: Any) -> Any:
    return cast(func.date_trunc("month", day), Date)
