"""Quotes, the checkouts they become, and whose part of each is what."""

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.bookings import Booking
from db.models.packages import Package
from db.models.reservations import Reservation
from db.types import Base, Id, enum_type
from domain.checkouts import CheckoutStatus
from domain.environments import Environment
from domain.splits import LegKind

if TYPE_CHECKING:
    from db.models.payments import Payment, Refund


class Quote(Base):
    """A price for one party, frozen until `expires_at`. `breakdown` explains every line of it."""

    __tablename__ = "quotes"
    __table_args__ = (
        CheckConstraint("gross_minor - discount_minor - coupon_minor = total_minor", name="total"),
        CheckConstraint("discount_minor >= 0 AND coupon_minor >= 0 AND total_minor >= 0", name="amounts"),
        Index("ix_quotes_expires_at", "expires_at"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    actor: Mapped[str] = mapped_column(String(64))
    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"))
    package_version: Mapped[int] = mapped_column(Integer)
    date: Mapped[dt.date | None]
    party: Mapped[dict[str, Any]]
    """Customer type -> units."""
    coupon_code: Mapped[str | None] = mapped_column(String(64))
    click_token: Mapped[str | None] = mapped_column(String(500))
    """The affiliate's click that led here."""
    breakdown: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    gross_minor: Mapped[int] = mapped_column(BigInteger)
    discount_minor: Mapped[int] = mapped_column(BigInteger)
    coupon_minor: Mapped[int] = mapped_column(BigInteger)
    total_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]

    package: Mapped[Package] = relationship(lazy="raise")


class Checkout(Base):
    """One purchase: binds a reservation, its quote, the payment and the split. Personal data: customer_*.

    Fee, commission and cancellation policy are as they were when the units were held. `sequence` counts its changes.
    """

    __tablename__ = "checkouts"
    __table_args__ = (
        CheckConstraint("gross_minor - discount_minor - coupon_minor = total_minor", name="total"),
        CheckConstraint("refunded_minor BETWEEN 0 AND total_minor", name="refunded"),
        CheckConstraint("fee_bps BETWEEN 1000 AND 2000", name="fee"),
        CheckConstraint("(status = 'PAID') = (booking_id IS NOT NULL)", name="booking"),
        CheckConstraint("(status IN ('OPEN', 'PROCESSING')) = (ended_at IS NULL)", name="ended_at"),
        Index("ix_checkouts_environment", "environment", "id"),
        Index("ix_checkouts_package_id", "package_id", "id"),
        Index("ix_checkouts_token_hash", "token_hash"),
        Index("ix_checkouts_buyer", "buyer_id", "id", postgresql_where="buyer_id IS NOT NULL"),
        Index(
            "ix_checkouts_unreleased",
            "release_on",
            "id",
            postgresql_where="status = 'PAID' AND released_at IS NULL",
        ),
        Index("ix_checkouts_live", "expires_at", postgresql_where="status IN ('OPEN', 'PROCESSING')"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quotes.id"), index=True)
    reservation_id: Mapped[UUID] = mapped_column(ForeignKey("reservations.id"), unique=True)
    booking_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("bookings.id", deferrable=True, initially="DEFERRED"), unique=True
    )
    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"))
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"), index=True)
    """Who sells: the package's partner."""
    status: Mapped[CheckoutStatus] = mapped_column(enum_type(CheckoutStatus))
    buyer_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """None for a guest."""
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    """Of the secret by which a guest finds it again."""
    customer_name: Mapped[str] = mapped_column(String(200))
    customer_email: Mapped[str] = mapped_column(String(254))
    customer_phone: Mapped[str] = mapped_column(String(32))
    locale: Mapped[str] = mapped_column(String(2))
    gross_minor: Mapped[int] = mapped_column(BigInteger)
    discount_minor: Mapped[int] = mapped_column(BigInteger)
    coupon_minor: Mapped[int] = mapped_column(BigInteger)
    total_minor: Mapped[int] = mapped_column(BigInteger)
    refunded_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    currency: Mapped[str] = mapped_column(String(3))
    fee_bps: Mapped[int]
    cancellation_policy: Mapped[dict[str, Any]]
    service_on: Mapped[dt.date | None]
    time_zone: Mapped[str] = mapped_column(String(64))
    release_on: Mapped[dt.date]
    """From this day on the parties' parts are transferred to them."""
    released_at: Mapped[dt.datetime | None]
    """When every supplier's part was put on its way."""
    attribution: Mapped[dict[str, Any] | None]
    """The affiliate link it came by, with its terms; None where it came by none."""
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    paid_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    sequence: Mapped[int] = mapped_column(BigInteger, default=1)

    quote: Mapped[Quote] = relationship(lazy="raise")
    reservation: Mapped[Reservation] = relationship(lazy="raise")
    package: Mapped[Package] = relationship(lazy="raise")
    legs: Mapped[list["CheckoutLeg"]] = relationship(lazy="raise", order_by="CheckoutLeg.position")
    booking: Mapped[Booking | None] = relationship(lazy="raise", viewonly=True)
    payment: Mapped["Payment | None"] = relationship(lazy="raise", viewonly=True, uselist=False)
    refunds: Mapped[list["Refund"]] = relationship(lazy="raise", viewonly=True, order_by="Refund.id")


class CheckoutLeg(Base):
    """One party's part of a checkout; all of them sum to its total. See `domain.splits`."""

    __tablename__ = "checkout_legs"
    __table_args__ = (
        UniqueConstraint("checkout_id", "position"),
        CheckConstraint(
            "amount_minor >= 0 AND refunded_minor BETWEEN 0 AND amount_minor"
            " OR amount_minor < 0 AND refunded_minor BETWEEN amount_minor AND 0",
            name="refunded",
        ),
        CheckConstraint("(kind = 'AFFILIATE') = (affiliate_id IS NOT NULL)", name="affiliate"),
        CheckConstraint("(kind = 'SUPPLIER') = (partner_id IS NOT NULL)", name="partner"),
        Index("ix_checkout_legs_partner_id", "partner_id", postgresql_where="partner_id IS NOT NULL"),
        Index("ix_checkout_legs_affiliate_id", "affiliate_id", postgresql_where="affiliate_id IS NOT NULL"),
    )

    id: Mapped[Id]
    checkout_id: Mapped[UUID] = mapped_column(ForeignKey("checkouts.id"))
    position: Mapped[int]
    kind: Mapped[LegKind] = mapped_column(enum_type(LegKind))
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partners.id"))
    affiliate_id: Mapped[UUID | None]
    item_code: Mapped[str | None] = mapped_column(String(64))
    """The function code of the item a supplier's leg is for."""
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    refunded_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
