"""Introductions: from a match to a booked demo to its outcome (S3-070, A-11, A-12).

DRAFT            a contractor has chosen a partner; nobody was written to
INTRODUCED       the partner was written to; the clock of follow-ups runs
RESPONDED        the partner answered; the clock stands
TIMES_PROPOSED   one side waits for the other to take a time
CONFIRMED        a demo has its time
HELD             its time is over, whoever came
CLOSED           nothing more is expected
CANCELLED        it came to nothing before a demo
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.errors import InvalidInput, Refusal, Refused
from domain.texts import check_note


class IntroductionStage(StrEnum):
    """Where an introduction stands; see above."""

    DRAFT = "DRAFT"
    INTRODUCED = "INTRODUCED"
    RESPONDED = "RESPONDED"
    TIMES_PROPOSED = "TIMES_PROPOSED"
    CONFIRMED = "CONFIRMED"
    HELD = "HELD"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


class IntroductionStatus(StrEnum):
    """The same in four words; it follows from the stage."""

    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class IntroductionRole(StrEnum):
    """As what somebody acts on an introduction; SYSTEM is the clock, and mail that comes in."""

    CONTRACTOR = "CONTRACTOR"
    PARTNER = "PARTNER"
    ADMIN = "ADMIN"
    SYSTEM = "SYSTEM"


class ShowStatus(StrEnum):
    """Whether a demo took place."""

    SHOWED = "SHOWED"
    NO_SHOW = "NO_SHOW"
    RESCHEDULED = "RESCHEDULED"


class NoShowParty(StrEnum):
    """Who did not come."""

    PARTNER = "PARTNER"
    CONTRACTOR = "CONTRACTOR"
    BOTH = "BOTH"


class IntroductionOutcome(StrEnum):
    """What came of a demo, best first."""

    DEAL_CLOSED = "DEAL_CLOSED"
    FOLLOW_UP_SCHEDULED = "FOLLOW_UP_SCHEDULED"
    POSITIVE_FEEDBACK = "POSITIVE_FEEDBACK"
    NEUTRAL = "NEUTRAL"
    LOST = "LOST"


POSITIVE = frozenset(
    {
        IntroductionOutcome.DEAL_CLOSED,
        IntroductionOutcome.FOLLOW_UP_SCHEDULED,
        IntroductionOutcome.POSITIVE_FEEDBACK,
    }
)
"""Outcomes that the KPIs count as positive (S3-033)."""


class ResponseChannel(StrEnum):
    """How a partner answered."""

    MAIL = "MAIL"
    PORTAL = "PORTAL"
    STAFF = "STAFF"


_S, _R = IntroductionStage, IntroductionRole
ANYBODY = frozenset(_R)
PARTIES = frozenset({_R.CONTRACTOR, _R.PARTNER, _R.ADMIN})

TRANSITIONS: Mapping[tuple[IntroductionStage, IntroductionStage], frozenset[IntroductionRole]] = {
    (_S.DRAFT, _S.INTRODUCED): frozenset({_R.CONTRACTOR, _R.ADMIN, _R.SYSTEM}),
    (_S.INTRODUCED, _S.RESPONDED): frozenset({_R.PARTNER, _R.ADMIN, _R.SYSTEM}),
    (_S.INTRODUCED, _S.TIMES_PROPOSED): frozenset({_R.PARTNER, _R.ADMIN, _R.SYSTEM}),
    (_S.RESPONDED, _S.TIMES_PROPOSED): ANYBODY,
    # One more proposal, or a counter-proposal, is a step of its own in the history.
    (_S.TIMES_PROPOSED, _S.TIMES_PROPOSED): ANYBODY,
    # By hand, for what was agreed elsewhere (S3-015): the contractor has the last word, staff writes down.
    (_S.INTRODUCED, _S.CONFIRMED): frozenset({_R.ADMIN}),
    (_S.RESPONDED, _S.CONFIRMED): frozenset({_R.CONTRACTOR, _R.ADMIN}),
    # The partner takes a time that the contractor asked for.
    (_S.TIMES_PROPOSED, _S.CONFIRMED): ANYBODY,
    (_S.CONFIRMED, _S.CONFIRMED): ANYBODY,
    (_S.CONFIRMED, _S.TIMES_PROPOSED): ANYBODY,
    (_S.CONFIRMED, _S.HELD): ANYBODY,
    # Nobody came, or it was put off: the two look for another time.
    (_S.HELD, _S.TIMES_PROPOSED): ANYBODY,
    (_S.HELD, _S.CLOSED): ANYBODY,
    (_S.DRAFT, _S.CANCELLED): frozenset({_R.CONTRACTOR, _R.ADMIN, _R.SYSTEM}),
    **{
        (stage, _S.CANCELLED): ANYBODY
        for stage in (_S.INTRODUCED, _S.RESPONDED, _S.TIMES_PROPOSED, _S.CONFIRMED)
    },
}
"""(from, to) -> who may take the step. What is not here is no step."""

STATUS_OF: Mapping[IntroductionStage, IntroductionStatus] = {
    _S.DRAFT: IntroductionStatus.PENDING,
    _S.INTRODUCED: IntroductionStatus.PENDING,
    _S.RESPONDED: IntroductionStatus.PENDING,
    _S.TIMES_PROPOSED: IntroductionStatus.PENDING,
    _S.CONFIRMED: IntroductionStatus.CONFIRMED,
    _S.HELD: IntroductionStatus.COMPLETED,
    _S.CLOSED: IntroductionStatus.COMPLETED,
    _S.CANCELLED: IntroductionStatus.CANCELLED,
}

STAMPS: Mapping[IntroductionStage, str] = {
    _S.INTRODUCED: "introduction_sent_at",
    _S.RESPONDED: "partner_responded_at",
    _S.TIMES_PROPOSED: "times_proposed_at",
    _S.CONFIRMED: "booking_confirmed_at",
    _S.HELD: "held_at",
    _S.CLOSED: "closed_at",
    _S.CANCELLED: "cancelled_at",
}
"""What tells when an introduction first came to a stage."""

OPEN_STAGES = (_S.DRAFT, _S.INTRODUCED, _S.RESPONDED, _S.TIMES_PROPOSED, _S.CONFIRMED)
"""What takes a place of the partner's capacity; one at a time for a contractor and a partner."""
ANSWERED_BY = frozenset({_S.RESPONDED, _S.TIMES_PROPOSED, _S.CONFIRMED})
"""Stages that tell, after INTRODUCED, that the partner has answered."""

