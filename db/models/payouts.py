"""Payees' accounts at the provider, what is transferred to them, and what goes on to their banks."""

import datetime as dt
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.attempts import Attempted
from db.models.checkouts import Checkout
from db.models.partners import Partner
from db.types import Base, Id, enum_type
from domain.environments import Environment
from domain.payments import AccountStatus, PayoutStatus, TransferStatus
from domain.payouts import PayoutInterval


class PaymentAccount(Base):
    """A payee's account at the provider: a partner's or an affiliate's, one an environment.

    Its id is the idempotency key: without a `provider_id` the call that makes it is repeated.
    """

    __tablename__ = "payment_accounts"
    __table_args__ = (
        CheckConstraint("num_nonnulls(partner_id, affiliate_id) = 1", name="payee"),
        Index(
            "uq_payment_accounts_payee",
            "environment",
            "partner_id",
            "affiliate_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_payment_accounts_partner_id", "partner_id", postgresql_where="partner_id IS NOT NULL"),
        Index(
            "ix_payment_accounts_affiliate_id", "affiliate_id", postgresql_where="affiliate_id IS NOT NULL"
        ),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partners.id"))
    affiliate_id: Mapped[UUID | None]
    provider_id: Mapped[str | None] = mapped_column(String(100), unique=True)
    status: Mapped[AccountStatus] = mapped_column(enum_type(AccountStatus))
    missing: Mapped[list[str]] = mapped_column(ARRAY(String(200)), default=list, server_default="{}")
    """What the provider still asks for, in its words."""
    payout_interval: Mapped[PayoutInterval] = mapped_column(
        enum_type(PayoutInterval), default=PayoutInterval.WEEKLY, server_default=PayoutInterval.WEEKLY
    )
    created_at: Mapped[dt.datetime]
    checked_at: Mapped[dt.datetime | None]
    sequence: Mapped[int] = mapped_column(BigInteger, default=1)

    partner: Mapped[Partner | None] = relationship(lazy="raise")

    @property
    def is_payable(self) -> bool:
        return self.status is AccountStatus.ENABLED


class Transfer(Attempted, Base):
    """A payee's part of one checkout, handed to its account. Its id is the idempotency key.

    The first of a payee is what it was owed then; another follows where that became more.
    """

    __tablename__ = "transfers"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("reversed_minor BETWEEN 0 AND amount_minor", name="reversed"),
        Index("uq_transfers_payee", "checkout_id", "account_id", "position", unique=True),
        Index("ix_transfers_pending", "created_at", postgresql_where="status = 'PENDING'"),
        Index("ix_transfers_created_at", "environment", "created_at"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    checkout_id: Mapped[UUID] = mapped_column(ForeignKey("checkouts.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("payment_accounts.id"), index=True)
    position: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts the payee's transfers of the checkout."""
    provider_id: Mapped[str | None] = mapped_column(String(100), unique=True)
    status: Mapped[TransferStatus] = mapped_column(enum_type(TransferStatus))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    reversed_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    currency: Mapped[str] = mapped_column(String(3))
    failure_reason: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]

    checkout: Mapped[Checkout] = relationship(lazy="raise")
    account: Mapped[PaymentAccount] = relationship(lazy="raise")


class Payout(Attempted, Base):
    """What a payee is paid for a period, to its bank. Its id is the idempotency key."""

    __tablename__ = "payouts"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("period_start <= period_end", name="period"),
        CheckConstraint("(status IN ('PENDING', 'IN_TRANSIT')) = (ended_at IS NULL)", name="ended_at"),
        Index("uq_payouts_period", "account_id", "currency", "period_end", unique=True),
        Index("ix_payouts_open", "created_at", postgresql_where="status IN ('PENDING', 'IN_TRANSIT')"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("payment_accounts.id"))
    provider_id: Mapped[str | None] = mapped_column(String(100), unique=True)
    status: Mapped[PayoutStatus] = mapped_column(enum_type(PayoutStatus))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    period_start: Mapped[dt.date]
    period_end: Mapped[dt.date]
    """The last day, included."""
    failure_reason: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[dt.datetime]
    arrives_on: Mapped[dt.date | None]
    ended_at: Mapped[dt.datetime | None]
    sequence: Mapped[int] = mapped_column(BigInteger, default=1)

    account: Mapped[PaymentAccount] = relationship(lazy="raise")
