"""Questions about properties."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, String, and_, cast, func, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import One, Visible
from domain.geography import Point
from domain.properties import PropertyField, Values
from domain.rules.portfolio import CELL, FEWEST_PRICES, LEAST_SPREAD, Known, Portfolio, Prices
from domain.rules.subject import Subject

BY_NAME = Keyset((models.Property.name, models.Property.id))
ASIDE = 4 * CELL
"""Degrees of longitude: some more than 150 m up to 75° of latitude."""


@question
def page_properties(
    *,
    visible: Visible,
    window: Window,
    partner_id: UUID | None,
    search: str | None,
    country: str | None,
    is_complete: bool | None,
    is_archived: bool | None,
) -> Page[models.Property]:
    """Describe properties by name; `search` is part of a name, code or city, in any case."""
    row = models.Property
    statement = select(row).where(visible)
    if partner_id is not None:
        statement = statement.where(row.partner_id == partner_id)
    if search is not None:
        wanted = func.lower(search)
        statement = statement.where(
            or_(
                *(
                    func.strpos(func.lower(each), wanted) > 0
                    for each in (row.name, row.external_code, row.city)
                )
            )
        )
    if country is not None:
        statement = statement.where(row.country == country)
    if is_complete is not None:
        statement = statement.where(row.is_complete if is_complete else ~row.is_complete)
    if is_archived is not None:
        statement = statement.where(
            row.archived_at.is_not(None) if is_archived else row.archived_at.is_(None)
        )
    return Page(statement, BY_NAME, window)


@question
def property_by_id(property_id: UUID, *, visible: Visible) -> One[models.Property]:
    """Describe one property."""
    return One(select(models.Property).where(visible, models.Property.id == property_id))


async def lock_property(
    session: AsyncSession, property_id: UUID, *, visible: Visible
) -> models.Property | None:
    """Load a property and lock it until commit."""
    row = models.Property
    statement = select(row).where(visible, row.id == property_id).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def lock_by_codes(
    session: AsyncSession, partner_id: UUID, codes: Collection[str]
) -> dict[str, models.Property]:
    """Load a partner's properties of these codes and lock them until commit, in the order of their codes."""
    statement = _by_codes(partner_id, codes, is_locked=True)
    found = await session.scalars(statement.execution_options(populate_existing=True))
    return {each.external_code: each for each in found}


async def properties_by_codes(
    session: AsyncSession, partner_id: UUID, codes: Collection[str]
) -> dict[str, models.Property]:
    """Load a partner's properties of these codes, archived ones too."""
    return {each.external_code: each for each in await session.scalars(_by_codes(partner_id, codes))}


def _by_codes(
    partner_id: UUID, codes: Collection[str], *, is_locked: bool = False
) -> Select[models.Property]:
    """Look each code up by itself, in their order.

    A database that has not counted yet how many properties a file has brought so far takes any index for as good, and
    reads all of the partner's for every batch. Between two bounds and in order, only the index of the codes serves.
    """
    wanted = func.unnest(cast(sorted(codes), ARRAY(String))).table_valued("code").render_derived()
    row = models.Property
    is_wanted = row.external_code.between(wanted.c.code, wanted.c.code)
    one = select(row).where(row.partner_id == partner_id, is_wanted).order_by(row.external_code).limit(1)
    found = aliased(row, (one.with_for_update() if is_locked else one).lateral())
    return select(found).select_from(wanted).join(found, true())


async def is_code_taken(session: AsyncSession, partner_id: UUID, code: str) -> bool:
    """Tell whether a property of the partner has this code, archived ones too."""
    row = models.Property
    statement = select(row.id).where(row.partner_id == partner_id, row.external_code == code)
    return await session.scalar(statement) is not None


