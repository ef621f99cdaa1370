"""Suggested bundles: what goes well together for a party and a time of the year, and why.

A bundle's score is a sum of five signals, each a logarithm of "how much more often than usual", times a coefficient
that was learned from real bookings (`bench/suggestions.py`, docs/models.md). Nothing here is drawn by lot.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TypeVar

K = TypeVar("K")

COEFFICIENTS = Path(__file__).parent / "reference" / "suggestions.json"
MOST_SUGGESTIONS = 10
MOST_CANDIDATES = 30
"""Packages of a destination that are looked at, the best ranked."""
POINTS = 100
"""Of one unit of a signal."""


class PartyType(StrEnum):
    """Who travels together."""

    SINGLE = "SINGLE"
    COUPLE = "COUPLE"
    FAMILY = "FAMILY"
    GROUP = "GROUP"


class Signal(StrEnum):
    """What speaks for a bundle, or against it."""

    POPULARITY = "POPULARITY"
    COBOOKING = "COBOOKING"
    SEASON = "SEASON"
    PARTY = "PARTY"
    PRICE = "PRICE"


@dataclass(frozen=True, slots=True)
class Coefficients:
    """How much each signal counts, and how many bookings "as usual" are added to what was seen (smoothing)."""

    weights: Mapping[Signal, float]
    prior: float
    half_life_days: float = math.inf
    """After so many days a booking counts half as much."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A bundle with how often it was booked: in all, by party and by month. `price` is in any one unit."""

    key: str
    members: tuple[str, ...]
    bookings: float
    by_party: Mapping[PartyType, float] = field(default_factory=dict)
    by_month: Mapping[int, float] = field(default_factory=dict)
    price: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of all that was booked."""

    bookings: float
    by_party: Mapping[PartyType, float]
    by_month: Mapping[int, float]
    alone: Mapping[str, float]
    """Member -> bookings it was in."""
    together: Mapping[frozenset[str], float]
    """Two members -> bookings both were in."""
    typical_price: Mapping[PartyType, float]
    """What parties spend on average."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What one signal adds to a suggestion's score, in points, and in words."""

    signal: Signal
    points: int
    text: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """A bundle with its score and the reasons it is the sum of."""

    candidate: Candidate
    score: int
    reasons: tuple[Reason, ...]


def party_type(adults: int, children: int, elderly: int = 0) -> PartyType:
    """Return what a party is: with a child a family, else by how many they are."""
    if children:
        return PartyType.FAMILY
    grown = adults + elderly
    if grown <= 1:
        return PartyType.SINGLE
    return PartyType.COUPLE if grown == 2 else PartyType.GROUP


@cache
def learned() -> Coefficients:
    """Return the coefficients as they are kept: those learned, and those assumed where the data could not tell."""
    kept = json.loads(COEFFICIENTS.read_text("utf-8"))
    weights = kept["learned"] | kept["assumed"]
    return Coefficients(
        {Signal(name): value for name, value in weights.items()},
        kept["prior"],
        kept["half_life_days"] or math.inf,
    )


def signals(
    candidate: Candidate, evidence: Evidence, *, party: PartyType, month: int | None, prior: float
) -> dict[Signal, float]:
    """Return each signal's value; 0 says nothing either way.

    POPULARITY is the logarithm of its share of all bookings, so at most 0.
    """
    usual = (candidate.bookings + 1) / (evidence.bookings + 2)
    found = {
        Signal.POPULARITY: math.log(usual),
        Signal.COBOOKING: _together(candidate.members, evidence, prior),
        Signal.PARTY: _lift(
            candidate.by_party.get(party, 0), evidence.by_party.get(party, 0), usual=usual, prior=prior
        ),
        Signal.SEASON: 0.0,
        Signal.PRICE: 0.0,
    }
    if month is not None:
        found[Signal.SEASON] = _lift(
            candidate.by_month.get(month, 0), evidence.by_month.get(month, 0), usual=usual, prior=prior
        )
    typical = evidence.typical_price.get(party)
    if typical and candidate.price:
        found[Signal.PRICE] = -abs(math.log(candidate.price / typical))
    return found


def _lift(seen: float, of: float, *, usual: float, prior: float) -> float:
    """Return how much more often than usual, as a logarithm; little evidence says little."""
    return math.log((seen + prior * usual) / (of + prior) / usual)


def _together(members: Sequence[str], evidence: Evidence, prior: float) -> float:
    """Return how much more often than by chance the members are booked together, on average over the pairs."""
    pairs = list(combinations(members, 2))
    if not pairs or not evidence.bookings:
        return 0.0
    total = 0.0
    for one, other in pairs:
        chance = evidence.alone.get(one, 0) * evidence.alone.get(other, 0) / evidence.bookings
        total += math.log((evidence.together.get(frozenset((one, other)), 0) + prior) / (chance + prior))
    return total / len(pairs)


def score(
    candidate: Candidate,
    evidence: Evidence,
    *,
    party: PartyType,
    month: int | None,
    coefficients: Coefficients,
) -> float:
    """Return the sum of the weighed signals."""
    values = signals(candidate, evidence, party=party, month=month, prior=coefficients.prior)
    return sum(coefficients.weights[name] * value for name, value in values.items())


