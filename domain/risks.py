"""Introductions that are likely to fail, told before they do (S3-112).

An introduction is asked one question at a time: before its demo is booked whether it will be, and then whether the demo
will take place. The chance is what the version that speaks says of the two as they are now; without one, the share of
this partner's that went well. What has happened since is taken off by factors that are assumed, not learned.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from domain.introductions import IntroductionStage
from domain.learning import Features, Prediction, explained
from domain.matching import RULES
from domain.predictions import PredictionTarget, Versions, terms

TOLD_REASONS = 3
NOT_WORTH_TELLING = 0.05
"""In log odds."""
IN_WORDS = {
    PredictionTarget.BOOKING: "a demo is booked",
    PredictionTarget.SHOW: "the demo takes place",
}

BEFORE_BOOKING = frozenset(
    {IntroductionStage.INTRODUCED, IntroductionStage.RESPONDED, IntroductionStage.TIMES_PROPOSED}
)


class RiskNews(StrEnum):
    """What is to be told of an introduction: it came to be at risk, or it is no more."""

    AT_RISK = "AT_RISK"
    RECOVERED = "RECOVERED"


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of an introduction now."""

    stage: IntroductionStage
    features: Features
    own_rate: float | None
    """The share of the partner's introductions that were booked, or of its demos that took place."""
    missed: int
    """Demos of the two that did not take place."""
    silent_for: dt.timedelta
    """Since its last step."""
    is_open: bool
    """Whether the desk is told already, and has not seen to it."""
    was_told: bool
    """Whether the desk was told since the question is asked: once is enough, whatever came of it."""

    @property
    def target(self) -> PredictionTarget:
        """The question: it follows from how far the two have come."""
        return PredictionTarget.BOOKING if self.stage in BEFORE_BOOKING else PredictionTarget.SHOW


@dataclass(frozen=True, slots=True)
class Outlook:
    """How likely an introduction is to go well, and why, in English."""

    chance: float
    reason: str


def outlook(situation: Situation, versions: Versions) -> Outlook:
    """Return how likely an introduction is to go well."""
    by, target = terms().provisional, situation.target
    version = versions.get(target)
    if version is not None:
        found = explained(version.model, situation.features)
        chance, who, said = found.probability, version.name, _against(found)
    else:
        chance = by.usual if situation.own_rate is None else situation.own_rate
        who = RULES.name
        said = [] if situation.own_rate is None else [f"of this partner's {situation.own_rate:.0%} did"]
    if situation.missed:
        chance *= by.missed**situation.missed
        said.append(f"{situation.missed} demo{'s' * (situation.missed > 1)} of the two did not take place")
    pauses = situation.silent_for // dt.timedelta(days=by.silent_days)
    # A demo that has its time is waited for in silence.
    if target is PredictionTarget.BOOKING and pauses > 0:
        chance *= by.silent**pauses
        said.append(f"nothing happened for {situation.silent_for.days} days")
    told = f"The chance that {IN_WORDS[target]} is {chance:.0%} ({who})"
    return Outlook(chance, f"{told}: {'; '.join(said)}." if said else f"{told}.")


def news_of(situation: Situation, chance: float) -> RiskNews | None:
    """Return what is to be told; nothing where all is as it was, or was told before."""
    by = terms().risks[situation.target]
    if situation.is_open:
        return RiskNews.RECOVERED if chance >= by.settle_from else None
    return RiskNews.AT_RISK if chance < by.open_below and not situation.was_told else None


def _against(found: Prediction) -> list[str]:
    """Return what speaks most against it, the weightiest at the front."""
    against = [each for each in found.contributions if each.log_odds < -NOT_WORTH_TELLING]
    return [f"{each.feature} {each.log_odds:+.2f}" for each in against[:TOLD_REASONS]]
