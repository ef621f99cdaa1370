"""Cases of onboarding, the stages they went through, and what helping them took."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.partners import Partner, User
from db.types import Base, Id, enum_type
from domain.onboarding import Stage


class OnboardingCase(Base):
    """A partner's way to LIVE; one a partner, for ever. `sequence` counts its changes."""

    __tablename__ = "onboarding_cases"
    __table_args__ = (
        Index(
            "ix_onboarding_cases_to_provision",
            "registered_at",
            "id",
            postgresql_where="stage = 'PROVISIONING' OR stage = 'READY_FOR_GO_LIVE'",
        ),
        Index("ix_onboarding_cases_paused", "partner_id", postgresql_where="paused_at IS NOT NULL"),
    )

    id: Mapped[Id]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"), unique=True)
    stage: Mapped[Stage] = mapped_column(enum_type(Stage))
    sequence: Mapped[int] = mapped_column(BigInteger, default=1)
    is_assisted: Mapped[bool] = mapped_column(default=False)
    """The partner lets its account manager act on its behalf."""
    is_manual: Mapped[bool] = mapped_column(default=False)
    """Too unusual for the machine: people take it through (S1-036)."""
    account_manager_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    blocker_codes: Mapped[list[str]] = mapped_column(ARRAY(String(32)), default=list)
    """What is in the way, as of the last review; see `domain.onboarding.BlockerCode`."""
    registered_at: Mapped[datetime]
    sandbox_at: Mapped[datetime | None]
    """When the TEST environment was made."""
    certified_at: Mapped[datetime | None]
    go_live_requested_at: Mapped[datetime | None]
    production_at: Mapped[datetime | None]
    """When the LIVE environment was made."""
    live_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]

    partner: Mapped[Partner] = relationship(lazy="raise", back_populates="onboarding_case")
    account_manager: Mapped[User | None] = relationship(lazy="raise")
    visits: Mapped[list["StageVisit"]] = relationship(
        lazy="raise", order_by="StageVisit.entered_at, StageVisit.id", viewonly=True
    )


class StageVisit(Base):
    """When a case entered a stage and left it."""

    __tablename__ = "stage_visits"
    __table_args__ = (Index("uq_stage_visits_stage", "case_id", "stage", unique=True),)

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("onboarding_cases.id"))
    stage: Mapped[Stage] = mapped_column(enum_type(Stage))
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class AssistedTime(Base):
    """Minutes an account manager spent on a case (S1-004)."""

    __tablename__ = "assisted_times"
    __table_args__ = (CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),)

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("onboarding_cases.id"), index=True)
    actor: Mapped[str] = mapped_column(String(64))
    minutes: Mapped[int]
    note: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime]


class SatisfactionAnswer(Base):
    """How satisfied a person of a partner is, 0 to 10 (S1-003); the newest of each person counts."""

    __tablename__ = "satisfaction_answers"
    __table_args__ = (CheckConstraint("score BETWEEN 0 AND 10", name="score"),)

    id: Mapped[Id]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"), index=True)
    actor: Mapped[str] = mapped_column(String(64))
    score: Mapped[int]
    comment: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime]
