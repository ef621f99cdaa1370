"""Questions about reservations."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Text,
    Uuid,
    and_,
    case,
    cast,
    column,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db import models
from db.entries import PARTS, Entries, ForMany, once_a_shape
from db.paging import Keyset, Page, Window
from db.queries.computed import row_of
from db.questions import question, twin
from db.rows import One, Visible
from db.types import enum_type
from domain import reservations as rules
from domain.discounts import DiscountRule, discounts_of
from domain.environments import Environment
from domain.packages import ItemKind, PackageStatus
from domain.pricing import CustomerType, PriceRule, RuleEffect
from domain.reservations import ReservationStatus

NEWEST_FIRST = Keyset((models.Reservation.id,), is_descending=True)
PRICE_TABLES = 1_000
"""Price tables kept read, the one used longest ago goes first."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a unit of a bundle takes from another package."""

    package_id: UUID
    version: int
    product_id: str
    quantity: int
    allotment_id: UUID | None
    is_sold: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """What a line of demand would be sold from, and at which prices."""

    package_id: UUID
    product_id: str
    currency: str
    time_zone: str
    allotment_id: UUID | None
    """None where this channel has no allotment of the product."""
    paused_id: UUID | None
    """The partner whose pause stands against it: the seller's or the package's own."""
    rules: tuple[PriceRule, ...]
    version: int
    is_sold: bool
    """It is PUBLISHED; whether it is sold for the day, the days tell."""
    is_dated: bool
    sold_from: dt.date | None
    sold_until: dt.date | None
    parts: tuple[Part, ...] | None
    """None for what is no bundle."""
    discount_rules: tuple[DiscountRule, ...] = ()
    item_kinds: frozenset[ItemKind] = frozenset()
    """Of what the sold version consists; looked up only where there are discounts."""


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


@once_a_shape
def offers(visible: Visible) -> ForMany:
    """Make the statement for many that finds what lines would be sold from.

    Asks: asked [{position, sku, day, channel, reseller_id}]. Records: nth, and then as `offer_of` takes them; none for
    a line of which there is no such product.
    """
    asked = Entries(
        "asked", position=Integer(), sku=String(), day=Date(), channel=String(), reseller_id=Uuid()
    )
    seen = asked.seen(visible)
    rules = (
        select(cast(func.json_agg(row_of(models.PriceRule)), Text))
        .where(
            models.PriceRule.package_id == models.Package.id,
            models.PriceRule.version == models.Package.version,
        )
        .scalar_subquery()
    )
    sellers = models.OnboardingCase.partner_id.in_([models.Package.partner_id, asked.reseller_id])
    # Nothing more is looked up for what is no bundle.
    paused = func.coalesce(
        _paused(sellers),
        case(
            (models.Package.is_bundle, _paused(models.OnboardingCase.partner_id.in_(_suppliers_of_parts()))),
        ),
    )
    statement = (
        select(
            asked.nth,
            asked.position,
            models.Package.id,
            models.Package.sku,
            models.Package.currency,
            models.Package.time_zone,
            func.pool_of(models.Package.id, asked.channel, asked.day, asked.reseller_id),
            paused,
            rules,
            models.Package.version,
            models.Package.status == PackageStatus.PUBLISHED,
            models.Package.is_dated,
            models.Package.sold_from,
            models.Package.sold_until,
            case((models.Package.is_bundle, _parts_of(asked))),
            case((func.jsonb_array_length(models.Package.discount_rules["rules"]) > 0, _discounts())),
        )
        .select_from(asked.table())
        .join(models.Package, models.Package.sku == asked.sku)
        .where(seen)
    )
    return asked.answering(statement)


def offer_of(record: Sequence[Any]) -> tuple[int, Offer]:
    """Return a record of `offers` as the line's position and its offer."""
    _, position, package_id, sku, currency, time_zone, pool, paused_id, table, *terms = record
    version, is_sold, is_dated, sold_from, sold_until, parts, discounts = terms
    return position, Offer(
        package_id,
        sku,
        currency,
        time_zone,
        pool,
        paused_id,
        _rules(table or "[]"),
        version,
        is_sold,
        is_dated,
        sold_from,
        sold_until,
        None if parts is None else tuple(map(_part, orjson.loads(parts))),
        *(() if discounts is None else _discounts_of(discounts)),
    )


