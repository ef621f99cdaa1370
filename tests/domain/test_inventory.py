"""The status a buyer sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.inventory import AvailabilityStatus, availability_status

AVAILABLE, LIMITED, SOLD_OUT, CLOSED = AvailabilityStatus


@pytest.mark.parametrize(
    ("allocated", "available", "status"),
    [
        (2000, 2000, AVAILABLE),
        (2000, 1000, AVAILABLE),
        (2000, 999, LIMITED),
        (2000, 1, LIMITED),
        (2000, 0, SOLD_OUT),
        (2000, -1, SOLD_OUT),
        (1, 1, AVAILABLE),
        (3, 2, AVAILABLE),
        (3, 1, LIMITED),
        (0, 0, SOLD_OUT),
    ],
)
def test_less_than_half_is_limited_and_nothing_is_sold_out(allocated, available, status):
    assert availability_status(allocated=allocated, available=available, is_closed=False) is status


@given(st.integers(0, 10_000), st.integers(-10, 10_000))
def test_closed_sales_are_closed_whatever_is_left(allocated, available):
    assert availability_status(allocated=allocated, available=available, is_closed=True) is CLOSED
