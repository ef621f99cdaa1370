"""Who looked at packages and opened them: by day, and a sample one by one."""

import datetime as dt
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.types import HOT, Base, Id, enum_type
from domain.environments import Environment
from domain.interest import InterestKind


class PackageViews(Base):
    """How often a package was seen in a list and opened from it on a day of UTC.

    A partner that is verified in the middle of a day has two rows of it.
    """

    __tablename__ = "package_views"
    __table_args__ = (
        CheckConstraint("views >= 0 AND clicks >= 0", name="counts"),
        Index("ix_package_views_seen_on", "seen_on", "environment"),
        HOT,
    )

    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"), primary_key=True)
    seen_on: Mapped[dt.date] = mapped_column(primary_key=True)
    is_verified: Mapped[bool] = mapped_column(primary_key=True)
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    views: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    clicks: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    sponsored_views: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    sponsored_clicks: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))


class InterestReceipt(Base):
    """A view or click that was counted: its key, so that it is not counted again."""

    __tablename__ = "interest_receipts"
    __table_args__ = (Index("ix_interest_receipts_counted_at", "counted_at"),)

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    counted_at: Mapped[dt.datetime]


class InterestSample(Base):
    """One view or click out of many, as it was; which ones, their keys decide."""

    __tablename__ = "interest_samples"
    __table_args__ = (Index("ix_interest_samples_at", "at"),)

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"))
    sponsorship_id: Mapped[UUID | None]
    kind: Mapped[InterestKind] = mapped_column(enum_type(InterestKind, 8))
    visitor: Mapped[str] = mapped_column(String(32))
    at: Mapped[dt.datetime]
