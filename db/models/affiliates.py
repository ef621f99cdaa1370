"""Affiliates, their links, and what came of them."""

import datetime as dt
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from db.models.ledger import LedgerAccount
from db.models.partners import Partner
from db.models.payouts import PaymentAccount
from db.types import Base, Id, enum_type
from domain.affiliates import AffiliateEventKind, ConversionStatus, LinkStatus
from domain.environments import Environment


class Affiliate(Base):
    """A person who leads buyers here by links. Personal data: names, address of the site, hash of the e-mail address."""

    __tablename__ = "affiliates"
    __table_args__ = (UniqueConstraint("environment", "account"),)

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    account: Mapped[str] = mapped_column(String(64))
    """The person as `Viewer.id` has it."""
    email_hash: Mapped[bytes]
    display_name: Mapped[str] = mapped_column(String(200))
    web_site: Mapped[str | None] = mapped_column(String(500))
    country: Mapped[str | None] = mapped_column(String(2))
    """Where it lives, as it told the payment provider; None before it wants to be paid."""
    channels: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    terms_version: Mapped[int]
    terms_accepted_at: Mapped[dt.datetime]
    created_at: Mapped[dt.datetime]

    ledger_accounts: Mapped[list[LedgerAccount]] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin=lambda: Affiliate.id == foreign(LedgerAccount.affiliate_id),
        order_by=(LedgerAccount.currency, LedgerAccount.kind, LedgerAccount.id),
    )
    payment_account: Mapped[PaymentAccount | None] = relationship(
        lazy="raise",
        viewonly=True,
        uselist=False,
        primaryjoin=lambda: Affiliate.id == foreign(PaymentAccount.affiliate_id),
    )


class AffiliateLink(Base):
    """A partner's link for one affiliate. `target` is a path of ours; the commission is that of the next sale."""

    __tablename__ = "affiliate_links"
    __table_args__ = (
        CheckConstraint("commission_bps BETWEEN 1 AND 5000", name="commission_bps"),
        CheckConstraint("target LIKE '/%' AND target NOT LIKE '//%'", name="target"),
        Index("ix_affiliate_links_partner", "partner_id", "environment", "id"),
        Index("ix_affiliate_links_affiliate", "affiliate_id", "id"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"))
    affiliate_id: Mapped[UUID] = mapped_column(ForeignKey("affiliates.id"))
    code: Mapped[str] = mapped_column(String(32), unique=True)
    target: Mapped[str] = mapped_column(String(500))
    note: Mapped[str | None] = mapped_column(String(500))
    commission_bps: Mapped[int]
    status: Mapped[LinkStatus] = mapped_column(enum_type(LinkStatus, 16))
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime]

    partner: Mapped[Partner] = relationship(lazy="raise")
    affiliate: Mapped[Affiliate] = relationship(lazy="raise")


class AffiliateEvent(Base):
    """What statistics are made of: a click, a sale, what was taken back of one. Summed up by day, then forgotten.

    Personal data: `visitor_hash`, which is of one day.
    """

    __tablename__ = "affiliate_events"
    __table_args__ = (
        Index("uq_affiliate_events_visitor", "link_id", "visitor_hash", unique=True),
        Index("ix_affiliate_events_new", "link_id", postgresql_where="NOT is_summed"),
        Index("ix_affiliate_events_summed", "id", postgresql_where="is_summed"),
        CheckConstraint("(kind = 'CLICK') = (visitor_hash IS NOT NULL)", name="visitor_hash"),
    )

    id: Mapped[Id]
    link_id: Mapped[UUID] = mapped_column(ForeignKey("affiliate_links.id"))
    kind: Mapped[AffiliateEventKind] = mapped_column(enum_type(AffiliateEventKind, 16))
    visitor_hash: Mapped[bytes | None]
    amount_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    """Of what was sold; less than 0 where it was taken back."""
    commission_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    """`XXX` for a click: ISO 4217's word for no currency."""
    at: Mapped[dt.datetime]
    is_summed: Mapped[bool] = mapped_column(default=False)


class AffiliateDay(Base):
    """The events of one link on one day of UTC, in one currency, summed up."""

    __tablename__ = "affiliate_days"

    link_id: Mapped[UUID] = mapped_column(ForeignKey("affiliate_links.id"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    clicks: Mapped[int] = mapped_column(default=0)
    conversions: Mapped[int] = mapped_column(default=0)
    revenue_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    commission_minor: Mapped[int] = mapped_column(BigInteger, default=0)


class AffiliateConversion(Base):
    """One sale that came by a link, with what it earns. `checkout_id` is whose it is: one conversion a checkout."""

    __tablename__ = "affiliate_conversions"
    __table_args__ = (
        UniqueConstraint("checkout_id"),
        CheckConstraint("commission_minor >= 0", name="commission_minor"),
        CheckConstraint("clawed_back_minor BETWEEN 0 AND commission_minor", name="clawed_back_minor"),
        CheckConstraint("status <> 'HELD' OR cardinality(held_because) > 0", name="held_because"),
        CheckConstraint("(paid_at IS NOT NULL) OR status <> 'PAID'", name="paid_at"),
        Index("ix_affiliate_conversions_link", "link_id", "id"),
        Index("ix_affiliate_conversions_buyer", "link_id", "buyer_hash", "created_at"),
        Index("ix_affiliate_conversions_pending", "due_at", postgresql_where="status = 'PENDING'"),
        Index(
            "ix_affiliate_conversions_due",
            "affiliate_id",
            "currency",
            "id",
            postgresql_where="status = 'DUE'",
        ),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    link_id: Mapped[UUID] = mapped_column(ForeignKey("affiliate_links.id"))
    affiliate_id: Mapped[UUID] = mapped_column(ForeignKey("affiliates.id"))
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"))
    """Out of whose share the commission comes."""
    checkout_id: Mapped[UUID] = mapped_column(ForeignKey("checkouts.id"))
    booking_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("bookings.id", deferrable=True, initially="DEFERRED")
    )
    buyer_hash: Mapped[bytes]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    """What the buyer paid."""
    commission_bps: Mapped[int]
    commission_minor: Mapped[int] = mapped_column(BigInteger)
    clawed_back_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[ConversionStatus] = mapped_column(enum_type(ConversionStatus, 16))
    held_because: Mapped[list[str]] = mapped_column(ARRAY(String(16)), default=list)
    due_at: Mapped[dt.datetime]
    paid_at: Mapped[dt.datetime | None]
    sequence: Mapped[int] = mapped_column(BigInteger, default=1)
    created_at: Mapped[dt.datetime]

    link: Mapped[AffiliateLink] = relationship(lazy="raise")

    @hybrid_property
    def owed_minor(self) -> int:
        """The commission without what was taken back of it."""
        return self.commission_minor - self.clawed_back_minor
