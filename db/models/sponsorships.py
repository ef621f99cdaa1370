"""Paid places in search: who pays how much for which package, what was charged, and who saw it how often."""

import datetime as dt
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    func,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship
from sqlalchemy.orm.attributes import set_committed_value

from db.models.packages import Package
from db.types import HOT, Base, Id, enum_type
from domain.environments import Environment
from domain.sponsorships import ChargedBy, SponsorshipStatus


class Sponsorship(Base):
    """A package's paid place, with a budget for each day of UTC. `spent_minor` is what the day `spent_on` cost."""

    __tablename__ = "sponsorships"
    __table_args__ = (
        CheckConstraint("price_minor > 0", name="price_minor"),
        CheckConstraint("daily_budget_minor >= price_minor", name="daily_budget_minor"),
        CheckConstraint("spent_minor BETWEEN 0 AND daily_budget_minor", name="spent_minor"),
        CheckConstraint("daily_cap BETWEEN 1 AND 100", name="daily_cap"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="days"),
        Index("ix_sponsorships_partner", "partner_id", "environment", "id"),
        Index("uq_sponsorships_active", "package_id", unique=True, postgresql_where="status = 'ACTIVE'"),
        HOT,
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"))
    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"))
    currency: Mapped[str] = mapped_column(String(3))
    charged_by: Mapped[ChargedBy] = mapped_column(enum_type(ChargedBy, 16))
    price_minor: Mapped[int] = mapped_column(BigInteger)
    daily_budget_minor: Mapped[int] = mapped_column(BigInteger)
    daily_cap: Mapped[int]
    """How often one viewer sees it there on one day."""
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date | None]
    status: Mapped[SponsorshipStatus] = mapped_column(enum_type(SponsorshipStatus, 16))
    spent_on: Mapped[dt.date | None]
    spent_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    total_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    """What it cost on all days together."""
    sequence: Mapped[int] = mapped_column(BigInteger, default=1, server_default=text("1"))
    created_at: Mapped[dt.datetime]

    spent_today_minor: Mapped[int | None] = query_expression()
    """What today cost so far; told by `queries.computed`."""

    package: Mapped[Package] = relationship(lazy="raise", viewonly=True)

    @hybrid_property
    def spent_today(self) -> int:
        return self.spent_today_minor or 0

    @spent_today.inplace.expression
    @classmethod
    def _spent_today(cls) -> ColumnElement[int]:
        return func.coalesce(cls.spent_today_minor, 0)

    def note_day(self, today: dt.date) -> None:
        """Tell a row that an act holds what today cost."""
        spent = self.spent_minor if self.spent_on == today else 0
        set_committed_value(self, "spent_today_minor", spent)


class SponsorshipCharge(Base):
    """What views or clicks of one day cost, as far as the budget went; the ledger posts the day when it is over."""

    __tablename__ = "sponsorship_charges"
    __table_args__ = (
        CheckConstraint("units > 0", name="units"),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        Index("ix_sponsorship_charges_sponsorship", "sponsorship_id", "id"),
        CheckConstraint("(posted_with IS NULL) = (posted_at IS NULL)", name="posted"),
        Index(
            "ix_sponsorship_charges_unposted",
            "charged_on",
            "sponsorship_id",
            "id",
            postgresql_where="posted_at IS NULL",
        ),
        Index("ix_sponsorship_charges_posted", "posted_at", postgresql_where="posted_at IS NOT NULL"),
    )

    id: Mapped[Id]
    sponsorship_id: Mapped[UUID] = mapped_column(ForeignKey("sponsorships.id"))
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"))
    currency: Mapped[str] = mapped_column(String(3))
    charged_on: Mapped[dt.date]
    units: Mapped[int]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    charged_at: Mapped[dt.datetime]
    posted_at: Mapped[dt.datetime | None]
    posted_with: Mapped[UUID | None]
    """The first charge it was posted with, which is the source of their entry."""


class SponsorshipSight(Base):
    """How often one viewer saw a sponsorship on one day. The viewer is a hash: nobody's name is kept."""

    __tablename__ = "sponsorship_sights"
    __table_args__ = (Index("ix_sponsorship_sights_seen_on", "seen_on"), HOT)

    sponsorship_id: Mapped[UUID] = mapped_column(ForeignKey("sponsorships.id"), primary_key=True)
    visitor: Mapped[str] = mapped_column(String(32), primary_key=True)
    seen_on: Mapped[dt.date] = mapped_column(primary_key=True)
    views: Mapped[int]
