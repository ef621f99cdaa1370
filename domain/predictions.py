"""What the platform guesses of introductions: whether they are booked, shown up for, and a success.

A guess is made by the version of a model that is in use; while there is too little to learn from, by the rule: the
partner's own rates, pulled towards what is usual.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.confidence import Tally
from domain.learning import Contribution, Features, Model, Prediction, constant, explained


class ModelKind(StrEnum):
    """What is guessed. BOOKING: that an introduction is confirmed. SHOW: that a confirmed demo takes place. SUCCESS:
    that a demo that took place has a positive outcome.
    """

    BOOKING = "BOOKING"
    SHOW = "SHOW"
    SUCCESS = "SUCCESS"


FEWEST_EXAMPLES = 100
"""With fewer ended introductions nothing is learned: the rule says more."""
HELD_BACK = 0.25
"""Of the examples, the newest ones: they decide whether a new version is used."""
POSITIVE = frozenset({"DEAL_CLOSED", "FOLLOW_UP_SCHEDULED", "POSITIVE_FEEDBACK"})
AT_RISK_BELOW: Mapping[ModelKind, float] = {ModelKind.BOOKING: 0.35, ModelKind.SHOW: 0.6}
"""Likelihoods below which somebody looks at an open introduction."""
USUAL: Mapping[ModelKind, float] = {ModelKind.BOOKING: 0.8, ModelKind.SHOW: 0.85, ModelKind.SUCCESS: 0.6}
"""What is expected of a partner nobody knows: the gates of the KPIs."""
PRIOR = 4.0
"""Introductions as usual that are added to a partner's own."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A guess with its reasons; `version` is None where the rule made it."""

    kind: ModelKind
    probability: float
    version: int | None
    contributions: tuple[Contribution, ...]


def rates(tally: Tally) -> dict[ModelKind, float]:
    """Return a partner's rates, pulled towards what is usual by PRIOR introductions."""

    def pulled(kind: ModelKind, part: float, whole: int) -> float:
        return (part + PRIOR * USUAL[kind]) / (whole + PRIOR)

    # Points stand for successes: a deal is a whole one, LOST is none.
    return {
        ModelKind.BOOKING: pulled(ModelKind.BOOKING, tally.confirmed, tally.introduced),
        ModelKind.SHOW: pulled(ModelKind.SHOW, tally.showed, tally.showed + tally.missed),
        ModelKind.SUCCESS: pulled(
            ModelKind.SUCCESS, (tally.outcome_points - 40 * tally.outcomes) / 60, tally.outcomes
        ),
    }


def features(
    kind: ModelKind,
    *,
    before: Tally,
    match_score: float | None,
    is_same_language: bool,
    is_same_region: bool,
    sent_at: dt.datetime,
    responded_at: dt.datetime | None,
    confirmed_at: dt.datetime | None,
    scheduled_at: dt.datetime | None,
    reminders: int,
) -> dict[str, float]:
    """Return what is known when the guess is made: `before` is the partner's tally at the introduction.

    BOOKING knows what is known when the introduction is sent; SHOW and SUCCESS also how the demo came about.
    """
    own = rates(before)
    known = {
        "partner booking rate": own[ModelKind.BOOKING],
        "partner show rate": own[ModelKind.SHOW],
        "partner success rate": own[ModelKind.SUCCESS],
        "same language": float(is_same_language),
        "same region": float(is_same_region),
        "sent on a weekend": float(sent_at.weekday() >= 5),
    }
    if match_score is not None:
        known["match score"] = match_score
    if kind is ModelKind.BOOKING:
        return known
    if responded_at is not None:
        known["hours to the answer"] = min((responded_at - sent_at).total_seconds() / 3_600, 168.0)
    if confirmed_at is not None and scheduled_at is not None:
        known["days to the demo"] = max(0.0, (scheduled_at - confirmed_at).total_seconds() / 86_400)
        known["demo hour, UTC"] = float(scheduled_at.astimezone(dt.UTC).hour)
    known["reminders"] = float(reminders)
    return known


def guess(
    kind: ModelKind, known: Features, *, model: Model | None, version: int | None, rule: float
) -> Guess:
    """Return what is said of an introduction: by the model in use, else by the rule."""
    said: Prediction = explained(constant(rule) if model is None else model, known)
    return Guess(kind, said.probability, None if model is None else version, said.contributions)


def is_better(new_brier: float, old_brier: float) -> bool:
    """Tell whether a new version is used: it errs less on what neither of the two has seen."""
    return new_brier < old_brier
