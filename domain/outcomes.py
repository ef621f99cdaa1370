"""What became of a demo: who came, what came of it, and what the two sides thought of it (S3-030 … S3-033).

Each side may say what it saw. The first word on a demo is taken; a second one that disagrees on who came is kept and
left to a human. Whoever said it may change it for a time; staff has the last word.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.errors import InvalidInput, Refusal, Refused
from domain.introductions import (
    FEEDBACK_LENGTH,
    IntroductionOutcome,
    IntroductionStage,
    NoShowParty,
    ShowStatus,
)
from domain.texts import check_note

EDITABLE_FOR = dt.timedelta(days=7)
"""After its first word a report, and feedback, can be changed for so long."""
CLOSED_AFTER = dt.timedelta(days=14)
"""After the demo nothing more is waited for."""
MOST_DEMOS = 3
"""Demos that did not take place before the two are left to themselves."""

AFTER_THE_DEMO = frozenset({IntroductionStage.HELD, IntroductionStage.CLOSED})


class FeedbackSide(StrEnum):
    """Whose feedback it is."""

    CONTRACTOR = "CONTRACTOR"
    PARTNER = "PARTNER"


@dataclass(frozen=True, slots=True)
class TooEarly(Refusal):
    """The demo is not over, or has no time yet."""

    code: ClassVar[str] = "TOO_EARLY"
    hint: ClassVar[str | None] = "Come back when the demo is over."
    over_at: dt.datetime | None

    @property
    def message(self) -> str:
        if self.over_at is None:
            return "There was no demo yet."
        return f"The demo is over at {self.over_at.isoformat()}."


@dataclass(frozen=True, slots=True)
class AlreadySubmitted(Refusal):
    """It was said before, and can not be changed any more."""

    code: ClassVar[str] = "ALREADY_SUBMITTED"
    submitted_at: dt.datetime

    @property
    def message(self) -> str:
        days = EDITABLE_FOR.days
        return f"It was submitted at {self.submitted_at.isoformat()}, and could be changed for {days} days."


@dataclass(frozen=True, slots=True)
class Report:
    """What one side says of a demo."""

    show_status: ShowStatus
    no_show_party: NoShowParty | None = None
    outcome: IntroductionOutcome | None = None
    note: str | None = None

    def agrees_with(self, show_status: ShowStatus, no_show_party: NoShowParty | None) -> bool:
        """Tell whether it says the same of who came."""
        return (self.show_status, self.no_show_party) == (show_status, no_show_party)


@dataclass(frozen=True, slots=True)
class Ratings:
    """Feedback in numbers: three from 1 to 5, and from 0 to 10 how likely one is to recommend it (S3-102)."""

    satisfaction: int
    experience: int
    likelihood: int
    partner_quality: int | None = None
    """Of contractors alone."""


def check_report(report: Report) -> Report:
    """Let a report pass that makes sense. Refuses: InvalidInput."""
    if (report.no_show_party is not None) != (report.show_status is ShowStatus.NO_SHOW):
        raise Refused(
            InvalidInput("no_show_party", "says who did not come, of a NO_SHOW and of nothing else")
        )
    if report.outcome is not None and report.show_status is not ShowStatus.SHOWED:
        raise Refused(InvalidInput("outcome", "is of a demo that took place"))
    note = check_note("note", report.note, longest=FEEDBACK_LENGTH) if report.note else None
    return Report(report.show_status, report.no_show_party, report.outcome, note or None)


def check_ratings(ratings: Ratings, side: FeedbackSide) -> Ratings:
    """Let ratings pass that are on their scales. Refuses: InvalidInput."""
    for field in ("satisfaction", "experience"):
        if getattr(ratings, field) not in range(1, 6):
            raise Refused(InvalidInput(field, "must be from 1 to 5"))
    if ratings.likelihood not in range(11):
        raise Refused(InvalidInput("likelihood", "must be from 0 to 10"))
    is_contractor = side is FeedbackSide.CONTRACTOR
    if is_contractor != (ratings.partner_quality is not None):
        raise Refused(InvalidInput("partner_quality", "is the contractor's to say, and needed of it"))
    if ratings.partner_quality is not None and ratings.partner_quality not in range(1, 6):
        raise Refused(InvalidInput("partner_quality", "must be from 1 to 5"))
    return ratings


def over_at(scheduled_at: dt.datetime | None, duration_minutes: int | None) -> dt.datetime | None:
    """Return when a demo is over; None where it has no time."""
    if scheduled_at is None or duration_minutes is None:
        return None
    return scheduled_at + dt.timedelta(minutes=duration_minutes)


def check_is_over(
    stage: IntroductionStage,
    scheduled_at: dt.datetime | None,
    duration_minutes: int | None,
    *,
    now: dt.datetime,
) -> None:
    """Let what is said of a demo pass once it is over. Refuses: TooEarly."""
    if stage in AFTER_THE_DEMO:
        return
    ends_at = over_at(scheduled_at, duration_minutes) if stage is IntroductionStage.CONFIRMED else None
    if ends_at is None or now < ends_at:
        raise Refused(TooEarly(ends_at))


def is_of_the_last_demo(
    stage: IntroductionStage,
    scheduled_at: dt.datetime | None,
    duration_minutes: int | None,
    *,
    now: dt.datetime,
) -> bool:
    """Tell whether a demo that is said not to have taken place can still be spoken of: no other one has a time yet."""
    ends_at = over_at(scheduled_at, duration_minutes)
    return stage is IntroductionStage.TIMES_PROPOSED and ends_at is not None and ends_at <= now


def check_is_editable(submitted_at: dt.datetime, *, now: dt.datetime) -> None:
    """Let a change pass for a time. Refuses: AlreadySubmitted."""
    if now >= submitted_at + EDITABLE_FOR:
        raise Refused(AlreadySubmitted(submitted_at))


def is_proposed_again(show_status: ShowStatus, missed_before: int) -> bool:
    """Tell whether the two look for another time by themselves: what did not take place, but not for ever."""
    return show_status is not ShowStatus.SHOWED and missed_before + 1 < MOST_DEMOS
