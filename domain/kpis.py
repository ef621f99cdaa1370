"""Figures with what they should be.

A rate is None where nothing happened, never a division by zero, and has four decimals; it is compared
with its target before it is rounded.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction


class Comparison(StrEnum):
    """How a figure should lie to its target."""

    ABOVE = "ABOVE"
    AT_LEAST = "AT_LEAST"
    BELOW = "BELOW"
    AT_MOST = "AT_MOST"


class Level(StrEnum):
    """How a figure stands: ALERT is beyond the gate, WARN misses the target only."""

    OK = "OK"
    WARN = "WARN"
    ALERT = "ALERT"


class Unit(StrEnum):
    """What a figure counts in. A RATIO of 1 is 100 %; POINTS are from 0 to 10, or from 1 to 5."""

    RATIO = "RATIO"
    SECONDS = "SECONDS"
    MILLISECONDS = "MILLISECONDS"
    COUNT = "COUNT"
    PER_MONTH = "PER_MONTH"
    DAYS = "DAYS"
    HOURS = "HOURS"
    POINTS = "POINTS"


DECIMALS: dict[Unit, int] = {
    Unit.RATIO: 4,
    Unit.SECONDS: 0,
    Unit.MILLISECONDS: 0,
    Unit.COUNT: 0,
    Unit.PER_MONTH: 2,
    Unit.DAYS: 2,
    Unit.HOURS: 2,
    Unit.POINTS: 2,
}


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should be. `gate` is where it becomes an alert; None: it never does."""

    comparison: Comparison
    target: Decimal
    gate: Decimal | None = None

    def level(self, value: Fraction) -> Level:
        if self._holds(value, self.target):
            return Level.OK
        return Level.WARN if self.gate is None or self._holds(value, self.gate) else Level.ALERT

    def _holds(self, value: Fraction, bound: Decimal) -> bool:
        limit = Fraction(bound)
        match self.comparison:
            case Comparison.ABOVE:
                return value > limit
            case Comparison.AT_LEAST:
                return value >= limit
            case Comparison.BELOW:
                return value < limit
            case Comparison.AT_MOST:
                return value <= limit


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure and its goal. `exact` is what it is, `value` what is shown."""

    exact: Fraction | None
    unit: Unit
    goal: Goal | None = None

    @property
    def value(self) -> Decimal | None:
        """The figure, rounded half up to the unit's decimals; None where nothing happened."""
        if self.exact is None:
            return None
        shown = Decimal(self.exact.numerator) / Decimal(self.exact.denominator)
        return shown.quantize(Decimal(1).scaleb(-DECIMALS[self.unit]), ROUND_HALF_UP)

    @property
    def comparison(self) -> Comparison | None:
        return self.goal.comparison if self.goal else None

    @property
    def target(self) -> Decimal | None:
        return self.goal.target if self.goal else None

    @property
    def gate(self) -> Decimal | None:
        return self.goal.gate if self.goal else None

    @property
    def level(self) -> Level | None:
        """How the figure stands; None without a goal, or where nothing happened."""
        return self.goal.level(self.exact) if self.goal and self.exact is not None else None


def rate(part: int, whole: int, goal: Goal | None) -> Kpi:
    """Return `part` of `whole` as a ratio."""
    return Kpi(Fraction(part, whole) if whole else None, Unit.RATIO, goal)


def figure(value: Decimal | float | None, unit: Unit, goal: Goal | None = None) -> Kpi:
    return Kpi(None if value is None else Fraction(value), unit, goal)
