"""Trying again, and what is kept of a failure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import GatewayError, NotFound, Refused
from domain.jobs import error_text, pause_after
from tests.factories.times import MINUTE, SECOND


@pytest.mark.parametrize(
    ("attempt", "pause"),
    [(1, 2 * SECOND), (2, 4 * SECOND), (4, 16 * SECOND), (9, 5 * MINUTE), (99, 5 * MINUTE)],
)
def test_pauses_double_up_to_five_minutes(attempt, pause):
    assert pause_after(attempt, chance=0.5) == pause


@given(st.floats(0, 1, exclude_max=True))
def test_chance_moves_a_pause_by_a_fifth_at_most(chance):
    assert 1.6 <= pause_after(1, chance=chance).total_seconds() <= 2.4


class DriverError(Exception):
    sqlstate = "23514"
    constraint_name = "ck_allotments_counters"


class DatabaseError(Exception):
    driver_exception = DriverError("Failing row contains (mei@example.com)")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("mei@example.com"), "ValueError"),
        (Refused(NotFound(noun="customer", id="mei@example.com")), "NOT_FOUND"),
        (GatewayError("mail", "mei@example.com bounced", retryable=True), "GatewayError: mail"),
        (DatabaseError("INSERT ... mei@example.com"), "DatabaseError: 23514: ck_allotments_counters"),
    ],
)
def test_the_text_of_a_failure_says_nothing_of_anybody(error, text):
    assert error_text(error) == text
