"""Interventions: introductions that need a human, and why."""

from enum import StrEnum


class InterventionKind(StrEnum):
    """OVERDUE: no answer in time. BOUNCED: a mail did not arrive. AT_RISK: likely to fail. DISPUTED: the two disagree."""

    OVERDUE = "OVERDUE"
    BOUNCED = "BOUNCED"
    AT_RISK = "AT_RISK"
    DISPUTED = "DISPUTED"


REASON_LENGTH = 2_000
