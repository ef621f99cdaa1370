"""The platform's KPIs by name: how each is reckoned, what it was before, and what it should be.

A figure is measured over a window of days and, for its trend, over each calendar month that the window touches.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from domain.introduction_kpis import INTRODUCTION_KPIS
from domain.kpis import Comparison, Goal, Kpi, Level, Unit
from domain.onboarding import BASELINES, Stage
from domain.reports import Window


class KpiName(StrEnum):
    """Names of KPIs. Part of the API: a name never changes."""

    ONBOARDING_DAYS = "ONBOARDING_DAYS"
    STAGE_DAYS_REGISTERED = "STAGE_DAYS_REGISTERED"
    STAGE_DAYS_DATA_COLLECTION = "STAGE_DAYS_DATA_COLLECTION"
    STAGE_DAYS_VALIDATING = "STAGE_DAYS_VALIDATING"
    STAGE_DAYS_PROVISIONING = "STAGE_DAYS_PROVISIONING"
    STAGE_DAYS_TESTING = "STAGE_DAYS_TESTING"
    STAGE_DAYS_READY_FOR_GO_LIVE = "STAGE_DAYS_READY_FOR_GO_LIVE"
    SUPPORT_TICKETS = "SUPPORT_TICKETS"
    SUPPORT_FIRST_RESPONSE_HOURS = "SUPPORT_FIRST_RESPONSE_HOURS"
    SUPPORT_RESOLUTION_HOURS = "SUPPORT_RESOLUTION_HOURS"
    PARTNER_SATISFACTION = "PARTNER_SATISFACTION"
    ACCOUNT_MANAGER_HOURS = "ACCOUNT_MANAGER_HOURS"
    CTR_VERIFIED = "CTR_VERIFIED"
    CTR_VERIFIED_LIFT = "CTR_VERIFIED_LIFT"
    PACKAGE_CONVERSION = "PACKAGE_CONVERSION"
    PACKAGE_CONVERSION_LIFT = "PACKAGE_CONVERSION_LIFT"
    RECONCILIATION_ERROR_RATE = "RECONCILIATION_ERROR_RATE"
    INTRODUCTION_DELIVERY = "INTRODUCTION_DELIVERY"
    INTRODUCTION_ACKNOWLEDGMENT = "INTRODUCTION_ACKNOWLEDGMENT"
    INTRODUCTION_FIRST_RESPONSE_HOURS = "INTRODUCTION_FIRST_RESPONSE_HOURS"
    INTRODUCTION_BOOKING_RATE = "INTRODUCTION_BOOKING_RATE"
    INTRODUCTION_HOURS_TO_BOOKING = "INTRODUCTION_HOURS_TO_BOOKING"
    INTRODUCTION_FOLLOW_UP_RATE = "INTRODUCTION_FOLLOW_UP_RATE"
    INTRODUCTION_SHOW_RATE = "INTRODUCTION_SHOW_RATE"
    INTRODUCTION_FEEDBACK_RATE = "INTRODUCTION_FEEDBACK_RATE"
    INTRODUCTION_POSITIVE_RATE = "INTRODUCTION_POSITIVE_RATE"
    MATCH_QUALITY = "MATCH_QUALITY"
    MATCH_QUALITY_LIFT = "MATCH_QUALITY_LIFT"
    BOOKING_RATE_LIFT = "BOOKING_RATE_LIFT"
    CONTRACTOR_MATCH_SATISFACTION = "CONTRACTOR_MATCH_SATISFACTION"
    CONTRACTOR_EXPERIENCE = "CONTRACTOR_EXPERIENCE"
    CONTRACTOR_PARTNER_QUALITY = "CONTRACTOR_PARTNER_QUALITY"
    CONTRACTOR_LIKELIHOOD = "CONTRACTOR_LIKELIHOOD"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a figure was before; a range where nobody knew better."""

    least: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class KpiDefinition:
    """One KPI. `brief` is the requirement it stands for; None for what is only watched."""

    name: KpiName
    formula: str
    unit: Unit
    brief: str | None = None
    baseline: Baseline | None = None
    goal: Goal | None = None


def _was(value: str) -> Baseline:
    return Baseline(Decimal(value), Decimal(value))


def _at_most(target: str) -> Goal:
    return Goal(Comparison.AT_MOST, Decimal(target))


STAGE_KPIS: dict[Stage, KpiName] = {
    stage: KpiName(f"STAGE_DAYS_{stage}") for stage in Stage if stage is not Stage.LIVE
}
STAGE_BRIEFS: dict[Stage, str] = dict(
    zip(BASELINES, ("S1-005", "S1-006", "S1-007", "S1-008", "S1-009"), strict=True)
)


def _stage(stage: Stage) -> KpiDefinition:
    was = BASELINES.get(stage)
    return KpiDefinition(
        STAGE_KPIS[stage],
        f"Mean of left − entered, over visits of the stage {stage} that ended in the window.",
        Unit.DAYS,
        STAGE_BRIEFS.get(stage, "S1-010"),
        None if was is None else Baseline(Decimal(was.least_days), Decimal(was.most_days)),
    )


