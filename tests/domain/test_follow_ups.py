"""The clock of an introduction: 24, 48 and 72 hours, each step once, and only what is still of use."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from domain.follow_ups import FollowUpResult, FollowUpStep, is_late, steps_due
from domain.time_suggestions import Party
from tests.factories.times import HOUR, MINUTE, NOW, SECOND

REMIND, TELL, SUGGEST = FollowUpStep
DONE, SKIPPED = FollowUpResult
ROMAN = Party(ZoneInfo("Europe/Rome"))


def due(hours, *, taken=(), within=None):
    found = steps_due(NOW, taken=taken, within=within, now=NOW + hours * HOUR)
    return {each.step: each.result for each in found}


@pytest.mark.parametrize(
    ("hours", "taken", "expected"),
    [
        (0, (), {}),
        (23.99, (), {}),
        (24, (), {REMIND: DONE}),
        (47, (REMIND,), {}),
        (48, (REMIND,), {TELL: DONE}),
        (72, (REMIND, TELL), {SUGGEST: DONE}),
        (500, (REMIND, TELL, SUGGEST), {}),
    ],
)
def test_each_step_is_due_at_its_hour_and_once(hours, taken, expected):
    assert due(hours, taken=taken) == expected


@pytest.mark.parametrize(
    ("hours", "taken", "expected"),
    [
        # Each speaks to somebody else: both are still of use.
        (60, (), {REMIND: DONE, TELL: DONE}),
        # The partner could not answer before the contractor is shown others.
        (61, (), {REMIND: SKIPPED, TELL: DONE}),
        (100, (), {REMIND: SKIPPED, TELL: DONE, SUGGEST: DONE}),
        (100, (REMIND,), {TELL: DONE, SUGGEST: DONE}),
        (30, (SUGGEST,), {REMIND: SKIPPED}),
    ],
)
def test_after_a_time_without_workers_what_is_still_of_use_is_done(hours, taken, expected):
    assert due(hours, taken=taken) == expected


def test_a_step_waits_for_the_hours_of_whoever_asked_for_that():
    # Sent on a Friday at 18:00: the reminder is due on Saturday evening, and waits for Monday, 9:00.
    sent = dt.datetime(2026, 11, 20, 18, 0, tzinfo=ROMAN.zone)

    def found(now):
        return [
            (each.step, each.result, each.due_at) for each in steps_due(sent, taken=(), within=ROMAN, now=now)
        ]

    monday = dt.datetime(2026, 11, 23, 9, 0, tzinfo=ROMAN.zone)
    assert found(monday - SECOND) == []
    assert found(monday) == [(REMIND, DONE, monday), (TELL, DONE, monday)]


def test_late_is_what_is_done_noticeably_after_it_was_due():
    assert not is_late(NOW, NOW + 5 * MINUTE)
    assert is_late(NOW, NOW + 5 * MINUTE + SECOND)
