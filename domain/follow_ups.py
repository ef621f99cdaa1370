"""The clock of an introduction: what happens when a partner does not answer, and before a demo (S3-053 to S3-055, A-12).

24 h after it was sent the partner is reminded (the one reminder that counts), after 48 h the platform's staff is told,
after 72 h the contractor is shown other partners. The partner's answer stops the clock.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from domain.time_suggestions import Party, next_open


class FollowUpStep(StrEnum):
    """What is done about a partner that has not answered; each once for an introduction, in this order."""

    REMIND_PARTNER = "REMIND_PARTNER"
    TELL_STAFF = "TELL_STAFF"
    SUGGEST_ALTERNATIVES = "SUGGEST_ALTERNATIVES"


class FollowUpResult(StrEnum):
    """SKIPPED: nobody worked when it was due, and by then it was of no use any more."""

    DONE = "DONE"
    SKIPPED = "SKIPPED"


AFTER: Mapping[FollowUpStep, dt.timedelta] = MappingProxyType(
    {
        FollowUpStep.REMIND_PARTNER: dt.timedelta(hours=24),
        FollowUpStep.TELL_STAFF: dt.timedelta(hours=48),
        FollowUpStep.SUGGEST_ALTERNATIVES: dt.timedelta(hours=72),
    }
)
FIRST = min(AFTER.values())
DEMO_REMINDER = dt.timedelta(hours=24)
"""How long before a demo both are reminded of it."""
ANSWER_TIME = dt.timedelta(hours=12)
"""What a reminded partner has at least, before the contractor is shown others."""
PUNCTUAL = dt.timedelta(minutes=5)
"""What is done so long after it was due is not late yet."""


@dataclass(frozen=True, slots=True)
class StepDue:
    """A step whose time has come, and what becomes of it."""

    step: FollowUpStep
    due_at: dt.datetime
    result: FollowUpResult


def due_at(step: FollowUpStep, sent_at: dt.datetime, within: Party | None) -> dt.datetime:
    """Return when a step is due; with somebody's hours the first moment in them from then on."""
    at = sent_at + AFTER[step]
    return at if within is None else next_open(at, within)


def steps_due(
    sent_at: dt.datetime, *, taken: Collection[FollowUpStep], within: Party | None, now: dt.datetime
) -> list[StepDue]:
    """Return the steps whose time has come and that were not taken, in order, each with what becomes of it.

    Late steps are judged by whom they speak to (ADR 38): staff is always told and the contractor always shown others,
    but a partner is not reminded when the contractor is sent elsewhere before it could answer.
    """
    steps = [(step, due_at(step, sent_at, within)) for step in FollowUpStep if step not in taken]
    sent_elsewhere_at = due_at(FollowUpStep.SUGGEST_ALTERNATIVES, sent_at, within)
    is_too_late = FollowUpStep.SUGGEST_ALTERNATIVES in taken or now + ANSWER_TIME > sent_elsewhere_at
    return [
        StepDue(
            step,
            at,
            FollowUpResult.SKIPPED
            if step is FollowUpStep.REMIND_PARTNER and is_too_late
            else FollowUpResult.DONE,
        )
        for step, at in steps
        if at <= now
    ]


def is_late(due: dt.datetime, now: dt.datetime) -> bool:
    """Tell whether something is done noticeably after it was due (A-14)."""
    return now - due > PUNCTUAL
