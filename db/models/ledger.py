"""The double-entry journal; see `domain.ledger`. The database refuses what does not balance, and every change."""

import datetime as dt
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from db.models.checkouts import Checkout
from db.models.partners import Partner
from db.types import Base, Id, enum_type
from domain.environments import Environment
from domain.ledger import AccountKind, EntryKind


class LedgerAccount(Base):
    """One account of the journal, in one currency."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        CheckConstraint("(kind LIKE 'PARTNER%') = (partner_id IS NOT NULL)", name="partner"),
        CheckConstraint("(kind LIKE 'AFFILIATE%') = (affiliate_id IS NOT NULL)", name="affiliate"),
        Index(
            "uq_ledger_accounts_owner",
            "environment",
            "kind",
            "currency",
            "partner_id",
            "affiliate_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_ledger_accounts_partner_id", "partner_id", postgresql_where="partner_id IS NOT NULL"),
        Index("ix_ledger_accounts_affiliate_id", "affiliate_id", postgresql_where="affiliate_id IS NOT NULL"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    kind: Mapped[AccountKind] = mapped_column(enum_type(AccountKind))
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partners.id"))
    affiliate_id: Mapped[UUID | None]
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[dt.datetime]

    balance_minor: Mapped[int | None] = query_expression()
    """What is there or owed, in the account's own sense; told by `queries.computed`."""

    partner: Mapped[Partner | None] = relationship(lazy="raise", viewonly=True)


class JournalEntry(Base):
    """One thing that happened to money, once: `source_id` is the payment, refund, transfer… it came of."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        UniqueConstraint("kind", "source_id"),
        Index("ix_journal_entries_checkout_id", "checkout_id", postgresql_where="checkout_id IS NOT NULL"),
        Index("ix_journal_entries_at", "environment", "at"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    kind: Mapped[EntryKind] = mapped_column(enum_type(EntryKind))
    source_id: Mapped[UUID]
    checkout_id: Mapped[UUID | None] = mapped_column(ForeignKey("checkouts.id"))
    currency: Mapped[str] = mapped_column(String(3))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime]
    transaction_id: Mapped[int] = mapped_column(
        BigInteger, server_default=text("pg_current_xact_id()::text::bigint")
    )
    """The transaction that wrote it, the only one that may write its postings."""

    postings: Mapped[list["Posting"]] = relationship(lazy="raise", order_by="Posting.position")
    checkout: Mapped[Checkout | None] = relationship(lazy="raise", viewonly=True)


class Posting(Base):
    """What an entry did to one account. `currency` is the entry's and the account's: the keys see to it."""

    __tablename__ = "postings"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0", name="amount"),
        Index("ix_postings_account_id", "account_id", "entry_id", postgresql_include=["amount_minor"]),
    )

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("journal_entries.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_accounts.id"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)

    currency: Mapped[str | None] = query_expression()
    """The account's; told by `queries.computed`."""

    account: Mapped[LedgerAccount] = relationship(lazy="raise")
    entry: Mapped[JournalEntry] = relationship(lazy="raise", viewonly=True)
