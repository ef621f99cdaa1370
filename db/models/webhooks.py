"""Webhook endpoints of partners, and what was delivered to them."""

import datetime as dt
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    case,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.types import HOT, Base, Id, enum_type
from domain.environments import Environment
from domain.events import EventType
from domain.webhooks import DeliveryStatus, DisabledBecause, EndpointStatus


class WebhookEndpoint(Base):
    """Where a partner wants to hear of its events. The secrets are sealed: read only to sign.

    `sequence` counts its changes. While `failing_since` is set, calls fail; while `circuit_open_until`
    lies in the future, nothing is sent.
    """

    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        CheckConstraint("(status = 'DISABLED') = (disabled_because IS NOT NULL)", name="disabled_because"),
        CheckConstraint("(consecutive_failures > 0) = (failing_since IS NOT NULL)", name="failing_since"),
        CheckConstraint(
            "(previous_secret_sealed IS NULL) = (previous_secret_until IS NULL)", name="previous_secret"
        ),
        CheckConstraint("verified_at IS NULL OR challenge_at IS NULL", name="challenge_at"),
        Index("ix_webhook_endpoints_challenged", "challenge_at", postgresql_where="challenge_at IS NOT NULL"),
        Index("ix_webhook_endpoints_partner", "partner_id", "environment", "id"),
        HOT,
    )

    id: Mapped[Id]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"))
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    url: Mapped[str] = mapped_column(String(2000))
    description: Mapped[str | None] = mapped_column(String(200))
    event_types: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    status: Mapped[EndpointStatus] = mapped_column(enum_type(EndpointStatus, 16))
    disabled_because: Mapped[DisabledBecause | None] = mapped_column(enum_type(DisabledBecause, 16))
    secret_sealed: Mapped[bytes]
    previous_secret_sealed: Mapped[bytes | None]
    previous_secret_until: Mapped[datetime | None]
    """Until then calls are signed with both secrets."""
    consecutive_failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    circuit_open_until: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    """When it answered the challenge at its url; before that nothing is sent."""
    challenge_at: Mapped[datetime | None]
    """When it is challenged next; None where that is over."""
    challenge_attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    challenge_error: Mapped[str | None] = mapped_column(String(200))
    sequence: Mapped[int] = mapped_column(BigInteger, default=1)
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]


class WebhookDelivery(Base):
    """One event on its way to one endpoint, in the order of the object it is about.

    Events are purged sooner than deliveries, so `event_id` is no foreign key. An attempt is counted when
    it begins and belongs to its worker until `leased_until`: after that it is made again.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "event_id"),
        CheckConstraint("(status = 'DELIVERED') = (delivered_at IS NOT NULL)", name="delivered_at"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index(
            "ix_webhook_deliveries_order",
            "endpoint_id",
            "object_id",
            "sequence",
            postgresql_where="status = 'PENDING'",
        ),
        Index(
            "ix_webhook_deliveries_due",
            "endpoint_id",
            "next_attempt_at",
            "id",
            postgresql_where="status = 'PENDING'",
        ),
        Index(
            "ix_webhook_deliveries_leased",
            "endpoint_id",
            postgresql_where="status = 'PENDING' AND leased_until IS NOT NULL",
        ),
        Index("ix_webhook_deliveries_endpoint", "endpoint_id", "id"),
        Index("ix_webhook_deliveries_event_id", "event_id"),
        Index("ix_webhook_deliveries_created_at", "created_at"),
    )

    id: Mapped[Id]
    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoints.id"))
    event_id: Mapped[UUID]
    event_type: Mapped[EventType] = mapped_column(enum_type(EventType, 40))
    object_id: Mapped[UUID]
    sequence: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[DeliveryStatus] = mapped_column(enum_type(DeliveryStatus, 16))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[dt.datetime]
    delivered_at: Mapped[datetime | None]

    endpoint: Mapped[WebhookEndpoint] = relationship(lazy="raise")

    @hybrid_property
    def due_at(self) -> datetime | None:
        """When it is tried next, at the soonest; None when it has ended."""
        return self.next_attempt_at if self.status is DeliveryStatus.PENDING else None

    @due_at.inplace.expression
    @classmethod
    def _due_at(cls) -> ColumnElement[datetime | None]:
        return case((cls.status == DeliveryStatus.PENDING, cls.next_attempt_at))
