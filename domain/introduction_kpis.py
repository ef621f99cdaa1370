"""The KPIs of introductions (S3): the brief's phase values are gates, its system values are targets (A-09)."""

from decimal import Decimal

from domain.kpis import Comparison, Goal, Unit


def _above(target: str, gate: str | None = None) -> Goal:
    return Goal(Comparison.ABOVE, Decimal(target), Decimal(gate or target))


def _below(target: str, gate: str | None = None) -> Goal:
    return Goal(Comparison.BELOW, Decimal(target), Decimal(gate or target))


def _at_least(target: str) -> Goal:
    return Goal(Comparison.AT_LEAST, Decimal(target), Decimal(target))


INTRODUCTION_KPIS: tuple[tuple[str, str, Unit, str | None, Goal | None], ...] = (
    (
        "INTRODUCTION_DELIVERY",
        "Mails to partners that arrived in the window, by all of which the provider told how they ended.",
        Unit.RATIO,
        "S3-016",
        _above("0.99"),
    ),
    (
        "INTRODUCTION_ACKNOWLEDGMENT",
        "Introductions sent in the window that the partner answered / all that were sent.",
        Unit.RATIO,
        "S3-017",
        _above("0.90"),
    ),
    (
        "INTRODUCTION_FIRST_RESPONSE_HOURS",
        "Median of answered − sent, over introductions sent in the window and answered.",
        Unit.HOURS,
        "S3-018",
        _below("24"),
    ),
    (
        "INTRODUCTION_BOOKING_RATE",
        "Introductions sent in the window that were ever confirmed / all that were sent.",
        Unit.RATIO,
        "S3-024, S3-100",
        _above("0.85", "0.80"),
    ),
    (
        "INTRODUCTION_HOURS_TO_BOOKING",
        "Mean of confirmed − sent, over introductions sent in the window and confirmed.",
        Unit.HOURS,
        "S3-024, S3-100",
        _below("36", "48"),
    ),
    (
        "INTRODUCTION_FOLLOW_UP_RATE",
        "Introductions sent in the window that were answered after a reminder / all that were reminded.",
        Unit.RATIO,
        "S3-024",
        _above("0.60"),
    ),
    (
        "INTRODUCTION_SHOW_RATE",
        "Demos due in the window that took place / those + those somebody missed.",
        Unit.RATIO,
        "S3-033, S3-100",
        _above("0.90", "0.85"),
    ),
    (
        "INTRODUCTION_FEEDBACK_RATE",
        "Demos due in the window that the contractor gave feedback on / all that took place.",
        Unit.RATIO,
        "S3-033",
        _above("0.70"),
    ),
    (
        "INTRODUCTION_POSITIVE_RATE",
        "Demos due in the window with a deal, a follow-up or positive feedback / all that took place.",
        Unit.RATIO,
        "S3-033, S3-100",
        _above("0.65", "0.60"),
    ),
    (
        "MATCH_QUALITY",
        "Introductions sent in the window with a deal, a follow-up or positive feedback / all that were sent.",
        Unit.RATIO,
        None,
        None,
    ),
    (
        "MATCH_QUALITY_LIFT",
        "The same of introductions that a model ranked for, by that of those that rules ranked for, less 1.",
        Unit.RATIO,
        "S3-041",
        _at_least("0.20"),
    ),
    (
        "BOOKING_RATE_LIFT",
        (
            "Introductions sent in the window that were ever confirmed / all that were sent, of those that a model "
            "ranked for, by that of those that rules ranked for, less 1."
        ),
        Unit.RATIO,
        "S3-041",
        _at_least("0.15"),
    ),
    (
        "CONTRACTOR_MATCH_SATISFACTION",
        "Mean of contractors' satisfaction with the match, 1 to 5, given in the window.",
        Unit.POINTS,
        "S3-041, S3-102",
        _above("4.5"),
    ),
    (
        "CONTRACTOR_EXPERIENCE",
        "Mean of contractors' experience of booking, 1 to 5, given in the window.",
        Unit.POINTS,
        "S3-102",
        _above("4.5"),
    ),
    (
        "CONTRACTOR_PARTNER_QUALITY",
        "Mean of the partner's quality in contractors' eyes, 1 to 5, given in the window.",
        Unit.POINTS,
        "S3-102",
        _above("4.5"),
    ),
    (
        "CONTRACTOR_LIKELIHOOD",
        "Mean of contractors' likelihood to recommend, 0 to 10, given in the window.",
        Unit.POINTS,
        "S3-102",
        _above("9"),
    ),
)
"""Name, formula in words, unit, requirement and goal, if it has any; in the order in which they are shown."""
