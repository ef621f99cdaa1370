"""Pricing a party, and keeping to it for a while: the same engine whatever the channel."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries import quotes as queries
from db.queries import reservations as reservation_queries
from db.queries.sale_terms import SaleTerms, sale_terms
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import quotes
from domain.discounts import DiscountLine, Party, discounts
from domain.errors import NotFound, Refused
from domain.ids import global_id
from domain.inventory import Channel, InsufficientInventory
from domain.pricing import CustomerType
from domain.quotes import Composition, CouponPart, QuoteExpired, Units
from domain.reservations import Demand
from domain.splits import CouponShare
from permissions.viewer import Viewer
from permissions.visibility import buyable_packages, kept_quotes
from services import coupons, reservations


@dataclass(frozen=True, slots=True)
class Wish:
    """What a buyer wants to know the price of."""

    package_id: UUID
    date: dt.date | None
    party: Mapping[CustomerType, int]
    coupon_code: str | None = None
    click_token: str | None = None

    def demand(self, product_id: str) -> list[Demand]:
        """Return the lines of a hold of it."""
        return [
            Demand(product_id, quantity, customer_type, self.date)
            for customer_type, quantity in self.party.items()
        ]


@dataclass(frozen=True, slots=True)
class Priced:
    """A wish as it is priced now, before its coupon, and what a hold of it would be sold from."""

    wish: Wish
    terms: SaleTerms
    demand: list[Demand]
    offers: list[reservation_queries.Offer | None]
    units: list[Units]
    taken_off: tuple[DiscountLine, ...]

    @property
    def gross_minor(self) -> int:
        return quotes.gross_of(self.units)

    @property
    def discount_minor(self) -> int:
        return -sum(each.amount_minor for each in self.taken_off)

    def coupon_parts(self) -> tuple[CouponPart, ...]:
        """Return what a coupon is good for."""
        return quotes.coupon_parts(
            self.terms.package_id,
            self.terms.items,
            gross_minor=self.gross_minor,
            discount_minor=self.discount_minor,
        )

    def platform_cap(self, fee_bps: int) -> int:
        """Return the most a coupon of the platform's takes off."""
        return quotes.platform_cap(
            gross_minor=self.gross_minor, discount_minor=self.discount_minor, fee_bps=fee_bps
        )

    def composition(self, coupon: CouponShare | None) -> Composition:
        """Return the price with what the wish's coupon takes off it."""
        code = self.wish.coupon_code
        with_code = None if code is None or coupon is None else (code, coupon)
        return quotes.compose(self.units, self.taken_off, with_code, currency=self.terms.currency)


async def price(session: AsyncSession, viewer: Viewer, wish: Wish, *, now: dt.datetime) -> Priced:
    """Return what a party pays on channel DIRECT, line by line. Keeps and locks nothing.

    Refuses: NotFound, PartnerPaused, NotPriced, SalesClosed, InsufficientInventory.
    """
    visible = buyable_packages(viewer)
    terms = await sale_terms(session, wish.package_id, visible=visible)
    if terms is None:
        raise Refused(NotFound(noun="package", id=global_id("Package", wish.package_id)))
    demand = wish.demand(terms.product_id)
    offers = await reservations.offers_in(session, viewer, demand, Channel.DIRECT, visible)
    units = [
        Units(asked.customer_type, asked.quantity, reservations.priced(viewer, asked, offer, now))
        for asked, offer in zip(demand, offers, strict=True)
    ]
    taken_off = discounts(terms.discount_rules, _party(terms, wish, now), quotes.gross_of(units))
    return Priced(wish, terms, demand, offers, units, taken_off)


async def preview(
    session: AsyncSession,
    viewer: Viewer,
    priced: Priced,
    *,
    fee_bps: int,
    pepper: bytes,
    now: dt.datetime,
) -> Composition:
    """Return the price with the wish's coupon, of which nothing is used. Refuses: CouponRejected."""
    code = priced.wish.coupon_code
    if code is None:
        return priced.composition(None)
    redeemed = await coupons.preview(
        session,
        environment=viewer.environment,
        code=code,
        customer_email=viewer.signed_in.email if viewer.signed_in else None,
        parts=priced.coupon_parts(),
        currency=priced.terms.currency,
        is_discounted=priced.discount_minor > 0,
        platform_cap_minor=priced.platform_cap(fee_bps),
        pepper=pepper,
        now=now,
    )
    return priced.composition(redeemed.share)


