"""Who gets what of one sale: integers in minor units whose sum is what was paid, to the last one (A-18).

Gross, less the bundle discount, less a partner's coupon: of that the platform takes its fee. A coupon of the
platform's is deducted from that fee and is never more than it, so that transfers never exceed the charge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

BPS = 10_000
"""Basis points in the whole."""
LOWEST_FEE_BPS = 1_000
HIGHEST_FEE_BPS = 2_000
DEFAULT_FEE_BPS = 1_500


class LegKind(StrEnum):
    """Whose part of a sale it is. COUPON_FUNDING is negative: what the platform pays to it."""

    SUPPLIER = "SUPPLIER"
    PLATFORM_FEE = "PLATFORM_FEE"
    AFFILIATE = "AFFILIATE"
    COUPON_FUNDING = "COUPON_FUNDING"


@dataclass(frozen=True, slots=True)
class Part:
    """One item of one line, before discounts, and the partner it belongs to."""

    key: str
    partner_id: UUID
    gross_minor: int


@dataclass(frozen=True, slots=True)
class CouponShare:
    """What a coupon takes off, and the partner who pays for it; None: the platform."""

    amount_minor: int
    funder_id: UUID | None


@dataclass(frozen=True, slots=True)
class Commission:
    """What an affiliate gets of what is paid for the link owner's items; it comes out of the owner's share."""

    bps: int
    owner_id: UUID
    affiliate_id: UUID


@dataclass(frozen=True, slots=True)
class Leg:
    """One party's part of what is paid. `key` names the part a SUPPLIER leg is for."""

    kind: LegKind
    partner_id: UUID | None
    affiliate_id: UUID | None
    key: str | None
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Split:
    """Every leg of a sale; their sum is what is paid."""

    legs: tuple[Leg, ...]
    paid_minor: int


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Divide an amount in proportion to weights, in their order; the sum is the amount.

    Largest remainder, ties to the earlier. Where all weights are zero the first gets everything. Single weights may
    be negative, and get negative amounts; their sum may not.
    """
    if not weights:
        if amount:
            raise ValueError("nobody is there to get an amount")
        return []
    total = sum(weights)
    if not total:
        return [amount, *[0] * (len(weights) - 1)]
    shares = [amount * weight // total for weight in weights]
    remainders = [amount * weight % total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -remainders[place])
    for place in by_remainder[: amount - sum(shares)]:
        shares[place] += 1
    return shares


def split(
    parts: Sequence[Part],
    *,
    discount_minor: int,
    coupon: CouponShare | None,
    fee_bps: int,
    commission: Commission | None,
) -> Split:
    """Divide a sale among its parties: a SUPPLIER leg a part in their order, then the others that are not zero.

    A coupon takes off no more than its funder can pay: a partner's, what its items cost after the discount, the
    platform's, its fee. Fee and commission are rounded down, in favour of whose share they come out of. What is
    paid follows from that: charge `paid_minor`.
    """
    gross = [part.gross_minor for part in parts]
    nets = _less(gross, discount_minor, gross)
    if coupon is not None and coupon.funder_id is not None:
        own = _of(coupon.funder_id, parts, nets)
        nets = _less(nets, min(coupon.amount_minor, sum(own)), own)
    fee = sum(nets) * fee_bps // BPS
    shares = _less(nets, fee, nets)
    by_platform = 0
    if coupon is not None and coupon.funder_id is None:
        by_platform = min(coupon.amount_minor, fee)
    earned, affiliate_id = 0, None
    if commission is not None:
        own = _of(commission.owner_id, parts, shares)
        affiliate_id = commission.affiliate_id
        earned = min(sum(_of(commission.owner_id, parts, nets)) * commission.bps // BPS, sum(own))
        shares = _less(shares, earned, own)
    legs = [
        Leg(LegKind.SUPPLIER, part.partner_id, None, part.key, share)
        for part, share in zip(parts, shares, strict=True)
    ]
    others = [
        Leg(LegKind.PLATFORM_FEE, None, None, None, fee),
        Leg(LegKind.AFFILIATE, None, affiliate_id, None, earned),
        Leg(LegKind.COUPON_FUNDING, None, None, None, -by_platform),
    ]
    legs += [leg for leg in others if leg.amount_minor]
    return Split(tuple(legs), sum(leg.amount_minor for leg in legs))


def _of(partner_id: UUID, parts: Sequence[Part], amounts: Sequence[int]) -> list[int]:
    """Return the amounts of one partner's parts; zero in the place of everybody else's."""
    return [
        amount if part.partner_id == partner_id else 0 for part, amount in zip(parts, amounts, strict=True)
    ]


def _less(amounts: Sequence[int], off: int, weights: Sequence[int]) -> list[int]:
    """Take an amount off, in proportion to weights; nobody's is more than it has, if no weight is."""
    if not 0 <= off <= sum(weights):
        raise ValueError("more is taken off than there is")
    taken = allocate(off, weights)
    return [amount - each for amount, each in zip(amounts, taken, strict=True)]
