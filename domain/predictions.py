"""What will become of an introduction, by what is known when it is made; and partners ranked by that (S3-040).

Three things are predicted, each by a model of its own that was learned from introductions before it. Which version of a
model speaks is decided elsewhere (`domain.prediction_models`); where none does, rules rank (`domain.matching`).
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.contractors import ContractorSize
from domain.learning import Features, Model, Prediction, explained, logistic, read
from domain.matching import FITS, RULES, UNKNOWN, MatchFactor, MatchReason, MatchScore, Offer, Scorer, Seeker

TABLE = Path(__file__).parent / "reference" / "predictions.json"
CENT = Decimal("0.01")
MANY_NEEDS = 5
"""Needs beyond these say nothing more of how particular a contractor is."""
SIZES = list(ContractorSize)
SHORTEST_WAY = 1e-9
"""In log odds: below it, the way is as steep as at its beginning."""


class PredictionTarget(StrEnum):
    """BOOKING: a demo of an introduction that was sent is booked. SHOW: a booked demo takes place.
    SUCCESS: something good comes of a demo that took place.
    """

    BOOKING = "BOOKING"
    SHOW = "SHOW"
    SUCCESS = "SUCCESS"


@dataclass(frozen=True, slots=True)
class LearningTerms:
    """How much there must be to learn from, and how it is divided."""

    fewest: int
    fewest_of_each: int
    """Of what happened and of what did not, among what is learned from."""
    fewest_held_back: int
    held_back: float
    """The share of the newest, by which versions are compared."""
    fewest_new: int
    """Ended introductions since the last version, before there is another one."""
    most: int
    """The newest so many are looked at."""


@dataclass(frozen=True, slots=True)
class RiskTerms:
    """Below which chance a human is told, and from which one it is over; between the two nothing changes."""

    open_below: float
    settle_from: float


@dataclass(frozen=True, slots=True)
class ProvisionalTerms:
    """What is assumed of chances, and was not learned: what is usual, and what is left of a chance after each of these."""

    usual: float
    """Of a partner nothing is known of."""
    missed: float
    """A demo of the two that did not take place."""
    silent_days: int
    silent: float
    """So many days on which nothing happened."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is decided by people, not learned."""

    ranked_by: PredictionTarget
    rule_percent: int
    """Of contractors that rules go on ranking for, so that there is something to measure what was learned against."""
    learning: LearningTerms
    risks: Mapping[PredictionTarget, RiskTerms]
    provisional: ProvisionalTerms


@cache
def terms() -> Terms:
    """Return the terms as they are kept."""
    kept = json.loads(TABLE.read_text("utf-8"))
    return Terms(
        ranked_by=PredictionTarget(kept["ranked_by"]),
        rule_percent=kept["rule_percent"],
        learning=LearningTerms(**kept["learning"]),
        risks={PredictionTarget(target): RiskTerms(**each) for target, each in kept["risks"].items()},
        provisional=ProvisionalTerms(**kept["provisional"]),
    )


@dataclass(frozen=True, slots=True)
class Version:
    """One learned model of a target; numbers count up from 1."""

    id: UUID
    target: PredictionTarget
    number: int
    model: Model

    @property
    def name(self) -> str:
        return version_name(self.target, self.number)


Versions = Mapping[PredictionTarget, Version]
"""Those that speak now; a target without one is not predicted."""


def version_name(target: PredictionTarget, number: int) -> str:
    """Return what a version is called: `booking-3`."""
    return f"{target.lower()}-{number}"


def versions_of(kept: Mapping[str, Mapping[str, Any]]) -> Versions:
    """Return versions from what is kept of them, by target; one of a format we can not read does not speak."""
    found = {}
    for name, each in kept.items():
        target = PredictionTarget(name)
        try:
            model = read(each["model"])
        except ValueError:
            # Written by a newer release than this one: until it has gone, rules speak here.
            continue
        found[target] = Version(UUID(each["id"]), target, each["number"], model)
    return found


