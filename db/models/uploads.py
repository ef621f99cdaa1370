"""Files that partners send, and files that are made for them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.types import Base, Id, enum_type
from domain.uploads import (
    NAME_LENGTH,
    TYPE_LENGTH,
    FileType,
    UploadProblem,
    UploadPurpose,
    UploadStatus,
)


class Upload(Base):
    """One file of a partner: announced, sent, looked into. Of no environment.

    `file_type`, `byte_size` and `sha256` tell what was found in it; what was declared is kept beside them.
    """

    __tablename__ = "uploads"
    __table_args__ = (
        CheckConstraint("(status = 'REFUSED') = (problem IS NOT NULL)", name="problem"),
        CheckConstraint("(status = 'AWAITING') = (ended_at IS NULL)", name="ended_at"),
        CheckConstraint(
            "status <> 'READY'"
            " OR (key IS NOT NULL AND file_type IS NOT NULL AND byte_size > 0 AND sha256 IS NOT NULL)",
            name="ready",
        ),
        Index("ix_uploads_partner", "partner_id", "id"),
        Index("ix_uploads_unswept", "expires_at", postgresql_where="NOT is_swept"),
    )

    id: Mapped[Id]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"))
    purpose: Mapped[UploadPurpose] = mapped_column(enum_type(UploadPurpose))
    file_name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    declared_type: Mapped[str] = mapped_column(String(TYPE_LENGTH))
    declared_bytes: Mapped[int] = mapped_column(BigInteger)
    is_generated: Mapped[bool] = mapped_column(default=False)
    """Made for the partner, and not sent by it."""
    status: Mapped[UploadStatus] = mapped_column(enum_type(UploadStatus, 16))
    problem: Mapped[UploadProblem | None] = mapped_column(enum_type(UploadProblem))
    file_type: Mapped[FileType | None] = mapped_column(enum_type(FileType, 8))
    byte_size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    """In hex."""
    key: Mapped[str | None] = mapped_column(String(200))
    """Where the file is kept: not where it was sent to, and written by us alone."""
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """Until then the file can be sent."""
    ended_at: Mapped[datetime | None]
    is_swept: Mapped[bool] = mapped_column(default=False)
    """What was left of it where it was sent to is gone."""