async def insert_properties(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add many properties, whole, in one statement."""
    if rows:
        # Into the table: an insert of models is cut into many, by which of their values are None.
        table: Any = models.Property.__table__
        await session.execute(insert(table), rows)


@dataclass(frozen=True, slots=True)
class PropertiesFacts:
    """How many properties a partner has that are not archived, and how many of them lack something for going live."""

    count: int
    incomplete: int


def counted_properties() -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Return both numbers of PropertiesFacts for the partner of the statement around."""
    row = models.Property
    of_partner = and_(row.partner_id == models.Partner.id, row.archived_at.is_(None))
    counted = select(func.count()).select_from(row).where(of_partner).correlate(models.Partner)
    return counted.scalar_subquery(), counted.where(~row.is_complete).scalar_subquery()


async def properties_facts(session: AsyncSession, partner_id: UUID) -> PropertiesFacts:
    """Load how many properties a partner has, and how many are incomplete."""
    statement = select(*counted_properties()).where(models.Partner.id == partner_id)
    found = (await session.execute(statement)).one_or_none()
    return PropertiesFacts(*found) if found else PropertiesFacts(0, 0)


async def next_properties(
    session: AsyncSession, partner_id: UUID, *, after: str, limit: int
) -> Sequence[models.Property]:
    """Load a partner's properties by their codes, those after a code ("" to begin), without archived ones."""
    row = models.Property
    statement = (
        select(row)
        .where(row.partner_id == partner_id, row.archived_at.is_(None), row.external_code > after)
        .order_by(row.external_code)
        .limit(limit)
    )
    return (await session.scalars(statement)).all()


async def known_properties(session: AsyncSession, partner_id: UUID) -> list[Known]:
    """Load what a file's rows are compared with: everything of the partner that is not archived."""
    row = models.Property
    statement = select(*_known(row)).where(row.partner_id == partner_id, row.archived_at.is_(None))
    return [_as_known(each) for each in await session.execute(statement)]


async def known_near(
    session: AsyncSession, partner_id: UUID, *, name: str, point: Point | None
) -> list[Known]:
    """Load which properties of a partner one may be the same as: those around it, and those of its name."""
    row = models.Property
    near = [func.lower(row.name) == name.lower()]
    if point is not None:
        near.append(
            and_(
                row.latitude.between(point.latitude - CELL, point.latitude + CELL),
                row.longitude.between(point.longitude - ASIDE, point.longitude + ASIDE),
            )
        )
    statement = select(*_known(row)).where(
        row.partner_id == partner_id, row.archived_at.is_(None), or_(*near)
    )
    return [_as_known(each) for each in await session.execute(statement)]


async def known_near_each(session: AsyncSession, property_ids: Collection[UUID]) -> dict[UUID, list[Known]]:
    """Load the same for many properties that are there, without themselves, in one statement."""
    row, other = models.Property, aliased(models.Property)
    statement = select(row.id, *_known(other)).join(
        other,
        and_(
            other.partner_id == row.partner_id,
            other.id != row.id,
            other.archived_at.is_(None),
            or_(
                func.lower(other.name) == func.lower(row.name),
                and_(
                    other.latitude.between(row.latitude - CELL, row.latitude + CELL),
                    other.longitude.between(row.longitude - ASIDE, row.longitude + ASIDE),
                ),
            ),
        ),
    )
    found: dict[UUID, list[Known]] = {}
    for property_id, *known in await session.execute(statement.where(row.id.in_(property_ids))):
        found.setdefault(property_id, []).append(_as_known(known))
    return found


async def prices_by_currency(
    session: AsyncSession, partner_ids: Collection[UUID]
) -> dict[UUID, dict[str, Prices]]:
    """Load what the nights of these partners cost, by partner and currency, where there are enough prices."""
    row = models.Property
    price = func.ln(row.nightly_price)
    middle = (
        select(
            row.partner_id,
            row.currency,
            func.percentile_cont(0.5).within_group(price).label("middle"),
        )
        .where(row.partner_id.in_(partner_ids), row.nightly_price.is_not(None), row.archived_at.is_(None))
        .group_by(row.partner_id, row.currency)
        .having(func.count() >= FEWEST_PRICES)
        .subquery()
    )
    spread = func.percentile_cont(0.5).within_group(func.abs(price - middle.c.middle))
    statement = (
        select(row.partner_id, row.currency, middle.c.middle, spread)
        .join(middle, and_(middle.c.partner_id == row.partner_id, middle.c.currency == row.currency))
        .where(row.nightly_price.is_not(None), row.archived_at.is_(None))
        .group_by(row.partner_id, row.currency, middle.c.middle)
    )
    found: dict[UUID, dict[str, Prices]] = {}
    for partner_id, currency, center, half in await session.execute(statement):
        found.setdefault(partner_id, {})[currency] = Prices(exp(center), max(LEAST_SPREAD, half))
    return found


async def portfolio_for(
    session: AsyncSession, partner_id: UUID, values: Values, *, without: str | None = None
) -> Portfolio:
    """Load the partner's properties, as far as one with these values is compared with them.

    `without` is the code of the one that is looked at, where it is there already.
    """
    subject = Subject(values)
    known = await known_near(session, partner_id, name=subject.text(PropertyField.NAME), point=subject.point)
    prices = {}
    if PropertyField.NIGHTLY_PRICE in subject.values:
        prices = (await prices_by_currency(session, [partner_id])).get(partner_id, {})
    return Portfolio([each for each in known if each.external_code != without], prices)


async def whole_portfolio(session: AsyncSession, partner_id: UUID) -> Portfolio:
    """Load all of a partner's properties that are not archived: for the rows of a file."""
    prices = await prices_by_currency(session, [partner_id])
    return Portfolio(await known_properties(session, partner_id), prices.get(partner_id, {}))


def _known(row: Any) -> tuple[Any, ...]:
    return (row.external_code, row.name, row.city, row.latitude, row.longitude)


def _as_known(found: Sequence[Any]) -> Known:
    code, name, city, latitude, longitude = found
    return Known(code, name, city or "", None if latitude is None else Point(latitude, longitude))
