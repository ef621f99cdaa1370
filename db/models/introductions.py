"""Introductions, the profiles partners have for them, their history, and what of them needs a human."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.contractors import Contractor
from db.models.partners import Partner, User
from db.types import Base, Id, enum_type
from domain.interventions import InterventionKind
from domain.introduction_profiles import DEFAULT_CAPACITY
from domain.introductions import (
    DEFAULT_DEMO_MINUTES,
    OPEN_STAGES,
    IntroductionOutcome,
    IntroductionRole,
    IntroductionStage,
    IntroductionStatus,
    NoShowParty,
    ShowStatus,
)

if TYPE_CHECKING:
    from db.models.predictions import IntroductionPrediction
    from db.models.scheduling import DemoArrangement

OPEN = f"stage IN ({', '.join(repr(each.value) for each in OPEN_STAGES)})"


class IntroductionProfile(Base):
    """What makes a partner one that is introduced to contractors; of no environment. Personal data: `intro_email`.

    Figures and scores are those of its introductions so far; scores are from 0 to 100, None before the first
    observation (A-10).
    """

    __tablename__ = "introduction_profiles"
    __table_args__ = (
        CheckConstraint("capacity BETWEEN 1 AND 1000", name="capacity"),
        CheckConstraint("preferred_demo_duration BETWEEN 5 AND 480", name="preferred_demo_duration"),
        CheckConstraint("total_bookings_completed >= 0", name="total_bookings_completed"),
    )

    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"), primary_key=True)
    subdomain: Mapped[str] = mapped_column(String(63), unique=True)
    intro_email: Mapped[str | None] = mapped_column(String(254))
    """The inbox behind `partner@{subdomain}`."""
    industries: Mapped[list[str]] = mapped_column(ARRAY(String(32)), default=list, server_default="{}")
    regions: Mapped[list[str]] = mapped_column(ARRAY(String(6)), default=list, server_default="{}")
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(35)), default=list, server_default="{}")
    needs: Mapped[list[str]] = mapped_column(ARRAY(String(32)), default=list, server_default="{}")
    """Which of a contractor's needs it serves."""
    time_zone: Mapped[str] = mapped_column(String(64))
    capacity: Mapped[int] = mapped_column(default=DEFAULT_CAPACITY)
    """How many open introductions it takes at once."""
    preferred_demo_duration: Mapped[int] = mapped_column(default=DEFAULT_DEMO_MINUTES)
    """In minutes."""
    is_accepting: Mapped[bool] = mapped_column(default=True, server_default="true")
    avg_response_hours: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    booking_conversion_rate: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    avg_show_rate: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    """Rates are of 100."""
    total_bookings_completed: Mapped[int] = mapped_column(default=0, server_default="0")
    response_time_score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    show_rate_score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    booking_conversion_score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    outcome_success_score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    overall_booking_score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    """PowerConfidence."""
    is_provisional: Mapped[bool] = mapped_column(default=True, server_default="true")
    """Whether a score is missing, or rests on too few observations."""
    scored_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    partner: Mapped[Partner] = relationship(lazy="raise", viewonly=True)


