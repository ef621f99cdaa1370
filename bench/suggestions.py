"""What the suggestions' coefficients are learned from, and how well they do on bookings nobody looked at.

The table is real: a city hotel's bookings. With the room a party takes a meal plan, a parking space or none, and a
class of room: that is the bundle to be guessed, from who travels and in which month. Bookings are put in the order in
which they were *made*. On the first 80 % the coefficients are chosen, by five folds in time, and the last 20 % are
guessed once, with counts of all that was made before. The baseline suggests what is booked most.
"""

import argparse
import csv
import datetime as dt
import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise, product
from pathlib import Path
from typing import TypeVar

from domain.suggestions import (
    COEFFICIENTS,
    Candidate,
    Coefficients,
    Evidence,
    PartyType,
    Signal,
    party_type,
    score,
    suggest,
)

K = TypeVar("K")

ROOT = Path(__file__).parent.parent
TABLE = ROOT.parent / "shared" / "data" / "city_hotel_bookings.csv"
DOC = ROOT / "docs" / "models.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
MONTHS = {dt.date(2015, number, 1).strftime("%B"): number for number in range(1, 13)}
PRIORS = (5.0, 20.0, 50.0, 100.0)
HALF_LIVES = (math.inf, 90.0, 30.0, 14.0)
"""Days after which a booking counts half as much."""
GRID = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
ONLY_POPULARITY: Mapping[Signal, float] = dict.fromkeys(Signal, 0.0) | {Signal.POPULARITY: 1.0}
DRAWS = 2_000
TOP = 3
FOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
"""Counts of the first 30 % rank the next 10 %, counts of the first 40 % the 10 % after them, and so on."""


Known = tuple[list[Candidate], Evidence]
"""The bundles that were taken, and what is known of all of them."""
Fold = tuple[Known, Sequence["Taken"]]


@dataclass(frozen=True, slots=True)
class Taken:
    """One booking: when it was made, for whom, when, and what was taken with it."""

    made_on: dt.date
    party: PartyType
    month: int
    members: tuple[str, str, str]
    price: float

    @property
    def key(self) -> str:
        return " + ".join(self.members)


@dataclass(frozen=True, slots=True)
class Figures:
    """How well bundles were guessed, over all bookings: the share in the first 1 and 3, mean reciprocal rank, NDCG@3."""

    hit_1: float
    hit_3: float
    mrr: float
    ndcg_3: float


