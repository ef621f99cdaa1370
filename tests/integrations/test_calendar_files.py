"""Calendar files, read back: what RFC 5545 asks for, lines as it wants them, one UID through all versions."""

import datetime as dt
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from domain.calendar_entries import Attendee, CalendarEntry, CalendarMethod, uid_of
from domain.scheduling import Span, instant_of
from integrations.calendar.files import written
from tests.integrations.rfc5545 import checked_event

AT = dt.datetime(2026, 11, 25, 9, 30, tzinfo=dt.UTC)
ENTRY = CalendarEntry(
    uid=uid_of(UUID(int=7), "interline.example"),
    sequence=0,
    method=CalendarMethod.REQUEST,
    span=Span(AT, 45),
    summary="Demo: Victoria Cruises and Röckel, Söhne; Reisen",
    description="The room opens ten minutes before.\nYour introduction: https://interline.example/introductions/1",
    organizer=Attendee("Interline", "no-reply@interline.example"),
    attendees=(
        Attendee("Vera Röckel", "vera@agency.example"),
        Attendee('Mei "M" Wong', "partner@victoria.example"),
    ),
    stamp=dt.datetime(2026, 11, 18, 8, 0, 0, 123, tzinfo=dt.UTC),
    room_url="https://interline.example/rooms/0123456789abcdef",
)


def event_of(entry):
    calendar = Calendar.from_ical(written(entry))
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_a_file_has_what_rfc_5545_and_5546_require():
    calendar, event = event_of(ENTRY)

    assert (calendar["VERSION"], calendar["PRODID"], calendar["METHOD"]) == (
        "2.0",
        "-//Interline//Introductions//EN",
        "REQUEST",
    )
    assert calendar.errors == event.errors == []
    assert event.decoded("DTSTART") == AT
    assert event.decoded("DTEND") == AT + dt.timedelta(minutes=45)
    assert event.decoded("DTSTAMP") == dt.datetime(2026, 11, 18, 8, 0, tzinfo=dt.UTC)
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (
        "demo-00000000000000000000000000000007@interline.example",
        0,
        "CONFIRMED",
    )
    assert event["SUMMARY"] == ENTRY.summary
    assert event["DESCRIPTION"] == ENTRY.description
    assert event["ORGANIZER"] == "mailto:no-reply@interline.example"
    assert [(each, each.params["CN"]) for each in event["ATTENDEE"]] == [
        ("mailto:vera@agency.example", "Vera Röckel"),
        ("mailto:partner@victoria.example", "Mei 'M' Wong"),
    ]
    assert event["LOCATION"] == event["URL"] == ENTRY.room_url


def test_times_are_utc_so_that_no_zone_is_needed():
    lines = written(ENTRY).decode().splitlines()

    assert "DTSTART:20261125T093000Z" in lines
    assert not any("TZID" in line or "VTIMEZONE" in line for line in lines)


def test_lines_end_in_crlf_and_are_folded_at_75_octets():
    file = written(replace(ENTRY, description="Grüße, " * 60, summary="é" * 200))

    assert file.count(b"\n") == file.count(b"\r\n") == file.count(b"\r")
    assert file.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in file.split(b"\r\n")) <= 75
    for line in file.split(b"\r\n"):
        line.decode()


def test_a_reschedule_and_a_cancellation_keep_the_uid_and_raise_the_sequence():
    moved = replace(ENTRY, sequence=1, span=Span(AT + dt.timedelta(days=1), 45))
    cancelled = replace(moved, sequence=2, method=CalendarMethod.CANCEL)

    versions = [event_of(each) for each in (ENTRY, moved, cancelled)]

    assert {str(event["UID"]) for _, event in versions} == {ENTRY.uid}
    assert [event["SEQUENCE"] for _, event in versions] == [0, 1, 2]
    assert [calendar["METHOD"] for calendar, _ in versions] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event["STATUS"] for _, event in versions] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


@pytest.mark.parametrize(
    "nasty", ["A\r\nATTENDEE:mailto:x@evil.example", "A\rBEGIN:VEVENT", "A\nX-EVIL:1", "A\x00B"]
)
def test_no_text_makes_a_line_of_its_own(nasty):
    hostile = replace(
        ENTRY, summary=nasty, description=nasty, organizer=Attendee(nasty, "no-reply@interline.example")
    )

    calendar, event = event_of(hostile)

    assert len(event["ATTENDEE"]) == 2
    assert len(calendar.walk("VEVENT")) == 1
    assert "X-EVIL" not in event


