"""What is taken back from payees' accounts after it was transferred."""

import datetime as dt
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.attempts import Attempted
from db.models.payouts import Transfer
from db.types import Base, Id, enum_type
from domain.environments import Environment
from domain.payments import TransferStatus


class TransferReversal(Attempted, Base):
    """A part of a transfer on its way back; `source_id` is the refund or dispute it pays for."""

    __tablename__ = "transfer_reversals"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("(status = 'DONE') = (done_at IS NOT NULL)", name="done_at"),
        Index("uq_transfer_reversals_source", "transfer_id", "source_id", unique=True),
        Index("ix_transfer_reversals_pending", "created_at", postgresql_where="status = 'PENDING'"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    transfer_id: Mapped[UUID] = mapped_column(ForeignKey("transfers.id"))
    source_id: Mapped[UUID]
    provider_id: Mapped[str | None] = mapped_column(String(100), unique=True)
    status: Mapped[TransferStatus] = mapped_column(enum_type(TransferStatus))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    failure_reason: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]

    transfer: Mapped[Transfer] = relationship(lazy="raise")
