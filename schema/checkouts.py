"""Purchases: held, paid, and given up."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from db import models
from domain import checkouts, payment_accounts
from domain.checkouts import CheckoutStatus
from domain.payments import PaymentStatus
from domain.splits import LegKind
from permissions.viewer import Scope, SharedBy
from resolvers import checkouts as resolve
from schema.bookings import Booking
from schema.coupons import CouponRejected
from schema.money import CurrencyCode, Money, amount_of
from schema.nodes import Node
from schema.packages import Package
from schema.payment_accounts import ProviderError
from schema.payouts import Refund
from schema.quotes import PriceChanged, Quote, QuoteExpired
from schema.refusals import (
    IdempotencyConflict,
    InsufficientInventory,
    InvalidCustomer,
    InvalidInput,
    NotFound,
    NotPriced,
    PackageUnavailable,
    PartnerPaused,
    RateLimited,
    Refusal,
    SalesClosed,
    UnitLimitExceeded,
    refuses,
)
from schema.sources import attribute, related, represents, resolved_by, streamed_by


@strawberry.type(description="The payment of a checkout at the payment provider.")
class Payment(Node):
    is_type_of = represents(models.Payment)

    status: PaymentStatus
    amount: Money = amount_of("amount_minor")
    client_secret: str | None = resolved_by(resolve.client_secret)
    action_url: str | None = strawberry.field(
        description="Where the buyer confirms with its bank, while the payment REQUIRES_ACTION."
    )
    failure: str | None = attribute(
        "failure_reason", description="Why the last try failed: `insufficient_funds`, `card_declined`…"
    )
    succeeded_at: dt.datetime | None


@strawberry.type(description="One party's part of what is paid; all of them sum to the total.")
class CheckoutLeg:
    is_type_of = represents(models.CheckoutLeg)

    kind: LegKind
    item_code: str | None = strawberry.field(
        description="Which item of the package a supplier's part is for."
    )
    amount: Money = resolved_by(resolve.leg_amount)
    refunded: Money = resolved_by(resolve.leg_refunded)


@strawberry.type(description="One purchase, from the hold to what was paid or given up.")
class Checkout(Node):
    is_type_of = represents(models.Checkout)

    status: CheckoutStatus
    package: Package | None = related(models.Checkout.package)
    quote: Quote | None = related(models.Checkout.quote)
    service_on: dt.date | None
    gross: Money = amount_of("gross_minor")
    discount: Money = amount_of("discount_minor")
    coupon: Money = amount_of("coupon_minor")
    total: Money = amount_of("total_minor")
    refunded: Money = amount_of("refunded_minor")
    currency: CurrencyCode
    payment: Payment | None = related(models.Checkout.payment)
    booking: Booking | None = related(
        models.Checkout.booking, description="What was bought, with its tickets; null before it is paid."
    )
    refunds: list[Refund] = related(
        models.Checkout.refunds,
        description="What is on its way back to the buyer or came back, oldest first.",
    )
    legs: list[CheckoutLeg] = related(
        models.Checkout.legs,
        scope=Scope.READ_FINANCE,
        description="Whose part is what: the seller sees all of them, a supplier its own.",
    )
    customer_name: str = attribute("customer_name", scope=Scope.READ_PERSONAL_DATA, owner="partner_id")
    customer_email: str = attribute("customer_email", scope=Scope.READ_PERSONAL_DATA, owner="partner_id")
    created_at: dt.datetime
    expires_at: dt.datetime = strawberry.field(description="Until then it can be paid.")
    paid_at: dt.datetime | None
    ended_at: dt.datetime | None
    sequence: int = strawberry.field(description="Counts the changes; resume a subscription with it.")


@strawberry.type(description="A checkout with its secret, by which a guest finds it again.")
class OpenedCheckout:
    is_type_of = represents(resolve.Opened)

    checkout: Checkout = resolved_by(resolve.opened_checkout)
    token: str = strawberry.field(
        description="In this answer only; the same again when the call is repeated."
    )


@refuses(payment_accounts.PartnerNotPayable)
class PartnerNotPayable(Refusal):
    partner_id: strawberry.ID


@refuses(checkouts.HoldExpired)
class HoldExpired(Refusal):
    expired_at: dt.datetime


@refuses(checkouts.CheckoutEnded)
class CheckoutEnded(Refusal):
    checkout_status: CheckoutStatus


@refuses(checkouts.PaymentUnderWay)
class PaymentUnderWay(Refusal):
    checkout_id: str


BookPackagePayload = Annotated[
    OpenedCheckout
    | NotFound
    | QuoteExpired
    | PriceChanged
    | InvalidCustomer
    | PackageUnavailable
    | PartnerPaused
    | NotPriced
    | SalesClosed
    | InsufficientInventory
    | UnitLimitExceeded
    | CouponRejected
    | PartnerNotPayable
    | InvalidInput
    | IdempotencyConflict
    | RateLimited,
    strawberry.union("BookPackagePayload"),
]
CheckoutPackagePayload = Annotated[
    OpenedCheckout
    | NotFound
    | QuoteExpired
    | PriceChanged
    | InvalidCustomer
    | PackageUnavailable
    | PartnerPaused
    | NotPriced
    | SalesClosed
    | InsufficientInventory
    | UnitLimitExceeded
    | CouponRejected
    | PartnerNotPayable
    | HoldExpired
    | CheckoutEnded
    | ProviderError
    | InvalidInput
    | IdempotencyConflict
    | RateLimited,
    strawberry.union("CheckoutPackagePayload"),
]
CancelCheckoutPayload = Annotated[
    Checkout | NotFound | CheckoutEnded | PaymentUnderWay | ProviderError,
    strawberry.union("CancelCheckoutPayload"),
]


@strawberry.type
class CheckoutQuery:
    checkout: Checkout | None = resolved_by(resolve.checkout)


@strawberry.type
class CheckoutMutation:
    book_package: BookPackagePayload = resolved_by(resolve.book_package)
    checkout_package: CheckoutPackagePayload = resolved_by(resolve.checkout_package)
    cancel_checkout: CancelCheckoutPayload = resolved_by(resolve.cancel_checkout)


@strawberry.type
class CheckoutSubscription:
    checkout_updated: AsyncIterator[Checkout] = streamed_by(resolve.checkout_updated, shared_by=SharedBy.NAME)
