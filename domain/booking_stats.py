"""How a partner's introductions went, how partners rank by it, and where introductions are lost on their way."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from domain.confidence import Confidence, FactorScore
from domain.kpis import Kpi, Unit, rate

RANKED = range(1, 101)
"""How many partners a ranking may show."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Introductions that were sent, by how far they came, whatever became of them later."""

    introduced: int = 0
    responded: int = 0
    confirmed: int = 0
    showed: int = 0
    positive: int = 0
    deals: int = 0
    lost: int = 0
    cancelled: int = 0
    open: int = 0
    missed_by_partner: int = 0
    missed_by_contractor: int = 0
    """Demos; those both missed count in both."""
    reminders: int = 0
    feedback: int = 0
    """Introductions of which the contractor said what it thought."""
    booking_seconds: int = 0
    """From sent to confirmed, of all confirmed ones together."""


@dataclass(frozen=True, slots=True)
class BookingStats:
    """What a partner's introductions came to, with its PowerConfidence."""

    counts: Counts
    confidence: Confidence

    @property
    def factors(self) -> tuple[FactorScore, ...]:
        return self.confidence.factors

    @property
    def power_confidence(self) -> Decimal | None:
        return self.confidence.overall

    @property
    def is_provisional(self) -> bool:
        return self.confidence.is_provisional

    @property
    def hours_to_booking(self) -> Decimal | None:
        """The mean time from sent to confirmed."""
        counts = self.counts
        if not counts.confirmed:
            return None
        return Kpi(Fraction(counts.booking_seconds, 3_600 * counts.confirmed), Unit.HOURS).value


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many introductions came so far, of those that came to the step before, and of all."""

    name: str
    number: int
    of_before: Decimal | None
    of_all: Decimal | None


def funnel(counts: Counts) -> tuple[FunnelStep, ...]:
    """Return the steps from sent to a positive outcome; rates have four decimals, None where nothing was before."""
    numbers: Mapping[str, int] = {
        "INTRODUCED": counts.introduced,
        "RESPONDED": counts.responded,
        "CONFIRMED": counts.confirmed,
        "SHOWED": counts.showed,
        "POSITIVE": counts.positive,
    }
    steps, before = [], counts.introduced
    for name, number in numbers.items():
        steps.append(
            FunnelStep(
                name, number, rate(number, before, None).value, rate(number, counts.introduced, None).value
            )
        )
        before = number
    return tuple(steps)
