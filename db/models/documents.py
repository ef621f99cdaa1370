"""Documents about money, and the counters their numbers come from."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.partners import Partner
from db.types import HOT, Base, Id, enum_type
from domain.documents import BillingDocumentKind, BillingDocumentStatus, DocumentFormat
from domain.environments import Environment


class Document(Base):
    """One document, once for each thing it is about. Personal data: buyer, notice, content.

    `subject_id` is the checkout of a receipt or an invoice, the refund of a credit note, the payout of a payout
    statement; an account statement's is made of what it is about. What it says (`content`) and its number are written
    once, by the worker that takes it first; the file is made of them alone. An attempt belongs to its worker until
    `next_attempt_at`: then it is made again.
    """

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "format"),
        Index(
            "uq_documents_number",
            "partner_id",
            "environment",
            "number",
            unique=True,
            postgresql_where="number IS NOT NULL",
        ),
        CheckConstraint("kind NOT IN ('RECEIPT', 'INVOICE', 'CREDIT_NOTE') OR format = 'PDF'", name="format"),
        CheckConstraint(
            "(kind IN ('RECEIPT', 'INVOICE', 'CREDIT_NOTE')) = (checkout_id IS NOT NULL)", name="checkout"
        ),
        CheckConstraint(
            "(kind IN ('PAYOUT_STATEMENT', 'ACCOUNT_STATEMENT')) = (starts_on IS NOT NULL)"
            " AND (starts_on IS NULL) = (ends_on IS NULL) AND starts_on <= ends_on",
            name="period",
        ),
        CheckConstraint("(content IS NULL) = (total_minor IS NULL)", name="content"),
        CheckConstraint(
            "(status = 'READY') = (ready_at IS NOT NULL)"
            " AND (status <> 'READY' OR key IS NOT NULL AND file_name IS NOT NULL AND byte_size > 0"
            " AND sha256 IS NOT NULL AND content IS NOT NULL)",
            name="ready",
        ),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_documents_partner", "partner_id", "environment", "id"),
        Index("ix_documents_due", "next_attempt_at", "id", postgresql_where="status = 'REQUESTED'"),
        Index("ix_documents_checkout_id", "checkout_id", postgresql_where="checkout_id IS NOT NULL"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"))
    """In whose name it is."""
    kind: Mapped[BillingDocumentKind] = mapped_column(enum_type(BillingDocumentKind))
    format: Mapped[DocumentFormat] = mapped_column(enum_type(DocumentFormat, 4))
    subject_id: Mapped[UUID]
    checkout_id: Mapped[UUID | None] = mapped_column(ForeignKey("checkouts.id"))
    starts_on: Mapped[dt.date | None]
    ends_on: Mapped[dt.date | None]
    """The last day, included."""
    locale: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))
    buyer: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Whom an invoice is for; None: who the checkout says."""
    notice: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """{to, name, link}: who is mailed when it is ready; forgotten then."""
    number: Mapped[str | None] = mapped_column(String(32))
    total_minor: Mapped[int | None] = mapped_column(BigInteger)
    """What was paid, given back or paid out; an account's closing balance."""
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """As `domain.documents.told`."""
    status: Mapped[BillingDocumentStatus] = mapped_column(enum_type(BillingDocumentStatus, 16))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[dt.datetime]
    last_error: Mapped[str | None] = mapped_column(String(200))
    key: Mapped[str | None] = mapped_column(String(200))
    """Where the file is kept."""
    file_name: Mapped[str | None] = mapped_column(String(100))
    byte_size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    """In hex."""
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime]
    ready_at: Mapped[dt.datetime | None]

    partner: Mapped[Partner] = relationship(lazy="raise")


class DocumentCounter(Base):
    """The last number of one series: a partner's documents of a kind in a year. Locked until its numbers are kept."""

    __tablename__ = "document_counters"
    __table_args__ = (CheckConstraint("last > 0", name="last"), HOT)

    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"), primary_key=True)
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4), primary_key=True)
    kind: Mapped[BillingDocumentKind] = mapped_column(enum_type(BillingDocumentKind), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
