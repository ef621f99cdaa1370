"""Three weeks of introductions: the clock, the calendars and the count of whoever lives them, and the weeks themselves."""

import datetime as dt
import json
import os
import subprocess
import sys
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from server.demo_introductions.calendars import problems_of
from server.demo_introductions.notes import Demo, Notes, Story
from server.demo_introductions.simulated import Clock, at_work
from server.settings import ROOT
from tests.factories.times import DAY, HOUR, MINUTE, NOW

FILE = b"\r\n".join(
    [
        b"BEGIN:VCALENDAR",
        b"VERSION:2.0",
        b"PRODID:-//x//y//EN",
        b"METHOD:REQUEST",
        b"BEGIN:VEVENT",
        b"UID:1@x.example",
        b"SEQUENCE:0",
        b"DTSTAMP:20261012T080000Z",
        b"DTSTART:20261013T080000Z",
        b"DTEND:20261013T083000Z",
        b"SUMMARY:A demo",
        b"STATUS:CONFIRMED",
        b"ORGANIZER:mailto:o@x.example",
        b"ATTENDEE:mailto:a@x.example",
        b"END:VEVENT",
        b"END:VCALENDAR",
        b"",
    ]
)


async def test_lives_move_one_at_a_time_in_the_order_of_their_hours():
    clock, said = Clock(NOW), []

    async def life(name, *hours):
        for each in hours:
            await clock.until(NOW + each * HOUR)
            said.append((name, (clock.now - NOW) / HOUR))

    clock.live(lambda: life("a", 1, 3))
    clock.live(lambda: life("b", 2, 3, 9))
    await clock.run(NOW + 5 * HOUR)
    await clock.stop()

    assert said == [("a", 1), ("b", 2), ("a", 3), ("b", 3)]
    assert clock() == NOW + 5 * HOUR


async def test_what_a_life_raises_ends_the_run():
    clock = Clock(NOW)

    async def life():
        raise LookupError("lost")

    clock.live(life)
    with pytest.raises(LookupError):
        await clock.run(NOW + HOUR)


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        ("2026-10-12T08:30:00Z", "Europe/Rome", "2026-10-12T08:30:00Z"),
        ("2026-10-12T17:30:17Z", "Europe/Rome", "2026-10-13T07:30:17Z"),
        # Clocks are put back in the night to Sunday: Monday at nine is an hour later by UTC.
        ("2026-10-23T18:30:00Z", "Europe/Rome", "2026-10-26T08:30:00Z"),
        ("2026-10-12T22:10:00Z", "Asia/Kathmandu", "2026-10-13T04:10:00Z"),
    ],
)
def test_people_work_at_the_hours_of_their_own_clocks(at, zone, expected):
    found = at_work(dt.datetime.fromisoformat(at), ZoneInfo(zone))

    assert found == dt.datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (FILE, None),
        (FILE.replace(b"UID:1@x.example\r\n", b""), "UID is not there once"),
        (FILE.replace(b"A demo", b"A\rdemo"), "a line does not end in CRLF"),
        (FILE.replace(b"A demo", b"x" * 70), "a line is longer than 75 octets"),
        (FILE.replace(b"A demo", b"x" * 60 + b"\r\n " + b"y" * 70), None),
        (FILE.replace(b"METHOD:REQUEST", b"METHOD:PUBLISH"), "METHOD is not REQUEST, as the mail says"),
        (FILE.replace(b"DTSTART:20261013T080000Z", b"DTSTART:20261013T080000"), "a time is neither UTC nor of a VTIMEZONE"),
        (FILE.replace(b"STATUS:CONFIRMED", b"STATUS:CANCELLED"), "STATUS does not fit METHOD"),
        (FILE.replace(b"ATTENDEE", b"COMMENT"), "nobody is invited"),
    ],
)  # fmt: skip
def test_a_strict_calendar_takes_what_is_right_and_says_what_is_wrong(broken, problem):
    assert problems_of(broken, method="REQUEST") == ([] if problem is None else [problem])


def test_the_count_of_people_is_that_of_the_worked_example():
    """docs/confidence.md: six introductions, 70.83."""
    notes = Notes()
    came = (
        ("DEAL_CLOSED", None),
        ("FOLLOW_UP_SCHEDULED", None),
        ("LOST", None),
        (None, "CONTRACTOR"),
        (None, "PARTNER"),
    )
    for number, hours in enumerate((1.5, 3, 20, 5.5, 10, None)):
        story = Story(f"int_{number}", "prt_1", "Somebody", NOW)
        notes.stories[story.id] = story
        if hours is None:
            continue
        story.answered_at, story.confirmed_at = NOW + hours * HOUR, NOW + DAY
        outcome, missed_by = came[number]
        demo = Demo(NOW + 2 * DAY, NOW + 2 * DAY + HOUR, outcome is not None, missed_by, outcome)
        story.demos.append(demo)

    assert notes.funnel() == {"INTRODUCED": 6, "RESPONDED": 5, "CONFIRMED": 5, "SHOWED": 3, "POSITIVE": 2}
    # 8 hours: 75; 3 of 4 demos it was to come to: 50; 5 of 6 booked: 85; (100 + 80 + 40) / 3: 73.33.
    assert notes.score("prt_1", rounds=[]) == Decimal("70.83")


def test_the_clock_of_follow_ups_is_known_by_whoever_waits():
    worked = [NOW + each * HOUR for each in range(200)]
    story = Story("int_1", "prt_1", "Somebody", NOW - MINUTE)

    all_steps = story.follow_ups(worked)
    story.answered_at = NOW + 50 * HOUR
    until_answered = story.follow_ups(worked)
    after_a_weekend = story.follow_ups([NOW + 49 * HOUR + MINUTE, NOW + 62 * HOUR])

    assert all_steps == dict.fromkeys(("REMIND_PARTNER", "TELL_STAFF", "SUGGEST_ALTERNATIVES"), "DONE")
    assert until_answered == dict.fromkeys(("REMIND_PARTNER", "TELL_STAFF"), "DONE")
    assert after_a_weekend == dict.fromkeys(("REMIND_PARTNER", "TELL_STAFF"), "DONE")


@pytest.mark.slow
def test_three_weeks_are_counted_by_people_as_by_the_platform():
    done = subprocess.run(
        [sys.executable, "-m", "server.cli", "demo-introductions", "--json", "--seed", "7"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout, done.stderr[-3_000:]
    said = json.loads(done.stdout)
    assert (said["wrong"], done.returncode) == ([], 0)
    assert said["funnel"] == said["counted"]
    assert said["counted"]["INTRODUCED"] >= 30
    assert said["counted"]["POSITIVE"] >= 5
    assert said["checks"] > 100
    assert "hanging, and nobody knows" not in said["reasons"]
    assert {
        "answers of partners by mail",
        "automatic replies",
        "mails of strangers",
        "mails sent back with a report",
        "demos missed",
    } <= said["happened"].keys()
    assert {"OVERDUE", "BOUNCED"} <= said["staff"].keys()
