"""Support threads of partners, what was written in them, and how far each person has read."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.partners import Partner
from db.models.uploads import Upload
from db.types import Base, Id, enum_type
from domain.support import SupportCategory, SupportSide, SupportStatus


class SupportThread(Base):
    """What a partner and the platform talk about beside the partner's onboarding case.

    `sequence` counts all its changes, `message_count` the messages: they are numbered by it. Personal data: subject,
    and the names, as they were when the person opened or took it.
    """

    __tablename__ = "support_threads"
    __table_args__ = (
        CheckConstraint("message_count >= 1", name="message_count"),
        CheckConstraint("mailed_number BETWEEN 0 AND message_count", name="mailed_number"),
        CheckConstraint("(status = 'RESOLVED') = (resolved_at IS NOT NULL)", name="resolved_at"),
        CheckConstraint("(assignee_id IS NULL) = (assignee_name IS NULL)", name="assignee_name"),
        CheckConstraint(
            "(opened_side = 'PARTNER') = (first_response_due_at IS NOT NULL)", name="first_response_due_at"
        ),
        CheckConstraint("opened_side = 'PARTNER' OR first_response_at IS NULL", name="first_response_at"),
        # The newest activity first: of a partner, of all, of an assignee.
        Index("ix_support_threads_partner", "partner_id", "last_message_id"),
        UniqueConstraint("last_message_id"),
        Index("ix_support_threads_assignee", "assignee_id", "last_message_id"),
        Index(
            "ix_support_threads_unmailed", "last_message_at", postgresql_where="mailed_number < message_count"
        ),
        Index("ix_support_threads_opened_at", "opened_at"),
        Index("ix_support_threads_resolved_at", "resolved_at", postgresql_where="resolved_at IS NOT NULL"),
    )

    id: Mapped[Id]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"))
    category: Mapped[SupportCategory] = mapped_column(enum_type(SupportCategory))
    subject: Mapped[str] = mapped_column(String(200))
    status: Mapped[SupportStatus] = mapped_column(enum_type(SupportStatus))
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    assignee_name: Mapped[str | None] = mapped_column(String(200))
    opened_by: Mapped[str] = mapped_column(String(64))
    opened_by_name: Mapped[str] = mapped_column(String(200))
    opened_side: Mapped[SupportSide] = mapped_column(enum_type(SupportSide, 16))
    opened_at: Mapped[datetime]
    first_response_due_at: Mapped[datetime | None]
    first_response_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    last_message_at: Mapped[datetime]
    last_message_id: Mapped[UUID]
    """Ids are in the order of time, so this is the thread's place in every list."""
    message_count: Mapped[int] = mapped_column(default=1)
    mailed_number: Mapped[int] = mapped_column(default=0)
    """Up to which message the other side was told by mail, or had read by itself."""
    sequence: Mapped[int] = mapped_column(BigInteger, default=1)

    partner: Mapped[Partner] = relationship(lazy="raise")


class SupportMessage(Base):
    """One message of a thread; never changed. `number` counts within the thread, from 1. Personal data: name, text."""

    __tablename__ = "support_messages"
    __table_args__ = (UniqueConstraint("thread_id", "number"), CheckConstraint("number >= 1", name="number"))

    id: Mapped[Id]
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("support_threads.id"))
    number: Mapped[int]
    author: Mapped[str] = mapped_column(String(64))
    author_name: Mapped[str] = mapped_column(String(200))
    side: Mapped[SupportSide] = mapped_column(enum_type(SupportSide, 16))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    thread: Mapped[SupportThread] = relationship(lazy="raise")
    attachments: Mapped[list["SupportAttachment"]] = relationship(
        lazy="raise", order_by="SupportAttachment.position", viewonly=True
    )


class SupportAttachment(Base):
    """A file that came with a message; the same file may come with others of its partner."""

    __tablename__ = "support_attachments"
    __table_args__ = (UniqueConstraint("message_id", "upload_id"),)

    message_id: Mapped[UUID] = mapped_column(ForeignKey("support_messages.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[UUID] = mapped_column(ForeignKey("uploads.id"), index=True)

    upload: Mapped[Upload] = relationship(lazy="raise")


class SupportRead(Base):
    """Up to which message of a thread a person has read. `reader` is the person's `Viewer.id`."""

    __tablename__ = "support_reads"

    thread_id: Mapped[UUID] = mapped_column(ForeignKey("support_threads.id"), primary_key=True)
    reader: Mapped[str] = mapped_column(String(64), primary_key=True)
    side: Mapped[SupportSide] = mapped_column(enum_type(SupportSide, 16))
    number: Mapped[int]
    at: Mapped[datetime]