class Introduction(Base):
    """One contractor introduced to one partner; of no environment, seen in both. Personal data: feedback, notes.

    `version` counts what people wrote into it and `sequence` all changes. Times of stages are those when it first
    came there.
    """

    __tablename__ = "introductions"
    __table_args__ = (
        CheckConstraint(
            "status = CASE stage WHEN 'CONFIRMED' THEN 'CONFIRMED' WHEN 'HELD' THEN 'COMPLETED'"
            " WHEN 'CLOSED' THEN 'COMPLETED' WHEN 'CANCELLED' THEN 'CANCELLED' ELSE 'PENDING' END",
            name="status",
        ),
        CheckConstraint("match_score BETWEEN 0 AND 100", name="match_score"),
        CheckConstraint("reminder_count >= 0", name="reminder_count"),
        CheckConstraint("stage <> 'CONFIRMED' OR scheduled_at IS NOT NULL", name="scheduled_at"),
        CheckConstraint("(scheduled_at IS NULL) = (duration_minutes IS NULL)", name="duration_minutes"),
        CheckConstraint("(stage = 'CANCELLED') <= (cancelled_at IS NOT NULL)", name="cancelled_at"),
        CheckConstraint("no_show_party IS NULL OR show_status = 'NO_SHOW'", name="no_show_party"),
        Index(
            "uq_introductions_open",
            "contractor_id",
            "partner_id",
            unique=True,
            postgresql_where=OPEN,
        ),
        Index("ix_introductions_partner", "partner_id", "id"),
        Index("ix_introductions_contractor", "contractor_id", "id"),
        Index("ix_introductions_stage", "stage", "id"),
        Index("ix_introductions_taken", "partner_id", postgresql_where=OPEN),
        Index(
            "ix_introductions_waiting", "introduction_sent_at", "id", postgresql_where="stage = 'INTRODUCED'"
        ),
        Index("ix_introductions_scheduled", "scheduled_at", "id", postgresql_where="stage = 'CONFIRMED'"),
        Index("ix_introductions_held", "scheduled_at", "id", postgresql_where="stage = 'HELD'"),
        Index("ix_introductions_previous", "previous_id", postgresql_where="previous_id IS NOT NULL"),
    )

    id: Mapped[Id]
    contractor_id: Mapped[UUID] = mapped_column(ForeignKey("contractors.id"))
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("introduction_profiles.partner_id"))
    match_score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    """What the ranking gave when the partner was chosen, from 0 to 100."""
    status: Mapped[IntroductionStatus] = mapped_column(
        enum_type(IntroductionStatus, 16), default=IntroductionStatus.PENDING
    )
    stage: Mapped[IntroductionStage] = mapped_column(
        enum_type(IntroductionStage, 16), default=IntroductionStage.DRAFT
    )
    scheduled_at: Mapped[datetime | None]
    duration_minutes: Mapped[int | None]
    introduction_sent_at: Mapped[datetime | None]
    mail_due_at: Mapped[datetime | None]
    """When its mail was to go out, if later than it was sent."""
    partner_responded_at: Mapped[datetime | None]
    times_proposed_at: Mapped[datetime | None]
    booking_confirmed_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None] = mapped_column(String(64))
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    reminder_count: Mapped[int] = mapped_column(default=0, server_default="0")
    show_status: Mapped[ShowStatus | None] = mapped_column(enum_type(ShowStatus, 16))
    no_show_party: Mapped[NoShowParty | None] = mapped_column(enum_type(NoShowParty, 16))
    outcome: Mapped[IntroductionOutcome | None] = mapped_column(enum_type(IntroductionOutcome))
    outcome_note: Mapped[str | None] = mapped_column(Text)
    contractor_feedback: Mapped[str | None] = mapped_column(Text)
    partner_feedback: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Of the platform's staff, for itself."""
    previous_id: Mapped[UUID | None] = mapped_column(ForeignKey("introductions.id"))
    """The one it goes on from: reassigned to another partner, or proposed again after a no-show."""
    reply_token: Mapped[str] = mapped_column(String(32), unique=True)
    """Nobody can guess it: part of the Message-ID and of the address that replies go to."""
    mail_message_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    sequence: Mapped[int] = mapped_column(BigInteger, default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    contractor: Mapped[Contractor] = relationship(lazy="raise", viewonly=True)
    partner: Mapped[Partner] = relationship(
        lazy="raise", viewonly=True, primaryjoin="foreign(Introduction.partner_id) == Partner.id"
    )
    profile: Mapped[IntroductionProfile] = relationship(lazy="raise", viewonly=True)
    previous: Mapped["Introduction | None"] = relationship(
        lazy="raise", viewonly=True, remote_side="Introduction.id"
    )
    transitions: Mapped[list["IntroductionTransition"]] = relationship(
        lazy="raise", viewonly=True, order_by="IntroductionTransition.sequence"
    )
    predictions: Mapped[list["IntroductionPrediction"]] = relationship(
        lazy="raise", viewonly=True, order_by="IntroductionPrediction.target"
    )
    arrangement: Mapped["DemoArrangement | None"] = relationship(lazy="raise", viewonly=True)


class IntroductionTransition(Base):
    """One step of an introduction; never changed. `sequence` is the introduction's own at the step."""

    __tablename__ = "introduction_transitions"

    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introductions.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    from_stage: Mapped[IntroductionStage | None] = mapped_column(
        enum_type(IntroductionStage, 16, name="from_stage")
    )
    """None for the beginning."""
    to_stage: Mapped[IntroductionStage] = mapped_column(enum_type(IntroductionStage, 16, name="to_stage"))
    actor: Mapped[str] = mapped_column(String(64))
    """`Viewer.id`; `system` for the clock and for mail that came in."""
    role: Mapped[IntroductionRole] = mapped_column(enum_type(IntroductionRole, 16))
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]


class Intervention(Base):
    """Why an introduction needs a human, until somebody has seen to it; one open of each kind at a time."""

    __tablename__ = "interventions"
    __table_args__ = (
        CheckConstraint(
            "(resolved_at IS NULL) = (resolved_by IS NULL) AND (resolved_at IS NULL) = (resolution IS NULL)",
            name="resolved_at",
        ),
        CheckConstraint("(assignee_id IS NULL) = (assignee_name IS NULL)", name="assignee_name"),
        Index(
            "uq_interventions_open",
            "introduction_id",
            "kind",
            unique=True,
            postgresql_where="resolved_at IS NULL",
        ),
        Index("ix_interventions_queue", "id", postgresql_where="resolved_at IS NULL"),
        Index("ix_interventions_introduction", "introduction_id", "id"),
    )

    id: Mapped[Id]
    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introductions.id"))
    kind: Mapped[InterventionKind] = mapped_column(enum_type(InterventionKind, 16))
    reason: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    assignee_name: Mapped[str | None] = mapped_column(String(200))
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(String(64))
    """`system` where it was over by itself."""
    resolution: Mapped[str | None] = mapped_column(Text)

    introduction: Mapped[Introduction] = relationship(lazy="raise", viewonly=True)
    assignee: Mapped[User | None] = relationship(lazy="raise", viewonly=True)