def test_the_same_entry_is_the_same_file():
    assert written(replace(ENTRY)) == written(ENTRY)


@pytest.mark.parametrize(
    "words",
    [
        "plain",
        "é" * 200,
        "漢字" * 80,
        "🚢" * 60,
        'quotes "and" commas, semicolons; colons: and \\backslashes\\',
        "x" * 74 + "é",
        "רחלה 2026",
    ],
)
def test_whatever_is_written_holds_to_the_grammar(words):
    """Read by a reader of the tests' own: folding, line ends, parameters, what must be there once."""
    entry = replace(
        ENTRY,
        summary=words,
        description=f"{words}\n{words}",
        organizer=Attendee(words, "no-reply@interline.example"),
        attendees=(Attendee(words, "vera@agency.example"),),
    )

    calendar, event = checked_event(written(entry))

    assert event.value("UID") == ENTRY.uid
    assert calendar.value("CALSCALE") == "GREGORIAN"
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert event.value("SUMMARY") == escaped
    assert event.value("DESCRIPTION") == f"{escaped}\\n{escaped}"
    (attendee,) = [each for each in event.lines if each.name == "ATTENDEE"]
    assert attendee.parameters == {
        "CN": words.replace('"', "'"),
        "CUTYPE": "INDIVIDUAL",
        "PARTSTAT": "ACCEPTED",
        "ROLE": "REQ-PARTICIPANT",
        "RSVP": "FALSE",
    }


def test_all_versions_of_an_entry_hold_to_the_grammar_and_are_the_same_entry():
    moved = replace(ENTRY, sequence=1, span=Span(AT + dt.timedelta(days=1), 45))
    cancelled = replace(moved, sequence=2, method=CalendarMethod.CANCEL, attendees=ENTRY.attendees[:1])

    read = [checked_event(written(each)) for each in (ENTRY, moved, cancelled)]

    assert {event.value("UID") for _, event in read} == {ENTRY.uid}
    assert [
        (calendar.value("METHOD"), event.value("SEQUENCE"), event.value("DTSTART"))
        for calendar, event in read
    ] == [
        ("REQUEST", "0", "20261125T093000Z"),
        ("REQUEST", "1", "20261126T093000Z"),
        ("CANCEL", "2", "20261126T093000Z"),
    ]


@pytest.mark.parametrize(
    ("local", "zone", "starts", "ends"),
    [
        # The last Sundays of March and October: an hour is skipped, an hour comes twice.
        ("2027-03-28T01:30", "Europe/Rome", "20270328T003000Z", "20270328T013000Z"),
        ("2027-03-28T03:30", "Europe/Rome", "20270328T013000Z", "20270328T023000Z"),
        ("2027-10-31T01:30", "Europe/Rome", "20271030T233000Z", "20271031T003000Z"),
        ("2027-10-31T03:30", "Europe/Rome", "20271031T023000Z", "20271031T033000Z"),
        # Half an hour of daylight saving.
        ("2027-04-04T10:00", "Australia/Lord_Howe", "20270403T233000Z", "20270404T003000Z"),
        ("2027-01-10T10:00", "Asia/Kathmandu", "20270110T041500Z", "20270110T051500Z"),
    ],
)
def test_on_the_day_clocks_change_a_demo_is_when_both_clocks_say(local, zone, starts, ends):
    at = instant_of(dt.datetime.fromisoformat(local), ZoneInfo(zone))

    _, event = checked_event(written(replace(ENTRY, span=Span(at, 60))))

    assert (event.value("DTSTART"), event.value("DTEND")) == (starts, ends)


@pytest.mark.parametrize("is_later", [False, True])
def test_in_an_hour_that_comes_twice_each_is_its_own_time(is_later):
    wall = dt.datetime(2027, 10, 31, 2, 30)  # noqa: DTZ001 - what a clock shows
    at = instant_of(wall, ZoneInfo("Europe/Rome"), is_later=is_later)

    _, event = checked_event(written(replace(ENTRY, span=Span(at, 60))))

    assert event.value("DTSTART") == ("20271031T013000Z" if is_later else "20271031T003000Z")
    assert event.value("DTEND") == ("20271031T023000Z" if is_later else "20271031T013000Z")
