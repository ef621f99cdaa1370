"""What is written to partners' addresses, and answers nothing of ours."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.types import Base, Id
from domain.introduction_mail import LONGEST_MESSAGE_ID
from domain.mail import LONGEST_ADDRESS, LONGEST_LINE


class PartnerMessage(Base):
    """A mail to `partner@{subdomain}` that is of no introduction, kept once by its Message-ID. Personal data: all of it."""

    __tablename__ = "partner_messages"
    __table_args__ = (
        UniqueConstraint("partner_id", "message_id"),
        Index("ix_partner_messages_partner", "partner_id", "id"),
        Index("ix_partner_messages_received_at", "received_at"),
    )

    id: Mapped[Id]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("introduction_profiles.partner_id"))
    message_id: Mapped[str] = mapped_column(String(LONGEST_MESSAGE_ID))
    sender: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    """Empty where the mail names none, or several."""
    subject: Mapped[str] = mapped_column(String(LONGEST_LINE))
    text: Mapped[str] = mapped_column(Text)
    is_forged: Mapped[bool]
    """Whether the sender's domain neither signed it nor sent it."""
    is_forwarded: Mapped[bool]
    """Whether it went on to the partner's inbox."""
    received_at: Mapped[datetime]