def read(path: Path) -> list[Taken]:
    """Read the table, in the order in which the bookings were made."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return sorted((_taken(row) for row in rows), key=lambda each: (each.made_on, each.key))


def _taken(row: Mapping[str, str]) -> Taken:
    def number(name: str) -> int:
        return int(row[name]) if row[name].isdigit() else 0

    arrives_on = dt.date(
        number("arrival_date_year"),
        MONTHS[row["arrival_date_month"]],
        number("arrival_date_day_of_month"),
    )
    parking = "with parking" if number("required_car_parking_spaces") else "without parking"
    return Taken(
        made_on=arrives_on - dt.timedelta(days=number("lead_time")),
        party=party_type(number("adults"), number("children") + number("babies")),
        month=arrives_on.month,
        members=(f"meal {row['meal']}", parking, f"room {row['reserved_room_type']}"),
        price=float(row["adr"]),
    )


def evidence_of(bookings: Sequence[Taken], half_life: float) -> Known:
    """Count the bundles that were taken; a booking counts half as much after each `half_life` days."""
    last = bookings[-1].made_on
    weights = {day: 0.5 ** ((last - day).days / half_life) for day in {each.made_on for each in bookings}}
    by_key: dict[str, list[Taken]] = {}
    for each in bookings:
        by_key.setdefault(each.key, []).append(each)
    candidates = [
        Candidate(
            key=key,
            members=taken[0].members,
            bookings=sum(weights[each.made_on] for each in taken),
            by_party=_sums((each.party, weights[each.made_on]) for each in taken),
            by_month=_sums((each.month, weights[each.made_on]) for each in taken),
            price=sum(each.price for each in taken) / len(taken),
        )
        for key, taken in sorted(by_key.items())
    ]
    parties = _sums((each.party, weights[each.made_on]) for each in bookings)
    spent = _sums((each.party, weights[each.made_on] * each.price) for each in bookings)
    return candidates, Evidence(
        bookings=sum(parties.values()),
        by_party=parties,
        by_month=_sums((each.month, weights[each.made_on]) for each in bookings),
        alone=_sums((member, weights[each.made_on]) for each in bookings for member in each.members),
        together=_sums(
            (frozenset(pair), weights[each.made_on])
            for each in bookings
            for pair in combinations(each.members, 2)
        ),
        typical_price={party: spent[party] / number for party, number in parties.items()},
    )


def _sums(weighed: Iterable[tuple[K, float]]) -> dict[K, float]:
    sums: dict[K, float] = {}
    for key, weight in weighed:
        sums[key] = sums.get(key, 0.0) + weight
    return sums


def likelihood(folds: Sequence[Fold], coefficients: Coefficients) -> float:
    """Return the mean log-likelihood of what was taken, scores read as odds; of what was there to be suggested.

    A smooth measure: what ranks best in a small sample is mostly luck.
    """
    total, number = 0.0, 0
    for (candidates, evidence), held_back in folds:
        place = {each.key: nth for nth, each in enumerate(candidates)}
        taken = Counter((each.party, each.month, each.key) for each in held_back if each.key in place)
        scores: dict[tuple[PartyType, int], tuple[list[float], float]] = {}
        for (party, month, key), times in taken.items():
            if (party, month) not in scores:
                found = [
                    score(each, evidence, party=party, month=month, coefficients=coefficients)
                    for each in candidates
                ]
                scores[party, month] = (found, math.log(sum(map(math.exp, found))))
            found, whole = scores[party, month]
            total += times * (found[place[key]] - whole)
            number += times
    return total / number


def learn(bookings: Sequence[Taken]) -> Coefficients:
    """Choose what makes likely what was booked later, in folds by time: one coefficient at a time, in turns.

    The likelihood has one top only, whatever the prior and the half-life, so that finds it.
    """
    marks = [int(len(bookings) * share / FOLDS[-1]) for share in FOLDS]
    best: tuple[float, Coefficients] | None = None
    for half_life in HALF_LIVES:
        folds = [
            (evidence_of(bookings[:first], half_life), bookings[first:last])
            for first, last in pairwise(marks)
        ]
        for prior in PRIORS:
            found = _climbed(folds, Coefficients(ONLY_POPULARITY, prior, half_life))
            if best is None or found[0] > best[0]:
                best = found
    assert best is not None
    return best[1]


def _climbed(folds: Sequence[Fold], start: Coefficients) -> tuple[float, Coefficients]:
    at, best = likelihood(folds, start), start
    while True:
        before = at
        for signal, value in product(Signal, GRID):
            tried = replace(best, weights={**best.weights, signal: value})
            if (found := likelihood(folds, tried)) > at + 1e-7:
                at, best = found, tried
        if at == before:
            return at, best


def ranks(known: Known, held_back: Sequence[Taken], coefficients: Coefficients) -> list[int | None]:
    """Return the place at which each booking's bundle was suggested, from 1; None where it never was."""
    candidates, evidence = known
    places: dict[tuple[PartyType, int], dict[str, int]] = {}
    found: list[int | None] = []
    for each in held_back:
        context = (each.party, each.month)
        if context not in places:
            suggested = suggest(
                candidates, evidence, party=each.party, month=each.month, coefficients=coefficients
            )
            places[context] = {one.candidate.key: nth for nth, one in enumerate(suggested, 1)}
        found.append(places[context].get(each.key))
    return found


def figures(found: Sequence[int | None]) -> Figures:
    """Return how well that was."""
    number = len(found)
    return Figures(
        hit_1=sum(each == 1 for each in found) / number,
        hit_3=sum(each is not None and each <= TOP for each in found) / number,
        mrr=sum(1 / each for each in found if each is not None) / number,
        ndcg_3=sum(map(_gain, found)) / number,
    )


