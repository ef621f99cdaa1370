"""Runs of the reconciliation, and what they found."""

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.types import Base, Id, enum_type
from domain.environments import Environment
from domain.reconciliation import DifferenceKind, MoneyObject


class ReconciliationRun(Base):
    """One comparison of our books with the provider's, of what was made from `since` until `until`."""

    __tablename__ = "reconciliation_runs"
    __table_args__ = (
        CheckConstraint("since < until", name="window"),
        CheckConstraint("wrong BETWEEN 0 AND objects", name="wrong"),
        Index("ix_reconciliation_runs_at", "environment", "at"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    since: Mapped[dt.datetime]
    until: Mapped[dt.datetime]
    objects: Mapped[int]
    wrong: Mapped[int]
    at: Mapped[dt.datetime]

    differences: Mapped[list["ReconciliationDifference"]] = relationship(
        lazy="raise", order_by="ReconciliationDifference.position"
    )


class ReconciliationDifference(Base):
    """One thing the two sides did not agree on; see `domain.reconciliation`."""

    __tablename__ = "reconciliation_differences"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("reconciliation_runs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    object: Mapped[MoneyObject] = mapped_column(enum_type(MoneyObject))
    kind: Mapped[DifferenceKind] = mapped_column(enum_type(DifferenceKind))
    reference: Mapped[str] = mapped_column(String(100))
    expected: Mapped[str | None] = mapped_column(String(100))
    found: Mapped[str | None] = mapped_column(String(100))
