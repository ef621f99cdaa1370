"""Bookings and their tickets, one a unit, each with what it entitles to."""

import datetime as dt
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.packages import Package
from db.models.partners import Partner
from db.models.reservations import Reservation
from db.types import Base, Id, enum_type
from domain.environments import Environment
from domain.inventory import Channel
from domain.pricing import CustomerType
from domain.tickets import TicketStatus


class Booking(Base):
    """The confirmed sale of one reservation (the resellers' "order"). Personal data: customer_*."""

    __tablename__ = "bookings"
    __table_args__ = (Index("ix_bookings_reseller", "reseller_id", "environment", "id"),)

    id: Mapped[Id]
    reservation_id: Mapped[UUID] = mapped_column(ForeignKey("reservations.id"), unique=True)
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    channel: Mapped[Channel] = mapped_column(enum_type(Channel, 16))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("reseller_profiles.partner_id"))
    confirmation_code: Mapped[str] = mapped_column(String(16), unique=True)
    customer_name: Mapped[str] = mapped_column(String(200))
    customer_email: Mapped[str] = mapped_column(String(254))
    customer_phone: Mapped[str] = mapped_column(String(32))
    payment_reference: Mapped[str] = mapped_column(String(200))
    special_requests: Mapped[str | None] = mapped_column(String(2000))
    total_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[dt.datetime]

    reservation: Mapped[Reservation] = relationship(lazy="raise")
    tickets: Mapped[list["Ticket"]] = relationship(lazy="raise", order_by="Ticket.position")
    reseller: Mapped[Partner | None] = relationship(
        lazy="raise", primaryjoin="foreign(Booking.reseller_id) == Partner.id", viewonly=True
    )


class Ticket(Base):
    """One unit of a booking. `code` is random: knowing one tells nothing about another."""

    __tablename__ = "tickets"
    __table_args__ = (Index("ix_tickets_booking_id", "booking_id", "position"),)

    id: Mapped[Id]
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"))
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    reseller_id: Mapped[UUID | None]
    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(32), unique=True)
    customer_type: Mapped[CustomerType] = mapped_column(enum_type(CustomerType, 16))
    date: Mapped[dt.date | None]
    status: Mapped[TicketStatus] = mapped_column(enum_type(TicketStatus, 16))
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    sequence: Mapped[int] = mapped_column(BigInteger, default=1)

    package: Mapped[Package] = relationship(lazy="raise")
    booking: Mapped[Booking] = relationship(lazy="raise", viewonly=True)
    entitlements: Mapped[list["TicketEntitlement"]] = relationship(
        lazy="raise", order_by="TicketEntitlement.position"
    )


class TicketEntitlement(Base):
    """What is left of one thing a ticket entitles to."""

    __tablename__ = "ticket_entitlements"
    __table_args__ = (CheckConstraint("remaining BETWEEN 0 AND quantity", name="remaining"),)

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    function_code: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    label: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int]
    remaining: Mapped[int]
