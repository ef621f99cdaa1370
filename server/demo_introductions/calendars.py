"""A calendar that keeps what mails invite to, and is strict about it: RFC 5545, 5546 and 6047 by the letter."""

import datetime as dt
import re
from dataclasses import dataclass, field

from icalendar import Calendar

from server.demo_introductions.post import Letter

LONGEST_LINE = 75
"""Octets, without the line break (RFC 5545 §3.1)."""
UTC_TIME = re.compile(rb"\d{8}T\d{6}Z")
TIMES = frozenset({b"DTSTART", b"DTEND", b"DTSTAMP"})
ONCE = (b"UID", b"DTSTAMP", b"DTSTART", b"SEQUENCE", b"SUMMARY", b"ORGANIZER")


@dataclass(slots=True)
class Entry:
    """A demo as somebody's calendar has it."""

    sequence: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    is_cancelled: bool


@dataclass(slots=True)
class Diary:
    """One person's calendar; `problems` has what was wrong with what came in."""

    owner: str
    entries: dict[str, Entry] = field(default_factory=dict)
    """By UID."""
    uids: dict[str, str] = field(default_factory=dict)
    """The UID of each introduction's demo."""
    problems: list[str] = field(default_factory=list)
    files: int = 0

    def take(self, letter: Letter) -> Entry | None:
        """Keep what a mail invites to; return the entry where it says something new."""
        part = letter.calendar
        if part is None or letter.introduction is None:
            return None
        raw = part.get_payload(decode=True)
        assert isinstance(raw, bytes)
        self.files += 1
        method = str(part.get_param("method"))
        self.problems += [f"{letter.introduction}: {each}" for each in problems_of(raw, method=method)]
        event = Calendar.from_ical(raw).events[0]
        uid, sequence = str(event["UID"]), int(str(event["SEQUENCE"]))
        starts_at, ends_at = event.start, event.end
        assert isinstance(starts_at, dt.datetime)
        assert isinstance(ends_at, dt.datetime)
        if self.uids.setdefault(letter.introduction, uid) != uid:
            self.problems.append(f"{letter.introduction}: another UID than before")
        before = self.entries.get(uid)
        if before is not None and sequence <= before.sequence:
            self.problems.append(f"{letter.introduction}: SEQUENCE {sequence} after {before.sequence}")
            return None
        if before is None and method == "CANCEL":
            self.problems.append(f"{letter.introduction}: called off, and never invited to")
        entry = Entry(sequence, starts_at, ends_at, method == "CANCEL")
        self.entries[uid] = entry
        return entry

    def entry_of(self, introduction: str) -> Entry | None:
        """Return what it has of an introduction's demo."""
        return self.entries.get(self.uids.get(introduction, ""))


def problems_of(raw: bytes, *, method: str) -> list[str]:
    """Return what is wrong with a calendar file that a mail carries as `method`."""
    lines = raw.replace(b"\r\n ", b"").replace(b"\r\n\t", b"").split(b"\r\n")
    named = [re.split(rb"[;:]", line, maxsplit=1)[0] for line in lines]
    without_breaks = raw.replace(b"\r\n", b"")
    rules = {
        "a line does not end in CRLF": b"\n" not in without_breaks and b"\r" not in without_breaks,
        f"a line is longer than {LONGEST_LINE} octets": all(
            len(line) <= LONGEST_LINE for line in raw.split(b"\r\n")
        ),
        "it is not one VCALENDAR": (lines[0], lines[-2:]) == (b"BEGIN:VCALENDAR", [b"END:VCALENDAR", b""]),
        "it is no UTF-8": _is_utf8(raw.replace(b"\r\n ", b"")),
        "VERSION or PRODID is not as it must be": b"VERSION:2.0" in lines and named.count(b"PRODID") == 1,
        "nobody is invited": b"ATTENDEE" in named,
        f"METHOD is not {method}, as the mail says": f"METHOD:{method}".encode() in lines,
        "STATUS does not fit METHOD": (method == "CANCEL") == (b"STATUS:CANCELLED" in lines),
        "a time is neither UTC nor of a VTIMEZONE": all(_is_of_a_zone(line, lines) for line in lines),
    }
    rules |= {f"{name.decode()} is not there once": named.count(name) == 1 for name in ONCE}
    return [problem for problem, holds in rules.items() if not holds]


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_of_a_zone(line: bytes, lines: list[bytes]) -> bool:
    """Tell whether a time can be read without knowing where its reader is; every other line can."""
    name, _, value = line.partition(b":")
    if name.split(b";")[0] not in TIMES or UTC_TIME.fullmatch(value):
        return True
    zone = re.search(rb"TZID=([^;:]+)", name)
    return zone is not None and b"TZID:" + zone[1] in lines
