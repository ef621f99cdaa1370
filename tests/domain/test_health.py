"""When an integration is in trouble, and when that is over."""

import dataclasses
from uuid import UUID

import pytest

from domain.environments import Environment
from domain.health import Figures, HealthSignal, IntegrationHealth, Verdict, is_error, judge
from tests.factories.times import HOUR, MINUTE, NOW

PARTNER = UUID(int=7)
LIVE, TEST = Environment.LIVE, Environment.TEST
WELL = Figures(
    since=NOW - 15 * MINUTE,
    calls_by_status={"OK": 95, "INSUFFICIENT_INVENTORY": 5},
    p50_ms=20.0,
    p95_ms=90.0,
    delivered=10,
    failing=0,
    last_call_at=NOW,
    last_hold_at=NOW,
)


def judged(environment=LIVE, opened=(), **facts):
    """What is opened, with its value, and what is closed."""
    to_open, to_close = judge(dataclasses.replace(WELL, **facts), environment, NOW, opened=opened)
    return {each.threshold.signal.value: each.value for each in to_open}, [each.value for each in to_close]


@pytest.mark.parametrize(
    ("status", "is_wrong"),
    [
        ("OK", False),
        ("200", False),
        ("SALES_CLOSED", False),
        ("INSUFFICIENT_INVENTORY", False),
        ("RATE_LIMITED", True),
        ("404", True),
        ("503", True),
        ("INTERNAL", True),
    ],
)
def test_business_is_no_error(status, is_wrong):
    assert is_error(status) is is_wrong


def test_one_that_does_well_is_left_alone():
    assert judged() == ({}, [])


@pytest.mark.parametrize(
    ("facts", "opened"),
    [
        ({"calls_by_status": {"OK": 80, "INVALID_INPUT": 20}}, {"ERRORS": 0.2}),
        ({"calls_by_status": {"OK": 81, "INVALID_INPUT": 19}}, {}),
        ({"calls_by_status": {"INTERNAL": 19}}, {}),
        ({"p95_ms": 2000.0}, {"SLOW": 2000.0}),
        ({"p95_ms": 1999.0}, {}),
        ({"delivered": 8, "failing": 2}, {"WEBHOOKS_FAILING": 0.2}),
        ({"delivered": 0, "failing": 4}, {}),
        ({"last_call_at": NOW - 24 * HOUR}, {"STALE": 24.0}),
        ({"last_call_at": NOW - 24 * HOUR, "is_paused": True}, {}),
        ({"last_call_at": None, "calls_by_status": {}, "p95_ms": None}, {}),
    ],
)
def test_an_alert_opens_at_its_threshold_and_with_enough_samples(facts, opened):
    assert judged(**facts) == (opened, [])


@pytest.mark.parametrize(("errors", "closed"), [(10, []), (9, ["ERRORS"]), (0, ["ERRORS"])])
def test_an_alert_closes_well_below_its_threshold(errors, closed):
    calls = {"OK": 100 - errors, "INVALID_INPUT": errors}

    assert judged(opened=[HealthSignal.ERRORS], calls_by_status=calls) == ({}, closed)


def test_what_can_not_be_measured_stays():
    assert judged(opened=[HealthSignal.ERRORS], calls_by_status={}) == ({}, [])


def test_in_test_mistakes_are_what_it_is_for():
    assert judged(TEST, calls_by_status={"INVALID_INPUT": 100}, delivered=0, failing=5) == (
        {"WEBHOOKS_FAILING": 1.0},
        [],
    )


def test_health_tells_rates_and_errors_by_code():
    calls = {"OK": 6, "INVALID_INPUT": 1, "RATE_LIMITED": 2, "SALES_CLOSED": 1}
    figures = dataclasses.replace(WELL, calls_by_status=calls, delivered=3, failing=1)
    health = IntegrationHealth(PARTNER, LIVE, figures, (), 0)

    assert (health.calls, health.answered, health.error_rate, health.delivery_rate) == (10, 6, 0.3, 0.75)
    assert [(each.code, each.calls) for each in health.errors] == [("RATE_LIMITED", 2), ("INVALID_INPUT", 1)]


def test_a_verdict_names_its_threshold():
    (verdict,), _ = judge(dataclasses.replace(WELL, p95_ms=3000.0), LIVE, NOW, opened=())

    assert verdict == Verdict(verdict.threshold, 3000.0)
    assert verdict.threshold.opens_at == 2000
