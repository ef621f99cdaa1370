"""The request log: one row a call of a reseller."""

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.types import Base, Id, enum_type
from domain.environments import Environment
from domain.request_log import LONGEST_OPERATION, LONGEST_STATUS, Door


class ApiCall(Base):
    """What was called, by whose key, and how it ended. No personal data, no variables.

    The id is made of `at`, so that the indexes on ids serve times too. Without foreign keys: written in
    bulk beside the traffic, it must neither lock nor wait for the rows it names.
    """

    __tablename__ = "request_log"
    __table_args__ = (
        CheckConstraint("duration_ms >= 0", name="duration_ms"),
        Index("ix_request_log_partner", "partner_id", "environment", "id"),
    )

    id: Mapped[Id]
    at: Mapped[dt.datetime]
    partner_id: Mapped[UUID]
    api_key_id: Mapped[UUID | None]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    operation: Mapped[str] = mapped_column(String(LONGEST_OPERATION))
    door: Mapped[Door] = mapped_column(enum_type(Door, 8))
    status: Mapped[str] = mapped_column(String(LONGEST_STATUS))
    duration_ms: Mapped[int | None]
    """None for a subscription, which lasts as long as its caller likes."""
    request_id: Mapped[str] = mapped_column(String(64))
    object_id: Mapped[UUID | None]
    """What the call made or was about: of a sale, its reservation."""
    key_hash: Mapped[bytes | None]
    """Tells calls of one idempotency key, without the key."""
