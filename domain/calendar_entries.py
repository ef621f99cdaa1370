"""Calendar entries of demos: who is invited to what, under which UID, in which version of it.

A calendar knows an entry by its UID: a reschedule and a cancellation have the same one with a higher SEQUENCE
(RFC 5546 §2.1.4, RFC 5545 §3.8.7.4).
"""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from domain.scheduling import Span

MEDIA_TYPE = "text/calendar"
FILE_NAME = "invite.ics"
LINK_LIFE = dt.timedelta(days=1)
"""How long a link to the file holds that somebody asks for; one in a mail holds as long after the demo."""


class CalendarMethod(StrEnum):
    """REQUEST puts a demo into calendars, or moves it there; CANCEL takes it out."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who takes part. Personal data."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One version of one entry. Written again it is the same, byte for byte: `stamp` is when it was made."""

    uid: str
    sequence: int
    method: CalendarMethod
    span: Span
    summary: str
    description: str
    organizer: Attendee = field(repr=False)
    attendees: tuple[Attendee, ...] = field(repr=False)
    stamp: dt.datetime
    room_url: str | None = None


def uid_of(introduction_id: UUID, domain: str) -> str:
    """Return the UID of an introduction's demo: one for good, however often it is moved."""
    return f"demo-{introduction_id.hex}@{domain}"


@dataclass(frozen=True, slots=True)
class DemoNews:
    """How a demo stands, as a CRM keeps it: by public ids, without anything of a person."""

    introduction_id: str
    partner_id: str
    contractor_id: str
    sequence: int
    is_cancelled: bool
    starts_at: dt.datetime
    minutes: int
    room_url: str | None
