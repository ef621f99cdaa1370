"""Runs of the certification, and what each scenario came to in them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.partners import Partner
from db.types import HOT, Base, Id, enum_type
from domain.certification import CertificationStatus, Scenario, ScenarioStatus


class CertificationRun(Base):
    """A partner's attempt to show that its system sells rightly; one open at a time, all of them kept.

    `sequence` counts its changes. The last pause is the time in which the partner's calls were answered 429.
    """

    __tablename__ = "certification_runs"
    __table_args__ = (
        CheckConstraint("(status = 'RUNNING') = (ended_at IS NULL)", name="ended_at"),
        CheckConstraint("(paused_at IS NULL) = (paused_until IS NULL)", name="paused_until"),
        Index("ix_certification_runs_partner", "partner_id", "id"),
        Index("uq_certification_runs_open", "partner_id", unique=True, postgresql_where="status = 'RUNNING'"),
        HOT,
    )

    id: Mapped[Id]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"))
    status: Mapped[CertificationStatus] = mapped_column(enum_type(CertificationStatus, 16))
    started_by: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """When it is over at the latest."""
    ended_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(BigInteger, default=1)
    probe_due_at: Mapped[datetime]
    """When the partner's webhook endpoint is probed next, at the soonest."""
    paused_at: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]

    partner: Mapped[Partner] = relationship(lazy="raise")
    results: Mapped[list["ScenarioResult"]] = relationship(
        lazy="raise", order_by="ScenarioResult.position", viewonly=True
    )


class ScenarioResult(Base):
    """What a scenario came to in one run, in the words of that time."""

    __tablename__ = "scenario_results"
    __table_args__ = (
        CheckConstraint("(status = 'PENDING') = (at IS NULL)", name="at"),
        CheckConstraint("(status = 'FAILED') = (mend IS NOT NULL)", name="mend"),
        HOT,
    )

    run_id: Mapped[UUID] = mapped_column(ForeignKey("certification_runs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    scenario: Mapped[Scenario] = mapped_column(enum_type(Scenario))
    status: Mapped[ScenarioStatus] = mapped_column(enum_type(ScenarioStatus, 16))
    expected: Mapped[str] = mapped_column(String(500))
    seen: Mapped[str | None] = mapped_column(String(500))
    request_id: Mapped[str | None] = mapped_column(String(64))
    """Of the call that decided; of a webhook, its `webhook-id`."""
    mend: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime | None]
