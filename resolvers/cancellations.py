"""Cancelling bookings, as a whole or unit by unit; first the terms, then the act."""

from decimal import Decimal
from uuid import UUID

import strawberry

from db import models
from domain.cancellations import NothingToCancel
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id
from domain.tickets import TicketRedeemed
from resolvers.amounts import percent_of
from resolvers.context import Context, Info
from resolvers.refusals import answers
from services import cancellations
from services.cancellations import Terms


@strawberry.input(description="What is to be cancelled: a booking, by its id or its checkout's.")
class CancellationTermsInput:
    order_id: strawberry.ID | None = None
    checkout_id: strawberry.ID | None = None
    token: str | None = strawberry.field(
        default=None, description="The checkout's secret; its buyer needs none."
    )
    tickets: list[str] | None = strawberry.field(
        default=None, description="The codes of some tickets; without them, all that is left."
    )


@strawberry.input(description="What is to be cancelled: a booking, by its id or its checkout's.")
class CancelBookingInput:
    idempotency_key: str
    order_id: strawberry.ID | None = None
    checkout_id: strawberry.ID | None = None
    token: str | None = strawberry.field(
        default=None, description="The checkout's secret; its buyer needs none."
    )
    tickets: list[str] | None = strawberry.field(
        default=None, description="The codes of some tickets; without them, all that is left."
    )
    reason: str | None = None


@answers(NotFound, Forbidden, NothingToCancel, TicketRedeemed)
async def cancellation_terms(info: Info, input: CancellationTermsInput) -> Terms:
    """What a cancellation would give back now, and why. Nothing is cancelled."""
    context = info.context
    _show(context, input.token)
    async with context.unit_of_work() as uow:
        return await cancellations.terms(
            uow,
            context.viewer,
            checkout_id=_id("Checkout", input.checkout_id),
            booking_id=_id("Booking", input.order_id),
            ticket_codes=input.tickets,
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, NothingToCancel, TicketRedeemed, IdempotencyConflict)
async def cancel_booking(info: Info, input: CancelBookingInput) -> models.Checkout:
    """Cancel a booking or some of its units: tickets are void, units are free, money goes back by the policy."""
    context = info.context
    _show(context, input.token)
    key = input.idempotency_key
    if context.viewer.is_anonymous:
        key = f"{input.checkout_id or input.order_id}:{key}"
    async with context.unit_of_work() as uow:
        return await cancellations.cancel_booking(
            uow,
            context.viewer,
            checkout_id=_id("Checkout", input.checkout_id),
            booking_id=_id("Booking", input.order_id),
            ticket_codes=input.tickets,
            reason=input.reason,
            idempotency=context.idempotency(key, "cancel_booking", input=strawberry.asdict(input)),
            now=context.now,
        )


def refund_percent(root: strawberry.Parent[Terms]) -> Decimal:
    """Which part of what was paid comes back by the policy, today."""
    return percent_of(root.refund_bps)


def _show(context: Context, token: str | None) -> None:
    if token is not None:
        context.show_secret(token)


def _id(noun: str, text: str | None) -> UUID | None:
    return None if text is None else local_id(noun, text)
