"""What one call is remembered by."""

import pytest

from domain.request_log import LONGEST_STATUS, is_fault, status_of


def test_a_call_without_codes_is_ok():
    assert status_of([]) == "OK"


def test_a_failure_of_ours_is_remembered_before_a_refusal():
    assert status_of(["SOLD_OUT", "INTERNAL", "FORBIDDEN"]) == "INTERNAL"


def test_of_several_refusals_the_first_is_remembered():
    assert status_of(["SOLD_OUT", "FORBIDDEN"]) == "SOLD_OUT"


def test_a_status_fits_its_column():
    assert len(status_of(["X" * 500])) == LONGEST_STATUS


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        ("OK", False),
        ("INTERNAL", True),
        ("500", True),
        ("503", True),
        ("429", False),
        ("5", False),
        ("SOLD_OUT", False),
    ],
)
def test_only_our_failures_are_faults(status, fault):
    assert is_fault(status) is fault
