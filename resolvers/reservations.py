"""Holds: taking, extending, activating, cancelling, listing, following."""

import datetime as dt
from collections.abc import AsyncIterator, Awaitable
from typing import Any
from uuid import UUID

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import reservations as queries
from db.questions import Asked
from db.rows import One
from domain import reservations as rules
from domain.bookings import Customer, InvalidCustomer
from domain.errors import IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id
from domain.inventory import InsufficientInventory, SalesClosed
from domain.money import CurrencyMismatch, Money
from domain.onboarding import PartnerPaused
from domain.packages import PackageUnavailable
from domain.pricing import CustomerType, NotPriced
from domain.reservations import Demand, ReservationStatus
from permissions.visibility import visible_reservations
from resolvers.context import Info
from resolvers.following import follow
from resolvers.refusals import answers
from services import reservations


@strawberry.input(description="Units of one product for one kind of customer.")
class ReservationLineInput:
    product_id: str = strawberry.field(description="The product's SKU.")
    quantity: int = strawberry.field(description="1 to 100, over all lines.")
    customer_type: CustomerType
    date: dt.date | None = strawberry.field(default=None, description="The day of the visit, if any.")


@strawberry.input(description="A hold on all the lines, or on none.")
class CreateReservationInput:
    lines: list[ReservationLineInput]
    hold_minutes: int | None = strawberry.field(default=None, description="1 to 1440, which is the default.")
    reference: str | None = strawberry.field(default=None, description="The caller's own word for it.")
    idempotency_key: str | None = None


@strawberry.input(description="A longer life for a hold.")
class ExtendReservationInput:
    id: strawberry.ID
    hold_minutes: int = strawberry.field(description="From now; a hold never gets shorter by it.")
    idempotency_key: str | None = None


@strawberry.input(description="Whom the booking is for.")
class CustomerDetailsInput:
    name: str
    email: str
    phone: str


@strawberry.input(description="The sale of a held reservation.")
class ActivateReservationInput:
    id: strawberry.ID
    customer_details: CustomerDetailsInput
    payment_reference: str = strawberry.field(
        description="The caller's payment; the same again, the same booking."
    )
    special_requests: str | None = None
    idempotency_key: str | None = None


@strawberry.input(description="The end of a hold.")
class CancelReservationInput:
    id: strawberry.ID


def reservations_of(
    info: Info,
    *,
    status: ReservationStatus | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Reservation]]:
    """The caller's holds, newest first."""
    context = info.context
    return queries.page_reservations(
        visible=visible_reservations(context.viewer),
        window=Window(first, after, last, before),
        status=status,
        now=context.now,
    )


def reservation(info: Info, id: strawberry.ID) -> Asked[One[models.Reservation]] | None:
    """One hold; null where there is none, or none the caller may see."""
    uuid = local_id("Reservation", id)
    if uuid is None:
        return None
    return queries.reservation_by_id(uuid, visible=visible_reservations(info.context.viewer))


def status(root: strawberry.Parent[models.Reservation], info: Info) -> ReservationStatus:
    """EXPIRED as soon as the time is over, also before the units' release is written down."""
    return queries.status_at(root.status, root.expires_at, info.context.now)


def quote_rules(root: strawberry.Parent[models.ReservationLine]) -> list[dict[str, Any]]:
    """The rules that made the price of one unit; their amounts sum to it."""
    return [{**rule, "currency": root.currency} for rule in root.rules]


def rule_amount(root: strawberry.Parent[dict[str, Any]]) -> Money:
    """What the rule did to the price of one unit."""
    return Money(root["amount_minor"], root["currency"])


@answers(
    InvalidInput,
    rules.UnitLimitExceeded,
    NotFound,
    PackageUnavailable,
    PartnerPaused,
    NotPriced,
    CurrencyMismatch,
    SalesClosed,
    InsufficientInventory,
    rules.HoldQuotaExceeded,
    IdempotencyConflict,
)
async def create_reservation(info: Info, input: CreateReservationInput) -> models.Reservation:
    """Hold units: every line or none. The quote is frozen with it."""
    context = info.context
    demand = [Demand(each.product_id, each.quantity, each.customer_type, each.date) for each in input.lines]
    async with context.batched() as acts:
        return await reservations.hold_units(
            acts,
            context.viewer,
            demand=demand,
            hold_minutes=input.hold_minutes,
            reference=input.reference,
            idempotency=context.idempotency(
                input.idempotency_key,
                "create_reservation",
                lines=demand,
                hold_minutes=input.hold_minutes,
                reference=input.reference,
            ),
            now=context.now,
        )


@answers(
    NotFound,
    InvalidInput,
    rules.ExtensionUsed,
    rules.ReservationExpired,
    rules.ReservationCancelled,
    rules.AlreadyActivated,
    IdempotencyConflict,
)
async def extend_reservation(info: Info, input: ExtendReservationInput) -> models.Reservation:
    """Let a hold run for some minutes from now."""
    context = info.context
    async with context.batched() as acts:
        return await reservations.extend_hold(
            acts,
            context.viewer,
            reservation_id=local_id("Reservation", input.id),
            hold_minutes=input.hold_minutes,
            idempotency=context.idempotency(
                input.idempotency_key, "extend_reservation", id=input.id, hold_minutes=input.hold_minutes
            ),
            now=context.now,
        )


@answers(
    NotFound,
    InvalidCustomer,
    InvalidInput,
    rules.ReservationExpired,
    rules.ReservationCancelled,
    rules.AlreadyActivated,
    IdempotencyConflict,
)
async def activate_reservation(info: Info, input: ActivateReservationInput) -> models.Booking:
    """Turn a hold into a booking with its tickets."""
    context = info.context
    details = input.customer_details
    async with context.batched() as acts:
        return await reservations.activate_reservation(
            acts,
            context.viewer,
            reservation_id=local_id("Reservation", input.id),
            customer=Customer(details.name, details.email, details.phone),
            payment_reference=input.payment_reference,
            special_requests=input.special_requests,
            idempotency=context.idempotency(
                input.idempotency_key, "activate_reservation", input=strawberry.asdict(input)
            ),
            entropy=context.entropy,
            now=context.now,
        )


@answers(NotFound, rules.AlreadyActivated, rules.ReservationExpired)
async def cancel_reservation(info: Info, input: CancelReservationInput) -> models.Reservation:
    """End a hold; its units are free at once."""
    context = info.context
    async with context.batched() as acts:
        return await reservations.cancel_reservation(
            acts, context.viewer, reservation_id=local_id("Reservation", input.id), now=context.now
        )


def reservation_updated(
    info: Info,
    id: strawberry.ID,
    after: int | None = None,
) -> AsyncIterator[models.Reservation]:
    """The hold as it is now, then after every change; `after` skips what the caller has seen already."""
    context = info.context

    def load(uuid: UUID) -> Awaitable[models.Reservation | None]:
        return queries.reservation_by_id(uuid, visible=visible_reservations(context.viewer)).load(
            context.sessions
        )

    return follow(context.feed, local_id("Reservation", id), load, after)
