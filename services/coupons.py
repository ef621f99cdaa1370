"""What an order does with a coupon: tried, used, kept, given back.

An order uses its coupon in its own unit of work, after its units are held: pools are locked before coupons, always.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries import coupons as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import coupons
from domain.coupons import (
    CouponPart,
    CouponRejected,
    Holding,
    Part,
    RedemptionStatus,
    Terms,
)
from domain.environments import Environment
from domain.errors import Refused
from domain.money import EXPONENTS, Money, from_amount
from domain.splits import CouponShare, allocate
from permissions.viewer import Viewer
from permissions.visibility import packages_of_environment


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A coupon taken off an order, as `domain.splits` takes it."""

    coupon_id: UUID
    share: CouponShare


@dataclass(frozen=True, slots=True)
class CouponPreview:
    """What a code would take off, and what is left to pay."""

    discount: Money
    total: Money


NO_PACKAGE = UUID(int=0)


async def preview(
    session: AsyncSession,
    *,
    environment: Environment,
    code: str,
    customer_email: str | None,
    parts: Sequence[Part],
    currency: str,
    is_discounted: bool = False,
    platform_cap_minor: int | None = None,
    pepper: bytes,
    now: dt.datetime,
) -> Redeemed:
    """Return what a code would take off; nothing is kept. One statement, whatever comes of it.

    Refuses: CouponRejected.
    """
    customer = coupons.customer_hash(pepper, environment, customer_email or "")
    found = await queries.coupon_by_code(session, environment, coupons.code_of(code), customer_hash=customer)
    if found is None:
        raise Refused(CouponRejected())
    coupon, own_uses = found
    holding = Holding(
        status=coupon.status,
        valid_from=coupon.valid_from,
        valid_until=coupon.valid_until,
        uses=coupon.use_count,
        usage_limit=coupon.usage_limit,
        own_uses=own_uses,
        customer_limit=coupon.customer_limit,
    )
    if not holding.is_open(now):
        raise Refused(CouponRejected())
    return _redeemed(
        coupon.id,
        _terms(coupon),
        parts,
        currency=currency,
        is_discounted=is_discounted,
        cap_minor=platform_cap_minor,
    )


async def apply_to_package(
    session: AsyncSession,
    viewer: Viewer,
    *,
    code: str,
    package_id: UUID | None,
    amount: Decimal,
    customer_email: str | None,
    pepper: bytes,
    now: dt.datetime,
) -> CouponPreview:
    """Return what a code would take off a package at a price, in the caller's environment; nothing is kept.

    Two statements, whatever comes of it. Refuses: CouponRejected.
    """
    items = await queries.items_of(session, package_id, visible=packages_of_environment(viewer))
    currency = items[0][3] if items else next(iter(EXPONENTS))
    price = from_amount(amount, currency) if items else None
    shares = allocate(max(price.minor, 0) if price else 0, [weight for _, _, weight, _ in items])
    redeemed = await preview(
        session,
        environment=viewer.environment,
        code=code,
        customer_email=customer_email,
        parts=[
            CouponPart(package_id or NO_PACKAGE, owner, kind, share)
            for (kind, owner, _, _), share in zip(items, shares, strict=True)
        ],
        currency=currency,
        pepper=pepper,
        now=now,
    )
    off = redeemed.share.amount_minor
    return CouponPreview(Money(off, currency), Money(sum(shares) - off, currency))


async def redeem(
    uow: UnitOfWork,
    *,
    environment: Environment,
    code: str,
    customer_email: str,
    reservation_id: UUID,
    parts: Sequence[Part],
    currency: str,
    is_discounted: bool = False,
    platform_cap_minor: int | None = None,
    pepper: bytes,
    now: dt.datetime,
) -> Redeemed:
    """Use a coupon for a reservation that this unit of work holds. Locks the coupon until commit: hold first.

    `parts` are after bundle discounts (`is_discounted` tells whether there were any); `platform_cap_minor` is what the
    platform's fee leaves for a coupon of the platform. Released by the database when the hold expires or is cancelled.
    A refusal must cross the unit of work: the use was counted by then.
    Refuses: CouponRejected.
    """
    customer = coupons.customer_hash(pepper, environment, customer_email)
    used = await queries.use_coupon(
        uow.session, environment, coupons.code_of(code), customer_hash=customer, now=now
    )
    if used is None:
        raise Refused(CouponRejected())
    coupon_id, terms, slot = used
    redeemed = _redeemed(
        coupon_id, terms, parts, currency=currency, is_discounted=is_discounted, cap_minor=platform_cap_minor
    )
    uow.put(
        models.CouponRedemption,
        {
            "id": new_id(),
            "coupon_id": coupon_id,
            "reservation_id": reservation_id,
            "customer_hash": customer,
            "slot": slot,
            "amount_minor": redeemed.share.amount_minor,
            "currency": currency,
            "status": RedemptionStatus.HELD,
            "is_counted": True,
            "created_at": now,
        },
    )
    return redeemed


async def confirm(uow: UnitOfWork, reservation_id: UUID, *, now: dt.datetime) -> bool:
    """Keep an order's use for good: it was paid. Told twice, it is so once.

    False where there is no use that holds: the order had none, or its hold ended before it was paid.
    """
    moved = await queries.move_redemption(
        uow.session,
        reservation_id,
        sources=[RedemptionStatus.HELD],
        target=RedemptionStatus.CONFIRMED,
        now=now,
    )
    return moved or await queries.redemption_of(uow.session, reservation_id) is not None


async def release(uow: UnitOfWork, reservation_id: UUID, *, now: dt.datetime) -> bool:
    """Give an order's use back: all of it was refunded. Told twice, it is so once; tells whether it was so now."""
    return await queries.move_redemption(
        uow.session,
        reservation_id,
        sources=[RedemptionStatus.HELD, RedemptionStatus.CONFIRMED],
        target=RedemptionStatus.RELEASED,
        now=now,
    )


def _redeemed(
    coupon_id: UUID,
    terms: Terms,
    parts: Sequence[Part],
    *,
    currency: str,
    is_discounted: bool,
    cap_minor: int | None,
) -> Redeemed:
    amount = coupons.discount(
        terms, parts, currency=currency, is_discounted=is_discounted, cap_minor=cap_minor
    )
    return Redeemed(coupon_id, CouponShare(amount, terms.funder_id))


def _terms(coupon: models.Coupon) -> Terms:
    return Terms(
        kind=coupon.kind,
        percent_bps=coupon.percent_bps,
        amount_minor=coupon.amount_minor,
        currency=coupon.currency,
        scope=coupon.scope,
        package_ids=coupon.package_ids,
        funder_id=coupon.partner_id,
        minimum_minor=coupon.minimum_minor,
        is_combinable=coupon.is_combinable,
    )
