"""What a package costs a party, kept to for some minutes."""

import datetime as dt
from typing import Any

import strawberry

from db import models
from db.queries import quotes as queries
from db.questions import Asked
from db.rows import One
from domain.coupons import CouponRejected
from domain.errors import InvalidInput, NotFound, RateLimited
from domain.ids import optional_id
from domain.inventory import InsufficientInventory, SalesClosed
from domain.money import Money
from domain.onboarding import PartnerPaused
from domain.packages import PackageUnavailable
from domain.pricing import CustomerType, NotPriced
from domain.quotes import Composition, PriceChanged, QuoteLineKind, check_party
from permissions.visibility import visible_quotes
from resolvers.context import Info
from resolvers.refusals import answers
from services import quotes
from services.ports import Guessed
from services.quotes import Wish


@strawberry.input(description="So many travelers of one kind.")
class PartyInput:
    customer_type: CustomerType
    quantity: int = strawberry.field(description="1 to 100, over the whole party.")


@strawberry.input(description="What a buyer wants to know the price of.")
class QuotePackageInput:
    package_id: strawberry.ID = strawberry.field(description="What is to be bought.")
    party: list[PartyInput]
    date: dt.date | None = strawberry.field(default=None, description="The day of the visit, if any.")
    coupon_code: str | None = None
    click_token: str | None = strawberry.field(
        default=None, description="The affiliate's click that led here: `click` of the page's address."
    )


def quote(info: Info, id: strawberry.ID) -> Asked[One[models.Quote]] | None:
    """One's own quote; null where there is none, and for guests, who are told once."""
    uuid = optional_id("Quote", id)
    if uuid is None:
        return None
    return queries.quote_by_id(uuid, visible=visible_quotes(info.context.viewer))


@answers(
    NotFound,
    InvalidInput,
    PackageUnavailable,
    PartnerPaused,
    NotPriced,
    SalesClosed,
    InsufficientInventory,
    CouponRejected,
    RateLimited,
)
async def quote_package(info: Info, input: QuotePackageInput) -> models.Quote:
    """Price a package for a party and keep to it for 15 minutes. Nothing is held."""
    context = info.context
    wish = wish_of(input)
    await context.guard.guess(context.viewer, Guessed.QUOTE)
    if wish.coupon_code is not None:
        await context.guard.guess(context.viewer, Guessed.COUPON)
    async with context.sessions.read() as session:
        priced = await quotes.price(session, context.viewer, wish, now=context.now)
        await quotes.check_units(session, priced, now=context.now)
        composition = await quotes.preview(
            session,
            context.viewer,
            priced,
            fee_bps=context.fee_bps,
            pepper=context.pepper,
            now=context.now,
        )
    async with context.unit_of_work() as uow:
        return quotes.keep(uow, context.viewer, priced, composition, now=context.now)


def wish_of(given: QuotePackageInput) -> Wish:
    """Return what is asked for. Refuses: NotFound, InvalidInput."""
    package_id = optional_id("Package", given.package_id)
    assert package_id is not None
    return Wish(
        package_id=package_id,
        date=given.date,
        party=check_party([(each.customer_type, each.quantity) for each in given.party]),
        coupon_code=given.coupon_code,
        click_token=given.click_token,
    )


def party(root: strawberry.Parent[models.Quote]) -> list[dict[str, Any]]:
    """Who it is for, by kind of traveler."""
    return [{"customer_type": each, "quantity": quantity} for each, quantity in root.party.items()]


def party_type(root: strawberry.Parent[dict[str, Any]]) -> CustomerType:
    """Of which kind."""
    return CustomerType(root["customer_type"])


def lines(root: strawberry.Parent[models.Quote]) -> list[dict[str, Any]]:
    """What made the price, step by step; the lines sum to the total."""
    return [{**line, "currency": root.currency} for line in root.breakdown]


def composed_lines(root: strawberry.Parent[Composition]) -> list[dict[str, Any]]:
    """What made the price, step by step; the lines sum to the total."""
    return [{**line, "currency": root.currency} for line in root.as_kept()]


def line_kind(root: strawberry.Parent[dict[str, Any]]) -> QuoteLineKind:
    """Which step it belongs to."""
    return QuoteLineKind(root["kind"])


def line_customer_type(root: strawberry.Parent[dict[str, Any]]) -> CustomerType | None:
    """For which kind of traveler; null for what is taken off the whole."""
    return None if root["customer_type"] is None else CustomerType(root["customer_type"])


def line_unit_amount(root: strawberry.Parent[dict[str, Any]]) -> Money:
    """Of one unit."""
    return Money(root["unit_amount_minor"], root["currency"])


def line_amount(root: strawberry.Parent[dict[str, Any]]) -> Money:
    """Of all units; negative where it takes off."""
    return Money(root["amount_minor"], root["currency"])


def before(root: strawberry.Parent[PriceChanged]) -> Composition:
    """What was quoted."""
    return root.before


def after(root: strawberry.Parent[PriceChanged]) -> Composition:
    """What it costs now."""
    return root.after