async def check_units(session: AsyncSession, priced: Priced, *, now: dt.datetime) -> None:
    """Let a wish pass for which enough units are free now; nobody promises them. Refuses: InsufficientInventory."""
    wanted: dict[UUID, int] = {}
    units_of: dict[UUID, int] = {}
    for asked, offer in zip(priced.demand, priced.offers, strict=True):
        pools = [] if offer is None else [(offer.allotment_id, 1)]
        pools += [(part.allotment_id, part.quantity) for part in (offer and offer.parts) or ()]
        for pool, quantity in pools:
            if pool is not None:
                wanted[pool] = wanted.get(pool, 0) + asked.quantity * quantity
                units_of[pool] = quantity
    free = await queries.free_units(session, wanted, now=now)
    for pool, units in wanted.items():
        if units > free.get(pool, 0):
            raise Refused(
                InsufficientInventory(
                    product_id=priced.terms.product_id,
                    date=priced.wish.date,
                    requested=sum(each.quantity for each in priced.demand),
                    available=max(free.get(pool, 0), 0) // units_of[pool],
                )
            )


def keep(
    uow: UnitOfWork, viewer: Viewer, priced: Priced, made: Composition, *, now: dt.datetime
) -> models.Quote:
    """Keep a price for some minutes."""
    return uow.put(
        models.Quote,
        {
            "id": new_id(),
            "environment": viewer.environment,
            "actor": viewer.id,
            "package_id": priced.terms.package_id,
            "package_version": priced.terms.version,
            "date": priced.wish.date,
            "party": {each.value: quantity for each, quantity in priced.wish.party.items()},
            "coupon_code": priced.wish.coupon_code,
            "click_token": priced.wish.click_token,
            "breakdown": made.as_kept(),
            "gross_minor": made.gross_minor,
            "discount_minor": made.discount_minor,
            "coupon_minor": made.coupon_minor,
            "total_minor": made.total_minor,
            "currency": made.currency,
            "created_at": now,
            "expires_at": now + quotes.VALID_FOR,
        },
    )


async def live_quote(
    session: AsyncSession, viewer: Viewer, quote_id: UUID | None, *, now: dt.datetime
) -> models.Quote:
    """Load a quote the caller asked for, as long as it is kept to. Refuses: NotFound, QuoteExpired."""
    quote: models.Quote | None = None
    if quote_id is not None:
        described = queries.quote_by_id(quote_id, visible=kept_quotes(viewer))
        quote = (await session.scalars(described.statement)).one_or_none()
    if quote is None:
        raise Refused(NotFound(noun="quote", id=global_id("Quote", quote_id) if quote_id else ""))
    if quote.expires_at <= now:
        raise Refused(QuoteExpired(expired_at=quote.expires_at))
    return quote


def wish_of(quote: models.Quote) -> Wish:
    """Return what a quote was asked for."""
    return Wish(
        package_id=quote.package_id,
        date=quote.date,
        party={CustomerType(each): quantity for each, quantity in quote.party.items()},
        coupon_code=quote.coupon_code,
        click_token=quote.click_token,
    )


def composition_of(quote: models.Quote) -> Composition:
    """Return the price a quote has kept."""
    return Composition(
        lines=quotes.lines_of(quote.breakdown),
        gross_minor=quote.gross_minor,
        discount_minor=quote.discount_minor,
        coupon_minor=quote.coupon_minor,
        currency=quote.currency,
    )


def _party(terms: SaleTerms, wish: Wish, now: dt.datetime) -> Party:
    return Party(
        counts=wish.party,
        date=wish.date,
        booked_on=now.astimezone(ZoneInfo(terms.time_zone)).date(),
        item_kinds=frozenset(each.kind for each in terms.items),
    )