OWN_RECORD: Mapping[MatchFactor, str] = {
    MatchFactor.SHOW_RATE: "show_score",
    MatchFactor.CONVERSION: "conversion_score",
    MatchFactor.SUCCESS_RATE: "success_score",
}
"""Scores of the partner's own introductions so far, beside those the rules look at."""


def known_of(seeker: Seeker, offer: Offer, *, on: dt.date) -> dict[MatchFactor, float | None]:
    """Return what is known of two when they are introduced, each from 0 to 1; None where nothing is known."""
    scores = {factor: getattr(offer, name) for factor, name in OWN_RECORD.items()}
    size = None if seeker.size is None else SIZES.index(seeker.size) / (len(SIZES) - 1)
    return {
        **{factor: fits(seeker, offer, on) for factor, fits in FITS.items()},
        **{factor: None if score is None else score / 100 for factor, score in scores.items()},
        MatchFactor.TRACK_RECORD: float(offer.booking_score is not None),
        MatchFactor.CONTRACTOR_SIZE: size,
        MatchFactor.BREADTH: min(len(seeker.needs), MANY_NEEDS) / MANY_NEEDS,
    }


def features_of(known: Mapping[MatchFactor, float | None]) -> dict[str, float]:
    """Return what is known as a model takes it; what is not, counts half, as it does for the rules."""
    return {factor.value: UNKNOWN if value is None else value for factor, value in known.items()}


@dataclass(frozen=True, slots=True)
class LearnedScorer:
    """Ranks by the chance a model sees, in points of 100.

    Its reasons add up to the score like those of the rules: what any two usual ones would have (USUAL), and what each
    thing that is known of these two adds or takes away.
    """

    version: Version

    @property
    def name(self) -> str:
        return self.version.name

    def score(self, seeker: Seeker, offer: Offer, *, on: dt.date) -> MatchScore:
        known = known_of(seeker, offer, on=on)
        found = explained(self.version.model, features_of(known))
        points = _points(found.probability)
        added = {name: _points(share) for name, share in shares(found).items()}
        reasons = [
            MatchReason(MatchFactor(name), each, None, is_known=known.get(MatchFactor(name)) is not None)
            for name, each in added.items()
            if each
        ]
        # What rounding leaves goes here, so that nobody who adds up finds a cent missing.
        usual = points - sum((each.points for each in reasons), Decimal(0))
        reasons.append(MatchReason(MatchFactor.USUAL, usual, None, is_known=True))
        reasons.sort(key=lambda each: (-abs(each.points), each.factor))
        return MatchScore(points, tuple(reasons))


def shares(found: Prediction) -> dict[str, float]:
    """Return what each feature adds to the probability of the usual case; they add up to the difference.

    Log odds add up, probabilities do not: each feature gets its part of the way from the usual case to this one, all
    features going it together (Sundararajan et al., "Axiomatic attribution", 2017, for a sum).
    """
    way = sum(each.log_odds for each in found.contributions)
    usual = logistic(found.base)
    slope = usual * (1 - usual) if abs(way) < SHORTEST_WAY else (found.probability - usual) / way
    return {each.feature: each.log_odds * slope for each in found.contributions}


def is_ruled(contractor_id: UUID) -> bool:
    """Tell whether rules rank for this contractor whatever was learned: some are left to them, always the same."""
    return contractor_id.int % 100 < terms().rule_percent


def scorer_for(versions: Versions, contractor_id: UUID) -> Scorer:
    """Return who ranks partners for a contractor."""
    version = versions.get(terms().ranked_by)
    if version is None or is_ruled(contractor_id):
        return RULES
    return LearnedScorer(version)


def predicted(versions: Versions, features: Features) -> dict[PredictionTarget, tuple[Version, Prediction]]:
    """Return what every version that speaks says of an introduction, and why."""
    return {target: (each, explained(each.model, features)) for target, each in versions.items()}


def _points(share: float) -> Decimal:
    return Decimal(repr(100 * share)).quantize(CENT)
