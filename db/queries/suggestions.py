"""Questions behind suggested bundles: what there is at a destination, and what was booked of it, when and by whom."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Double,
    Integer,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.pricing import CustomerType
from domain.reservations import ReservationStatus
from domain.suggestions import PartyType


async def trips_of(session: AsyncSession, package_ids: Sequence[UUID]) -> list[models.PackageTrips]:
    """Load how often packages were booked, by month and party."""
    trips = models.PackageTrips
    statement = select(trips).where(trips.package_id.in_(package_ids))
    return list((await session.scalars(statement)).all())


async def pairs_of(session: AsyncSession, package_ids: Sequence[UUID]) -> list[models.PackagePair]:
    """Load how often two of these packages were booked together."""
    pair = models.PackagePair
    statement = select(pair).where(pair.package_id.in_(package_ids), pair.other_id.in_(package_ids))
    return list((await session.scalars(statement)).all())


async def roll_up(
    session: AsyncSession, *, since: dt.datetime, now: dt.datetime, half_life_days: float
) -> None:
    """Count anew what was booked since, on all channels; a booking counts half as much after each half-life.

    Of no environment: packages are of one each.
    """
    hold, line = models.Reservation, models.ReservationLine
    of_kind = {
        kind: func.sum(case((line.customer_type == kind, line.quantity), else_=0)) for kind in CustomerType
    }
    sold = (
        select(hold.id, func.min(line.date).label("day"), hold.created_at, _party(of_kind).label("party"))
        .join(line, line.reservation_id == hold.id)
        .where(
            hold.status == ReservationStatus.ACTIVATED,
            hold.created_at >= since,
            line.component_of.is_(None),
        )
        .group_by(hold.id, hold.created_at)
        .cte("sold")
    )
    age = func.extract("epoch", literal(now) - sold.c.created_at) / 86_400
    weight = func.pow(cast(literal(0.5), Double), cast(age, Double) / half_life_days)
    of = (
        select(line.reservation_id, line.package_id)
        .where(line.component_of.is_(None))
        .distinct()
        .subquery("of_package")
    )
    month = cast(func.extract("month", func.coalesce(sold.c.day, cast(sold.c.created_at, Date))), Integer)
    await session.execute(delete(models.PackageTrips))
    trips = (
        select(of.c.package_id, month, sold.c.party, func.sum(weight))
        .join(of, of.c.reservation_id == sold.c.id)
        .group_by(of.c.package_id, month, sold.c.party)
    )
    await session.execute(
        insert(models.PackageTrips).from_select(["package_id", "month", "party", "bookings"], trips)
    )
    await session.execute(delete(models.PackagePair))
    other = of.alias("other")
    pairs = (
        select(of.c.package_id, other.c.package_id, func.sum(weight))
        .join(of, of.c.reservation_id == sold.c.id)
        .join(other, other.c.reservation_id == sold.c.id)
        .where(of.c.package_id != other.c.package_id)
        .group_by(of.c.package_id, other.c.package_id)
    )
    await session.execute(
        insert(models.PackagePair).from_select(["package_id", "other_id", "bookings"], pairs)
    )


def _party(counts: Mapping[CustomerType, ColumnElement[Any]]) -> ColumnElement[str]:
    """`suggestions.party_type` once more."""
    grown = counts[CustomerType.ADULT] + counts[CustomerType.ELDERLY]
    party = case(
        (counts[CustomerType.CHILD] > 0, PartyType.FAMILY.value),
        (grown <= 1, PartyType.SINGLE.value),
        (grown == 2, PartyType.COUPLE.value),
        else_=PartyType.GROUP.value,
    )
    return type_coerce(party, models.PackageTrips.party.type)
