"""Cancelling what was bought."""

from decimal import Decimal
from typing import Annotated

import strawberry

from domain import cancellations
from resolvers import cancellations as resolve
from schema.checkouts import Checkout
from schema.money import CurrencyCode, Money, amount_of
from schema.refusals import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    Refusal,
    TicketRedeemed,
    refuses,
)
from schema.sources import represents, resolved_by
from services.cancellations import Terms


@strawberry.type(description="What a cancellation would give back now, and why.")
class CancellationTerms:
    is_type_of = represents(Terms)

    units: int = strawberry.field(
        description="So many would be cancelled: what is neither used nor cancelled."
    )
    paid: Money = amount_of("paid_minor")
    refund_percent: Decimal = resolved_by(resolve.refund_percent)
    refund: Money = amount_of("refund_minor")
    currency: CurrencyCode


@refuses(cancellations.NothingToCancel)
class NothingToCancel(Refusal):
    order_id: str


CancellationTermsPayload = Annotated[
    CancellationTerms | NotFound | Forbidden | NothingToCancel | TicketRedeemed,
    strawberry.union("CancellationTermsPayload"),
]
CancelBookingPayload = Annotated[
    Checkout | NotFound | Forbidden | InvalidInput | NothingToCancel | TicketRedeemed | IdempotencyConflict,
    strawberry.union("CancelBookingPayload"),
]


@strawberry.type
class CancellationMutation:
    cancellation_terms: CancellationTermsPayload = resolved_by(resolve.cancellation_terms)
    cancel_booking: CancelBookingPayload = resolved_by(resolve.cancel_booking)
