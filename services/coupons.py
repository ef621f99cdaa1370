"""What partners and the platform do with coupons, and what an order does with one.

An order uses its coupon in its own unit of work, after its units are held: pools are locked before coupons, always.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db import locks, models
from db.queries import coupons as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import coupons
from domain.coupons import (
    CodeTaken,
    CouponPart,
    CouponRejected,
    CouponStatus,
    Holding,
    Part,
    RedemptionStatus,
    Terms,
)
from domain.environments import Environment
from domain.errors import InvalidInput, NotFound, Refused
from domain.events import EventType
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.money import EXPONENTS, Money, from_amount
from domain.partners import check_version
from domain.splits import CouponShare, allocate
from domain.texts import check_line
from permissions import policies
from permissions.viewer import Viewer
from permissions.visibility import packages_of_environment, visible_coupons, visible_packages
from services import audit, events
from services.idempotency import claim
from services.partners import known_partner
from services.ports import Entropy


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


async def create_coupon(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    terms: Terms,
    code: str | None,
    description: str | None,
    valid_from: dt.datetime | None,
    valid_until: dt.datetime | None,
    usage_limit: int | None,
    customer_limit: int | None,
    entropy: Entropy,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Coupon:
    """Make a coupon of a partner (`terms.funder_id`), or of the platform, in the caller's environment. Audited.

    Without a code it is given one; without `valid_from` it holds at once.
    Refuses: NotFound, Forbidden, InvalidInput, CodeTaken, IdempotencyConflict.
    """
    if terms.funder_id is not None:
        await known_partner(uow, viewer, terms.funder_id)
    policies.may_manage_promotions(viewer, terms.funder_id)
    coupons.check_terms(terms)
    coupons.check_limits(usage_limit=usage_limit, customer_limit=customer_limit)
    starts_at = valid_from or now
    coupons.check_validity(starts_at, valid_until)
    if description is not None:
        description = check_line("description", description, longest=coupons.DESCRIPTION_LENGTH)
    await _check_packages(uow, viewer, terms)
    coupon_id = new_id()
    first = await claim(uow, idempotency, object_id=coupon_id, now=now)
    if first is not None:
        return await _locked(uow, viewer, first)
    coupon = models.Coupon(
        id=coupon_id,
        environment=viewer.environment,
        partner_id=terms.funder_id,
        code=await _free_code(uow, viewer.environment, code, entropy),
        description=description,
        kind=terms.kind,
        percent_bps=terms.percent_bps,
        amount_minor=terms.amount_minor,
        currency=terms.currency,
        scope=terms.scope,
        package_ids=sorted(terms.package_ids),
        minimum_minor=terms.minimum_minor,
        is_combinable=terms.is_combinable,
        valid_from=starts_at,
        valid_until=valid_until,
        usage_limit=usage_limit,
        customer_limit=customer_limit,
        counted=0,
        status=CouponStatus.ACTIVE,
        version=1,
        created_by=viewer.id,
        created_at=now,
    )
    uow.session.add(coupon)
    await uow.session.flush()
    facts = {
        "environment": coupon.environment,
        "kind": coupon.kind,
        "percent_bps": coupon.percent_bps,
        "amount_minor": coupon.amount_minor,
        "currency": coupon.currency,
        "usage_limit": usage_limit,
    }
    _tell(uow, coupon, now)
    await _audit(uow, viewer, coupon, "coupons.create", facts, now=now)
    return coupon


async def update_coupon(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    coupon_id: UUID | None,
    version: int,
    changes: dict[str, Any],
    now: dt.datetime,
) -> models.Coupon:
    """Change what is given: description, valid_until, usage_limit, customer_limit, status. Audited.

    What it takes off never changes: people were told. Orders that hold it keep it.
    Refuses: NotFound, Forbidden, InvalidInput, StaleVersion.
    """
    coupon = await _locked(uow, viewer, coupon_id)
    policies.may_manage_promotions(viewer, coupon.partner_id)
    check_version(expected=version, actual=coupon.version)
    coupons.check_limits(usage_limit=changes.get("usage_limit"), customer_limit=changes.get("customer_limit"))
    coupons.check_validity(coupon.valid_from, changes.get("valid_until"))
    if "description" in changes:
        changes["description"] = check_line(
            "description", changes["description"], longest=coupons.DESCRIPTION_LENGTH
        )
    changed = {name: value for name, value in changes.items() if getattr(coupon, name) != value}
    if not changed:
        return coupon
    for name, value in changed.items():
        setattr(coupon, name, value)
    coupon.version += 1
    await uow.session.flush()
    _tell(uow, coupon, now)
    await _audit(uow, viewer, coupon, "coupons.update", changed, now=now)
    return coupon


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
    currency = items[0][2] if items else next(iter(EXPONENTS))
    price = from_amount(amount, currency) if items else None
    shares = allocate(max(price.minor, 0) if price else 0, [1] * len(items))
    redeemed = await preview(
        session,
        environment=viewer.environment,
        code=code,
        customer_email=customer_email,
        parts=[
            CouponPart(package_id or NO_PACKAGE, owner, kind, share)
            for (kind, owner, _), share in zip(items, shares, strict=True)
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
    uow.session.add(
        models.CouponRedemption(
            id=new_id(),
            coupon_id=coupon_id,
            reservation_id=reservation_id,
            customer_hash=customer,
            slot=slot,
            amount_minor=redeemed.share.amount_minor,
            currency=currency,
            status=RedemptionStatus.HELD,
            is_counted=True,
            created_at=now,
        )
    )
    await uow.session.flush()
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


async def _check_packages(uow: UnitOfWork, viewer: Viewer, terms: Terms) -> None:
    """Let packages pass that are there, in one currency with the coupon; a partner's coupon may name its own only."""
    found = {
        each.id: each
        for each in await queries.packages_of(
            uow.session, terms.package_ids, visible=visible_packages(viewer)
        )
    }
    for package_id in terms.package_ids:
        package = found.get(package_id)
        if package is None or terms.funder_id not in (None, package.partner_id):
            raise Refused(NotFound(noun="package", id=global_id("Package", package_id)))
        if terms.currency not in (None, package.currency):
            raise Refused(
                InvalidInput("currency", f"must be {package.currency}, as of the package {package.sku}")
            )


