"""Questions of those who keep the index of search."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CursorResult,
    Integer,
    Numeric,
    Text,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain import search
from domain.pricing import PriceRule
from domain.reservations import ReservationStatus
from domain.search_words import ngrams

INDEX: Any = models.PackageSearch.__table__


async def take_stale(session: AsyncSession, *, before: dt.datetime, limit: int) -> list[UUID]:
    """Lock lines that are stale, or were written before a time, and return their packages, longest ago first.

    What another worker has locked is left to it.
    """
    line = models.PackageSearch
    statement = (
        select(line.package_id)
        .where(or_(line.is_stale, line.indexed_at < before))
        .order_by(line.indexed_at, line.package_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list((await session.scalars(statement)).all())


async def packages_to_index(
    session: AsyncSession, package_ids: Sequence[UUID]
) -> list[tuple[models.Package, models.Partner, list[models.PackageItem], list[PriceRule]]]:
    """Load packages with their partners and what they are sold with, in the order of their ids."""
    rows = await session.execute(
        select(models.Package, models.Partner)
        .join(models.Partner, models.Partner.id == models.Package.partner_id)
        .where(models.Package.id.in_(package_ids))
        .order_by(models.Package.id)
    )
    items: dict[UUID, list[models.PackageItem]] = {each: [] for each in package_ids}
    item = models.PackageItem
    for found in await session.scalars(
        select(item)
        .join(models.Package, models.Package.id == item.package_id)
        .where(item.package_id.in_(package_ids), item.version == models.Package.version)
        .order_by(item.position)
    ):
        items[found.package_id].append(found)
    rules = await rules_of(session, package_ids)
    return [(package, partner, items[package.id], rules[package.id]) for package, partner in rows]


async def rules_of(session: AsyncSession, package_ids: Sequence[UUID]) -> dict[UUID, list[PriceRule]]:
    """Load the price tables that packages are sold by, by package."""
    rule = models.PriceRule
    tables: dict[UUID, list[PriceRule]] = {each: [] for each in package_ids}
    for row in await session.scalars(
        select(rule)
        .join(models.Package, models.Package.id == rule.package_id)
        .where(rule.package_id.in_(package_ids), rule.version == models.Package.version)
        .order_by(rule.rank)
    ):
        tables[row.package_id].append(
            PriceRule(
                code=row.code,
                label=row.label,
                effect=row.effect,
                amount_minor=row.amount_minor,
                rank=row.rank,
                customer_types=frozenset(row.customer_types),  # type: ignore[arg-type] # their values
                weekdays=frozenset(row.weekdays),
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                is_final=row.is_final,
            )
        )
    return tables


async def write_lines(session: AsyncSession, lines: Sequence[Mapping[str, Any]]) -> None:
    """Write lines of the index anew. Each has its `of` (the package), columns by name, and its `passages`."""
    if not lines:
        return
    texts = ARRAY(Text())
    document = func.search_document(
        bindparam("configurations", type_=texts),
        bindparam("labels", type_=texts),
        bindparam("texts", type_=texts),
    )
    columns: dict[str, Any] = {name: bindparam(name) for name in lines[0] if name not in ("of", "passages")}
    statement = (
        update(INDEX)
        .where(INDEX.c.package_id == bindparam("of"))
        .values(
            **columns,
            document=document,
            is_stale=False,
            rank=bindparam("verified_points", type_=Integer()) + INDEX.c.popularity,
        )
    )
    given = []
    for line in lines:
        passages = line["passages"]
        given.append(
            {name: value for name, value in line.items() if name != "passages"}
            | {
                "configurations": [each.configuration for each in passages],
                "labels": [each.label.value for each in passages],
                "texts": [each.text for each in passages],
                "verified_points": search.VERIFIED_POINTS if line["is_verified"] else 0,
            }
        )
    connection = await session.connection()
    await connection.execute(statement, given)


async def add_words(session: AsyncSession, words: Iterable[str]) -> None:
    """Add words that may be meant; those that are there already stay. In one order, so nobody waits in a circle."""
    rows = [{"word": word, "ngrams": ngrams(word)} for word in sorted(set(words))]
    if rows:
        known = set(
            await session.scalars(
                select(models.SearchWord.word).where(
                    models.SearchWord.word.in_([row["word"] for row in rows])
                )
            )
        )
        rows = [row for row in rows if row["word"] not in known]
    if rows:
        await session.execute(insert(models.SearchWord).values(rows).on_conflict_do_nothing())


async def roll_up_popularity(session: AsyncSession, *, since: dt.datetime) -> int:
    """Reckon anew how popular packages are, by what was opened and booked since; return how many changed."""
    views, hold, line = models.PackageViews, models.Reservation, models.ReservationLine
    clicks = (
        select(views.package_id, func.sum(views.clicks).label("clicks"), literal(0).label("bookings"))
        .where(views.seen_on >= since.date())
        .group_by(views.package_id)
    )
    bookings = (
        select(line.package_id, literal(0), func.count(line.reservation_id.distinct()))
        .join(hold, hold.id == line.reservation_id)
        .where(
            hold.status == ReservationStatus.ACTIVATED,
            hold.created_at >= since,
            line.component_of.is_(None),
        )
        .group_by(line.package_id)
    )
    chosen = clicks.union_all(bookings).subquery()
    summed = (
        select(
            chosen.c.package_id,
            _popularity(func.sum(chosen.c.clicks), func.sum(chosen.c.bookings)).label("points"),
        )
        .group_by(chosen.c.package_id)
        .subquery()
    )
    points = func.coalesce(
        select(summed.c.points).where(summed.c.package_id == INDEX.c.package_id).scalar_subquery(), 0
    )
    statement = (
        update(INDEX)
        .where(INDEX.c.popularity != points)
        .values(popularity=points, rank=INDEX.c.rank - INDEX.c.popularity + points)
    )
    result = await session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount


def _popularity(clicks: ColumnElement[Any], bookings: ColumnElement[Any]) -> ColumnElement[int]:
    """`search.popularity_points` once more."""
    weight = cast(1 + clicks + 10 * bookings, Numeric)
    points = func.round(25 * func.log(cast(2, Numeric), weight))
    return func.least(cast(points, Integer), search.POPULARITY_POINTS)
