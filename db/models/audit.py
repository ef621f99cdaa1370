"""Who changed what: append-only, each entry sealed with the hash of the one before it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.types import Base, Id


class AuditEntry(Base):
    """One act of a person or key. `hash` covers the entry and `previous_hash`; one chain a partner."""

    __tablename__ = "audit_log"
    __table_args__ = (UniqueConstraint("partner_id", "sequence", postgresql_nulls_not_distinct=True),)

    id: Mapped[Id]
    partner_id: Mapped[UUID | None]
    """Whose chain; None for the platform's own."""
    sequence: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(64))
    object_id: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes]
