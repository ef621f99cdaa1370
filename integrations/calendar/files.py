"""A calendar file (RFC 5545) as a mail carries it (RFC 5546): times in UTC, so that it needs no zone's rules."""

import datetime as dt

from icalendar import Calendar, Event, vCalAddress, vText, vUri

from domain.calendar_entries import CalendarEntry, CalendarMethod

PRODUCT = "-//Interline//Introductions//EN"


def written(entry: CalendarEntry) -> bytes:
    """Write an entry: lines end in CRLF and are folded at 75 octets. The same one is the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", entry.method.value)
    is_cancelled = entry.method is CalendarMethod.CANCEL
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", _utc(entry.stamp))
    event.add("dtstart", _utc(entry.span.starts_at))
    event.add("dtend", _utc(entry.span.ends_at))
    event.add("summary", _line(entry.summary))
    event.add("description", _note(entry.description))
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if is_cancelled else "OPAQUE")
    if entry.room_url is not None:
        event.add("location", vText(entry.room_url))
        event.add("url", vUri(entry.room_url))
    event.add("organizer", _address(entry.organizer.name, entry.organizer.email), encode=False)
    for each in entry.attendees:
        attendee = _address(each.name, each.email)
        attendee.params["CUTYPE"] = "INDIVIDUAL"
        attendee.params["ROLE"] = "REQ-PARTICIPANT"
        # Both agreed on the time before anything was sent.
        attendee.params["PARTSTAT"] = "ACCEPTED"
        attendee.params["RSVP"] = "FALSE"
        event.add("attendee", attendee, encode=False)
    calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file


def _address(name: str, email: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    if plain := _line(name).replace('"', "'"):
        # A parameter's value has no way to write a double quote (RFC 5545 §3.2).
        address.params["CN"] = plain
    return address


def _line(text: str) -> str:
    return " ".join("".join(" " if each.isspace() else each for each in text if _is_shown(each)).split())


def _note(text: str) -> str:
    return "\n".join(_line(line) for line in text.strip().splitlines())


def _is_shown(each: str) -> bool:
    return each.isprintable() or each.isspace()


def _utc(at: dt.datetime) -> dt.datetime:
    return at.astimezone(dt.UTC).replace(microsecond=0)
