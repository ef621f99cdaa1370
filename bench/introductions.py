"""Whether what becomes of introductions can be learned at all: shown on stories whose truth is known and hidden.

There are no introductions to learn from yet. So partners and contractors are made up, contractors choose by the rules'
ranking with some whim, and dice of a hidden truth, which is not what the rules believe, decide what becomes of it. Then
the night's job is done on that, and what it decided is told beside what would have been right. Where the truth is
that everybody is alike, nothing may be chosen.
"""

import argparse
import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from domain.contractors import ContractorSize, Hours
from domain.learning import logistic
from domain.matching import RULES, MatchFactor, Offer, Seeker, is_possible
from domain.prediction_models import Case, Contender, Verdict, divide, verdict_on
from domain.predictions import (
    LearnedScorer,
    PredictionTarget,
    Version,
    features_of,
    known_of,
    terms,
)
from integrations.learning.versions import Trained, train

ROOT = Path(__file__).parent.parent
DOC = ROOT / "docs" / "models.md"
BEGIN, END = "<!-- introductions: begin -->", "<!-- introductions: end -->"
BOOKING, SHOW, SUCCESS = PredictionTarget
FIRST_DAY = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
A_DAY = 8
"""Introductions made a day."""
OFFERS = 8
"""Partners a contractor has to choose from."""
WHIM = (0.5, 0.25, 0.15, 0.1)
"""How often the first, the second, … of the ranking is chosen."""
PARTNERS = 60
SEEDS = range(1, 11)
STORIES = 1_600

Truth = Mapping[PredictionTarget, tuple[float, Mapping[MatchFactor, float]]]
"""Log odds where everything known is one half, and what each thing that is known adds from 0 to 1."""
F = MatchFactor
HIDDEN: Truth = {
    BOOKING: (0.4, {F.RESPONSE: 2.5, F.TIME_ZONE: 2.0, F.NEED: 1.0, F.CONVERSION: 2.0, F.CAPACITY: 0.8}),
    SHOW: (1.4, {F.SHOW_RATE: 3.0, F.TIME_ZONE: 1.5, F.CONTRACTOR_SIZE: 1.5}),
    SUCCESS: (0.3, {F.NEED: 2.0, F.INDUSTRY: 1.5, F.SUCCESS_RATE: 2.0}),
}
ALIKE: Truth = {BOOKING: (0.4, {}), SHOW: (1.4, {}), SUCCESS: (0.3, {})}


@dataclass(frozen=True, slots=True)
class Story:
    """One introduction: what was known when it was made, and what dice made of it."""

    seeker: Seeker
    offer: Offer
    features: Mapping[str, float]
    rule_score: float
    made_at: dt.datetime
    is_booked: bool
    has_showed: bool
    is_success: bool


def stories(number: int, *, seed: int, truth: Truth) -> list[Story]:
    """Make up introductions in the order of time, always the same for a seed."""
    draw = random.Random(seed)
    partners = [_offer(draw, each) for each in range(PARTNERS)]
    told = []
    for count in range(number):
        made_at = FIRST_DAY + dt.timedelta(days=1) / A_DAY * count
        seeker = _seeker(draw)
        ranked = ranking(seeker, candidates(draw, partners, seeker), made_at.date())
        offer = ranked[min(draw.choices(range(len(WHIM)), WHIM)[0], len(ranked) - 1)]
        happened = {
            target: draw.random() < chance(truth, target, seeker, offer, made_at.date())
            for target in PredictionTarget
        }
        told.append(
            Story(
                seeker=seeker,
                offer=offer,
                features=features_of(known_of(seeker, offer, on=made_at.date())),
                rule_score=float(RULES.score(seeker, offer, on=made_at.date()).points),
                made_at=made_at,
                is_booked=happened[BOOKING],
                has_showed=happened[BOOKING] and happened[SHOW],
                is_success=all(happened.values()),
            )
        )
    return told