def _parts_of(asked: Entries) -> ColumnElement[str]:
    """Return the components of the sold version as JSON, as `_part` takes them."""
    item, component = models.PackageItem, aliased(models.Package)
    pool = func.pool_of(component.id, asked.channel, asked.day, asked.reseller_id)
    part = func.json_build_array(
        component.id,
        component.version,
        component.sku,
        item.quantity,
        pool,
        component.status == PackageStatus.PUBLISHED,
    )
    return (
        select(cast(func.json_agg(aggregate_order_by(part, item.position)), Text))
        .join(component, component.id == item.component_id)
        .where(item.package_id == models.Package.id, item.version == models.Package.version)
        .correlate(models.Package)
        .scalar_subquery()
    )


def _discounts() -> ColumnElement[str]:
    """Return the discount rules of the sold version, and the kinds of its items, as `_discounts_of` takes them."""
    item = models.PackageItem
    kinds = (
        select(func.json_agg(item.kind.distinct()))
        .where(item.package_id == models.Package.id, item.version == models.Package.version)
        .correlate(models.Package)
        .scalar_subquery()
    )
    return cast(func.json_build_array(models.Package.discount_rules, kinds), Text)


def _suppliers_of_parts() -> Select[UUID | None]:
    """Select whose things the sold version is made of."""
    item = models.PackageItem
    return (
        select(item.supplier_id)
        .where(item.package_id == models.Package.id, item.version == models.Package.version)
        .correlate(models.Package)
    )


def _paused(sellers: ColumnElement[bool]) -> ColumnElement[UUID]:
    """Return one of some sellers that has paused its sales in LIVE."""
    case_ = models.OnboardingCase
    return (
        select(case_.partner_id)
        .where(sellers, case_.paused_at.is_not(None), models.Package.environment == Environment.LIVE)
        .correlate(models.Package)
        .limit(1)
        .scalar_subquery()
    )


def _part(told: Sequence[Any]) -> Part:
    package_id, version, product_id, quantity, pool, is_sold = told
    return Part(UUID(package_id), version, product_id, quantity, pool and UUID(pool), is_sold)


@lru_cache(maxsize=PRICE_TABLES)
def _rules(table: str) -> tuple[PriceRule, ...]:
    """Read a price table; the same text, the same rules, so that a product in demand is read once."""
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
        for row in orjson.loads(table)
    )


@lru_cache(maxsize=PRICE_TABLES)
def _discounts_of(text: str) -> tuple[tuple[DiscountRule, ...], frozenset[ItemKind]]:
    """Read discounts and kinds of items, each text once, as a price table."""
    rules, kinds = orjson.loads(text)
    return discounts_of(rules), frozenset(map(ItemKind, kinds or ()))


@once_a_shape
def extend_all(visible: Visible) -> ForMany:
    """Make the act that lets many holds end later; see its SQL."""
    acts = Entries("acts", id=Uuid())
    return _acting(acts, "extend_all", _seen(acts, visible))


@once_a_shape
def cancel_all(visible: Visible) -> ForMany:
    """Make the act that ends many holds; see its SQL."""
    acts = Entries("acts", id=Uuid())
    return _acting(acts, "cancel_all", _seen(acts, visible))


@once_a_shape
def activate_all(visible: Visible, readable: Visible) -> ForMany:
    """Make the act that sells many holds; see its SQL. Tickets are told to those to whom the hold is `readable`."""
    acts = Entries("acts", id=Uuid())
    return _acting(acts, "activate_all", _seen(acts, visible), _seen(acts, readable))


HOLD_ALL = ForMany("SELECT nth, code, CAST(facts AS TEXT) FROM hold_all($1)", ())
"""The act that takes many holds; see its SQL."""


def _seen(acts: Entries, visible: Visible) -> Select[int]:
    """Select the nths of the acts whose caller may see the reservation."""
    row = models.Reservation
    # OFFSET 0: each is looked up by its id, whatever the planner thinks of the table.
    is_seen = select(row.id).where(row.id == acts.id, acts.seen(visible)).offset(0).exists()
    return select(acts.nth).where(is_seen)


def _acting(acts: Entries, function: str, *seen: Select[int]) -> ForMany:
    """Make an act of the rows its callers may see: looked up, changed and told in one statement."""
    nths = (func.array(each.select_from(acts.table()).scalar_subquery()) for each in seen)
    answer = (
        getattr(func, function)(PARTS, *nths)
        .table_valued(column("nth", Integer), column("code", String), column("facts", JSON))
        .render_derived(name="answer")
    )
    return acts.answering(select(answer.c.nth, answer.c.code, cast(answer.c.facts, Text)))


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
