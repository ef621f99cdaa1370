"""Matching: which partners fit a contractor, how well, and why (S3-040, A-31).

A score is from 0 to 100: the sum of its reasons, each the weight of a factor times how well the partner fits, from 0 to
1. What nothing is known about fits half. A partner that does not take introductions, has no place left, or shares no
language with the contractor is no match at all, whatever its score.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.contractors import OFFICE_HOURS, ContractorSize, Hours


class MatchFactor(StrEnum):
    """What speaks for a partner, or does not: rules look at the first eight, what was learned at the others, too.

    USUAL is what speaks for any partner.
    """

    INDUSTRY = "INDUSTRY"
    NEED = "NEED"
    REGION = "REGION"
    LANGUAGE = "LANGUAGE"
    TIME_ZONE = "TIME_ZONE"
    CAPACITY = "CAPACITY"
    RESPONSE = "RESPONSE"
    OUTCOMES = "OUTCOMES"
    SHOW_RATE = "SHOW_RATE"
    CONVERSION = "CONVERSION"
    SUCCESS_RATE = "SUCCESS_RATE"
    TRACK_RECORD = "TRACK_RECORD"
    CONTRACTOR_SIZE = "CONTRACTOR_SIZE"
    BREADTH = "BREADTH"
    USUAL = "USUAL"


WEIGHTS: Mapping[MatchFactor, int] = {
    MatchFactor.INDUSTRY: 20,
    MatchFactor.NEED: 20,
    MatchFactor.REGION: 15,
    MatchFactor.LANGUAGE: 10,
    MatchFactor.TIME_ZONE: 10,
    MatchFactor.CAPACITY: 5,
    MatchFactor.RESPONSE: 10,
    MatchFactor.OUTCOMES: 10,
}
"""In points of 100."""
UNKNOWN = 0.5
SAME_COUNTRY = 0.5
"""How well another part of the contractor's country fits."""
SECOND_LANGUAGE = 0.75
"""How well a language fits that the contractor does not name first."""
MOST_MATCHES = 50


@dataclass(frozen=True, slots=True)
class Seeker:
    """What of a contractor decides."""

    industry: str
    region: str
    needs: tuple[str, ...]
    languages: tuple[str, ...]
    """The one it speaks best at the front."""
    time_zone: str
    hours: Hours
    size: ContractorSize | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What of a partner decides. Empty lists say nothing: it takes any. Scores are from 0 to 100."""

    partner_id: UUID
    industries: frozenset[str]
    regions: frozenset[str]
    needs: frozenset[str]
    languages: frozenset[str]
    time_zone: str
    capacity: int
    taken: int
    """How many introductions it has open."""
    is_accepting: bool = True
    response_score: float | None = None
    booking_score: float | None = None
    """PowerConfidence."""
    show_score: float | None = None
    conversion_score: float | None = None
    success_score: float | None = None


@dataclass(frozen=True, slots=True)
class MatchReason:
    """What one factor adds to a score: by rules `points` of at most `weight`; what was learned may take points away."""

    factor: MatchFactor
    points: Decimal
    weight: int | None
    """None for what was learned: there is no bound."""
    is_known: bool
    """Whether there was anything to go by."""


@dataclass(frozen=True, slots=True)
class MatchScore:
    """How well a partner fits, and why; the reasons that say most at the front."""

    points: Decimal
    reasons: tuple[MatchReason, ...]


class Scorer(Protocol):
    """Judges how well a partner fits. `name` is kept beside what it has decided."""

    @property
    def name(self) -> str: ...

    def score(self, seeker: Seeker, offer: Offer, *, on: dt.date) -> MatchScore:
        """Return a score with its reasons, which add up to it."""
        ...


@dataclass(frozen=True, slots=True)
class RuleScorer:
    """The rules above: what there is before anything was learned, and wherever that is too little."""

    name: str = "rules-1"

    def score(self, seeker: Seeker, offer: Offer, *, on: dt.date) -> MatchScore:
        reasons = [_reason(factor, FITS[factor](seeker, offer, on)) for factor in FITS]
        reasons.sort(key=lambda each: (-each.points, each.factor))
        return MatchScore(sum((each.points for each in reasons), Decimal(0)), tuple(reasons))


RULES = RuleScorer()


def is_possible(seeker: Seeker, offer: Offer) -> bool:
    """Tell whether a partner can be introduced at all."""
    speaks = not offer.languages or bool(_bases(seeker.languages) & _bases(offer.languages))
    return offer.is_accepting and offer.taken < offer.capacity and speaks


def rank(
    seeker: Seeker, offers: Iterable[Offer], *, scorer: Scorer, on: dt.date, most: int
) -> list[tuple[Offer, MatchScore]]:
    """Return the partners that can be introduced, the best first, `most` at most; equals in the order of their ids."""
    judged = [(offer, scorer.score(seeker, offer, on=on)) for offer in offers if is_possible(seeker, offer)]
    judged.sort(key=lambda each: (-each[1].points, each[0].partner_id.int))
    return judged[:most]


def telling(reasons: Iterable[MatchReason]) -> list[MatchFactor]:
    """Return what speaks for a match, most at the front: what is known, and fits by half or more."""
    return [
        each.factor
        for each in reasons
        if each.is_known and each.points > 0 and 2 * each.points >= (each.weight or 0)
    ]


def _reason(factor: MatchFactor, fit: float | None) -> MatchReason:
    weight = WEIGHTS[factor]
    points = Decimal(repr(weight * (UNKNOWN if fit is None else fit))).quantize(Decimal("0.01"))
    return MatchReason(factor, points, weight, is_known=fit is not None)


def _industry(seeker: Seeker, offer: Offer, on: dt.date) -> float | None:
    del on
    return float(seeker.industry in offer.industries) if offer.industries else None


def _need(seeker: Seeker, offer: Offer, on: dt.date) -> float | None:
    """The share of the contractor's needs that the partner serves."""
    del on
    if not seeker.needs or not offer.needs:
        return None
    return len(offer.needs.intersection(seeker.needs)) / len(set(seeker.needs))


