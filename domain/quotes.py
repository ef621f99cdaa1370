"""Quotes: what a party pays for a package, and every rule that made it so (A-18, A-19).

Gross, less the bundle discounts, less one coupon: each step leaves its lines, and they sum to the total. Nothing here
knows a channel: what an agency and a traveler are quoted is the same.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from domain.discounts import DiscountLine
from domain.errors import InvalidInput, Refusal, Refused
from domain.money import Money
from domain.package_content import SoldItem
from domain.packages import ItemKind
from domain.pricing import CustomerType, UnitPrice
from domain.reservations import MAX_UNITS
from domain.splits import BPS, CouponShare, Part, allocate

VALID_FOR = dt.timedelta(minutes=15)
"""How long a quote is kept to."""


class QuoteLineKind(StrEnum):
    """Which step of the composition a line belongs to."""

    PRICE = "PRICE"
    """A price rule, for the units of one kind of customer."""
    DISCOUNT = "DISCOUNT"
    COUPON = "COUPON"


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """What one rule did to the price: `quantity` times `unit_amount_minor`, negative where it takes off."""

    kind: QuoteLineKind
    code: str
    label: str
    quantity: int
    unit_amount_minor: int
    amount_minor: int
    customer_type: CustomerType | None = None


@dataclass(frozen=True, slots=True)
class Units:
    """So many units for one kind of customer, at the price of one."""

    customer_type: CustomerType
    quantity: int
    price: UnitPrice


@dataclass(frozen=True, slots=True)
class Composition:
    """A price and all that made it: gross, less discount, less coupon, is the total."""

    lines: tuple[QuoteLine, ...]
    gross_minor: int
    discount_minor: int
    coupon_minor: int
    currency: str

    @property
    def total_minor(self) -> int:
        return self.gross_minor - self.discount_minor - self.coupon_minor

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    def as_kept(self) -> list[dict[str, Any]]:
        """Return the lines as JSON that `lines_of` reads."""
        return [
            {
                "kind": line.kind.value,
                "code": line.code,
                "label": line.label,
                "quantity": line.quantity,
                "unit_amount_minor": line.unit_amount_minor,
                "amount_minor": line.amount_minor,
                "customer_type": line.customer_type and line.customer_type.value,
            }
            for line in self.lines
        ]


@dataclass(frozen=True, slots=True)
class QuoteExpired(Refusal):
    """The quote was kept to for its time; that is over."""

    code: ClassVar[str] = "QUOTE_EXPIRED"
    hint: ClassVar[str | None] = "Ask for a new quote."
    expired_at: dt.datetime

    @property
    def message(self) -> str:
        return f"The quote expired at {self.expired_at:%Y-%m-%dT%H:%M:%SZ}."


@dataclass(frozen=True, slots=True)
class PriceChanged(Refusal):
    """What was quoted is not what it costs now; nothing was held."""

    code: ClassVar[str] = "PRICE_CHANGED"
    hint: ClassVar[str | None] = "Show both prices, and ask for a new quote."
    before: Composition
    after: Composition
    quoted_amount: Decimal
    amount: Decimal
    """What it costs now."""
    currency: str

    @classmethod
    def between(cls, before: Composition, after: Composition) -> "PriceChanged":
        """Tell of two prices."""
        quoted, now = before.total, after.total
        return cls(before, after, quoted.amount, now.amount, now.currency)

    @property
    def message(self) -> str:
        return "The price has changed since it was quoted."


def lines_of(kept: Sequence[Mapping[str, Any]]) -> tuple[QuoteLine, ...]:
    """Return the lines of what is kept."""
    return tuple(
        QuoteLine(
            kind=QuoteLineKind(each["kind"]),
            code=each["code"],
            label=each["label"],
            quantity=each["quantity"],
            unit_amount_minor=each["unit_amount_minor"],
            amount_minor=each["amount_minor"],
            customer_type=each["customer_type"] and CustomerType(each["customer_type"]),
        )
        for each in kept
    )


def check_party(party: Sequence[tuple[CustomerType, int]]) -> dict[CustomerType, int]:
    """Return the units by kind of customer, in the order of the kinds. Refuses: InvalidInput."""
    counts = dict.fromkeys(CustomerType, 0)
    for customer_type, quantity in party:
        if not 1 <= quantity <= MAX_UNITS:
            raise Refused(InvalidInput("party", f"a quantity must be from 1 to {MAX_UNITS}"))
        counts[customer_type] += quantity
    counts = {each: quantity for each, quantity in counts.items() if quantity}
    if not 1 <= sum(counts.values()) <= MAX_UNITS:
        raise Refused(InvalidInput("party", f"must be from 1 to {MAX_UNITS} units together"))
    return counts


def compose(
    units: Sequence[Units],
    discounts: Sequence[DiscountLine],
    coupon: tuple[str, CouponShare] | None,
    *,
    currency: str,
) -> Composition:
    """Put a price together: a line for every price rule of every kind of customer, every discount, the coupon."""
    prices = tuple(
        QuoteLine(
            kind=QuoteLineKind.PRICE,
            code=rule.code,
            label=rule.label,
            quantity=each.quantity,
            unit_amount_minor=rule.amount_minor,
            amount_minor=rule.amount_minor * each.quantity,
            customer_type=each.customer_type,
        )
        for each in units
        for rule in each.price.rules
    )
    taken_off = tuple(
        QuoteLine(QuoteLineKind.DISCOUNT, each.code, each.label, 1, each.amount_minor, each.amount_minor)
        for each in discounts
    )
    by_coupon: tuple[QuoteLine, ...] = ()
    if coupon is not None:
        code, share = coupon
        by_coupon = (
            QuoteLine(QuoteLineKind.COUPON, code, code, 1, -share.amount_minor, -share.amount_minor),
        )
    return Composition(
        lines=prices + taken_off + by_coupon,
        gross_minor=gross_of(units),
        discount_minor=-sum(each.amount_minor for each in discounts),
        coupon_minor=coupon[1].amount_minor if coupon else 0,
        currency=currency,
    )


def gross_of(units: Sequence[Units]) -> int:
    """Return what units cost before anything is taken off."""
    return sum(each.price.amount_minor * each.quantity for each in units)


@dataclass(frozen=True, slots=True)
class CouponPart:
    """One item with what is paid for it after the bundle discounts, as a coupon looks at it."""

    package_id: UUID
    partner_id: UUID
    kind: ItemKind
    amount_minor: int


def parts_of(items: Sequence[SoldItem], gross_minor: int) -> tuple[Part, ...]:
    """Divide the gross price among the items of a package, in their order; see `domain.splits`."""
    amounts = allocate(gross_minor, [each.share_weight for each in items])
    return tuple(
        Part(each.function_code, each.supplier_id, amount)
        for each, amount in zip(items, amounts, strict=True)
    )


def coupon_parts(
    package_id: UUID, items: Sequence[SoldItem], *, gross_minor: int, discount_minor: int
) -> tuple[CouponPart, ...]:
    """Return what is left of each item for a coupon: its part of the gross price less its part of the discount."""
    gross = [each.gross_minor for each in parts_of(items, gross_minor)]
    off = allocate(discount_minor, gross)
    return tuple(
        CouponPart(package_id, item.supplier_id, item.kind, amount - less)
        for item, amount, less in zip(items, gross, off, strict=True)
    )


def platform_cap(*, gross_minor: int, discount_minor: int, fee_bps: int) -> int:
    """Return the most a coupon of the platform's can take off: the platform's fee (A-18)."""
    return (gross_minor - discount_minor) * fee_bps // BPS
