"""How well probabilities hold: discrimination, Brier score, calibration; all by their definitions, none by a library."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10
"""Of the reliability table: from 0 to 10 %, to 20 %, and so on."""
DRAWS = 2_000
SEED = 20_151_016


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases that were said to be about as likely: how many, what was said of them on average, what happened."""

    number: int
    said: float
    happened: float


@dataclass(frozen=True, slots=True)
class Figures:
    """How well a model did. `auc` is None where everything or nothing happened.

    `brier` and `log_loss` are the smaller the better; `ece` (expected calibration error) is the mean distance of
    what was said from what happened, over the bins, by their size.
    """

    number: int
    happened: float
    auc: float | None
    brier: float
    log_loss: float
    ece: float
    bins: tuple[Bin, ...]


def figures(said: Sequence[float], happened: Sequence[bool]) -> Figures:
    """Return how well probabilities did on what happened. Both in the same order, at least one."""
    number = len(said)
    pairs = list(zip(said, happened, strict=True))
    bins = reliability(said, happened)
    return Figures(
        number=number,
        happened=sum(happened) / number,
        auc=auc(said, happened),
        brier=sum((p - is_so) ** 2 for p, is_so in pairs) / number,
        log_loss=-sum(math.log(_bounded(p if is_so else 1 - p)) for p, is_so in pairs) / number,
        ece=sum(each.number * abs(each.said - each.happened) for each in bins) / number,
        bins=bins,
    )


def _bounded(probability: float) -> float:
    return max(probability, 1e-15)


def auc(said: Sequence[float], happened: Sequence[bool]) -> float | None:
    """Return how often a case that happened was said to be likelier than one that did not; ties count half."""
    order = sorted(range(len(said)), key=said.__getitem__)
    positives = sum(happened)
    negatives = len(said) - positives
    if not positives or not negatives:
        return None
    ranks, at = 0.0, 0
    while at < len(order):
        end = at
        while end < len(order) and said[order[end]] == said[order[at]]:
            end += 1
        ranks += (at + 1 + end) / 2 * sum(happened[each] for each in order[at:end])
        at = end
    return (ranks - positives * (positives + 1) / 2) / (positives * negatives)


def reliability(said: Sequence[float], happened: Sequence[bool], bins: int = BINS) -> tuple[Bin, ...]:
    """Return what was said beside what happened, for each bin there is anything in, in order."""
    found: dict[int, list[tuple[float, bool]]] = {}
    for p, is_so in zip(said, happened, strict=True):
        found.setdefault(min(int(p * bins), bins - 1), []).append((p, is_so))
    return tuple(
        Bin(len(each), sum(p for p, _ in each) / len(each), sum(is_so for _, is_so in each) / len(each))
        for _, each in sorted(found.items())
    )


def better_by(
    ours: Sequence[float], theirs: Sequence[float], happened: Sequence[bool], *, draws: int = DRAWS
) -> tuple[float, float]:
    """Return where 95 % of the differences in Brier score lie (theirs − ours) when the cases are drawn anew.

    Paired bootstrap, always the same draws; above 0 ours is the better one.
    """
    draw = random.Random(SEED)  # noqa: S311 - the same draws every time are the point
    gains = [
        (other - is_so) ** 2 - (one - is_so) ** 2
        for one, other, is_so in zip(ours, theirs, happened, strict=True)
    ]
    drawn = sorted(sum(draw.choices(gains, k=len(gains))) / len(gains) for _ in range(draws))
    return drawn[int(draws * 0.025)], drawn[int(draws * 0.975)]
