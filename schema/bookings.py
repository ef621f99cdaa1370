"""Confirmed sales and their tickets."""

import datetime as dt
from typing import Annotated

import strawberry

from db import models
from domain.inventory import Channel
from domain.pricing import CustomerType
from domain.tickets import TicketStatus
from permissions.viewer import Scope
from resolvers import bookings as resolve
from schema.connections import Connection
from schema.money import CurrencyCode, Money, amount_of
from schema.nodes import Node
from schema.packages import Package
from schema.partners import Partner
from schema.refusals import (
    IdempotencyConflict,
    NotFound,
    NothingToRedeem,
    TicketRedeemed,
    TicketVoid,
)
from schema.sources import attribute, related, represents, resolved_by


@strawberry.type(description="What is left of one thing a ticket entitles to.")
class FunctionEntitlement:
    is_type_of = represents(models.TicketEntitlement)

    function_code: str
    label: str
    quantity: int
    remaining: int


@strawberry.type(description="One unit of a booking.")
class Ticket(Node):
    is_type_of = represents(models.Ticket)

    ticket_code: str = attribute("code", description="Random: knowing one tells nothing about another.")
    qr_payload: str = resolved_by(resolve.payload)
    qr_code: str = resolved_by(resolve.qr_code)
    product: Package | None = related(models.Ticket.package)
    customer_type: CustomerType
    date: dt.date | None
    status: TicketStatus
    entitlements: list[FunctionEntitlement] = related(models.Ticket.entitlements)
    created_at: dt.datetime
    ended_at: dt.datetime | None


@strawberry.type(description="The confirmed sale of one reservation; the resellers' “order”.")
class Booking(Node):
    is_type_of = represents(models.Booking)

    channel: Channel
    reseller: Partner | None = related(models.Booking.reseller)
    confirmation_code: str
    customer_name: str = attribute("customer_name", scope=Scope.READ_PERSONAL_DATA, owner="reseller_id")
    customer_email: str = attribute("customer_email", scope=Scope.READ_PERSONAL_DATA, owner="reseller_id")
    customer_phone: str = attribute("customer_phone", scope=Scope.READ_PERSONAL_DATA, owner="reseller_id")
    payment_reference: str
    special_requests: str | None = attribute(
        "special_requests", scope=Scope.READ_PERSONAL_DATA, owner="reseller_id"
    )
    total: Money = amount_of("total_minor")
    currency: CurrencyCode
    tickets: list[Ticket] = related(models.Booking.tickets)
    created_at: dt.datetime


RedeemTicketPayload = Annotated[
    Ticket | NotFound | TicketVoid | NothingToRedeem | IdempotencyConflict,
    strawberry.union("RedeemTicketPayload"),
]
VoidTicketPayload = Annotated[
    Ticket | NotFound | TicketRedeemed | IdempotencyConflict, strawberry.union("VoidTicketPayload")
]


@strawberry.type
class BookingQuery:
    orders: Connection[Booking] = resolved_by(resolve.orders, scope=Scope.READ_ORDERS)
    order: Booking | None = resolved_by(resolve.order, scope=Scope.READ_ORDERS)
    ticket: Ticket | None = resolved_by(resolve.ticket, scope=Scope.READ_ORDERS)


@strawberry.type
class BookingMutation:
    redeem_ticket: RedeemTicketPayload = resolved_by(resolve.redeem_ticket, scope=Scope.REDEEM)
    void_ticket: VoidTicketPayload = resolved_by(resolve.void_ticket, scope=Scope.REDEEM)