def _region(seeker: Seeker, offer: Offer, on: dt.date) -> float | None:
    del on
    if not offer.regions:
        return None
    country = seeker.region.partition("-")[0]
    if seeker.region in offer.regions or country in offer.regions:
        return 1.0
    # A contractor of a whole country, or of another part of it than the partner serves.
    return SAME_COUNTRY if any(each.partition("-")[0] == country for each in offer.regions) else 0.0


def _language(seeker: Seeker, offer: Offer, on: dt.date) -> float | None:
    del on
    if not offer.languages:
        return None
    spoken = _bases(offer.languages)
    if seeker.languages and _bases(seeker.languages[:1]) & spoken:
        return 1.0
    return SECOND_LANGUAGE if _bases(seeker.languages) & spoken else 0.0


def _time_zone(seeker: Seeker, offer: Offer, on: dt.date) -> float | None:
    """The share of the contractor's hours in which the partner's office is open, on that day."""
    wanted = _span(on, seeker.hours, seeker.time_zone)
    length = (wanted[1] - wanted[0]).total_seconds()
    common = 0.0
    # Its office may be open on the contractor's day on what is the day before or after there.
    for days in (-1, 0, 1):
        opened = _span(on + dt.timedelta(days=days), OFFICE_HOURS, offer.time_zone)
        both = (min(wanted[1], opened[1]) - max(wanted[0], opened[0])).total_seconds()
        common += max(0.0, both)
    return min(1.0, common / length) if length > 0 else None


def _capacity(seeker: Seeker, offer: Offer, on: dt.date) -> float | None:
    del seeker, on
    return max(0.0, 1 - offer.taken / offer.capacity)


def _response(seeker: Seeker, offer: Offer, on: dt.date) -> float | None:
    del seeker, on
    return None if offer.response_score is None else offer.response_score / 100


def _outcomes(seeker: Seeker, offer: Offer, on: dt.date) -> float | None:
    del seeker, on
    return None if offer.booking_score is None else offer.booking_score / 100


FITS = {
    MatchFactor.INDUSTRY: _industry,
    MatchFactor.NEED: _need,
    MatchFactor.REGION: _region,
    MatchFactor.LANGUAGE: _language,
    MatchFactor.TIME_ZONE: _time_zone,
    MatchFactor.CAPACITY: _capacity,
    MatchFactor.RESPONSE: _response,
    MatchFactor.OUTCOMES: _outcomes,
}
"""How well a partner fits by each factor, from 0 to 1; None where nothing is known."""


def _bases(languages: Collection[str]) -> set[str]:
    """Return languages without what is regional about them: `pt-BR` is understood where `pt` is."""
    return {each.partition("-")[0].lower() for each in languages}


def _span(day: dt.date, hours: Hours, time_zone: str) -> tuple[dt.datetime, dt.datetime]:
    """Return when some hours of a day begin and end; a day on which the clocks change has them as the clocks say."""
    midnight = dt.datetime.combine(day, dt.time(), ZoneInfo(time_zone))
    begin = midnight + dt.timedelta(hours=hours.from_hour)
    end = midnight + dt.timedelta(hours=hours.to_hour)
    return begin.astimezone(dt.UTC), end.astimezone(dt.UTC)
