"""A calendar file (RFC 5545) as an invitation carries it (RFC 5546): times in UTC, so that it needs no zone's rules."""

import datetime as dt

from icalendar import Calendar, Event, vCalAddress, vText, vUri

from domain.invitations import Invitation, InvitationMethod

PRODUCT = "-//Interline//Introductions//EN"


def written(invitation: Invitation) -> bytes:
    """Write an invitation: lines end in CRLF and are folded at 75 octets. The same one is the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", invitation.method.value)
    is_cancelled = invitation.method is InvitationMethod.CANCEL
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", _utc(invitation.stamp))
    event.add("dtstart", _utc(invitation.span.starts_at))
    event.add("dtend", _utc(invitation.span.ends_at))
    event.add("summary", _line(invitation.summary))
    event.add("description", _note(invitation.description))
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if is_cancelled else "OPAQUE")
    if invitation.room_url is not None:
        event.add("location", vText(invitation.room_url))
        event.add("url", vUri(invitation.room_url))
    event.add("organizer", _address(invitation.organizer.name, invitation.organizer.email), encode=False)
    for each in invitation.attendees:
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
