"""PowerConfidence: how far a partner can be relied on in introductions, by four factors, each from 0 to 100.

Bands, points and weights are data (`domain/reference/confidence.json`), as S3-090 … S3-093 state them. A-10 settles
what they leave open: a band holds its lower bound, only the top bands of rates are strict, a factor has no score
before its first observation, and an overall score without all four factors is provisional. Sums are kept as whole
numbers, so that adding one fact and adding all facts anew give the same score to the last digit.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "reference" / "confidence.json"
SECONDS_OF_AN_HOUR = 3_600
WHOLE = 100
"""What all weights are together, and the best score."""
CENT = Decimal("0.01")


class Factor(StrEnum):
    """What a partner is scored by. Part of the API: a name never changes."""

    RESPONSE_TIME = "RESPONSE_TIME"
    SHOW_RATE = "SHOW_RATE"
    BOOKING_CONVERSION = "BOOKING_CONVERSION"
    OUTCOME_SUCCESS = "OUTCOME_SUCCESS"


@dataclass(frozen=True, slots=True)
class Band:
    """The points of a stretch of values that begins at `bound`; a strict one begins right above it."""

    bound: Fraction
    points: int
    is_strict: bool = False

    def holds(self, value: Fraction) -> bool:
        return value > self.bound if self.is_strict else value >= self.bound


@dataclass(frozen=True, slots=True)
class Scheme:
    """How facts become scores. Bands are tried in order; the first that holds gives the points."""

    weights: Mapping[Factor, int]
    bands: Mapping[Factor, tuple[Band, ...]]
    outcomes: Mapping[str, int]
    no_outcome: int

    def __post_init__(self) -> None:
        if set(self.weights) != set(Factor) or min(self.weights.values()) < 0:
            raise ValueError("every factor has a weight of 0 or more")
        if sum(self.weights.values()) != WHOLE:
            raise ValueError(f"the weights are {sum(self.weights.values())} together, and must be {WHOLE}")


@dataclass(frozen=True, slots=True)
class Tally:
    """The facts of some introductions, counted; of one introduction as well as of all of a partner."""

    responses: int = 0
    response_seconds: int = 0
    showed: int = 0
    missed: int = 0
    """Demos to which the partner did not come; whether the contractor did does not matter."""
    introduced: int = 0
    confirmed: int = 0
    outcomes: int = 0
    outcome_points: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, each) + getattr(other, each) for each in COUNTED))

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, each) - getattr(other, each) for each in COUNTED))


COUNTED = tuple(each.name for each in fields(Tally))
NOTHING = Tally()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one introduction, as far as its partner is judged by it. Words are those of its row."""

    sent_at: dt.datetime | None = None
    responded_at: dt.datetime | None = None
    confirmed_at: dt.datetime | None = None
    show_status: str | None = None
    no_show_party: str | None = None
    missed_before: int = 0
    """Earlier demos of the same introduction to which the partner did not come."""
    outcome: str | None = None
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class FactorScore:
    """One factor: what was measured (hours, percent, or mean points), of how many, and its score.

    `measured` and `score` are None before the first observation.
    """

    factor: Factor
    weight: int
    observations: int
    measured: Decimal | None
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class Confidence:
    """A partner's scores. `overall` is the weighted mean of the factors there are; None where there are none."""

    factors: tuple[FactorScore, ...]
    overall: Decimal | None
    is_provisional: bool
    """Some factor has no observation yet."""

    def of(self, factor: Factor) -> FactorScore:
        return next(each for each in self.factors if each.factor is factor)


@cache
def scheme() -> Scheme:
    """Return the scheme as it is kept."""
    kept = json.loads(TABLE.read_text("utf-8"))
    return Scheme(
        weights={Factor(name): weight for name, weight in kept["weights"].items()},
        bands={Factor(name): tuple(map(_band, bands)) for name, bands in kept["bands"].items()},
        outcomes=kept["outcomes"],
        no_outcome=kept["no_outcome"],
    )


def _band(kept: Mapping[str, str | int]) -> Band:
    is_strict = "above" in kept
    return Band(Fraction(kept["above" if is_strict else "from"]), int(kept["points"]), is_strict)


def tally_of(facts: Facts, by: Scheme) -> Tally:
    """Return what one introduction counts for.

    Before it was sent it counts for nothing. A demo the contractor alone missed, or that was put off, says nothing
    of the partner (A-11). A demo that took place counts as one without an outcome once it is closed without any.
    """
    if facts.sent_at is None:
        return NOTHING
    waited = None
    if facts.responded_at is not None:
        waited = max(0, round((facts.responded_at - facts.sent_at).total_seconds()))
    has_showed = facts.show_status == "SHOWED"
    has_missed = facts.show_status == "NO_SHOW" and facts.no_show_party in {"PARTNER", "BOTH"}
    points = None
    if has_showed and facts.outcome is not None:
        points = by.outcomes[facts.outcome]
    elif has_showed and facts.is_closed:
        points = by.no_outcome
    return Tally(
        responses=int(waited is not None),
        response_seconds=waited or 0,
        showed=int(has_showed),
        missed=facts.missed_before + int(has_missed),
        introduced=1,
        confirmed=int(facts.confirmed_at is not None),
        outcomes=int(points is not None),
        outcome_points=points or 0,
    )


def together(tallies: Iterable[Tally]) -> Tally:
    """Return the tally of all."""
    return sum(tallies, NOTHING)


def confidence(tally: Tally, by: Scheme) -> Confidence:
    """Return what a partner's tally is worth."""
    scored = tuple(_scored(factor, tally, by) for factor in Factor)
    known = [(each.weight, each.score) for each in scored if each.score is not None]
    weight = sum(weight for weight, _ in known)
    overall = None
    if weight:
        overall = _shown(sum((weight * Fraction(score) for weight, score in known), Fraction(0)) / weight)
    return Confidence(scored, overall, is_provisional=len(known) < len(Factor))


def _scored(factor: Factor, tally: Tally, by: Scheme) -> FactorScore:
    observations, measured = _measured(factor, tally)
    score: Fraction | None = None
    if measured is not None:
        score = measured
        if factor in by.bands:
            score = Fraction(next(each.points for each in by.bands[factor] if each.holds(measured)))
    return FactorScore(
        factor,
        by.weights[factor],
        observations,
        None if measured is None else _shown(measured),
        None if score is None else _shown(score),
    )


def _measured(factor: Factor, tally: Tally) -> tuple[int, Fraction | None]:
    """Return the number of observations and what they measure, exactly: it is rounded when it is shown only."""
    match factor:
        case Factor.RESPONSE_TIME:
            part, whole = Fraction(tally.response_seconds, SECONDS_OF_AN_HOUR), tally.responses
        case Factor.SHOW_RATE:
            part, whole = Fraction(WHOLE * tally.showed), tally.showed + tally.missed
        case Factor.BOOKING_CONVERSION:
            part, whole = Fraction(WHOLE * tally.confirmed), tally.introduced
        case Factor.OUTCOME_SUCCESS:
            part, whole = Fraction(tally.outcome_points), tally.outcomes
    return whole, part / whole if whole else None


def _shown(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(CENT, ROUND_HALF_UP)
