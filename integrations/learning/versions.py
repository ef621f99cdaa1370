"""Learning the next version of a model of what becomes of introductions, and comparing it with what there is."""

from dataclasses import dataclass

from domain.learning import Model
from domain.prediction_models import Compared, Division, compare, is_worse_than_rules
from integrations.learning.fitting import Learned, learn, learn_line


@dataclass(frozen=True, slots=True)
class Trained:
    """A new version with how it did beside the others on what was held back."""

    learned: Learned
    compared: tuple[Compared, ...]
    is_worse_than_rules: bool
    """Whether the version that spoke until now is."""


def train(division: Division, current: Model | None) -> Trained:
    """Learn from what is not held back, and compare on what is. The rules' score is made a probability the same way.

    Takes seconds, and no clock, chance or network: the same division gives the same version.
    """
    learned = learn(division.examples)
    rules = learn_line(division.examples_of_rules).model
    return Trained(
        learned,
        compare(division, candidate=learned.model, rules=rules, current=current),
        current is not None and is_worse_than_rules(division, current=current, rules=rules),
    )
