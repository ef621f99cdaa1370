"""How business and the platform went: what is told of a window of days, and what it should be."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from domain.errors import InvalidInput, Refused
from domain.inventory import AUTOMATIC_KINDS, Channel, InventoryEventKind
from domain.kpis import Comparison, Goal, Kpi, Unit, figure, rate
from domain.money import Money
from domain.request_log import DONE, is_fault
from domain.reservations import ReservationStatus

MAX_DAYS = 366

ACTIVATION = Goal(Comparison.ABOVE, Decimal("0.70"))  # S4-078
EXPIRY = Goal(Comparison.AT_MOST, Decimal("0.30"), gate=Decimal("0.50"))  # the gate is the alert
UTILIZATION = Goal(Comparison.ABOVE, Decimal("0.80"))  # S4-073
ERRORS = Goal(Comparison.BELOW, Decimal("0.01"))  # S4-079
RESPONSE = Goal(Comparison.BELOW, Decimal(2000))  # S4-079
OTA_SHARE = Goal(Comparison.AT_LEAST, Decimal("0.15"))  # S4-070
AUTOMATION = Goal(Comparison.AT_LEAST, Decimal("0.95"))  # S4-074
NONE_AT_ALL = Goal(Comparison.AT_MOST, Decimal(0), gate=Decimal(0))  # S4-002, S4-075: one is an alert


@dataclass(frozen=True, slots=True)
class Window:
    """Whole days of UTC, both included."""

    first: dt.date
    last: dt.date

    @property
    def starts_at(self) -> dt.datetime:
        return dt.datetime.combine(self.first, dt.time(), dt.UTC)

    @property
    def ends_at(self) -> dt.datetime:
        """The first instant after the window."""
        return dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time(), dt.UTC)

    @property
    def days(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def window(first: dt.date, last: dt.date) -> Window:
    """Return the window of a report. Refuses: InvalidInput."""
    if last < first:
        raise Refused(InvalidInput("to", "must not lie before `from`"))
    if (last - first).days >= MAX_DAYS:
        raise Refused(InvalidInput("to", f"a report covers at most {MAX_DAYS} days"))
    if last == dt.date.max:
        raise Refused(InvalidInput("to", "lies beyond the calendar"))
    return Window(first, last)


@dataclass(frozen=True, slots=True)
class HoldCount:
    """How many holds there are of a kind, and the units on them."""

    holds: int = 0
    units: int = 0

    def __add__(self, other: "HoldCount") -> "HoldCount":
        return HoldCount(self.holds + other.holds, self.units + other.units)


@dataclass(frozen=True, slots=True)
class Holds:
    """The holds made in a window by what became of them; one whose time is over counts as expired."""

    by_status: Mapping[ReservationStatus, HoldCount]

    @property
    def created(self) -> HoldCount:
        return sum(self.by_status.values(), HoldCount())

    @property
    def active(self) -> HoldCount:
        return self._of(ReservationStatus.ACTIVE)

    @property
    def activated(self) -> HoldCount:
        return self._of(ReservationStatus.ACTIVATED)

    @property
    def cancelled(self) -> HoldCount:
        return self._of(ReservationStatus.CANCELLED)

    @property
    def expired(self) -> HoldCount:
        return self._of(ReservationStatus.EXPIRED)

    @property
    def activation_rate(self) -> Kpi:
        """Activated holds of those that are no longer open."""
        return rate(self.activated.holds, self._ended, ACTIVATION)

    @property
    def expiry_rate(self) -> Kpi:
        """Expired holds of those that are no longer open."""
        return rate(self.expired.holds, self._ended, EXPIRY)

    @property
    def _ended(self) -> int:
        return self.created.holds - self.active.holds

    def _of(self, status: ReservationStatus) -> HoldCount:
        return self.by_status.get(status, HoldCount())


@dataclass(frozen=True, slots=True)
class Pools:
    """What the pools of a channel have to sell and have sold."""

    channel: Channel
    allocated: int
    sold: int

    @property
    def utilization(self) -> Kpi:
        return rate(self.sold, self.allocated, UTILIZATION)


@dataclass(frozen=True, slots=True)
class Sales:
    """What was sold on a channel in a currency."""

    channel: Channel
    bookings: int
    revenue: Money

    @property
    def average(self) -> Money:
        """What a booking was worth on average, rounded half up to the minor unit."""
        mean = Decimal(self.revenue.minor) / self.bookings
        return Money(int(mean.quantize(Decimal(1), ROUND_HALF_UP)), self.revenue.currency)


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many calls ended in a status."""

    status: str
    calls: int


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the calls of an operation took, in milliseconds; None for subscriptions, which last."""

    operation: str
    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, slots=True)
class DayCalls:
    """The calls of one day."""

    date: dt.date
    calls: int


@dataclass(frozen=True, slots=True)
class OperationFigures:
    """How one operation behaved."""

    operation: str
    statuses: tuple[StatusCount, ...]
    p50_ms: Kpi
    p95_ms: Kpi
    p99_ms: Kpi

    @property
    def calls(self) -> int:
        return sum(each.calls for each in self.statuses)

    @property
    def errors(self) -> int:
        """Calls that failed on our side."""
        return sum(each.calls for each in self.statuses if is_fault(each.status))

    @property
    def refusals(self) -> int:
        """Calls that were answered "no", for a reason of the caller's or the business's."""
        return sum(each.calls for each in self.statuses if each.status != DONE) - self.errors

    @property
    def error_rate(self) -> Kpi:
        return rate(self.errors, self.calls, ERRORS)


@dataclass(frozen=True, slots=True)
class ResellerReport:
    """What one reseller (or several) did in a window, and how the platform served it."""

    reseller_ids: tuple[UUID, ...]
    window: Window
    holds: Holds
    average_hold_seconds: Decimal | None
    utilization: tuple[Pools, ...]
    revenue: tuple[Sales, ...]
    calls_per_day: tuple[DayCalls, ...]
    operations: tuple[OperationFigures, ...]

    @property
    def activation_rate(self) -> Kpi:
        return self.holds.activation_rate

    @property
    def expiry_rate(self) -> Kpi:
        return self.holds.expiry_rate

    @property
    def average_hold_time(self) -> Kpi:
        return figure(self.average_hold_seconds, Unit.SECONDS)

    @property
    def calls(self) -> int:
        return sum(day.calls for day in self.calls_per_day)


def days_filled(calls: Mapping[dt.date, int], covered: Window) -> tuple[DayCalls, ...]:
    """Return every day of the window in order, those without a call too."""
    return tuple(DayCalls(day, calls.get(day, 0)) for day in covered.days)


def operation_figures(
    timings: Sequence[Timing], statuses: Mapping[str, Sequence[StatusCount]]
) -> tuple[OperationFigures, ...]:
    """Put together what is known of each operation, by name."""
    return tuple(
        OperationFigures(
            timing.operation,
            tuple(sorted(statuses.get(timing.operation, ()), key=lambda each: (-each.calls, each.status))),
            figure(timing.p50, Unit.MILLISECONDS),
            figure(timing.p95, Unit.MILLISECONDS, RESPONSE),
            figure(timing.p99, Unit.MILLISECONDS),
        )
        for timing in sorted(timings, key=lambda timing: timing.operation)
    )


@dataclass(frozen=True, slots=True)
class RevenueShare:
    """How much of the revenue in a currency came through the resellers."""

    currency: str
    share: Kpi


@dataclass(frozen=True, slots=True)
class PlatformReport:
    """How the whole platform did in a window."""

    window: Window
    utilization: tuple[Pools, ...]
    sales: tuple[Sales, ...]
    operations_by_kind: Mapping[InventoryEventKind, int]
    oversold: int
    """Pools that hold and sold more than they have."""
    drifted: int
    """Pools whose counters are not what their holds and sales add up to."""

    @property
    def ota_shares(self) -> list[RevenueShare]:
        """The resellers' share of the revenue, a currency each: currencies are never added up."""
        total: dict[str, int] = {}
        through_resellers: dict[str, int] = {}
        for sale in self.sales:
            currency, minor = sale.revenue.currency, sale.revenue.minor
            total[currency] = total.get(currency, 0) + minor
            if sale.channel is Channel.OTA:
                through_resellers[currency] = through_resellers.get(currency, 0) + minor
        return [
            RevenueShare(currency, rate(through_resellers.get(currency, 0), total[currency], OTA_SHARE))
            for currency in sorted(total)
        ]

    @property
    def automation_rate(self) -> Kpi:
        """Inventory operations no person had to make, of all."""
        automatic = sum(number for kind, number in self.operations_by_kind.items() if kind in AUTOMATIC_KINDS)
        return rate(automatic, sum(self.operations_by_kind.values()), AUTOMATION)

    @property
    def oversell_incidents(self) -> Kpi:
        return figure(self.oversold, Unit.COUNT, NONE_AT_ALL)

    @property
    def drift(self) -> Kpi:
        return figure(self.drifted, Unit.COUNT, NONE_AT_ALL)
