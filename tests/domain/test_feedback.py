"""When a side is asked for its feedback, and when it is not any more."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from domain.feedback import nudges_due
from domain.follow_ups import FollowUpResult
from domain.time_suggestions import Hours, Party
from tests.factories.times import DAY, HOUR, NOW

DONE, SKIPPED = FollowUpResult
OFFICE = Party(ZoneInfo("Europe/Rome"), Hours())


def due(after, *, taken=(), within=None, over_at=NOW):
    found = nudges_due(over_at, taken=taken, within=within, now=over_at + after)
    return [(each.number, (each.due_at - over_at) / HOUR, each.result) for each in found]


def test_a_side_is_asked_a_day_and_three_days_after_the_demo():
    assert due(24 * HOUR - dt.timedelta(seconds=1)) == []
    assert due(24 * HOUR) == [(1, 24, DONE)]
    assert due(72 * HOUR, taken={1}) == [(2, 72, DONE)]
    assert due(72 * HOUR, taken={1, 2}) == []


@pytest.mark.parametrize(
    ("after", "nudges"),
    [
        (60, [(1, 24, DONE)]),
        (61, [(1, 24, SKIPPED)]),
        (72, [(1, 24, SKIPPED), (2, 72, DONE)]),
        (300, [(1, 24, SKIPPED), (2, 72, DONE)]),
    ],
)
def test_late_it_is_asked_once_and_not_twice_in_half_a_day(after, nudges):
    assert due(after * HOUR) == nudges


def test_over_a_weekend_a_side_with_office_hours_is_asked_on_its_days():
    friday = dt.datetime(2026, 11, 20, 18, 0, tzinfo=ZoneInfo("Europe/Rome"))

    assert due(2 * DAY, within=OFFICE, over_at=friday) == []
    assert due(63 * HOUR, within=OFFICE, over_at=friday) == [(1, 63, DONE)]
    # 72 hours after it is Monday at 18:00: its office opens on Tuesday.
    assert due(86 * HOUR, taken={1}, within=OFFICE, over_at=friday) == []
    assert due(87 * HOUR, taken={1}, within=OFFICE, over_at=friday) == [(2, 87, DONE)]


def test_a_nudge_that_the_weekend_pushes_up_to_the_next_one_is_left_out():
    friday_noon = dt.datetime(2026, 11, 20, 12, 0, tzinfo=ZoneInfo("Europe/Rome"))

    assert due(69 * HOUR, within=OFFICE, over_at=friday_noon) == [(1, 69, SKIPPED)]
    assert due(72 * HOUR, taken={1}, within=OFFICE, over_at=friday_noon) == [(2, 72, DONE)]
