"""Holds."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Annotated, Any

import strawberry

from db import models
from domain.inventory import Channel
from domain.pricing import CustomerType
from domain.reservations import ReservationStatus
from permissions.viewer import Scope, SharedBy
from resolvers import reservations as resolve
from schema.bookings import Booking
from schema.connections import Connection
from schema.money import CurrencyCode, Money, amount_of
from schema.nodes import Node
from schema.packages import Package
from schema.partners import Partner
from schema.refusals import (
    AlreadyActivated,
    CurrencyMismatch,
    ExtensionUsed,
    HoldQuotaExceeded,
    IdempotencyConflict,
    InsufficientInventory,
    InvalidCustomer,
    InvalidInput,
    NotFound,
    NotPriced,
    PackageUnavailable,
    PartnerPaused,
    ReservationCancelled,
    ReservationExpired,
    SalesClosed,
    UnitLimitExceeded,
)
from schema.sources import passed_by, related, represents, resolved_by, streamed_by


def _of_rule(name: str) -> Any:
    def read(root: strawberry.Parent[dict[str, str]]) -> str:
        return root[name]

    return passed_by(read)


@strawberry.type(description="What one rule did to the price of one unit; the rules sum to the unit price.")
class QuoteRule:
    code: str = _of_rule("code")
    label: str = _of_rule("label")
    amount: Money = resolved_by(resolve.rule_amount)


@strawberry.type(description="Units of one product for one kind of customer, with their frozen quote.")
class ReservationLine:
    is_type_of = represents(models.ReservationLine)

    product_id: str
    product: Package | None = related(models.ReservationLine.package)
    quantity: int
    customer_type: CustomerType
    date: dt.date | None
    unit_amount: Money = amount_of("unit_amount_minor")
    amount: Money = amount_of("amount_minor")
    rules: list[QuoteRule] = resolved_by(resolve.quote_rules)


@strawberry.type(description="A temporary hold on units.")
class Reservation(Node):
    is_type_of = represents(models.Reservation)

    channel: Channel
    reseller: Partner | None = related(models.Reservation.reseller)
    status: ReservationStatus = resolved_by(resolve.status)
    units: int
    total: Money = amount_of("total_minor")
    currency: CurrencyCode
    reference: str | None
    lines: list[ReservationLine] = related(models.Reservation.lines)
    created_at: dt.datetime
    expires_at: dt.datetime
    ended_at: dt.datetime | None
    sequence: int = strawberry.field(description="Counts the changes; resume a subscription with it.")


CreateReservationPayload = Annotated[
    Reservation
    | InvalidInput
    | UnitLimitExceeded
    | NotFound
    | PackageUnavailable
    | PartnerPaused
    | NotPriced
    | CurrencyMismatch
    | SalesClosed
    | InsufficientInventory
    | HoldQuotaExceeded
    | IdempotencyConflict,
    strawberry.union("CreateReservationPayload"),
]
ExtendReservationPayload = Annotated[
    Reservation
    | NotFound
    | InvalidInput
    | ExtensionUsed
    | ReservationExpired
    | ReservationCancelled
    | AlreadyActivated
    | IdempotencyConflict,
    strawberry.union("ExtendReservationPayload"),
]
ActivateReservationPayload = Annotated[
    Booking
    | NotFound
    | InvalidCustomer
    | InvalidInput
    | ReservationExpired
    | ReservationCancelled
    | AlreadyActivated
    | IdempotencyConflict,
    strawberry.union("ActivateReservationPayload"),
]
CancelReservationPayload = Annotated[
    Reservation | NotFound | AlreadyActivated | ReservationExpired,
    strawberry.union("CancelReservationPayload"),
]


@strawberry.type
class ReservationQuery:
    reservations: Connection[Reservation] = resolved_by(resolve.reservations_of, scope=Scope.READ_ORDERS)
    reservation: Reservation | None = resolved_by(resolve.reservation, scope=Scope.READ_ORDERS)


@strawberry.type
class ReservationMutation:
    create_reservation: CreateReservationPayload = resolved_by(
        resolve.create_reservation, scope=Scope.RESERVE
    )
    extend_reservation: ExtendReservationPayload = resolved_by(
        resolve.extend_reservation, scope=Scope.RESERVE
    )
    activate_reservation: ActivateReservationPayload = resolved_by(
        resolve.activate_reservation, scope=Scope.RESERVE
    )
    cancel_reservation: CancelReservationPayload = resolved_by(
        resolve.cancel_reservation, scope=Scope.RESERVE
    )


@strawberry.type
class ReservationSubscription:
    reservation_updated: AsyncIterator[Reservation] = streamed_by(
        resolve.reservation_updated, scope=Scope.READ_ORDERS, shared_by=SharedBy.NAME
    )
