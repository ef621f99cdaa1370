"""Checks of price parity, and what they found."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.packages import Package
from db.types import Base, Id, enum_type
from domain.environments import Environment


class PriceParityRun(Base):
    """One comparison of what a batch of packages costs on the channels."""

    __tablename__ = "price_parity_runs"
    __table_args__ = (
        CheckConstraint("wrong BETWEEN 0 AND prices", name="wrong"),
        Index("ix_price_parity_runs_environment", "environment", "id"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    packages: Mapped[int]
    prices: Mapped[int]
    wrong: Mapped[int]
    last_package_id: Mapped[UUID | None]
    """Where the next run goes on; None: at the beginning."""
    at: Mapped[dt.datetime]

    differences: Mapped[list["PriceParityDifference"]] = relationship(
        lazy="raise", order_by="PriceParityDifference.position"
    )


class PriceParityDifference(Base):
    """One price the channels did not agree on; see `domain.parity`."""

    __tablename__ = "price_parity_differences"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("price_parity_runs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"))
    date: Mapped[dt.date | None]
    party: Mapped[dict[str, Any]]
    """How many of each kind of traveler."""
    direct: Mapped[str] = mapped_column(String(100))
    ota: Mapped[str] = mapped_column(String(100))

    package: Mapped[Package] = relationship(lazy="raise")