def suggest(
    candidates: Sequence[Candidate],
    evidence: Evidence,
    *,
    party: PartyType,
    month: int | None,
    coefficients: Coefficients,
    most: int | None = None,
) -> list[Suggested]:
    """Return the candidates, best first; those of one score in the order of their keys."""
    scored: list[tuple[float, Candidate, dict[Signal, float]]] = []
    for each in candidates:
        values = signals(each, evidence, party=party, month=month, prior=coefficients.prior)
        weighed = {name: coefficients.weights[name] * value for name, value in values.items()}
        scored.append((sum(weighed.values()), each, weighed))
    scored.sort(key=lambda found: (-found[0], found[1].key))
    return [_suggested(each, weighed, party, month) for _, each, weighed in scored[:most]]


def _suggested(
    candidate: Candidate, weighed: Mapping[Signal, float], party: PartyType, month: int | None
) -> Suggested:
    points = {name: round(POINTS * value) for name, value in weighed.items()}
    reasons = tuple(
        Reason(name, points[name], _words(name, points[name], party, month))
        for name in Signal
        if points[name]
    )
    return Suggested(candidate, sum(points.values()), reasons)


MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
PARTIES = {
    PartyType.SINGLE: "People who travel alone",
    PartyType.COUPLE: "Couples",
    PartyType.FAMILY: "Families",
    PartyType.GROUP: "Groups",
}


def _words(signal: Signal, points: int, party: PartyType, month: int | None) -> str:
    more = "more" if points > 0 else "less"
    told: dict[Signal, Callable[[], str]] = {
        Signal.POPULARITY: lambda: "Its share of all bookings; the nearer to 0, the larger.",
        Signal.COBOOKING: lambda: f"Its parts are booked together {more} often than by chance.",
        Signal.SEASON: lambda: f"It is booked {more} often in {MONTHS[(month or 1) - 1]}.",
        Signal.PARTY: lambda: f"{PARTIES[party]} book it {more} often than others.",
        Signal.PRICE: lambda: f"Its price differs from what {PARTIES[party].lower()} spend.",
    }
    return told[signal]()


@dataclass(frozen=True, slots=True)
class Offered:
    """A package that can be part of a bundle."""

    key: str
    kinds: frozenset[str]
    currency: str
    price: float | None
    by_party: Mapping[PartyType, float]
    by_month: Mapping[int, float]

    @property
    def bookings(self) -> float:
        return sum(self.by_party.values())


def bundles(
    offered: Sequence[Offered], together: Mapping[frozenset[str], float]
) -> list[tuple[Offered, ...]]:
    """Return what could be suggested: packages of several kinds, and two or three packages that add to one another.

    Packages add to one another in one currency, when each brings a kind the others do not have, or when they were
    booked together. Where nothing does, each stands for itself.
    """
    found: list[tuple[Offered, ...]] = [(each,) for each in offered if len(each.kinds) > 1]
    for one, other in combinations(offered, 2):
        if _adds(one, other, together):
            found.append((one, other))
            third = next(
                (
                    each
                    for each in offered
                    if each not in (one, other)
                    and not each.kinds <= one.kinds | other.kinds
                    and each.currency == one.currency
                ),
                None,
            )
            if third is not None:
                found.append((one, other, third))
    return found or [(each,) for each in offered]


def _adds(one: Offered, other: Offered, together: Mapping[frozenset[str], float]) -> bool:
    if one.currency != other.currency:
        return False
    differ = not one.kinds <= other.kinds and not other.kinds <= one.kinds
    return differ or together.get(frozenset((one.key, other.key)), 0) > 0


def candidate_of(parts: Sequence[Offered]) -> Candidate:
    """Return a bundle as a candidate: what is known of it is what is known of its parts, on average."""
    prices = [each.price for each in parts if each.price is not None]
    return Candidate(
        key="+".join(sorted(each.key for each in parts)),
        members=tuple(sorted(each.key for each in parts)),
        bookings=sum(each.bookings for each in parts) / len(parts),
        by_party=_mean([each.by_party for each in parts]),
        by_month=_mean([each.by_month for each in parts]),
        price=sum(prices) / len(prices) if prices else None,
    )


def evidence_of(offered: Sequence[Offered], together: Mapping[frozenset[str], float]) -> Evidence:
    """Return what is known of everything that was booked of these."""
    by_party, spent = _total([each.by_party for each in offered]), dict.fromkeys(PartyType, 0.0)
    priced = dict.fromkeys(PartyType, 0.0)
    for each in offered:
        for party, bookings in each.by_party.items():
            if each.price is not None:
                spent[party] += bookings * each.price
                priced[party] += bookings
    return Evidence(
        bookings=sum(by_party.values()),
        by_party=by_party,
        by_month=_total([each.by_month for each in offered]),
        alone={each.key: each.bookings for each in offered},
        together=together,
        typical_price={party: spent[party] / priced[party] for party in PartyType if priced[party]},
    )


def _total(counts: Sequence[Mapping[K, float]]) -> dict[K, float]:
    total: dict[K, float] = {}
    for each in counts:
        for key, value in each.items():
            total[key] = total.get(key, 0.0) + value
    return total


def _mean(counts: Sequence[Mapping[K, float]]) -> dict[K, float]:
    return {key: value / len(counts) for key, value in _total(counts).items()}
