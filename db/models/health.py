"""Alerts: what was wrong with an integration, and until when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.types import Base, Id, enum_type
from domain.environments import Environment
from domain.health import HealthSignal


class IntegrationAlert(Base):
    """One signal of one partner beyond its threshold; open once at a time."""

    __tablename__ = "integration_alerts"
    __table_args__ = (
        CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="closed_at"),
        Index(
            "uq_integration_alerts_open",
            "partner_id",
            "environment",
            "signal",
            unique=True,
            postgresql_where="closed_at IS NULL",
        ),
        Index("ix_integration_alerts_partner", "partner_id", "id"),
    )

    id: Mapped[Id]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"))
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    signal: Mapped[HealthSignal] = mapped_column(enum_type(HealthSignal))
    value: Mapped[float]
    """What was measured when it opened."""
    threshold: Mapped[float]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
