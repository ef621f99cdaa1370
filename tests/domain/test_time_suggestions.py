"""Times that suit both: ranked by hours, zones and what has worked, with their reasons."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from domain.errors import Refused
from domain.scheduling import Span
from domain.time_suggestions import (
    APART,
    Experience,
    Hours,
    Party,
    Tally,
    TimeSignal,
    check_hours,
    next_open,
    suggest,
)
from tests.factories.times import DAY, HOUR, NOW

ROME, HONG_KONG = ZoneInfo("Europe/Rome"), ZoneInfo("Asia/Hong_Kong")
ROMAN, HONG_KONGER = Party(ROME), Party(HONG_KONG)


def wall(*parts: int) -> dt.datetime:
    """What a clock shows, wherever it hangs."""
    return dt.datetime(*parts)  # type: ignore[arg-type] # noqa: DTZ001 - no zone is what is meant


def found(partner=ROMAN, contractor=HONG_KONGER, *, busy=(), most=5, now=NOW, experience=None):
    return suggest(
        partner=partner,
        contractor=contractor,
        busy=busy,
        minutes=30,
        experience=experience or Experience(),
        now=now,
        most=most,
    )


def test_the_best_time_lies_in_the_hours_of_both_and_says_why():
    best = found(most=1)[0]

    # Rome is seven hours behind: its 9 o'clock is 16:00 there, the one hour that both have.
    assert best.starts_at == dt.datetime(2026, 11, 19, 8, 0, tzinfo=dt.UTC)
    assert (best.partner_time, best.contractor_time) == (
        wall(2026, 11, 19, 9, 0),
        wall(2026, 11, 19, 16, 0),
    )
    assert {each.signal: each.points for each in best.reasons} == {
        TimeSignal.PARTNER_HOURS: 30,
        TimeSignal.CONTRACTOR_HOURS: 35,
        TimeSignal.WORKED_BEFORE: 10,
        TimeSignal.SOON: 15,
    }
    assert best.score == sum(each.points for each in best.reasons) == 90
    assert best.reasons[1].text == "16:00 in Asia/Hong_Kong"


def test_suggestions_are_a_choice_over_several_days():
    times = found(most=6)

    days = [each.contractor_time.date() for each in times]
    assert len(times) == 6
    assert max(days.count(day) for day in days) <= 2
    starts = sorted(each.starts_at for each in times)
    assert all(later - sooner >= APART for sooner, later in pairwise(starts))


def test_no_suggestion_overlaps_what_either_has_already():
    free = found(most=1)[0]

    busy = [Span(free.starts_at - dt.timedelta(minutes=15), 30), Span(free.starts_at + DAY, 240)]

    for each in found(busy=busy, most=10):
        assert not any(Span(each.starts_at, 30).overlaps(taken) for taken in busy)


def test_hours_and_days_somebody_prefers_move_the_suggestions():
    evenings = Party(ROME, Hours(17 * 60, 20 * 60, frozenset({6})))

    best = found(partner=evenings, contractor=evenings, most=1)[0]

    assert (best.partner_time.isoweekday(), best.partner_time.hour) == (6, 17)


def test_what_has_worked_before_beats_a_day_sooner():
    friday_ten = {(5, 10): Tally(booked=20, held=20)}
    others = {(day, hour): Tally(10, 4) for day in range(1, 6) for hour in range(7, 21)}

    best = found(
        partner=ROMAN,
        contractor=ROMAN,
        experience=Experience(of_partner=friday_ten, of_all=others | friday_ten),
        most=1,
    )[0]

    assert (best.contractor_time.isoweekday(), best.contractor_time.hour) == (5, 10)


def test_little_experience_is_pulled_to_what_all_have_seen():
    experience = Experience(of_partner={(1, 9): Tally(1, 0)}, of_all={(1, 9): Tally(95, 95)})

    usual = (95 + 5 * 0.5) / 100
    of_all = (95 + 5 * usual) / 100
    assert experience.rate((1, 9)) == pytest.approx((0 + 5 * of_all) / 6)
    assert experience.rate((2, 9)) == pytest.approx(usual)
    assert Experience().rate((1, 9)) == 0.5


def test_clocks_that_change_between_are_read_as_they_will_be():
    """On 29 March Rome goes an hour closer to Hong Kong: its 9 o'clock is 15:00 there, no longer 16:00."""
    friday = dt.datetime(2026, 3, 27, 6, 0, tzinfo=dt.UTC)

    times = {each.partner_time: each.contractor_time.hour for each in found(now=friday, most=10)}

    assert times[wall(2026, 3, 30, 9, 0)] == 15
    assert found(now=friday - 2 * DAY, most=1)[0].contractor_time.hour == 16


def test_nobody_is_suggested_a_time_of_the_night():
    antipodes = Party(ZoneInfo("Pacific/Auckland"))

    for each in found(contractor=antipodes, most=10):
        assert 7 <= each.contractor_time.hour < 21
        assert 7 <= each.partner_time.hour < 21


@pytest.mark.parametrize(
    ("opens", "closes", "days"), [(9, 9, [1]), (-1, 9, [1]), (0, 1441, [1]), (0, 9, []), (0, 9, [8])]
)
def test_hours_that_are_none_are_refused(opens, closes, days):
    with pytest.raises(Refused):
        check_hours(opens, closes, days)


def test_what_falls_due_at_night_or_on_a_weekend_waits_for_the_hours():
    friday_evening = dt.datetime(2026, 11, 20, 18, 0, tzinfo=ROME)

    assert next_open(friday_evening, ROMAN) == dt.datetime(2026, 11, 23, 9, 0, tzinfo=ROME)
    assert next_open(friday_evening - 4 * HOUR, ROMAN) == friday_evening - 4 * HOUR
    assert next_open(friday_evening - 12 * HOUR, ROMAN) == friday_evening - 9 * HOUR
