"""Which version of a model speaks: it has to do better than what spoke before it, on what neither has seen.

Cases are in the order in which they were made. The newest are held back; a version learns from those before them whose
end was known when the first of them was made, so from nothing that lay ahead. What is compared is what speaks later: it
is not learned anew from everything, since then nobody would know how well it does.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.learning import Example, Features, Model, constant, probability
from domain.learning_figures import Figures, better_by, figures
from domain.predictions import LearningTerms, PredictionTarget

DECIDED_AFTER: Mapping[PredictionTarget, dt.timedelta] = {
    PredictionTarget.BOOKING: dt.timedelta(days=14),
    PredictionTarget.SHOW: dt.timedelta(0),
    PredictionTarget.SUCCESS: dt.timedelta(days=14),
}
"""How long after it was sent an introduction counts as not booked, and a demo as without success; neither is looked at
before, happened or not: else what goes well quickly would count for more than it is. A demo took place or not once
somebody has said so."""
RULE = "RULE"
"""The only feature of the model that makes a probability of the rules' score."""


class Contender(StrEnum):
    """Who is compared: the new version, the one that speaks, the rules' score, and who says the same of all."""

    CANDIDATE = "CANDIDATE"
    CURRENT = "CURRENT"
    RULES = "RULES"
    BASE_RATE = "BASE_RATE"


class Verdict(StrEnum):
    """CHOSEN: the new version does better than all others, and speaks. NOT_BETTER: it does not. HELD: it does, but
    somebody has chosen what speaks. RULES_AGAIN: it does not, and rules do better than the version that spoke.
    """

    CHOSEN = "CHOSEN"
    NOT_BETTER = "NOT_BETTER"
    HELD = "HELD"
    RULES_AGAIN = "RULES_AGAIN"


@dataclass(frozen=True, slots=True)
class Case:
    """An introduction whose end is known: what was known when it was made, what the rules said, what happened."""

    features: Features
    rule_score: float
    """Of 100."""
    happened: bool
    made_at: dt.datetime
    known_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Division:
    """Cases to learn from, and those that are held back."""

    learned: tuple[Case, ...]
    held_back: tuple[Case, ...]

    @property
    def examples(self) -> list[Example]:
        return [_example(each, each.features) for each in self.learned]

    @property
    def examples_of_rules(self) -> list[Example]:
        return [_example(each, by_rules(each)) for each in self.learned]


@dataclass(frozen=True, slots=True)
class Compared:
    """How a contender did on what was held back. `gain`: where 95 % of the differences of its Brier score and the
    candidate's lie; above 0 the candidate is better. None for the candidate itself.
    """

    contender: Contender
    figures: Figures
    gain: tuple[float, float] | None


def by_rules(case: Case) -> Features:
    """Return the rules' score of a case as the only thing that is known."""
    return {RULE: case.rule_score / 100}


def divide(cases: Sequence[Case], terms: LearningTerms) -> Division | None:
    """Divide cases by time; None where there is too little to learn from, or to compare by."""
    cases = sorted(cases, key=lambda each: each.made_at)
    first = len(cases) - int(len(cases) * terms.held_back)
    held_back = tuple(cases[first:])
    if len(cases) < terms.fewest or len(held_back) < terms.fewest_held_back:
        return None
    learned = tuple(each for each in cases[:first] if each.known_at <= held_back[0].made_at)
    if _fewest(learned) < terms.fewest_of_each or _fewest(held_back) == 0:
        return None
    return Division(learned, held_back)


def compare(
    division: Division, *, candidate: Model, rules: Model, current: Model | None
) -> tuple[Compared, ...]:
    """Return how each did on what was held back, the candidate at the front."""
    happened = [each.happened for each in division.held_back]
    rate = sum(each.happened for each in division.learned) / len(division.learned)
    said = {Contender.CANDIDATE: _said(candidate, division)}
    if current is not None:
        said[Contender.CURRENT] = _said(current, division)
    said[Contender.RULES] = [probability(rules, by_rules(each)) for each in division.held_back]
    said[Contender.BASE_RATE] = _said(constant(rate), division)
    ours = said[Contender.CANDIDATE]
    return tuple(
        Compared(
            contender,
            figures(each, happened),
            None if contender is Contender.CANDIDATE else better_by(ours, each, happened),
        )
        for contender, each in said.items()
    )


def is_worse_than_rules(division: Division, *, current: Model, rules: Model) -> bool:
    """Tell whether the rules did certainly better than the version that speaks on what was held back."""
    happened = [each.happened for each in division.held_back]
    by_score = [probability(rules, by_rules(each)) for each in division.held_back]
    return better_by(by_score, _said(current, division), happened)[0] > 0


def verdict_on(compared: Sequence[Compared], *, is_pinned: bool, is_worse_than_rules: bool) -> Verdict:
    """Decide what speaks from now on. A candidate has to be better than everything else, and certainly so."""
    if all(each.gain is None or each.gain[0] > 0 for each in compared):
        return Verdict.HELD if is_pinned else Verdict.CHOSEN
    if is_worse_than_rules and not is_pinned:
        return Verdict.RULES_AGAIN
    return Verdict.NOT_BETTER


def _said(model: Model, division: Division) -> list[float]:
    return [probability(model, each.features) for each in division.held_back]


def _example(case: Case, features: Features) -> Example:
    return Example(features, case.happened, case.known_at.toordinal())


def _fewest(cases: Sequence[Case]) -> int:
    happened = sum(each.happened for each in cases)
    return min(happened, len(cases) - happened)
