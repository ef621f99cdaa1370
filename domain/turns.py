"""Whose turn it is while two look for a time, and what is done where nothing comes (ADR 42).

Whoever is asked hears of it at once, is asked once more after a day, and after three days the staff is told: the clock
of unanswered introductions (domain/follow_ups), for all that comes after the answer.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from domain.follow_ups import ANSWER_TIME
from domain.introductions import IntroductionStage
from domain.scheduling import SlotSide, other_side

REMINDED_AFTER = dt.timedelta(hours=24)
TOLD_AFTER = dt.timedelta(hours=72)
LAST_REMINDER = TOLD_AFTER - ANSWER_TIME
"""Reminded later than that, nobody could answer before the staff is told (ADR 38)."""
LOOKING = (IntroductionStage.RESPONDED, IntroductionStage.TIMES_PROPOSED)
"""Stages in which it is always somebody's turn."""


class TurnWord(StrEnum):
    """What somebody is asked for: to take a time, to propose some, or to take another one for a demo that has its own."""

    TIMES_PROPOSED = "TIMES_PROPOSED"
    TIMES_WANTED = "TIMES_WANTED"
    MOVE_ASKED = "MOVE_ASKED"


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is: the partner's or the contractor's; since when, and for what."""

    side: SlotSide
    since: dt.datetime
    word: TurnWord

    def is_reminder_due(self, now: dt.datetime) -> bool:
        """Tell whether it is time to ask once more, and not too late for it."""
        return self.since + REMINDED_AFTER <= now <= self.since + LAST_REMINDER

    def is_staff_due(self, now: dt.datetime) -> bool:
        """Tell whether it took so long that the staff is told."""
        return self.since + TOLD_AFTER <= now

    def reason(self, now: dt.datetime) -> str:
        """Return what the staff is told."""
        hours = int((now - self.since) / dt.timedelta(hours=1))
        return f"The {self.side.lower()} {REASONS[self.word]} for {hours} hours."


REASONS = {
    TurnWord.TIMES_PROPOSED: "has not taken any of the proposed times",
    TurnWord.TIMES_WANTED: "has not proposed times",
    TurnWord.MOVE_ASKED: "has not said anything to the demo's being moved",
}


def turn_of(stage: IntroductionStage, proposed_by: SlotSide | None, since: dt.datetime) -> Turn:
    """Return whose turn it is. `proposed_by`: whose times are open; None where none are, so that the partner proposes.

    `since`: when they were proposed, else when the introduction came to its stage.
    """
    if proposed_by is None:
        return Turn(SlotSide.PARTNER, since, TurnWord.TIMES_WANTED)
    is_confirmed = stage is IntroductionStage.CONFIRMED
    word = TurnWord.MOVE_ASKED if is_confirmed else TurnWord.TIMES_PROPOSED
    return Turn(other_side(proposed_by), since, word)
