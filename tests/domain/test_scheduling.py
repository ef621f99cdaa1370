"""Times of demos: clocks that skip and repeat hours, what may be proposed, who may pick."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.scheduling import (
    GRID,
    SlotSide,
    SlotStatus,
    Span,
    cells_of,
    check_duration,
    check_pick,
    check_times,
    instant_of,
    zone_of,
)
from tests.factories.times import DAY, MINUTE, NOW

ROME, SYDNEY, LORD_HOWE = (
    ZoneInfo("Europe/Rome"),
    ZoneInfo("Australia/Sydney"),
    ZoneInfo("Australia/Lord_Howe"),
)


def utc(*parts):
    return dt.datetime(*parts).replace(tzinfo=dt.UTC)  # noqa: DTZ001 - it has its zone at once


def wall(*parts):
    """What a clock shows, wherever it hangs."""
    return utc(*parts).replace(tzinfo=None)


def refused(act):
    with pytest.raises(Refused) as found:
        act()
    return found.value.reason


def test_a_wall_time_is_an_instant_of_its_zone():
    nine = wall(2026, 12, 1, 9)

    assert instant_of(nine, ROME) == utc(2026, 12, 1, 8)
    assert instant_of(nine, ZoneInfo("Asia/Kathmandu")) == utc(2026, 12, 1, 3, 15)
    assert instant_of(wall(2026, 7, 1, 9), ROME) == utc(2026, 7, 1, 7)


@pytest.mark.parametrize(
    ("skipped", "zone", "shown"),
    [
        (wall(2026, 3, 29, 2, 30), ROME, "03:00"),
        (wall(2026, 10, 4, 2, 0), SYDNEY, "03:00"),
        (wall(2026, 10, 4, 2, 15), LORD_HOWE, "02:30"),
    ],
)
def test_an_hour_that_clocks_skip_is_refused_and_told(skipped, zone, shown):
    reason = refused(lambda: instant_of(skipped, zone))

    assert reason.problem == f"does not exist in {zone.key}: clocks are put forward then, to {shown}"


def test_an_hour_that_clocks_repeat_is_the_first_unless_the_later_is_meant():
    twice = wall(2026, 10, 25, 2, 30)

    assert instant_of(twice, ROME) == utc(2026, 10, 25, 0, 30)
    assert instant_of(twice, ROME, is_later=True) == utc(2026, 10, 25, 1, 30)


def test_an_offset_has_no_place_in_a_wall_time():
    assert refused(lambda: instant_of(NOW, ROME)).field == "local_time"


@pytest.mark.parametrize("name", ["Rome", "", "europe/rome", "../etc/passwd", "Europe", "Mars/Base"])
def test_a_zone_that_is_none_is_refused(name):
    assert refused(lambda: zone_of(name)).field == "time_zone"


@given(
    st.datetimes(wall(2024, 1, 1), wall(2030, 1, 1)),
    st.sampled_from([ROME, SYDNEY, LORD_HOWE, ZoneInfo("America/New_York"), ZoneInfo("Africa/Casablanca")]),
)
def test_what_is_not_refused_is_shown_by_clocks_there(shown_time, zone):
    try:
        instant = instant_of(shown_time, zone)
    except Refused:
        shown = {(shown_time.replace(tzinfo=zone, fold=fold)).astimezone(dt.UTC) for fold in (0, 1)}
        assert shown_time not in {each.astimezone(zone).replace(tzinfo=None) for each in shown}
    else:
        assert instant.astimezone(zone).replace(tzinfo=None) == shown_time


def test_proposed_times_come_back_in_order_as_instants():
    later, sooner = NOW + 2 * DAY, (NOW + DAY).astimezone(ROME)

    assert check_times([later, sooner], 30, now=NOW) == [Span(NOW + DAY, 30), Span(NOW + 2 * DAY, 30)]


@pytest.mark.parametrize(
    ("starts", "minutes", "field"),
    [
        ([], 30, "times"),
        ([NOW + number * DAY for number in range(1, 7)], 30, "times"),
        ([NOW + DAY], 50, "duration_minutes"),
        ([NOW + DAY], 0, "duration_minutes"),
        ([NOW + DAY + MINUTE], 30, "times[0]"),
        ([NOW + DAY, NOW + 15 * MINUTE], 30, "times[1]"),
        ([NOW + 91 * DAY], 30, "times[0]"),
        ([wall(2026, 11, 20, 9)], 30, "times[0]"),
        ([NOW + DAY, NOW + DAY + 15 * MINUTE], 30, "times"),
    ],
)
def test_what_nobody_could_keep_is_not_proposed(starts, minutes, field):
    assert refused(lambda: check_times(starts, minutes, now=NOW)).field == field


@pytest.mark.parametrize("minutes", [15, 30, 45, 240])
def test_a_demo_lasts_quarters_of_an_hour(minutes):
    assert check_duration(minutes) == minutes


@pytest.mark.parametrize(
    ("proposed_by", "picker", "waiting_for"),
    [
        (SlotSide.PARTNER, SlotSide.PARTNER, "CONTRACTOR"),
        (SlotSide.CONTRACTOR, SlotSide.CONTRACTOR, "PARTNER"),
        (SlotSide.PARTNER, SlotSide.CONTRACTOR, None),
        (SlotSide.CONTRACTOR, SlotSide.PARTNER, None),
        (SlotSide.PLATFORM, SlotSide.PARTNER, None),
        (SlotSide.PLATFORM, SlotSide.CONTRACTOR, None),
        (SlotSide.CONTRACTOR, SlotSide.PLATFORM, None),
    ],
)
def test_a_time_is_picked_by_the_other_side(proposed_by, picker, waiting_for):
    def pick():
        check_pick(SlotStatus.OPEN, proposed_by, picker, Span(NOW + DAY, 30), now=NOW)

    if waiting_for is None:
        pick()
    else:
        assert refused(pick).waiting_for == waiting_for


@pytest.mark.parametrize("status", [each for each in SlotStatus if each is not SlotStatus.OPEN])
def test_a_time_that_was_decided_on_is_not_picked(status):
    span = Span(NOW + DAY, 30)

    reason = refused(lambda: check_pick(status, SlotSide.PARTNER, SlotSide.CONTRACTOR, span, now=NOW))

    assert (reason.code, reason.slot_status) == ("SLOT_NOT_OPEN", status)


def test_a_time_that_is_too_near_is_not_picked():
    span = Span(NOW + 29 * MINUTE, 30)

    reason = refused(
        lambda: check_pick(SlotStatus.OPEN, SlotSide.PARTNER, SlotSide.CONTRACTOR, span, now=NOW)
    )

    assert reason.message == "This time is too near to be picked."


quarters = st.integers(0, 200).map(lambda number: NOW + number * GRID)
spans = st.builds(Span, quarters, st.integers(1, 16).map(lambda quarter: quarter * 15))


@given(spans, spans)
def test_two_demos_overlap_exactly_where_they_share_a_quarter_of_an_hour(one, other):
    assert bool(set(cells_of(one)) & set(cells_of(other))) is one.overlaps(other)
    assert len(cells_of(one)) * 15 == one.minutes


def test_a_demo_off_the_grid_takes_every_quarter_it_touches():
    assert cells_of(Span(NOW + 5 * MINUTE, 30)) == [NOW, NOW + 15 * MINUTE, NOW + 30 * MINUTE]
