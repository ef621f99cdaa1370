"""Payouts: periods that are over, and what of a balance is paid."""

import datetime as dt

import pytest

from domain.money import EXPONENTS
from domain.payments import PayoutStatus
from domain.payouts import MINIMA, PayoutInterval, Period, amount_due, is_news, last_closed

WEEKLY, MONTHLY = PayoutInterval
UTC = dt.UTC


def day(month, number, year=2026):
    return dt.date(year, month, number)


@pytest.mark.parametrize(
    ("interval", "now", "period"),
    [
        # 2026-11-23 is a Monday.
        (WEEKLY, dt.datetime(2026, 11, 23, 0, 0, tzinfo=UTC), Period(day(11, 16), day(11, 22))),
        (WEEKLY, dt.datetime(2026, 11, 22, 23, 59, tzinfo=UTC), Period(day(11, 9), day(11, 15))),
        (MONTHLY, dt.datetime(2026, 12, 1, 0, 0, tzinfo=UTC), Period(day(11, 1), day(11, 30))),
        (MONTHLY, dt.datetime(2026, 1, 31, 12, 0, tzinfo=UTC), Period(day(12, 1, 2025), day(12, 31, 2025))),
        (
            WEEKLY,
            dt.datetime(2026, 11, 23, 7, 0, tzinfo=dt.timezone(dt.timedelta(hours=8))),
            Period(day(11, 9), day(11, 15)),
        ),
    ],
)
def test_the_last_closed_period_is_whole_and_over(interval, now, period):
    assert last_closed(interval, now) == period
    assert period.closed_at <= now


@pytest.mark.parametrize(
    ("at_close", "now", "due"),
    [(5_000, 9_000, 5_000), (9_000, 5_000, 5_000), (999, 999, 0), (1_000, 1_000, 1_000), (-200, 5_000, 0)],
)
def test_what_was_there_at_the_close_and_still_is_is_paid_from_the_minimum_on(at_close, now, due):
    assert amount_due("EUR", at_close=at_close, now=now) == due


def test_three_decimals_are_paid_in_tens():
    assert amount_due("KWD", at_close=12_347, now=12_347) == 12_340


def test_every_currency_has_its_minimum():
    assert MINIMA.keys() == EXPONENTS.keys()


@pytest.mark.parametrize(
    ("known", "told", "news"),
    [
        ("PENDING", "IN_TRANSIT", True),
        ("PENDING", "PAID", True),
        ("PAID", "IN_TRANSIT", False),
        ("PAID", "PAID", False),
        ("PAID", "FAILED", True),
        ("FAILED", "PAID", False),
        ("CANCELED", "FAILED", False),
    ],
)
def test_what_is_told_late_or_twice_is_no_news(known, told, news):
    assert is_news(PayoutStatus(known), PayoutStatus(told)) is news
