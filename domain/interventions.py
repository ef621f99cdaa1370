"""Interventions: introductions that need a human, and why."""

from collections.abc import Mapping
from enum import StrEnum

from domain.introductions import IntroductionStage


class InterventionKind(StrEnum):
    """OVERDUE: no answer in time. BOUNCED: a mail did not arrive. AT_RISK: likely to fail. DISPUTED: the two disagree."""

    OVERDUE = "OVERDUE"
    BOUNCED = "BOUNCED"
    AT_RISK = "AT_RISK"
    DISPUTED = "DISPUTED"


REASON_LENGTH = 2_000


_ANSWERED = frozenset({InterventionKind.OVERDUE})
_HELD = _ANSWERED | {InterventionKind.AT_RISK}
_ENDED = _HELD | {InterventionKind.BOUNCED}

OVER_AT: Mapping[IntroductionStage, frozenset[InterventionKind]] = {
    IntroductionStage.RESPONDED: _ANSWERED,
    IntroductionStage.TIMES_PROPOSED: _ANSWERED,
    IntroductionStage.CONFIRMED: _ANSWERED,
    IntroductionStage.HELD: _HELD,
    IntroductionStage.CLOSED: _ENDED,
    IntroductionStage.CANCELLED: _ENDED,
}
"""What needs no human any more once an introduction has come so far; where two disagree, a human decides."""