DEFINITIONS: tuple[KpiDefinition, ...] = (
    KpiDefinition(
        KpiName.ONBOARDING_DAYS,
        "Mean of LIVE − registered, over partners that went LIVE in the window.",
        Unit.DAYS,
        "S1-001",
        _was("45"),
        _at_most("14"),
    ),
    *map(_stage, STAGE_KPIS),
    KpiDefinition(
        KpiName.SUPPORT_TICKETS,
        "Support threads that partners opened in the window, by its length in calendar months.",
        Unit.PER_MONTH,
        "S1-002",
        _was("85"),
        _at_most("40"),
    ),
    KpiDefinition(
        KpiName.SUPPORT_FIRST_RESPONSE_HOURS,
        "Median of first answer − opened, over threads that partners opened in the window and that were answered.",
        Unit.HOURS,
    ),
    KpiDefinition(
        KpiName.SUPPORT_RESOLUTION_HOURS,
        "Median of resolved − opened, over threads of partners that were resolved in the window and stayed so.",
        Unit.HOURS,
    ),
    KpiDefinition(
        KpiName.PARTNER_SATISFACTION,
        "Mean of the newest answer, 0 to 10, of each member who answered in the window.",
        Unit.POINTS,
        "S1-003",
        _was("6.2"),
        Goal(Comparison.AT_LEAST, Decimal("8.0")),
    ),
    KpiDefinition(
        KpiName.ACCOUNT_MANAGER_HOURS,
        "Hours that account managers logged for partners that went LIVE in the window, by these partners.",
        Unit.HOURS,
        "S1-004",
        _was("40"),
        _at_most("12"),
    ),
    KpiDefinition(
        KpiName.CTR_VERIFIED,
        "Clicks / views of packages of verified partners on the days of the window, in LIVE.",
        Unit.RATIO,
    ),
    KpiDefinition(
        KpiName.CTR_VERIFIED_LIFT,
        "Clicks / views of verified partners' packages, by the same of all others, less 1; in LIVE.",
        Unit.RATIO,
        "S2-121",
        goal=Goal(Comparison.AT_LEAST, Decimal("0.20")),
    ),
    KpiDefinition(
        KpiName.PACKAGE_CONVERSION,
        "Bookings on DIRECT / views of packages on the days of the window, in LIVE.",
        Unit.RATIO,
    ),
    KpiDefinition(
        KpiName.PACKAGE_CONVERSION_LIFT,
        "Bookings on DIRECT / views of packages with items of several kinds, by the same of all others, less 1.",
        Unit.RATIO,
        "S2-122",
        goal=Goal(Comparison.AT_LEAST, Decimal("0.10")),
    ),
    KpiDefinition(
        KpiName.RECONCILIATION_ERROR_RATE,
        "Objects that differ by all that were compared, over the reconciliations of LIVE in the window.",
        Unit.RATIO,
        "S2-123",
        goal=Goal(Comparison.BELOW, Decimal("0.002")),
    ),
    *(
        KpiDefinition(KpiName(name), formula, unit, brief, goal=goal)
        for name, formula, unit, brief, goal in INTRODUCTION_KPIS
    ),
)
"""In the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a period and how many things it was made of."""

    exact: Fraction | None
    sample: int


NOTHING = Measure(None, 0)


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure of a window, and of each month in which there was something to measure, by its first day."""

    whole: Measure
    by_month: Mapping[dt.date, Measure] = field(default_factory=dict)


UNMEASURED = Measured(NOTHING)


@dataclass(frozen=True, slots=True)
class KpiPoint:
    """A figure of one calendar month, as far as the window covers it."""

    month: dt.date
    figure: Kpi
    sample: int

    @property
    def value(self) -> Decimal | None:
        return self.figure.value


@dataclass(frozen=True, slots=True)
class KpiReport:
    """A KPI as it was in a window."""

    definition: KpiDefinition
    figure: Kpi
    sample: int
    trend: tuple[KpiPoint, ...]

    @property
    def name(self) -> KpiName:
        return self.definition.name

    @property
    def formula(self) -> str:
        return self.definition.formula

    @property
    def brief(self) -> str | None:
        return self.definition.brief

    @property
    def unit(self) -> Unit:
        return self.definition.unit

    @property
    def baseline(self) -> Baseline | None:
        return self.definition.baseline

    @property
    def value(self) -> Decimal | None:
        return self.figure.value

    @property
    def comparison(self) -> Comparison | None:
        return self.figure.comparison

    @property
    def target(self) -> Decimal | None:
        return self.figure.target

    @property
    def gate(self) -> Decimal | None:
        return self.figure.gate

    @property
    def level(self) -> Level | None:
        return self.figure.level


def months_of(window: Window) -> list[dt.date]:
    """Return the first days of the calendar months a window touches, in order."""
    months, month = [], window.first.replace(day=1)
    while month <= window.last:
        months.append(month)
        month = (month + dt.timedelta(days=31)).replace(day=1)
    return months


def length_in_months(window: Window) -> Fraction:
    """Return how many calendar months a window lasts; a part of one counts by its days."""
    length = Fraction(0)
    for month in months_of(window):
        after = (month + dt.timedelta(days=31)).replace(day=1)
        first, end = max(month, window.first), min(after, window.last + dt.timedelta(days=1))
        length += Fraction((end - first).days, (after - month).days)
    return length


def per_month(by_month: Mapping[dt.date, int], window: Window) -> Measured:
    """Return counts by month as a figure per month; a month without any counts too."""
    total = sum(by_month.values())
    return Measured(
        Measure(total / length_in_months(window), total),
        {
            month: Measure(Fraction(by_month.get(month, 0)), by_month.get(month, 0))
            for month in months_of(window)
        },
    )


def report_of(definition: KpiDefinition, measured: Measured, window: Window) -> KpiReport:
    """Put a figure beside what it should be, with a point for every month of the window."""

    def figure(measure: Measure) -> Kpi:
        return Kpi(measure.exact, definition.unit, definition.goal)

    points = [(month, measured.by_month.get(month, NOTHING)) for month in months_of(window)]
    return KpiReport(
        definition,
        figure(measured.whole),
        measured.whole.sample,
        tuple(KpiPoint(month, figure(measure), measure.sample) for month, measure in points),
    )