def candidates(draw: random.Random, partners: Sequence[Offer], seeker: Seeker) -> list[Offer]:
    """Draw the partners that a contractor has to choose from, each as busy as it happens to be."""
    found: list[Offer] = []
    while len(found) < OFFERS:
        offer = draw.choice(partners)
        offer = replace(offer, taken=draw.randrange(offer.capacity))
        if is_possible(seeker, offer) and offer.partner_id not in {each.partner_id for each in found}:
            found.append(offer)
    return found


def ranking(seeker: Seeker, offers: Sequence[Offer], on: dt.date) -> list[Offer]:
    """Return them as the rules rank."""
    return sorted(offers, key=lambda each: -RULES.score(seeker, each, on=on).points)


def chance(truth: Truth, target: PredictionTarget, seeker: Seeker, offer: Offer, on: dt.date) -> float:
    """Return what the dice are thrown with."""
    usual, adds = truth[target]
    known = features_of(known_of(seeker, offer, on=on))
    return logistic(usual + sum(weight * (known[factor] - 0.5) for factor, weight in adds.items()))


def cases_of(told: Sequence[Story], target: PredictionTarget) -> list[Case]:
    """Return what of the stories a target is learned from, as the job finds it."""
    asked = {
        BOOKING: [(each, each.is_booked, 14) for each in told],
        SHOW: [(each, each.has_showed, 5) for each in told if each.is_booked],
        SUCCESS: [(each, each.is_success, 19) for each in told if each.has_showed],
    }
    return [
        Case(each.features, each.rule_score, happened, each.made_at, each.made_at + dt.timedelta(days=days))
        for each, happened, days in asked[target]
    ]


def _seeker(draw: random.Random) -> Seeker:
    first = draw.choice((8, 9, 10, 13))
    return Seeker(
        industry=draw.choice(("AGENCY", "HOTEL", "EVENTS")),
        region=draw.choice(("IT-25", "IT-62", "DE", "FR", "ES")),
        needs=tuple(draw.sample(("HOTELS", "TRANSFERS", "TOURS", "TICKETS"), draw.randint(1, 3))),
        languages=("en", draw.choice(("it", "de", "fr"))),
        time_zone=draw.choice(("Europe/Rome", "Europe/Berlin", "America/New_York", "Asia/Tokyo")),
        hours=Hours(first, first + draw.choice((4, 8))),
        size=draw.choice(list(ContractorSize)),
    )


def _offer(draw: random.Random, number: int) -> Offer:
    is_new = draw.random() < 0.25

    def score() -> float | None:
        return None if is_new else 100 * draw.betavariate(2, 1.5)

    return Offer(
        partner_id=UUID(int=number + 1),
        industries=frozenset(draw.sample(("AGENCY", "HOTEL", "EVENTS"), draw.randint(0, 2))),
        regions=frozenset(draw.sample(("IT", "DE", "FR", "ES"), draw.randint(1, 3))),
        needs=frozenset(draw.sample(("HOTELS", "TRANSFERS", "TOURS", "TICKETS"), draw.randint(1, 4))),
        languages=frozenset({"en"}),
        time_zone=draw.choice(("Europe/Rome", "Europe/London", "America/New_York", "Asia/Tokyo")),
        capacity=10,
        taken=0,
        response_score=score(),
        booking_score=score(),
        show_score=score(),
        conversion_score=score(),
        success_score=score(),
    )


@dataclass(frozen=True, slots=True)
class Night:
    """What one run of the job made of the stories of one seed."""

    trained: Trained
    verdict: Verdict


def night(told: Sequence[Story], target: PredictionTarget) -> Night:
    """Learn a first version, as the job does."""
    division = divide(cases_of(told, target), terms().learning)
    if division is None:
        raise ValueError("There is too little to learn from.")
    trained = train(division, None)
    return Night(trained, verdict_on(trained.compared, is_pinned=False, is_worse_than_rules=False))


