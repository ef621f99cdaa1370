"""How the learners are measured on real bookings: by time, with nothing that was not known."""

import datetime as dt
from dataclasses import replace

import pytest

from bench.cancellations import (
    BASELINE,
    OURS,
    RATE,
    Report,
    _measured,
    _week,
    features,
    read_bookings,
    told,
    words_of,
)
from bench.suggestions import TABLE
from domain.learning_figures import figures
from server.demo.source import EXCERPT

KNOWN_LATER = (
    "is_canceled",
    "assigned_room_type",
    "booking_changes",
    "days_in_waiting_list",
    "deposit_type",
    "adr",
    "required_car_parking_spaces",
    "total_of_special_requests",
    "country",
    "reservation_status",
    "reservation_status_date",
)


def test_bookings_are_read_in_the_order_in_which_they_are_due():
    bookings = read_bookings(EXCERPT)

    assert len(bookings) == 299
    assert [each.due_on for each in bookings] == sorted(each.due_on for each in bookings)
    assert all(each.made_on <= each.due_on for each in bookings)


def test_a_guess_knows_nothing_that_was_known_later():
    bookings = read_bookings(EXCERPT)
    words = words_of(bookings)
    for each in bookings:
        before = features(each, words)
        changed = replace(each, row={**each.row, **dict.fromkeys(KNOWN_LATER, "something else")})

        assert features(changed, words) == before


def test_each_week_is_guessed_by_what_was_due_before_it():
    bookings = read_bookings(EXCERPT)
    last = bookings[-1].due_on
    measured = _measured(bookings, last - dt.timedelta(days=10), lambda each: each.due_on)

    assert [week.until for week in measured.weeks] == [last - dt.timedelta(days=each) for each in (10, 3)]
    for week in measured.weeks:
        assert week.learned_from == sum(each.due_on <= week.until for each in bookings)
        assert len(week.guesses) == sum(
            week.until < each.due_on <= week.until + dt.timedelta(days=7) for each in bookings
        )
    assert list(measured.figures) == [RATE, BASELINE, OURS]
    assert "| calibrated model |" in told(Report(measured, measured))


@pytest.mark.slow
@pytest.mark.skipif(not TABLE.exists(), reason="the full table of bookings is not at hand")
def test_the_first_week_held_back_is_guessed_better_than_by_the_rate_and_by_a_line():
    bookings = read_bookings(TABLE)
    until = dt.date(2015, 9, 19)
    coming = [each for each in bookings if until < each.due_on <= until + dt.timedelta(days=7)]

    week = _week(bookings, until, coming)

    happened = [each.is_cancelled for each in week.guesses]
    brier = {
        name: figures([each.said[name] for each in week.guesses], happened).brier
        for name in (RATE, BASELINE, OURS)
    }
    assert (week.learned_from, len(coming)) == (3498, 417)
    assert brier[OURS] < brier[BASELINE] < brier[RATE]
