"""Learning a model's numbers with scikit-learn: a line, steps on top of it, and calibration.

Imported by the job that learns and by the measurements, never by a process that only answers: scikit-learn takes a
second and a hundred megabytes.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from domain.learning import Example, Model, Steps, constant, forward_folds, logistic, margin
from domain.learning_figures import figures

SHARES = (0.4, 0.55, 0.7, 0.85, 1.0)
"""Of the examples, in order of time: the first 40 % guess the next 15 %, and so on."""
STRENGTHS = (0.03, 0.1, 0.3, 1.0)
"""Inverse of the penalty on weights (scikit-learn's C), features being scaled."""
HALF_LIVES = (math.inf, 60.0, 20.0)
"""Days after which an example counts half as much."""
ROUNDS = (20, 50)
"""Steps on top of the line, where they help."""
LEARNING_RATE = 0.1
SMALLEST_SIDE = 20
"""Examples on each side of a step."""
SEED = 20_151_016
NEVER_PENALISED = 1e6
FEWEST_OF_EACH = 5
"""Of what happened and of what did not; with fewer there is nothing to learn but the rate."""

Numbers = NDArray[np.float64]
P = ParamSpec("P")
R = TypeVar("R")


def alone(learns: Callable[P, R]) -> Callable[P, R]:
    """Run in one thread: our tables are small, so that more of them would only wait for each other."""
    wrapped: Callable[P, R] = threadpool_limits.wrap(limits=1)(learns)
    return wrapped


@dataclass(frozen=True, slots=True)
class Choice:
    """How a model is fitted."""

    strength: float
    half_life: float = math.inf
    rounds: int = 0


@dataclass(frozen=True, slots=True)
class Learned:
    """A model with what was chosen for it; no choice where there was too little to choose by."""

    model: Model
    choice: Choice | None
    is_calibrated: bool = False


@dataclass(frozen=True, slots=True)
class Guesses:
    """What a choice would have said, fold by fold, before anything of the fold was known."""

    folds: tuple[tuple[float, ...], ...]
    """Log odds."""
    happened: tuple[tuple[bool, ...], ...]

    @property
    def brier(self) -> float:
        return _brier([each for fold in self.folds for each in fold], _flat(self.happened))


@alone
def learn(examples: Sequence[Example]) -> Learned:
    """Choose by what the past would have said of the future, calibrate if that helps, and learn from all.

    Examples are in order of time. With too few of a kind it is the base rate.
    """
    if not _are_enough([each.happened for each in examples]):
        return Learned(_rate_of(examples), None)
    tried = {
        choice: guess(examples, choice)
        for choice in (Choice(strength, lasts) for lasts, strength in product(HALF_LIVES, STRENGTHS))
    }
    line = min(tried, key=lambda choice: tried[choice].brier)
    tried |= {choice: guess(examples, choice) for choice in (replace(line, rounds=each) for each in ROUNDS)}
    best = min(tried, key=lambda choice: tried[choice].brier)
    model = fit(examples, best)
    found = calibration(tried[best])
    if found is None:
        return Learned(model, best)
    slope, offset = found
    return Learned(replace(model, slope=slope, offset=offset), best, is_calibrated=True)


@alone
def learn_line(examples: Sequence[Example]) -> Learned:
    """Learn the baseline: a logistic regression to which all examples are alike, its strength chosen like ours."""
    if not _are_enough([each.happened for each in examples]):
        return Learned(_rate_of(examples), None)
    best = min(map(Choice, STRENGTHS), key=lambda choice: guess(examples, choice).brier)
    return Learned(fit(examples, best), best)


def guess(examples: Sequence[Example], choice: Choice) -> Guesses:
    """Guess each fold by what was known before it."""
    folds, happened = [], []
    for first, end in forward_folds(len(examples), SHARES):
        model = fit(examples[:first], choice)
        folds.append(tuple(margin(model, each.features) for each in examples[first:end]))
        happened.append(tuple(each.happened for each in examples[first:end]))
    return Guesses(tuple(folds), tuple(happened))


@alone
def fit(examples: Sequence[Example], choice: Choice) -> Model:
    """Learn a line, and steps of one feature each on top of it. With too few of a kind: the base rate."""
    names = sorted({name for each in examples for name in each.features})
    if not names or not _are_enough([each.happened for each in examples]):
        return _rate_of(examples)
    rows = np.array([[each.features.get(name, 0.0) for name in names] for each in examples], dtype=np.float64)
    labels = np.array([each.happened for each in examples], dtype=np.int64)
    ages = np.array([examples[-1].day - each.day for each in examples], dtype=np.float64)
    weights: Numbers = 0.5 ** (ages / choice.half_life)
    scaler = StandardScaler().fit(rows)
    scaled: Numbers = scaler.transform(rows)
    line = LogisticRegression(C=choice.strength, max_iter=2_000).fit(scaled, labels, sample_weight=weights)
    model = Model(
        intercept=float(line.intercept_[0]),
        weights=_named(names, line.coef_[0] / scaler.scale_),
        usual=_named(names, scaler.mean_),
    )
    if not choice.rounds:
        return model
    boosted = GradientBoostingClassifier(
        init=LogisticRegression(C=choice.strength, max_iter=2_000),
        n_estimators=choice.rounds,
        learning_rate=LEARNING_RATE,
        max_depth=1,
        min_samples_leaf=min(SMALLEST_SIDE, max(1, len(examples) // 10)),
        subsample=0.7,
        random_state=SEED,
    ).fit(scaled, labels, sample_weight=weights)
    return _with_steps(model, boosted, names, scaler)


def calibration(guesses: Guesses) -> tuple[float, float] | None:
    """Return slope and offset that make log odds hold (Platt, 1999); None where they would not have helped.

    They have to do better on the last fold than nothing, when found on the folds before it; and a slope that would
    turn the model round is never taken.
    """
    if len(guesses.folds) < 2 or not _are_enough(_flat(guesses.happened[:-1])):
        return None
    slope, offset = _platt(guesses.folds[:-1], guesses.happened[:-1])
    last, happened = guesses.folds[-1], guesses.happened[-1]
    if _brier([slope * each + offset for each in last], happened) >= _brier(last, happened):
        return None
    slope, offset = _platt(guesses.folds, guesses.happened)
    return (slope, offset) if slope > 0 else None


def _platt(folds: Sequence[Sequence[float]], happened: Sequence[Sequence[bool]]) -> tuple[float, float]:
    margins = np.array([each for fold in folds for each in fold], dtype=np.float64).reshape(-1, 1)
    found = LogisticRegression(C=NEVER_PENALISED, max_iter=2_000)
    found.fit(margins, np.array(_flat(happened), dtype=np.int64))
    return float(found.coef_[0][0]), float(found.intercept_[0])


def _with_steps(
    model: Model, boosted: GradientBoostingClassifier, names: Sequence[str], scaler: StandardScaler
) -> Model:
    """Add up the trees, of one split each, into steps by feature."""
    cuts: dict[str, list[tuple[float, float, float]]] = {}
    intercept = model.intercept
    for (each,) in boosted.estimators_:
        tree = each.tree_
        if tree.node_count == 1:
            intercept += LEARNING_RATE * float(tree.value[0, 0, 0])
            continue
        place, left, right = tree.feature[0], tree.children_left[0], tree.children_right[0]
        edge = float(tree.threshold[0] * scaler.scale_[place] + scaler.mean_[place])
        below, above = (LEARNING_RATE * float(tree.value[side, 0, 0]) for side in (left, right))
        cuts.setdefault(names[place], []).append((edge, below, above))
    steps: dict[str, Steps] = {}
    for name, found in sorted(cuts.items()):
        edges = tuple(sorted({edge for edge, _, _ in found}))
        values = [
            math.fsum(below if at <= edge else above for edge, below, above in found)
            for at in (*edges, math.inf)
        ]
        usual = Steps(edges, tuple(values)).at(model.usual[name])
        # Contributions are told against the usual case, so that one is worth nothing.
        steps[name] = Steps(edges, tuple(value - usual for value in values))
        intercept += usual
    return replace(model, intercept=intercept, steps=steps)


def _named(names: Sequence[str], values: Numbers) -> dict[str, float]:
    return {name: float(value) for name, value in zip(names, values, strict=True)}


def _rate_of(examples: Sequence[Example]) -> Model:
    # One more of each (Laplace): of nothing, half.
    return constant((sum(each.happened for each in examples) + 1) / (len(examples) + 2))


def _brier(margins: Sequence[float], happened: Sequence[bool]) -> float:
    return figures([logistic(each) for each in margins], happened).brier


def _flat(folds: Sequence[Sequence[bool]]) -> list[bool]:
    return [each for fold in folds for each in fold]


def _are_enough(happened: Sequence[bool]) -> bool:
    positives = sum(happened)
    return min(positives, len(happened) - positives) >= FEWEST_OF_EACH
