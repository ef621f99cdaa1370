"""Asking for feedback: after a demo each side that gave none is asked twice (S3-032, S3-033).

What is due late is judged as follow-ups are (ADR 38): nobody is asked twice in half a day, and nobody is forgotten.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from domain.follow_ups import ANSWER_TIME, FollowUpResult
from domain.time_suggestions import Party, next_open

ASKED_AFTER = (dt.timedelta(hours=24), dt.timedelta(hours=72))
"""How long after the demo's end a side is asked the first time, the second, …; numbers begin at 1."""


@dataclass(frozen=True, slots=True)
class NudgeDue:
    """A nudge of one side whose time has come, and what becomes of it."""

    number: int
    due_at: dt.datetime
    result: FollowUpResult


def due_at(number: int, over_at: dt.datetime, within: Party | None) -> dt.datetime:
    """Return when a nudge is due; with somebody's hours the first moment in them from then on."""
    at = over_at + ASKED_AFTER[number - 1]
    return at if within is None else next_open(at, within)


def nudges_due(
    over_at: dt.datetime, *, taken: Collection[int], within: Party | None, now: dt.datetime
) -> list[NudgeDue]:
    """Return a side's nudges whose time has come and that were not taken, in order, each with what becomes of it.

    One is skipped when the next one comes before there is time to answer it; the last is always done.
    """
    numbers = range(1, len(ASKED_AFTER) + 1)
    due = {number: due_at(number, over_at, within) for number in numbers}

    def is_overtaken(number: int) -> bool:
        after = number + 1
        return after in due and (after in taken or now + ANSWER_TIME > due[after])

    return [
        NudgeDue(number, due[number], FollowUpResult.SKIPPED if is_overtaken(number) else FollowUpResult.DONE)
        for number in numbers
        if number not in taken and due[number] <= now
    ]
