"""Coupons, and the orders they were used for."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

import strawberry

from db import models
from domain import coupons
from domain.coupons import CouponKind, CouponScope, CouponStatus, RedemptionStatus
from domain.environments import Environment
from permissions.viewer import Scope
from resolvers import coupons as resolve
from schema.connections import Connection
from schema.money import Money, amount_of
from schema.nodes import Node
from schema.partners import Partner
from schema.refusals import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    RateLimited,
    Refusal,
    StaleVersion,
    refuses,
)
from schema.sources import related, represents, resolved_by
from services.coupons import CouponPreview as CouponPreviewed


@refuses(coupons.CodeTaken)
class CodeTaken(Refusal):
    taken: str


@refuses(coupons.CouponRejected)
class CouponRejected(Refusal):
    pass


@strawberry.type(description="What a code takes off, and what is left to pay.")
class CouponPreview:
    is_type_of = represents(CouponPreviewed)

    discount: Money
    total: Money


@strawberry.type(description="One order's use of a coupon.")
class CouponRedemption(Node):
    is_type_of = represents(models.CouponRedemption)

    reservation_id: strawberry.ID = resolved_by(resolve.reservation_id)
    amount: Money = amount_of("amount_minor")
    status: RedemptionStatus
    created_at: dt.datetime
    confirmed_at: dt.datetime | None
    released_at: dt.datetime | None


@strawberry.type(description="A code that takes something off an order. Its creator pays for it.")
class Coupon(Node):
    is_type_of = represents(models.Coupon)

    environment: Environment
    partner: Partner | None = related(
        models.Coupon.partner, description="Whose, and who pays for it; null for the platform's."
    )
    code: str
    description: str | None
    kind: CouponKind
    percent: Decimal | None = resolved_by(resolve.percent)
    amount: Money | None = resolved_by(resolve.amount)
    currency: str | None
    scope: CouponScope
    package_ids: list[strawberry.ID] = resolved_by(resolve.package_ids)
    minimum: Money | None = resolved_by(resolve.minimum)
    is_combinable: bool = strawberry.field(description="Also where a bundle discount was taken off.")
    valid_from: dt.datetime
    valid_until: dt.datetime | None
    usage_limit: int | None = strawberry.field(description="Orders in all.")
    customer_limit: int | None = strawberry.field(description="Orders of one customer.")
    use_count: int = strawberry.field(description="Orders that hold it or were paid with it.")
    status: CouponStatus
    version: int = strawberry.field(description="Counts its changes.")
    created_at: dt.datetime
    redemptions: Connection[CouponRedemption] = resolved_by(resolve.redemptions)


CreateCouponPayload = Annotated[
    Coupon | NotFound | Forbidden | InvalidInput | CodeTaken | RateLimited | IdempotencyConflict,
    strawberry.union("CreateCouponPayload"),
]
ApplyCouponPayload = Annotated[
    CouponPreview | CouponRejected | RateLimited, strawberry.union("ApplyCouponPayload")
]
UpdateCouponPayload = Annotated[
    Coupon | NotFound | Forbidden | InvalidInput | StaleVersion, strawberry.union("UpdateCouponPayload")
]


@strawberry.type
class CouponQuery:
    coupons: Connection[Coupon] = resolved_by(resolve.coupons_of, scope=Scope.MANAGE_PROMOTIONS)


@strawberry.type
class CouponMutation:
    create_coupon: CreateCouponPayload = resolved_by(resolve.create_coupon, scope=Scope.MANAGE_PROMOTIONS)
    apply_coupon: ApplyCouponPayload = resolved_by(resolve.apply_coupon)
    update_coupon: UpdateCouponPayload = resolved_by(resolve.update_coupon, scope=Scope.MANAGE_PROMOTIONS)