def _gain(place: int | None) -> float:
    return 1 / math.log2(1 + place) if place is not None and place <= TOP else 0.0


def interval(ours: Sequence[int | None], theirs: Sequence[int | None]) -> tuple[float, float]:
    """Return where 95 % of the differences in NDCG@3 lie when the bookings are drawn anew (paired bootstrap)."""
    draw = random.Random(20_151_015)
    gains = [_gain(one) - _gain(other) for one, other in zip(ours, theirs, strict=True)]
    drawn = sorted(sum(draw.choices(gains, k=len(gains))) / len(gains) for _ in range(DRAWS))
    return drawn[int(DRAWS * 0.025)], drawn[int(DRAWS * 0.975)]


@dataclass(frozen=True, slots=True)
class Report:
    """All that is told of one run."""

    coefficients: Coefficients
    sizes: tuple[int, int]
    ends: tuple[dt.date, dt.date]
    ours: Figures
    baseline: Figures
    better: tuple[float, float]


def run(bookings: Sequence[Taken]) -> Report:
    """Learn, then guess the bookings that were held back, once."""
    mark = int(len(bookings) * FOLDS[-1])
    before, test = bookings[:mark], bookings[mark:]
    coefficients = learn(before)
    known = evidence_of(before, coefficients.half_life_days)
    baseline = Coefficients(ONLY_POPULARITY, coefficients.prior)
    ours = ranks(known, test, coefficients)
    # The baseline counts every booking alike: what was booked most, so far.
    theirs = ranks(evidence_of(before, math.inf), test, baseline)
    return Report(
        coefficients=coefficients,
        sizes=(len(before), len(test)),
        ends=(before[-1].made_on, test[-1].made_on),
        ours=figures(ours),
        baseline=figures(theirs),
        better=interval(ours, theirs),
    )


def told(report: Report) -> str:
    """Write the figures as the table of docs/models.md."""
    lines = [
        "| | hit@1 | hit@3 | MRR | NDCG@3 |",
        "|---|---:|---:|---:|---:|",
        *(
            f"| {name} | {each.hit_1:.4f} | {each.hit_3:.4f} | {each.mrr:.4f} | {each.ndcg_3:.4f} |"
            for name, each in (("popularity baseline", report.baseline), ("scorer", report.ours))
        ),
        "",
        f"Bookings to learn from: {report.sizes[0]}, made until {report.ends[0]}.",
        f"Bookings held back: {report.sizes[1]}, made until {report.ends[1]}.",
        f"In 95 % of {DRAWS} paired bootstrap draws NDCG@3 differs by {report.better[0]:+.4f} … {report.better[1]:+.4f}.",
        "",
        "Coefficients: "
        + ", ".join(f"{name} {value:g}" for name, value in report.coefficients.weights.items())
        + f"; prior {report.coefficients.prior:g}; half-life {report.coefficients.half_life_days:g} days.",
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Learn, measure, tell; with `--write` keep the coefficients and the figures in the repository."""
    parser = argparse.ArgumentParser(prog="./interline learn-suggestions", description=__doc__)
    parser.add_argument("--table", type=Path, default=TABLE)
    parser.add_argument("--write", action="store_true", help="keep coefficients and figures")
    options = parser.parse_args(arguments)
    report = run(read(options.table))
    print(told(report))
    if options.write:
        kept = json.loads(COEFFICIENTS.read_text("utf-8"))
        kept["learned"] = dict(report.coefficients.weights)
        kept["prior"] = report.coefficients.prior
        lasts = report.coefficients.half_life_days
        kept["half_life_days"] = None if math.isinf(lasts) else lasts
        COEFFICIENTS.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")
        text = DOC.read_text("utf-8")
        head, tail = text.split(BEGIN)[0], text.split(END)[1]
        DOC.write_text(f"{head}{BEGIN}\n{told(report)}\n{END}{tail}", "utf-8")
    return 0
