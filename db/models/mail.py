"""Mails on their way out: an outbox, written with what they tell of."""

import datetime as dt
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.types import Base, Id, enum_type
from domain.introduction_mail import SuppressedBecause
from domain.mail import LONGEST_ADDRESS, LONGEST_KEY, MailStatus, MailTemplate


class Mail(Base):
    """One mail to one person. Personal data: address and facts; the facts are forgotten once it is sent.

    An attempt is counted when it begins and belongs to its worker until `leased_until`: after that it is made
    again, under the same `message_id`. Without a foreign key on the partner: mails are purged, partners stay.
    """

    __tablename__ = "mails"
    __table_args__ = (
        CheckConstraint("(status = 'SENT') = (sent_at IS NOT NULL)", name="sent_at"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_mails_due", "next_attempt_at", "id", postgresql_where="status = 'PENDING'"),
        Index(
            "ix_mails_leased",
            "leased_until",
            postgresql_where="status = 'PENDING' AND leased_until IS NOT NULL",
        ),
        Index("ix_mails_created_at", "created_at"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(LONGEST_KEY), unique=True)
    """What the mail tells of, so that it is told once."""
    template: Mapped[MailTemplate] = mapped_column(enum_type(MailTemplate))
    partner_id: Mapped[UUID | None]
    recipient: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    locale: Mapped[str] = mapped_column(String(2))
    facts: Mapped[dict[str, Any]]
    envelope: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Whom it goes to besides and in which conversation, as `domain.envelopes.stored` writes it; None for neither."""
    status: Mapped[MailStatus] = mapped_column(enum_type(MailStatus, 16))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(String(300))
    """Given at the first attempt, and kept for every other."""
    last_error: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[datetime | None]


class MailSuppression(Base):
    """An address that is written to no more, by its digest: who asked to be erased stays unwritten to, unnamed."""

    __tablename__ = "mail_suppressions"
    __table_args__ = (CheckConstraint("length(address_digest) = 32", name="address_digest"),)

    address_digest: Mapped[bytes] = mapped_column(primary_key=True)
    because: Mapped[SuppressedBecause] = mapped_column(enum_type(SuppressedBecause, 16))
    created_at: Mapped[datetime]
