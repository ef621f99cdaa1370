"""When to write to a partner: by the hours at which mails were answered, within its day, or now."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from domain.send_times import PastMail, responses, suggest
from domain.time_suggestions import Hours, Party

ROME = Party(ZoneInfo("Europe/Rome"))
MONDAY = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)
WEDNESDAY = dt.datetime(2026, 11, 18, tzinfo=dt.UTC)


def mails(hour, *, mailed, answered, is_own=False, zone="Europe/Rome"):
    """So many mails that went out at an hour of the partner's clock, of which so many were answered."""
    at = dt.datetime(2026, 11, 2, hour, 15, tzinfo=ZoneInfo(zone))
    return [PastMail(is_own, at, zone, count < answered) for count in range(mailed)]


def at(hour, minute=0, day=WEDNESDAY):
    return (day + dt.timedelta(hours=hour, minutes=minute)).astimezone(dt.UTC)


MORNINGS = mails(9, mailed=40, answered=36) + mails(15, mailed=40, answered=16)


def test_rates_are_pulled_towards_what_is_usual():
    known = responses(MORNINGS)

    usual = (52 + 1) / (80 + 2)
    assert known.mailed == 80
    assert known.rate(at(8).astimezone(ROME.zone)) == pytest.approx((36 + 10 * usual) / 50)
    assert known.rate(at(15).astimezone(ROME.zone)) == pytest.approx(usual)


def test_what_was_seen_of_the_partner_itself_counts_most():
    late = mails(15, mailed=30, answered=29, is_own=True)
    known = responses(MORNINGS + late)

    assert known.rate(at(14).astimezone(ROME.zone)) > known.rate(at(8).astimezone(ROME.zone))


@pytest.mark.parametrize(
    ("now", "suggested"),
    [
        # 17:10 in Rome: the next morning, when its office opens.
        (at(16, 10), at(8, 0, WEDNESDAY + dt.timedelta(days=1))),
        # 15:10: of the hour after it nothing is known, and what is usual is better.
        (at(14, 10), at(15)),
        # 7:40: the same morning.
        (at(6, 40), at(8)),
        # 9:20: the best there is is now.
        (at(8, 20), None),
        # 17:10 on a Friday: the next morning is a Saturday.
        (at(16, 10, WEDNESDAY + dt.timedelta(days=2)), None),
        # 11:10: the next morning is too far.
        (at(10, 10), None),
    ],
)
def test_the_best_hour_within_a_night_is_suggested(now, suggested):
    found = suggest(responses(MORNINGS), ROME, now=now)

    assert (found.at, found.is_now) == (suggested or now, suggested is None)


def test_a_few_mails_more_are_not_worth_waiting():
    even = mails(9, mailed=40, answered=21) + mails(15, mailed=40, answered=19)

    assert suggest(responses(even), ROME, now=at(14, 10)).is_now


def test_of_too_few_mails_nothing_is_suggested():
    few = mails(9, mailed=25, answered=25) + mails(15, mailed=24, answered=0)

    assert suggest(responses(few), ROME, now=at(14, 10)).is_now


def test_nothing_is_known_at_first():
    found = suggest(responses([]), ROME, now=at(14, 10))

    assert (found.is_now, found.rate, found.mailed) == (True, 0.5, 0)


def test_hours_are_the_partner_s_own():
    tokyo = Party(ZoneInfo("Asia/Tokyo"), Hours(opens=8 * 60))

    found = suggest(responses(MORNINGS), tokyo, now=at(14))

    assert found.at.astimezone(tokyo.zone) == dt.datetime(2026, 11, 19, 8, 0, tzinfo=tokyo.zone)


def test_a_zone_that_was_given_up_tells_no_hour():
    assert (
        responses([PastMail(is_own=True, sent_at=MONDAY, time_zone="Mars/Olympus", is_answered=True)]).mailed
        == 0
    )


def test_when_the_clocks_change_the_suggestion_is_an_hour_of_the_new_clock():
    """On 25 October 2026 summer time ends in Rome."""
    every_day = Party(ROME.zone, Hours(days=frozenset(range(1, 8))))
    evening = dt.datetime(2026, 10, 24, 18, 0, tzinfo=ROME.zone)

    found = suggest(responses(MORNINGS), every_day, now=evening)

    assert found.at == dt.datetime(2026, 10, 25, 8, 0, tzinfo=dt.UTC)
