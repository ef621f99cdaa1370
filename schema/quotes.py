"""What a package costs a party, line by line."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from db import models
from domain import quotes
from domain.pricing import CustomerType
from domain.quotes import QuoteLineKind
from resolvers import quotes as resolve
from schema.coupons import CouponRejected
from schema.money import CurrencyCode, Money, amount_of
from schema.nodes import Node
from schema.packages import Package
from schema.refusals import (
    InsufficientInventory,
    InvalidInput,
    NotFound,
    NotPriced,
    PackageUnavailable,
    PartnerPaused,
    RateLimited,
    Refusal,
    SalesClosed,
    refuses,
)
from schema.sources import passed_by, related, represents, resolved_by


def _of_line(name: str, *, description: str | None = None) -> Any:
    def read(root: strawberry.Parent[dict[str, Any]]) -> Any:
        return root[name]

    return passed_by(read, description=description)


@strawberry.type(description="What one rule did to a price.")
class QuoteLine:
    kind: QuoteLineKind = passed_by(resolve.line_kind)
    code: str = _of_line("code")
    label: str = _of_line("label")
    quantity: int = _of_line("quantity")
    customer_type: CustomerType | None = passed_by(resolve.line_customer_type)
    unit_amount: Money = passed_by(resolve.line_unit_amount)
    amount: Money = passed_by(resolve.line_amount)


@strawberry.type(description="So many travelers of one kind.")
class PartyMember:
    customer_type: CustomerType = passed_by(resolve.party_type)
    quantity: int = _of_line("quantity")


@strawberry.type(
    description="A price for one party, kept to until it expires: gross − discount − coupon = total."
)
class Quote(Node):
    is_type_of = represents(models.Quote)

    package: Package | None = related(models.Quote.package)
    package_version: int
    date: dt.date | None
    party: list[PartyMember] = resolved_by(resolve.party)
    coupon_code: str | None
    lines: list[QuoteLine] = resolved_by(resolve.lines)
    gross: Money = amount_of("gross_minor")
    discount: Money = amount_of("discount_minor")
    coupon: Money = amount_of("coupon_minor")
    total: Money = amount_of("total_minor")
    currency: CurrencyCode
    created_at: dt.datetime
    expires_at: dt.datetime


@strawberry.type(description="A price and what made it: gross − discount − coupon = total.")
class PriceBreakdown:
    is_type_of = represents(quotes.Composition)

    lines: list[QuoteLine] = resolved_by(resolve.composed_lines)
    gross: Money = amount_of("gross_minor")
    discount: Money = amount_of("discount_minor")
    coupon: Money = amount_of("coupon_minor")
    total: Money = amount_of("total_minor")
    currency: CurrencyCode


@refuses(quotes.QuoteExpired)
class QuoteExpired(Refusal):
    expired_at: dt.datetime


@refuses(quotes.PriceChanged)
class PriceChanged(Refusal):
    quoted_amount: Decimal
    amount: Decimal = strawberry.field(description="What it costs now.")
    currency: CurrencyCode
    before: PriceBreakdown = resolved_by(resolve.before)
    after: PriceBreakdown = resolved_by(resolve.after)


QuotePackagePayload = Annotated[
    Quote
    | NotFound
    | InvalidInput
    | PackageUnavailable
    | PartnerPaused
    | NotPriced
    | SalesClosed
    | InsufficientInventory
    | CouponRejected
    | RateLimited,
    strawberry.union("QuotePackagePayload"),
]


@strawberry.type
class QuoteQuery:
    quote: Quote | None = resolved_by(resolve.quote)


@strawberry.type
class QuoteMutation:
    quote_package: QuotePackagePayload = resolved_by(resolve.quote_package)
