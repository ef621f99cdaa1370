"""Jobs that were given up, kept so that a person can look at them and have them done again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.types import Base, Id, enum_type
from domain.environments import Environment


class DeadLetter(Base):
    """One job that failed in every try. Failing again while it is open adds to it: `times`, `attempts`.

    Open until `replayed_at`; the worker hands it to the queue then, and notes so in `requeued_at`.
    """

    __tablename__ = "dead_letters"
    __table_args__ = (
        Index("uq_dead_letters_open", "job", "key", unique=True, postgresql_where="replayed_at IS NULL"),
        Index("ix_dead_letters_partner", "partner_id", "environment", "id"),
        Index(
            "ix_dead_letters_requeue",
            "replayed_at",
            postgresql_where="replayed_at IS NOT NULL AND requeued_at IS NULL",
        ),
    )

    id: Mapped[Id]
    job: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    """What the job was about, so that one thing has one open letter; empty for a periodic job."""
    payload: Mapped[dict[str, Any]]
    error: Mapped[str] = mapped_column(String(200))
    attempts: Mapped[int]
    times: Mapped[int] = mapped_column(default=1)
    partner_id: Mapped[UUID | None]
    """Whose it is; None for the platform's own."""
    environment: Mapped[Environment | None] = mapped_column(enum_type(Environment, 4))
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    replayed_at: Mapped[datetime | None]
    replayed_by: Mapped[str | None] = mapped_column(String(64))
    requeued_at: Mapped[datetime | None]
