"""What became of demos, what partners are worth by it, and what was learned from it."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.introductions import Introduction
from db.types import Base, Id, enum_type
from domain.confidence import Factor
from domain.follow_ups import FollowUpResult
from domain.introductions import IntroductionOutcome, IntroductionRole, NoShowParty, ShowStatus
from domain.outcomes import FeedbackSide


class DemoReport(Base):
    """What one side said of one demo of an introduction. One report of a demo is the accepted one."""

    __tablename__ = "demo_reports"
    __table_args__ = (
        CheckConstraint(
            "(no_show_party IS NOT NULL) = (show_status = 'NO_SHOW')", name="no_show_party_of_no_show"
        ),
        CheckConstraint("outcome IS NULL OR show_status = 'SHOWED'", name="outcome_of_showed"),
        Index(
            "uq_demo_reports_accepted",
            "introduction_id",
            "scheduled_at",
            unique=True,
            postgresql_where="is_accepted",
        ),
        Index("ix_demo_reports_at", "at", postgresql_where="is_accepted"),
    )

    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introductions.id"), primary_key=True)
    scheduled_at: Mapped[datetime] = mapped_column(primary_key=True)
    """Which demo: when it was to begin."""
    role: Mapped[IntroductionRole] = mapped_column(enum_type(IntroductionRole, 16), primary_key=True)
    actor: Mapped[str] = mapped_column(String(64))
    show_status: Mapped[ShowStatus] = mapped_column(enum_type(ShowStatus, 16))
    no_show_party: Mapped[NoShowParty | None] = mapped_column(enum_type(NoShowParty, 16))
    outcome: Mapped[IntroductionOutcome | None] = mapped_column(enum_type(IntroductionOutcome))
    note: Mapped[str | None] = mapped_column(Text)
    is_accepted: Mapped[bool]
    at: Mapped[datetime]
    updated_at: Mapped[datetime]


class IntroductionFeedback(Base):
    """What one side thought of an introduction, in numbers; its words are `introductions.…_feedback`."""

    __tablename__ = "introduction_feedback"
    __table_args__ = (
        UniqueConstraint("introduction_id", "side"),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction"),
        CheckConstraint("experience BETWEEN 1 AND 5", name="experience"),
        CheckConstraint("partner_quality BETWEEN 1 AND 5", name="partner_quality"),
        CheckConstraint("likelihood BETWEEN 0 AND 10", name="likelihood"),
        CheckConstraint(
            "(side = 'CONTRACTOR') = (partner_quality IS NOT NULL)", name="partner_quality_of_contractor"
        ),
        Index("ix_introduction_feedback_created_at", "created_at"),
    )

    id: Mapped[Id]
    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introductions.id"))
    side: Mapped[FeedbackSide] = mapped_column(enum_type(FeedbackSide, 16))
    satisfaction: Mapped[int]
    experience: Mapped[int]
    partner_quality: Mapped[int | None]
    likelihood: Mapped[int]
    actor: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    introduction: Mapped[Introduction] = relationship(lazy="raise", viewonly=True)


class FeedbackNudge(Base):
    """One side asked for its feedback on one demo, or not any more in time; once and for all."""

    __tablename__ = "feedback_nudges"
    __table_args__ = (CheckConstraint("number > 0", name="number"),)

    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introductions.id"), primary_key=True)
    scheduled_at: Mapped[datetime] = mapped_column(primary_key=True)
    """Which demo: when it was to begin."""
    side: Mapped[FeedbackSide] = mapped_column(enum_type(FeedbackSide, 16), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    result: Mapped[FollowUpResult] = mapped_column(enum_type(FollowUpResult, 16))
    due_at: Mapped[datetime]
    taken_at: Mapped[datetime]


class ConfidenceContribution(Base):
    """What one introduction counts for in its partner's tally: that of its state `sequence` (`confidence.Tally`)."""

    __tablename__ = "confidence_contributions"
    __table_args__ = (Index("ix_confidence_contributions_partner", "partner_id"),)

    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introductions.id"), primary_key=True)
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("introduction_profiles.partner_id"))
    sequence: Mapped[int] = mapped_column(BigInteger)
    responses: Mapped[int]
    response_seconds: Mapped[int] = mapped_column(BigInteger)
    showed: Mapped[int]
    missed: Mapped[int]
    introduced: Mapped[int]
    confirmed: Mapped[int]
    outcomes: Mapped[int]
    outcome_points: Mapped[int]


class ConfidenceTally(Base):
    """The sum of a partner's contributions, moved by their differences."""

    __tablename__ = "confidence_tallies"

    partner_id: Mapped[UUID] = mapped_column(ForeignKey("introduction_profiles.partner_id"), primary_key=True)
    responses: Mapped[int] = mapped_column(default=0)
    response_seconds: Mapped[int] = mapped_column(BigInteger, default=0)
    showed: Mapped[int] = mapped_column(default=0)
    missed: Mapped[int] = mapped_column(default=0)
    introduced: Mapped[int] = mapped_column(default=0)
    confirmed: Mapped[int] = mapped_column(default=0)
    outcomes: Mapped[int] = mapped_column(default=0)
    outcome_points: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]


class ConfidenceScore(Base):
    """A partner's score as it was from a moment on: of one factor, or of all together where `factor` is None."""

    __tablename__ = "confidence_scores"
    __table_args__ = (
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        Index("ix_confidence_scores_partner", "partner_id", "id"),
    )

    id: Mapped[Id]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("introduction_profiles.partner_id"))
    factor: Mapped[Factor | None] = mapped_column(enum_type(Factor))
    score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    measured: Mapped[Decimal | None] = mapped_column(Numeric(9, 2))
    """Hours, percent, or mean points; None of all together."""
    observations: Mapped[int]
    is_provisional: Mapped[bool]
    introduction_id: Mapped[UUID | None] = mapped_column(ForeignKey("introductions.id"))
    """The fact it changed by; None after a full recomputation."""
    at: Mapped[datetime]

    introduction: Mapped[Introduction | None] = relationship(lazy="raise", viewonly=True)
