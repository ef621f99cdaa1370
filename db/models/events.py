"""The outbox: what happened, written with it, told to others after the commit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.types import Base, Id, enum_type
from domain.environments import Environment
from domain.events import EventType


class Event(Base):
    """One event of one object; `sequence` is the object's own.

    Without gaps, but for pools: of several changes made at once only the newest is told (docs/adr/0017).
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_unrelayed", "id", postgresql_where="relayed_at IS NULL"),
        Index("ix_events_object", "object_id", "sequence"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    partner_id: Mapped[UUID | None]
    """Whose event it is; None where it belongs to the platform."""
    type: Mapped[EventType] = mapped_column(enum_type(EventType, 40))
    object_id: Mapped[UUID]
    sequence: Mapped[int] = mapped_column(BigInteger)
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    relayed_at: Mapped[datetime | None]