WITH_DEMO = frozenset({_S.CONFIRMED, _S.HELD, _S.CLOSED})
"""Stages in which calendars know a demo, if it has a time."""

DEFAULT_DEMO_MINUTES = 30
REPLY_TOKEN_BYTES = 16
FEEDBACK_LENGTH = 4_000


@dataclass(frozen=True, slots=True)
class InvalidIntroductionTransition(Refusal):
    """An introduction does not go from where it is to there, or not by the caller."""

    code: ClassVar[str] = "INVALID_INTRODUCTION_TRANSITION"
    hint: ClassVar[str | None] = "Read the introduction again: its stage says what can be done next."
    from_stage: IntroductionStage
    to_stage: IntroductionStage
    role: IntroductionRole

    @property
    def message(self) -> str:
        return f"As {self.role}, an introduction can not be taken from {self.from_stage} to {self.to_stage}."


@dataclass(frozen=True, slots=True)
class AlreadySent(Refusal):
    """The partner was introduced to the contractor before."""

    code: ClassVar[str] = "ALREADY_SENT"
    sent_at: dt.datetime

    @property
    def message(self) -> str:
        return f"The introduction was sent at {self.sent_at.isoformat()}."


@dataclass(frozen=True, slots=True)
class PartnerHasNoInbox(Refusal):
    """The partner's profile has no address that an introduction could go to."""

    code: ClassVar[str] = "PARTNER_HAS_NO_INBOX"
    hint: ClassVar[str | None] = "The partner sets `introEmail` in its introduction profile."

    @property
    def message(self) -> str:
        return "The partner has no address for introductions."