def booked_by(trained: Trained, *, seed: int, truth: Truth, contractors: int = 1_000) -> dict[str, float]:
    """Return how often a demo would be booked if contractors took the first of a ranking, by who ranks.

    New contractors, and by the truth's own chances: no dice are needed to tell rankings apart.
    """
    draw = random.Random(10_000 + seed)
    partners = [_offer(draw, each) for each in range(PARTNERS)]
    learned = LearnedScorer(Version(UUID(int=1), BOOKING, 1, trained.learned.model))
    on = FIRST_DAY.date() + dt.timedelta(days=365)
    sums = {"rules": 0.0, "learned": 0.0, "best there is": 0.0}
    for _ in range(contractors):
        seeker = _seeker(draw)
        offers = candidates(draw, partners, seeker)
        chances = {each: chance(truth, BOOKING, seeker, each, on) for each in offers}
        sums["rules"] += chances[ranking(seeker, offers, on)[0]]
        best = max(offers, key=lambda each: learned.score(seeker, each, on=on).points)
        sums["learned"] += chances[best]
        sums["best there is"] += max(chances.values())
    return {name: total / contractors for name, total in sums.items()}


def told() -> str:
    """Write the figures as the tables of docs/models.md."""
    lines = [
        f"{STORIES} introductions each, {A_DAY} a day; {len(SEEDS)} worlds by as many seeds. Mean over the worlds:",
        "",
        "| truth | target | held back | AUC rules | AUC learned | Brier base rate | Brier rules | Brier learned | chosen |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lifts: list[dict[str, float]] = []
    for name, truth in (("hidden", HIDDEN), ("all alike", ALIKE)):
        worlds = [stories(STORIES, seed=seed, truth=truth) for seed in SEEDS]
        for target in PredictionTarget:
            nights = [night(each, target) for each in worlds]
            lines.append(_row(name, target, nights))
            if truth is HIDDEN and target is BOOKING:
                lifts = [
                    booked_by(each.trained, seed=seed, truth=truth)
                    for seed, each in zip(SEEDS, nights, strict=True)
                ]
    mean = {name: sum(each[name] for each in lifts) / len(lifts) for name in lifts[0]}
    lines += [
        "",
        (
            "If new contractors took the first of each ranking, by the hidden truth's own chances, a demo would be "
            f"booked in {mean['rules']:.1%} of introductions by the rules, {mean['learned']:.1%} by what was learned "
            f"({mean['learned'] / mean['rules'] - 1:+.1%}), {mean['best there is']:.1%} by who knows the truth."
        ),
    ]
    return "\n".join(lines)


def _row(name: str, target: PredictionTarget, nights: Sequence[Night]) -> str:
    found = [{each.contender: each.figures for each in one.trained.compared} for one in nights]

    def mean(contender: Contender, what: str) -> float:
        values: list[float] = [getattr(each[contender], what) for each in found]
        return sum(values) / len(values)

    chosen = sum(each.verdict is Verdict.CHOSEN for each in nights)
    return (
        f"| {name} | {target} | {mean(Contender.CANDIDATE, 'number'):.0f} "
        f"| {mean(Contender.RULES, 'auc'):.3f} | {mean(Contender.CANDIDATE, 'auc'):.3f} "
        f"| {mean(Contender.BASE_RATE, 'brier'):.4f} | {mean(Contender.RULES, 'brier'):.4f} "
        f"| {mean(Contender.CANDIDATE, 'brier'):.4f} | {chosen} of {len(nights)} |"
    )


def main(arguments: Sequence[str]) -> int:
    """Make up, learn, tell; with `--write` keep the figures in the repository."""
    parser = argparse.ArgumentParser(prog="./interline learn-introductions", description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the figures")
    options = parser.parse_args(arguments)
    table = told()
    print(table)
    if options.write:
        text = DOC.read_text("utf-8")
        head, tail = text.split(BEGIN)[0], text.split(END)[1]
        DOC.write_text(f"{head}{BEGIN}\n{table}\n{END}{tail}", "utf-8")
    return 0
