"""What partners prove themselves with, and what was decided about them."""

import datetime as dt
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.partners import Partner
from db.models.uploads import Upload
from db.types import Base, Id, enum_type
from domain.partners import VerificationStatus
from domain.texts import NOTE_LENGTH
from domain.verification import DocumentKind, DocumentStatus


class VerificationDocument(Base):
    """One document of a partner, of one kind. A newer one of the kind takes its place."""

    __tablename__ = "verification_documents"
    __table_args__ = (
        CheckConstraint("(status = 'REJECTED') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint("(status = 'SUBMITTED') = (decided_at IS NULL)", name="decided_at"),
        Index(
            "uq_verification_documents_current",
            "partner_id",
            "kind",
            unique=True,
            postgresql_where="replaced_at IS NULL",
        ),
        Index("ix_verification_documents_partner", "partner_id", "id"),
    )

    id: Mapped[Id]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"))
    kind: Mapped[DocumentKind] = mapped_column(enum_type(DocumentKind))
    upload_id: Mapped[UUID] = mapped_column(ForeignKey("uploads.id"), unique=True)
    status: Mapped[DocumentStatus] = mapped_column(enum_type(DocumentStatus, 16))
    reason: Mapped[str | None] = mapped_column(String(NOTE_LENGTH))
    """Why it was rejected, for the partner to read."""
    expires_on: Mapped[dt.date | None]
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]

    upload: Mapped[Upload] = relationship(lazy="raise", viewonly=True)


class VerificationDecision(Base):
    """One step of a partner's verification: from which status to which, by whom and why."""

    __tablename__ = "verification_decisions"
    __table_args__ = (
        UniqueConstraint("partner_id", "sequence"),
        Index("uq_verification_decisions_latest", "partner_id", unique=True, postgresql_where="is_latest"),
        Index(
            "ix_verification_decisions_queue", "id", postgresql_where="is_latest AND to_status = 'PENDING'"
        ),
    )

    id: Mapped[Id]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"))
    sequence: Mapped[int] = mapped_column(BigInteger)
    """The partner's own count of steps."""
    from_status: Mapped[VerificationStatus] = mapped_column(enum_type(VerificationStatus, name="from_status"))
    to_status: Mapped[VerificationStatus] = mapped_column(enum_type(VerificationStatus, name="to_status"))
    reason: Mapped[str | None] = mapped_column(String(NOTE_LENGTH))
    document_reasons: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Kind of document -> why it was rejected."""
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    is_latest: Mapped[bool]
    """Where the partner stands: true of one step."""

    partner: Mapped[Partner] = relationship(lazy="raise", viewonly=True)