@dataclass(frozen=True, slots=True)
class AlreadyResponded(Refusal):
    """The partner has answered, so there is nothing to remind it of."""

    code: ClassVar[str] = "ALREADY_RESPONDED"
    responded_at: dt.datetime

    @property
    def message(self) -> str:
        return f"The partner answered at {self.responded_at.isoformat()}."


@dataclass(frozen=True, slots=True)
class PartnerAtCapacity(Refusal):
    """The partner has as many open introductions as it takes at once."""

    code: ClassVar[str] = "PARTNER_AT_CAPACITY"
    hint: ClassVar[str | None] = "Choose another of the matches, or come back when one of its demos is over."
    capacity: int

    @property
    def message(self) -> str:
        return f"The partner has {self.capacity} open introductions, and takes no more at once."


@dataclass(frozen=True, slots=True)
class PartnerNotAccepting(Refusal):
    """The partner takes no introductions at the moment."""

    code: ClassVar[str] = "PARTNER_NOT_ACCEPTING"
    hint: ClassVar[str | None] = "Choose another of the matches."

    @property
    def message(self) -> str:
        return "The partner takes no introductions at the moment."


@dataclass(frozen=True, slots=True)
class IntroductionOpen(Refusal):
    """There is an open introduction of the same two."""

    code: ClassVar[str] = "INTRODUCTION_OPEN"
    hint: ClassVar[str | None] = "Go on with that one, or cancel it."
    introduction_id: str

    @property
    def message(self) -> str:
        return f"The contractor and the partner have an open introduction: {self.introduction_id}."


def check_move(stage: IntroductionStage, to: IntroductionStage, role: IntroductionRole) -> None:
    """Let a step pass that there is for the role. Refuses: InvalidIntroductionTransition."""
    if role not in TRANSITIONS.get((stage, to), ()):
        raise Refused(InvalidIntroductionTransition(stage, to, role))


def role_for(
    roles: frozenset[IntroductionRole], stage: IntroductionStage, to: IntroductionStage
) -> IntroductionRole:
    """Return as which of its roles somebody takes a step; one that may not, where none may. `roles` has one at least.

    A person who is both sides is asked as the side that may; staff acts as staff only where it is no side.
    """
    ordered = [each for each in IntroductionRole if each in roles]
    able = [each for each in ordered if each in TRANSITIONS.get((stage, to), ())]
    return (able or ordered)[0]


def is_news_to_contractor(
    before: IntroductionStage, stage: IntroductionStage, role: IntroductionRole
) -> bool:
    """Tell whether a contractor is written to of a step: what it did not take itself, and no other mail tells of (S3-023).

    It has a copy of the introduction itself; of a demo's time calendars tell, also of one that was called off.
    """
    if role is IntroductionRole.CONTRACTOR or stage is before:
        return False
    if stage is IntroductionStage.CANCELLED:
        return before in {_S.INTRODUCED, _S.RESPONDED, _S.TIMES_PROPOSED}
    return stage in {_S.RESPONDED, _S.TIMES_PROPOSED, _S.CLOSED}


def stage_at(
    stage: IntroductionStage, scheduled_at: dt.datetime | None, *, now: dt.datetime
) -> IntroductionStage:
    """Return where an introduction stands: one whose demo has begun is HELD, though nobody has noted it yet."""
    has_begun = stage is _S.CONFIRMED and scheduled_at is not None and scheduled_at <= now
    return _S.HELD if has_begun else stage


def check_start(starts_at: dt.datetime, *, now: dt.datetime) -> dt.datetime:
    """Return when a demo is to begin: later than now. Refuses: InvalidInput."""
    if starts_at.tzinfo is None or starts_at <= now:
        raise Refused(InvalidInput("starts_at", "must be a time to come, with its offset"))
    return starts_at


def check_notes(text: str) -> str:
    """Return what staff notes about an introduction. Refuses: InvalidInput."""
    return check_note("notes", text, longest=FEEDBACK_LENGTH)
