"""What KPIs there are, what they should be, and figures put beside that."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from domain.kpi_catalog import (
    DEFINITIONS,
    NOTHING,
    UNMEASURED,
    KpiName,
    Measure,
    Measured,
    length_in_months,
    months_of,
    per_month,
    report_of,
)
from domain.kpis import Comparison, Level
from domain.reports import Window

AUTUMN = Window(dt.date(2026, 9, 1), dt.date(2026, 11, 30))
SEPTEMBER, OCTOBER, NOVEMBER = (dt.date(2026, month, 1) for month in (9, 10, 11))
BY_NAME = {each.name: each for each in DEFINITIONS}


def test_every_name_has_one_definition():
    assert [*BY_NAME] == [*KpiName]
    assert len(DEFINITIONS) == len(KpiName)


@pytest.mark.parametrize(
    ("name", "brief", "baseline", "comparison", "target"),
    [
        ("ONBOARDING_DAYS", "S1-001", ("45", "45"), Comparison.AT_MOST, "14"),
        ("STAGE_DAYS_REGISTERED", "S1-005", ("3", "5"), None, None),
        ("STAGE_DAYS_DATA_COLLECTION", "S1-006", ("10", "15"), None, None),
        ("STAGE_DAYS_PROVISIONING", "S1-007", ("15", "20"), None, None),
        ("STAGE_DAYS_TESTING", "S1-008", ("7", "10"), None, None),
        ("STAGE_DAYS_READY_FOR_GO_LIVE", "S1-009", ("3", "5"), None, None),
        ("SUPPORT_TICKETS", "S1-002", ("85", "85"), Comparison.AT_MOST, "40"),
        ("PARTNER_SATISFACTION", "S1-003", ("6.2", "6.2"), Comparison.AT_LEAST, "8.0"),
        ("ACCOUNT_MANAGER_HOURS", "S1-004", ("40", "40"), Comparison.AT_MOST, "12"),
    ],
)
def test_the_first_brief_s_figures_are_as_it_says(name, brief, baseline, comparison, target):
    definition = BY_NAME[KpiName(name)]
    goal = definition.goal

    assert definition.brief == brief
    assert definition.baseline is not None
    assert (definition.baseline.least, definition.baseline.most) == tuple(map(Decimal, baseline))
    assert (goal and goal.comparison, goal and goal.target) == (comparison, target and Decimal(target))


def test_a_window_touches_months_and_lasts_so_many():
    assert months_of(AUTUMN) == [SEPTEMBER, OCTOBER, NOVEMBER]
    assert length_in_months(AUTUMN) == 3
    assert length_in_months(Window(dt.date(2026, 9, 16), dt.date(2026, 10, 31))) == Fraction(3, 2)
    assert length_in_months(Window(NOVEMBER, NOVEMBER)) == Fraction(1, 30)


def test_a_window_over_the_turn_of_the_year_has_its_months_in_order():
    window = Window(dt.date(2026, 12, 31), dt.date(2027, 2, 1))

    assert months_of(window) == [dt.date(2026, 12, 1), dt.date(2027, 1, 1), dt.date(2027, 2, 1)]


def test_counts_become_a_figure_per_month_and_empty_months_are_zero():
    assert per_month({SEPTEMBER: 90, NOVEMBER: 30}, AUTUMN) == Measured(
        Measure(Fraction(40), 120),
        {
            SEPTEMBER: Measure(Fraction(90), 90),
            OCTOBER: Measure(Fraction(0), 0),
            NOVEMBER: Measure(Fraction(30), 30),
        },
    )


def test_a_report_has_a_level_and_a_point_for_every_month():
    measured = Measured(Measure(Fraction(29, 2), 2), {OCTOBER: Measure(Fraction(29, 2), 2)})

    report = report_of(BY_NAME[KpiName.ONBOARDING_DAYS], measured, AUTUMN)

    assert (report.value, report.level, report.sample) == (Decimal("14.50"), Level.WARN, 2)
    assert [(each.month, each.value, each.sample) for each in report.trend] == [
        (SEPTEMBER, None, 0),
        (OCTOBER, Decimal("14.50"), 2),
        (NOVEMBER, None, 0),
    ]


def test_where_nothing_happened_there_is_no_value_and_no_level():
    report = report_of(BY_NAME[KpiName.PARTNER_SATISFACTION], UNMEASURED, AUTUMN)

    assert (report.value, report.level, report.sample) == (None, None, NOTHING.sample)


def test_a_figure_is_compared_before_it_is_rounded():
    measured = Measured(Measure(Fraction(79999, 10000), 10))

    report = report_of(BY_NAME[KpiName.PARTNER_SATISFACTION], measured, AUTUMN)

    assert (report.value, report.level) == (Decimal("8.00"), Level.WARN)
