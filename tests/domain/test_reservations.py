"""What may be asked of a hold, how long it lives, and when it is over."""

import datetime as dt

import pytest

from domain.errors import InvalidInput, Refused
from domain.inventory import Channel
from domain.pricing import CustomerType
from domain.reservations import (
    Demand,
    ReservationStatus,
    UnitLimitExceeded,
    check_demand,
    hold_until,
    status_at,
)

NOW = dt.datetime(2026, 11, 18, 12, 0, tzinfo=dt.UTC)
MOMENT = dt.timedelta(microseconds=1)
ACTIVE, ACTIVATED, CANCELLED, EXPIRED = ReservationStatus


def lines(*quantities):
    return [Demand("106", quantity, CustomerType.ADULT) for quantity in quantities]


@pytest.mark.parametrize(
    ("channel", "minutes", "lives"),
    [
        (Channel.OTA, None, dt.timedelta(hours=24)),
        (Channel.OTA, 1440, dt.timedelta(hours=24)),
        (Channel.OTA, 1, dt.timedelta(minutes=1)),
        (Channel.DIRECT, None, dt.timedelta(minutes=30)),
        (Channel.DIRECT, 30, dt.timedelta(minutes=30)),
    ],
)
def test_a_hold_lives_as_long_as_its_channel_allows_or_shorter(channel, minutes, lives):
    assert hold_until(channel, minutes, NOW) == NOW + lives


@pytest.mark.parametrize(
    ("channel", "minutes", "longest"),
    [
        (Channel.OTA, 0, 1440),
        (Channel.OTA, -1, 1440),
        (Channel.OTA, 1441, 1440),
        (Channel.OTA, 2**31, 1440),
        (Channel.DIRECT, 31, 30),
    ],
)
def test_a_hold_lives_no_other_time(channel, minutes, longest):
    with pytest.raises(Refused) as refused:
        hold_until(channel, minutes, NOW)

    assert refused.value.reason == InvalidInput("hold_minutes", f"must be from 1 to {longest}")


@pytest.mark.parametrize("quantities", [(1,), (100,), (50, 50), (1,) * 100])
def test_one_to_a_hundred_units_may_be_asked_for(quantities):
    assert check_demand(lines(*quantities)) == sum(quantities)


@pytest.mark.parametrize(
    ("quantities", "refusal"),
    [
        ((), InvalidInput("lines", "at least one line is needed")),
        ((0,), InvalidInput("quantity", "must be at least 1")),
        ((5, -5), InvalidInput("quantity", "must be at least 1")),
        ((101,), UnitLimitExceeded(requested=101, max=100)),
        ((60, 41), UnitLimitExceeded(requested=101, max=100)),
        ((1,) * 101, UnitLimitExceeded(requested=101, max=100)),
        ((2**40,), UnitLimitExceeded(requested=2**40, max=100)),
    ],
)
def test_nothing_less_and_nothing_more_may_be_asked_for(quantities, refusal):
    with pytest.raises(Refused) as refused:
        check_demand(lines(*quantities))

    assert refused.value.reason == refusal


@pytest.mark.parametrize(
    ("expires_at", "status"), [(NOW + MOMENT, ACTIVE), (NOW, EXPIRED), (NOW - MOMENT, EXPIRED)]
)
def test_a_hold_is_over_at_the_very_moment_its_time_is(expires_at, status):
    assert status_at(ACTIVE, expires_at, NOW) is status


@pytest.mark.parametrize("status", [ACTIVATED, CANCELLED, EXPIRED])
def test_an_end_stays_the_end_it_was(status):
    assert status_at(status, NOW - MOMENT, NOW) is status
