"""Coupons of partners and of the platform."""

import datetime as dt
from decimal import Decimal
from typing import Any

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import coupons as queries
from db.queries.texts import global_id, money_of
from db.questions import Asked
from domain import money
from domain.coupons import (
    CodeTaken,
    CouponKind,
    CouponRejected,
    CouponScope,
    CouponStatus,
    Terms,
)
from domain.errors import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    RateLimited,
    Refused,
)
from domain.ids import local_id, optional_id
from domain.money import Money
from domain.partners import StaleVersion
from permissions import policies
from permissions.viewer import Viewer
from permissions.visibility import visible_coupon_redemptions, visible_coupons
from resolvers.amounts import bps_of, percent_of
from resolvers.context import Info
from resolvers.refusals import answers
from services import coupon_making, coupons
from services.ports import Guessed


@strawberry.input(description="A new coupon in the caller's environment; its creator pays for it.")
class CreateCouponInput:
    kind: CouponKind
    partner_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Whose; without it the caller's only one's, or for the platform's staff the platform's.",
    )
    code: str | None = strawberry.field(
        default=None,
        description="4 to 32 letters, digits and dashes; without it one that nobody guesses is made.",
    )
    description: str | None = None
    percent: Decimal | None = strawberry.field(
        default=None, description="Of PERCENT: more than 0, at most 100; two decimals at most."
    )
    amount: Decimal | None = strawberry.field(default=None, description="Of AMOUNT: in `currency`.")
    currency: str | None = strawberry.field(default=None, description="Needed where there is an amount.")
    scope: CouponScope = CouponScope.PACKAGE
    package_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Good for these alone, at most 100; empty: for all of its scope."
    )
    minimum: Decimal | None = strawberry.field(
        default=None, description="What it is good for must cost as much, in `currency`."
    )
    is_combinable: bool = strawberry.field(
        default=True, description="Also where a bundle discount was taken off."
    )
    valid_from: dt.datetime | None = strawberry.field(default=None, description="Without it: at once.")
    valid_until: dt.datetime | None = None
    usage_limit: int | None = strawberry.field(default=None, description="Orders in all.")
    customer_limit: int | None = strawberry.field(default=None, description="Orders of one customer.")
    idempotency_key: str | None = None


@strawberry.input(
    description="What changes of a coupon; what is left out stays. What it takes off never changes."
)
class UpdateCouponInput:
    id: strawberry.ID
    version: int = strawberry.field(description="The version the change was made for.")
    description: str | None = None
    valid_until: dt.datetime | None = None
    usage_limit: int | None = None
    customer_limit: int | None = None
    status: CouponStatus | None = None


@strawberry.input(description="A code, tried on a package at its price.")
class ApplyCouponInput:
    code: str
    package_id: strawberry.ID
    amount: Decimal = strawberry.field(
        description="What it costs after the bundle discounts, in the package's currency."
    )
    customer_email: str | None = strawberry.field(
        default=None, description="Some coupons hold a number of times for one customer."
    )


def coupons_of(
    info: Info,
    *,
    partner_id: strawberry.ID | None = None,
    status: CouponStatus | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Coupon]]:
    """The coupons of the caller's partners, newest first; for the platform's staff those of all."""
    return queries.page_coupons(
        visible=visible_coupons(info.context.viewer),
        window=Window(first, after, last, before),
        partner_id=optional_id("Partner", partner_id),
        status=status,
    )


def of_partner(
    root: strawberry.Parent[models.Partner], info: Info, first: int | None = None, after: str | None = None
) -> Asked[Page[models.Coupon]]:
    """Its coupons, newest first."""
    return queries.page_partner_coupons(
        root.id, visible=visible_coupons(info.context.viewer), window=Window(first, after)
    )


def redemptions(
    root: strawberry.Parent[models.Coupon], info: Info, first: int | None = None, after: str | None = None
) -> Asked[Page[models.CouponRedemption]]:
    """The orders it was used for, newest first; those it was given back of, too."""
    return queries.page_redemptions(
        root.id, visible=visible_coupon_redemptions(info.context.viewer), window=Window(first, after)
    )


def percent(root: strawberry.Parent[models.Coupon]) -> Decimal | None:
    """Of PERCENT: what share it takes off, `12.50`."""
    return None if root.percent_bps is None else percent_of(root.percent_bps)


