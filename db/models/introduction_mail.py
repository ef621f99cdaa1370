"""What was written in the conversation of an introduction, and what became of the mails sent in it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.introductions import Introduction
from db.types import Base, Id, enum_type
from domain.envelopes import MailParty
from domain.introduction_mail import LONGEST_MESSAGE_ID, MailEventKind, MessageAuthor
from domain.mail import LONGEST_ADDRESS, MailTemplate


class IntroductionMessage(Base):
    """One mail that came in to a conversation, kept once by its Message-ID. Personal data: text, a stranger's address."""

    __tablename__ = "introduction_messages"
    __table_args__ = (
        UniqueConstraint("introduction_id", "message_id"),
        CheckConstraint("(author = 'STRANGER') = (sender IS NOT NULL)", name="sender"),
        Index("ix_introduction_messages_introduction", "introduction_id", "id"),
    )

    id: Mapped[Id]
    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introductions.id"))
    message_id: Mapped[str] = mapped_column(String(LONGEST_MESSAGE_ID))
    author: Mapped[MessageAuthor] = mapped_column(enum_type(MessageAuthor, 16))
    sender: Mapped[str | None] = mapped_column(String(LONGEST_ADDRESS))
    """Of a stranger only: the parties' addresses are kept with them."""
    text: Mapped[str] = mapped_column(Text)
    """What was new in it; what it quoted is not kept."""
    is_response: Mapped[bool]
    """Whether it was this that stopped the clock of follow-ups."""
    received_at: Mapped[datetime]

    introduction: Mapped[Introduction] = relationship(lazy="raise", viewonly=True)


class IntroductionMailEvent(Base):
    """What became of one mail for one party, told by whoever delivers it; of the introduction, not of a person (A-36)."""

    __tablename__ = "introduction_mail_events"
    __table_args__ = (
        Index("ix_introduction_mail_events_introduction", "introduction_id", "id"),
        Index("ix_introduction_mail_events_received_at", "received_at"),
    )

    id: Mapped[Id]
    provider_event_id: Mapped[str] = mapped_column(String(200), unique=True)
    """Whatever tells it again tells it once."""
    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introductions.id"))
    template: Mapped[MailTemplate] = mapped_column(enum_type(MailTemplate))
    party: Mapped[MailParty] = mapped_column(enum_type(MailParty, 16))
    kind: Mapped[MailEventKind] = mapped_column(enum_type(MailEventKind, 16))
    detail: Mapped[str] = mapped_column(String(100), default="")
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime]

    introduction: Mapped[Introduction] = relationship(lazy="raise", viewonly=True)
