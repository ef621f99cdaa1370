"""Rates, levels, targets: exact at the borders, nothing where nothing happened."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain import kpis, reports
from domain.errors import InvalidInput, Refused
from domain.inventory import Channel, InventoryEventKind
from domain.kpis import Comparison, Level, Unit
from domain.money import Money
from domain.reports import (
    DayCalls,
    HoldCount,
    Holds,
    OperationFigures,
    PlatformReport,
    Sales,
    StatusCount,
    Timing,
)
from domain.reservations import ReservationStatus

DAY = dt.date(2026, 11, 18)


def holds(*, active: int = 0, activated: int = 0, cancelled: int = 0, expired: int = 0) -> Holds:
    counts = zip(ReservationStatus, (active, activated, cancelled, expired), strict=True)
    return Holds({status: HoldCount(number, number * 2) for status, number in counts if number})


@pytest.mark.parametrize(
    ("expired", "level"),
    [(0, Level.OK), (30, Level.OK), (31, Level.WARN), (50, Level.WARN), (51, Level.ALERT)],
)
def test_the_expiry_rate_warns_above_30_and_alerts_above_50_percent(expired, level):
    rate = holds(activated=100 - expired, expired=expired).expiry_rate

    assert (rate.level, rate.value) == (level, Decimal(expired).scaleb(-2).quantize(Decimal("0.0001")))


@pytest.mark.parametrize(("activated", "level"), [(70, Level.WARN), (71, Level.OK), (0, Level.WARN)])
def test_the_activation_rate_must_lie_above_70_percent(activated, level):
    assert holds(activated=activated, cancelled=100 - activated).activation_rate.level is level


def test_a_rate_is_compared_before_it_is_rounded():
    rate = kpis.rate(30_001, 100_000, reports.EXPIRY)

    assert (rate.value, rate.level) == (Decimal("0.3000"), Level.WARN)


def test_open_holds_are_in_no_rate():
    some = holds(active=97, activated=2, expired=1)

    assert some.activation_rate.value == Decimal("0.6667")
    assert some.expiry_rate.value == Decimal("0.3333")
    assert some.created == HoldCount(100, 200)


def test_where_nothing_happened_there_is_no_rate_and_no_level_but_a_target():
    rate = holds(active=5).activation_rate

    assert (rate.value, rate.level) == (None, None)
    assert (rate.target, rate.gate, rate.comparison) == (Decimal("0.70"), None, Comparison.ABOVE)


def test_a_figure_without_a_goal_has_neither_target_nor_level():
    kpi = kpis.figure(Decimal("61.5"), Unit.SECONDS)

    assert (kpi.value, kpi.target, kpi.gate, kpi.level) == (Decimal(62), None, None, None)


def test_refusals_are_no_errors_and_failures_of_ours_are():
    counts = (
        StatusCount("OK", 90),
        StatusCount("INSUFFICIENT_INVENTORY", 5),
        StatusCount("INTERNAL", 2),
        StatusCount("TIMEOUT", 1),
        StatusCount("503", 1),
        StatusCount("404", 1),
    )
    (figures,) = reports.operation_figures([Timing("Reserve", 12.4, 1999.0, 2500.0)], {"Reserve": counts})

    assert (figures.calls, figures.errors, figures.refusals) == (100, 4, 6)
    assert (figures.error_rate.value, figures.error_rate.level) == (Decimal("0.0400"), Level.WARN)
    assert [kpi.value for kpi in (figures.p50_ms, figures.p95_ms, figures.p99_ms)] == [12, 1999, 2500]
    assert figures.p95_ms.level is Level.OK


def test_an_error_rate_of_one_percent_is_too_much():
    def rate(errors: int) -> Level | None:
        counts = (StatusCount("OK", 1000 - errors), StatusCount("INTERNAL", errors))
        figures: OperationFigures = reports.operation_figures([Timing("Q", 1, 1, 1)], {"Q": counts})[0]
        return figures.error_rate.level

    assert [rate(9), rate(10)] == [Level.OK, Level.WARN]


def test_every_day_of_the_window_has_its_calls():
    window = reports.window(DAY, DAY + dt.timedelta(days=2))

    assert reports.days_filled({DAY + dt.timedelta(days=1): 7}, window) == (
        DayCalls(DAY, 0),
        DayCalls(DAY + dt.timedelta(days=1), 7),
        DayCalls(DAY + dt.timedelta(days=2), 0),
    )
    assert window.starts_at == dt.datetime(2026, 11, 18, tzinfo=dt.UTC)
    assert window.ends_at == dt.datetime(2026, 11, 21, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (DAY, DAY - dt.timedelta(days=1)),
        (DAY, DAY + dt.timedelta(days=366)),
        (dt.date.max, dt.date.max),
    ],
)
def test_a_window_that_is_upside_down_too_long_or_endless_is_refused(first, last):
    with pytest.raises(Refused) as refused:
        reports.window(first, last)

    assert isinstance(refused.value.reason, InvalidInput)
    assert refused.value.reason.field == "to"


def test_a_leap_year_fits():
    assert len(reports.window(dt.date(2028, 1, 1), dt.date(2028, 12, 31)).days) == 366


def test_the_average_order_is_rounded_half_up_to_the_minor_unit():
    assert Sales(Channel.OTA, 2, Money(1001, "HKD")).average == Money(501, "HKD")


def platform(**facts: Any) -> PlatformReport:
    nothing: dict[str, Any] = {
        "utilization": (),
        "sales": (),
        "operations_by_kind": {},
        "oversold": 0,
        "drifted": 0,
    }
    return PlatformReport(window=reports.window(DAY, DAY), **(nothing | facts))


def test_revenue_shares_never_add_up_two_currencies():
    report = platform(
        sales=(
            Sales(Channel.OTA, 1, Money(150, "HKD")),
            Sales(Channel.DIRECT, 1, Money(850, "HKD")),
            Sales(Channel.DIRECT, 1, Money(100, "EUR")),
        )
    )

    assert [(each.currency, each.share.value, each.share.level) for each in report.ota_shares] == [
        ("EUR", Decimal("0.0000"), Level.WARN),
        ("HKD", Decimal("0.1500"), Level.OK),
    ]


@pytest.mark.parametrize(("by_hand", "level"), [(5, Level.OK), (6, Level.WARN)])
def test_automation_is_at_least_95_percent(by_hand, level):
    report = platform(
        operations_by_kind={InventoryEventKind.HELD: 100 - by_hand, InventoryEventKind.ALLOTTED: by_hand}
    )

    assert report.automation_rate.level is level


def test_one_oversold_pool_is_an_alert():
    report = platform(oversold=1)

    assert (report.oversell_incidents.value, report.oversell_incidents.level) == (Decimal(1), Level.ALERT)
    assert (report.drift.value, report.drift.level) == (Decimal(0), Level.OK)


def test_nobody_s_report_is_empty_not_broken():
    report = reports.ResellerReport(
        reseller_ids=(UUID(int=1),),
        window=reports.window(DAY, DAY),
        holds=Holds({}),
        average_hold_seconds=None,
        utilization=(reports.Pools(Channel.OTA, 0, 0),),
        revenue=(),
        calls_per_day=(DayCalls(DAY, 0),),
        operations=(),
    )

    assert (report.calls, report.activation_rate.value, report.average_hold_time.value) == (0, None, None)
    assert report.utilization[0].utilization.value is None