def amount(root: strawberry.Parent[models.Coupon]) -> Money | None:
    """Of AMOUNT: how much it takes off."""
    return _money(root.amount_minor, root.currency)


def minimum(root: strawberry.Parent[models.Coupon]) -> Money | None:
    """What it is good for must cost as much; null where anything will do."""
    return _money(root.minimum_minor or None, root.currency)


def package_ids(root: strawberry.Parent[models.Coupon]) -> list[strawberry.ID]:
    """Good for these packages alone; empty: for all of its scope."""
    return [strawberry.ID(global_id(models.Package, each)) for each in root.package_ids]


def reservation_id(root: strawberry.Parent[models.CouponRedemption]) -> strawberry.ID:
    """The order's reservation, for who may see it."""
    return strawberry.ID(global_id(models.Reservation, root.reservation_id))


def _money(minor: int | None, currency: str | None) -> Money | None:
    return None if minor is None or currency is None else money_of(minor, currency)


@answers(NotFound, Forbidden, InvalidInput, CodeTaken, RateLimited, IdempotencyConflict)
async def create_coupon(info: Info, input: CreateCouponInput) -> models.Coupon:
    """Make a coupon. Wished codes are limited per minute: whether one is taken is a secret of others."""
    context = info.context
    if input.code is not None:
        await context.guard.guess(context.viewer, Guessed.COUPON)
    async with context.unit_of_work() as uow:
        return await coupon_making.create_coupon(
            uow,
            context.viewer,
            terms=_terms(input, context.viewer),
            code=input.code,
            description=input.description,
            valid_from=input.valid_from,
            valid_until=input.valid_until,
            usage_limit=input.usage_limit,
            customer_limit=input.customer_limit,
            entropy=context.entropy,
            idempotency=context.idempotency(
                input.idempotency_key, "create_coupon", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(CouponRejected, RateLimited)
async def apply_coupon(info: Info, input: ApplyCouponInput) -> coupons.CouponPreview:
    """See what a code takes off a package; it is used when the order is held. Ten tries a minute.

    Why a code is rejected is not told, and takes no other time: codes are secrets of whoever gave them out.
    """
    context = info.context
    await context.guard.guess(context.viewer, Guessed.COUPON)
    async with context.sessions.read() as session:
        return await coupons.apply_to_package(
            session,
            context.viewer,
            code=input.code,
            package_id=local_id("Package", input.package_id),
            amount=input.amount,
            customer_email=input.customer_email,
            pepper=context.pepper,
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, StaleVersion)
async def update_coupon(info: Info, input: UpdateCouponInput) -> models.Coupon:
    """Change how long and how often a coupon holds, or disable it; orders that hold it keep it."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await coupon_making.update_coupon(
            uow,
            context.viewer,
            coupon_id=local_id("Coupon", input.id),
            version=input.version,
            changes=_changes(input),
            now=context.now,
        )


def _changes(input: UpdateCouponInput) -> dict[str, Any]:
    given = {
        "description": input.description,
        "valid_until": input.valid_until,
        "usage_limit": input.usage_limit,
        "customer_limit": input.customer_limit,
        "status": input.status,
    }
    return {name: value for name, value in given.items() if value is not None}


def _terms(input: CreateCouponInput, viewer: Viewer) -> Terms:
    ids = [(each, local_id("Package", each)) for each in input.package_ids]
    for given, found in ids:
        if found is None:
            raise Refused(NotFound(noun="package", id=given))
    return Terms(
        kind=input.kind,
        percent_bps=None if input.percent is None else bps_of(input.percent),
        amount_minor=_minor("amount", input.amount, input.currency),
        currency=input.currency,
        scope=input.scope,
        package_ids=frozenset(found for _, found in ids if found),
        funder_id=policies.funder_of(viewer, optional_id("Partner", input.partner_id)),
        minimum_minor=_minor("minimum", input.minimum, input.currency) or 0,
        is_combinable=input.is_combinable,
    )


def _minor(field: str, amount: Decimal | None, currency: str | None) -> int | None:
    if amount is None:
        return None
    found = money.from_amount(amount, currency) if currency in money.EXPONENTS else None
    if found is None:
        raise Refused(InvalidInput(field, f"is no amount in {currency}" if currency else "needs a currency"))
    return found.minor