async def _free_code(uow: UnitOfWork, environment: Environment, wished: str | None, entropy: Entropy) -> str:
    code = coupons.make_code(entropy(coupons.CODE_LENGTH)) if wished is None else coupons.check_code(wished)
    await locks.lock_name(uow.session, f"coupon:{environment}:{code}")
    if await queries.is_code_taken(uow.session, environment, code):
        raise Refused(CodeTaken(taken=code))
    return code


async def _locked(uow: UnitOfWork, viewer: Viewer, coupon_id: UUID | None) -> models.Coupon:
    if coupon_id is not None:
        coupon = await queries.lock_coupon(uow.session, coupon_id, visible=visible_coupons(viewer))
        if coupon is not None:
            return coupon
    raise Refused(NotFound(noun="coupon", id=global_id("Coupon", coupon_id) if coupon_id else ""))


def _tell(uow: UnitOfWork, coupon: models.Coupon, now: dt.datetime) -> None:
    events.record(
        uow,
        EventType.COUPON_CHANGED,
        environment=coupon.environment,
        partner_id=coupon.partner_id,
        object_id=coupon.id,
        sequence=coupon.version,
        payload={"coupon_id": global_id("Coupon", coupon.id), "status": coupon.status},
        now=now,
    )


async def _audit(
    uow: UnitOfWork,
    viewer: Viewer,
    coupon: models.Coupon,
    act: str,
    facts: dict[str, Any],
    *,
    now: dt.datetime,
) -> None:
    # Not the code: whoever reads the chain need not be able to use it.
    await audit.record(
        uow,
        viewer,
        partner_id=coupon.partner_id,
        act=act,
        object_id=global_id("Coupon", coupon.id),
        facts=facts,
        now=now,
    )
