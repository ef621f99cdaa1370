"""Times that are proposed for demos, the quarters of an hour they take, and what calendars were told of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.introductions import Introduction
from db.types import Base, Id, enum_type
from domain.follow_ups import FollowUpResult, FollowUpStep
from domain.scheduling import SlotSide, SlotStatus


class DemoSlot(Base):
    """A time that one side of an introduction proposed. Of a round of proposals one is picked at most."""

    __tablename__ = "demo_slots"
    __table_args__ = (
        UniqueConstraint("introduction_id", "round", "starts_at"),
        CheckConstraint("duration_minutes BETWEEN 15 AND 240", name="duration_minutes"),
        CheckConstraint("(status = 'OPEN') = (decided_at IS NULL)", name="decided_at"),
        Index(
            "uq_demo_slots_picked",
            "introduction_id",
            unique=True,
            postgresql_where="status = 'PICKED'",
        ),
    )

    id: Mapped[Id]
    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introductions.id"))
    round: Mapped[int]
    """Counts the proposals and counter-proposals of an introduction, from 1 on."""
    side: Mapped[SlotSide] = mapped_column(enum_type(SlotSide, 16))
    starts_at: Mapped[datetime]
    duration_minutes: Mapped[int]
    time_zone: Mapped[str] = mapped_column(String(64))
    """In which it was proposed."""
    note: Mapped[str | None] = mapped_column(String(500))
    """What its side wrote with the round."""
    status: Mapped[SlotStatus] = mapped_column(enum_type(SlotStatus, 16))
    proposed_by: Mapped[str] = mapped_column(String(64))
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    introduction: Mapped[Introduction] = relationship(lazy="raise", viewonly=True)


class DemoCell(Base):
    """A quarter of an hour that a confirmed demo takes from one of its two parties: nobody has it twice.

    Written by a trigger on introductions (db/functions/v28), so that no way of confirming, moving or cancelling a
    demo goes around it.
    """

    __tablename__ = "demo_cells"
    __table_args__ = (Index("ix_demo_cells_introduction_id", "introduction_id"),)

    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    """A partner, or a contractor."""
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introductions.id", ondelete="CASCADE"))


class DemoArrangement(Base):
    """What calendars are to know of an introduction's demo, and how far they were told.

    It follows the introduction: `sequence` is raised when that has another time, or none any more. What is not
    `told_sequence` yet is on its way: an attempt belongs to its worker until `next_attempt_at`.
    """

    __tablename__ = "demo_arrangements"
    __table_args__ = (
        CheckConstraint("told_sequence <= sequence", name="told_sequence"),
        CheckConstraint("(reminded_for IS NULL) = (reminded_at IS NULL)", name="reminded_at"),
        Index("ix_demo_arrangements_untold", "next_attempt_at", postgresql_where="told_sequence < sequence"),
        Index("ix_demo_arrangements_on", "starts_at", postgresql_where="NOT is_cancelled"),
    )

    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introductions.id"), primary_key=True)
    uid: Mapped[str] = mapped_column(String(300), unique=True)
    sequence: Mapped[int]
    told_sequence: Mapped[int]
    """-1 before anybody was told."""
    starts_at: Mapped[datetime]
    duration_minutes: Mapped[int]
    is_cancelled: Mapped[bool]
    room_url: Mapped[str | None] = mapped_column(String(2000))
    arranged_at: Mapped[datetime]
    """When this version came to be: the same in every copy of its file."""
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_attempt_at: Mapped[datetime]
    reminded_for: Mapped[datetime | None]
    """The time of the demo that both were reminded of last."""
    reminded_at: Mapped[datetime | None]
    is_reminder_late: Mapped[bool] = mapped_column(default=False, server_default="false")

    introduction: Mapped[Introduction] = relationship(lazy="raise", viewonly=True)


class IntroductionFollowUp(Base):
    """One step of an introduction's clock, taken or skipped once and for all."""

    __tablename__ = "introduction_follow_ups"

    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introductions.id"), primary_key=True)
    step: Mapped[FollowUpStep] = mapped_column(enum_type(FollowUpStep, 32), primary_key=True)
    result: Mapped[FollowUpResult] = mapped_column(enum_type(FollowUpResult, 16))
    due_at: Mapped[datetime]
    taken_at: Mapped[datetime]

    introduction: Mapped[Introduction] = relationship(lazy="raise", viewonly=True)


class MeetingHours(Base):
    """When a partner's people meet, on the clock of its introduction profile; without them it is 9 to 17 on workdays."""

    __tablename__ = "meeting_hours"
    __table_args__ = (
        CheckConstraint("opens >= 0 AND opens < closes AND closes <= 1440", name="closes"),
        CheckConstraint(
            "cardinality(days) BETWEEN 1 AND 7 AND days <@ '{1,2,3,4,5,6,7}'::smallint[]", name="days"
        ),
    )

    partner_id: Mapped[UUID] = mapped_column(ForeignKey("introduction_profiles.partner_id"), primary_key=True)
    opens: Mapped[int] = mapped_column(SmallInteger)
    closes: Mapped[int] = mapped_column(SmallInteger)
    """Minutes of the day, `closes` excluded."""
    days: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    """1 is Monday."""
    are_reminders_within: Mapped[bool]
    """Whether follow-ups wait for these hours."""
    updated_at: Mapped[datetime]
