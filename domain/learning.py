"""What a learned model says of one case, and why: a sum of one contribution for each feature, no more.

A model is numbers: a weight for each feature, steps over its values where a straight line was not enough, and two
numbers that turn the sum into a probability that holds (calibration). How these numbers are found is no matter of
this file (`integrations/learning`); what they say is a pure function of them.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

Features = Mapping[str, float]
"""Name -> value; what is missing counts as what is usual."""
FORMAT = 1
"""Of the numbers as they are kept. Another format is another number."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What a feature adds in each stretch of its values: `values[n]` up to and including `edges[n]`."""

    edges: tuple[float, ...]
    values: tuple[float, ...]

    def at(self, value: float) -> float:
        return self.values[bisect_left(self.edges, value)]


@dataclass(frozen=True, slots=True)
class Model:
    """A model of whether something will happen.

    `usual` are the features' means: a case with all of them usual has the log odds
    `slope * intercept + offset`, and what differs from them adds to it or takes away.
    """

    intercept: float
    weights: Mapping[str, float]
    usual: Features
    steps: Mapping[str, Steps] = field(default_factory=dict)
    slope: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one feature adds to the log odds of a case, compared with its usual value."""

    feature: str
    value: float
    log_odds: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """A probability with the contributions its log odds are the sum of, the weightiest first."""

    probability: float
    base: float
    """The log odds of the usual case."""
    contributions: tuple[Contribution, ...]


def margin(model: Model, features: Features) -> float:
    """Return the log odds of a case before they are calibrated."""
    return model.intercept + sum(_adds(model, name, features) for name in model.weights)


def probability(model: Model, features: Features) -> float:
    """Return how likely it is."""
    return logistic(model.slope * margin(model, features) + model.offset)


def explained(model: Model, features: Features) -> Prediction:
    """Return how likely it is, and why."""
    contributions = (
        Contribution(name, features.get(name, model.usual[name]), model.slope * _adds(model, name, features))
        for name in model.weights
    )
    ordered = sorted(contributions, key=lambda each: (-abs(each.log_odds), each.feature))
    base = model.slope * model.intercept + model.offset
    total = base + math.fsum(each.log_odds for each in ordered)
    return Prediction(logistic(total), base, tuple(ordered))


def _adds(model: Model, name: str, features: Features) -> float:
    usual = model.usual[name]
    value = features.get(name, usual)
    added = model.weights[name] * (value - usual)
    steps = model.steps.get(name)
    return added if steps is None else added + steps.at(value)


def logistic(log_odds: float) -> float:
    """Return the probability of log odds, for any size of them."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    grown = math.exp(log_odds)
    return grown / (1 + grown)


def constant(rate: float) -> Model:
    """Return the model that says the same of every case: the base rate."""
    bounded = min(max(rate, 1e-6), 1 - 1e-6)
    return Model(math.log(bounded / (1 - bounded)), {}, {})


def written(model: Model) -> dict[str, Any]:
    """Return the model as JSON."""
    return {
        "format": FORMAT,
        "intercept": model.intercept,
        "weights": dict(model.weights),
        "usual": dict(model.usual),
        "steps": {
            name: {"edges": list(each.edges), "values": list(each.values)}
            for name, each in model.steps.items()
        },
        "calibration": {"slope": model.slope, "offset": model.offset},
    }


def read(kept: Mapping[str, Any]) -> Model:
    """Return the model that was written. Raises ValueError for another format."""
    if kept.get("format") != FORMAT:
        raise ValueError(f"a model of format {kept.get('format')!r} can not be read")
    return Model(
        kept["intercept"],
        kept["weights"],
        kept["usual"],
        {name: Steps(tuple(each["edges"]), tuple(each["values"])) for name, each in kept["steps"].items()},
        kept["calibration"]["slope"],
        kept["calibration"]["offset"],
    )


@dataclass(frozen=True, slots=True)
class Example:
    """A case whose end is known: its features, whether it happened, and the day (any count of days) of its end.

    A list of them is in order of these days.
    """

    features: Features
    happened: bool
    day: int = 0


def forward_folds(number: int, shares: Sequence[float]) -> list[tuple[int, int]]:
    """Return (first, end) of the stretches between the shares: each is guessed by all that came before `first`."""
    marks = [int(number * share) for share in shares]
    return [(first, end) for first, end in pairwise(marks) if first < end]
