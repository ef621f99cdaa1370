"""Payments of checkouts, their refunds and disputes, and what the provider told of them."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.attempts import Attempted
from db.models.checkouts import Checkout
from db.types import Base, Id, enum_type
from domain.checkouts import RefundReason
from domain.environments import Environment
from domain.payments import DisputeStatus, PaymentStatus, RefundStatus


class Payment(Base):
    """One payment asked of the provider. Its id is the idempotency key: without a `provider_id` the call is repeated."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("refunded_minor BETWEEN 0 AND amount_minor", name="refunded"),
        CheckConstraint("tries >= 0", name="tries"),
        CheckConstraint("NOT is_asked OR next_look_at IS NOT NULL", name="asked"),
        Index("ix_payments_created_at", "environment", "created_at"),
        Index("ix_payments_next_look_at", "next_look_at", postgresql_where="next_look_at IS NOT NULL"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    checkout_id: Mapped[UUID] = mapped_column(ForeignKey("checkouts.id"), unique=True)
    provider_id: Mapped[str | None] = mapped_column(String(100), unique=True)
    charge_id: Mapped[str | None] = mapped_column(String(100))
    payment_method: Mapped[str | None] = mapped_column(String(100))
    """The provider's word for what the buyer pays with; not its number. Asked with it, the call is repeated with it."""
    return_url: Mapped[str | None] = mapped_column(String(500))
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    """Calls that asked something new; the idempotency key of each is made of it."""
    is_asked: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """The provider was asked, and what it answered is not noted yet: the same call can be repeated."""
    next_look_at: Mapped[dt.datetime | None]
    """When a job goes on with it, or looks what became of it at the provider; None at its end."""
    client_secret_sealed: Mapped[bytes | None]
    action_url: Mapped[str | None] = mapped_column(String(2000))
    """Where the buyer confirms with its bank, while it REQUIRES_ACTION."""
    status: Mapped[PaymentStatus] = mapped_column(enum_type(PaymentStatus))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    refunded_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    currency: Mapped[str] = mapped_column(String(3))
    failure_reason: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[dt.datetime]
    succeeded_at: Mapped[dt.datetime | None]
    sequence: Mapped[int] = mapped_column(BigInteger, default=1)

    checkout: Mapped[Checkout] = relationship(lazy="raise")


class Refund(Attempted, Base):
    """Money on its way back to a buyer. `legs` are frozen: which leg gives back how much."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("(status = 'PENDING') = (ended_at IS NULL)", name="ended_at"),
        Index("ix_refunds_checkout_id", "checkout_id"),
        Index("ix_refunds_pending", "created_at", postgresql_where="status = 'PENDING'"),
        Index("ix_refunds_created_at", "environment", "created_at"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    checkout_id: Mapped[UUID] = mapped_column(ForeignKey("checkouts.id"))
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"))
    provider_id: Mapped[str | None] = mapped_column(String(100), unique=True)
    reason: Mapped[RefundReason] = mapped_column(enum_type(RefundReason))
    status: Mapped[RefundStatus] = mapped_column(enum_type(RefundStatus))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    legs: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """[{leg_id, amount_minor}]"""
    failure_reason: Mapped[str | None] = mapped_column(String(200))
    actor: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    sequence: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")

    checkout: Mapped[Checkout] = relationship(lazy="raise")
    payment: Mapped[Payment] = relationship(lazy="raise")


class Dispute(Base):
    """A buyer's bank took a payment back."""

    __tablename__ = "disputes"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("(status = 'OPEN') = (ended_at IS NULL)", name="ended_at"),
        Index("ix_disputes_payment_id", "payment_id"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"))
    provider_id: Mapped[str] = mapped_column(String(100), unique=True)
    status: Mapped[DisputeStatus] = mapped_column(enum_type(DisputeStatus))
    reason: Mapped[str] = mapped_column(String(100))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    sequence: Mapped[int] = mapped_column(BigInteger, default=1)

    payment: Mapped[Payment] = relationship(lazy="raise")


class ProviderEvent(Base):
    """What the provider told us: the inbox, in which every event is once. Personal data may be in `payload`."""

    __tablename__ = "provider_events"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_provider_events_due", "next_attempt_at", "id", postgresql_where="processed_at IS NULL"),
        Index("ix_provider_events_order", "object_id", "id", postgresql_where="processed_at IS NULL"),
        Index("ix_provider_events_received_at", "received_at"),
    )

    id: Mapped[Id]
    provider_event_id: Mapped[str] = mapped_column(String(100), unique=True)
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    type: Mapped[str] = mapped_column(String(100))
    object_id: Mapped[str] = mapped_column(String(100))
    account_id: Mapped[str | None] = mapped_column(String(100))
    payload: Mapped[dict[str, Any]]
    """The object as it was then; empty for events nobody wants."""
    happened_at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_attempt_at: Mapped[dt.datetime]
    """While a worker has it: when its lease ends."""
    processed_at: Mapped[dt.datetime | None]
    """When it was done with; with a `last_error` it was given up."""
    last_error: Mapped[str | None] = mapped_column(String(200))
