"""Calendars, rooms and a CRM without any vendor: what runs on a laptop, and wherever none is connected.

Invitations reach calendars by mail, so there is nothing to put anywhere; rooms are addresses of our own that nobody can
guess; the CRM is a folder of the storage.
"""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Protocol
from uuid import UUID

from domain.calendar_entries import Attendee, CalendarEntry, DemoNews
from domain.signed_links import MaySeeDemo, token_of
from integrations.calendar.files import written

LOCAL_PART = "partner"
CALENDARS_PATH = "/calendars"
ROOM_BYTES = 16


class MailedCalendar:
    """A `Calendar` whose entries travel with mails, and nowhere else."""

    def __init__(self, organizer: Attendee, *, mail_domain: str, public_url: str, secret: bytes) -> None:
        """`mail_domain`: below which partners have their hosts. `secret`: under the links to files."""
        self._organizer = organizer
        self._mail_domain = mail_domain
        self._public_url = public_url.rstrip("/")
        self._secret = secret

    @property
    def organizer(self) -> Attendee:
        """See `Calendar.organizer`."""
        return self._organizer

    @property
    def domain(self) -> str:
        """See `Calendar.domain`."""
        return self._organizer.email.rpartition("@")[2]

    def attendee_of(self, subdomain: str, name: str) -> Attendee:
        """See `Calendar.attendee_of`."""
        return Attendee(name, f"{LOCAL_PART}@{subdomain}.{self._mail_domain}")

    def file_of(self, entry: CalendarEntry) -> str:
        """See `Calendar.file_of`."""
        return written(entry).decode()

    def link_to(self, introduction_id: UUID, *, until: dt.datetime) -> str:
        """See `Calendar.link_to`."""
        token = token_of(self._secret, MaySeeDemo(introduction_id.hex), until=until)
        return f"{self._public_url}{CALENDARS_PATH}/{token}"

    async def put(self, entry: CalendarEntry) -> None:
        """See `Calendar.put`: the mail brings it."""


class LocalRooms:
    """A `Video` whose rooms are pages of ours."""

    def __init__(self, public_url: str, *, secret: bytes) -> None:
        self._public_url = public_url.rstrip("/")
        self._secret = secret

    async def room(
        self,
        key: str,
        *,
        starts_at: dt.datetime,  # noqa: ARG002 - these rooms are always open
        minutes: int,  # noqa: ARG002 - as above
    ) -> str:
        """See `Video.room`."""
        token = hmac.digest(self._secret, f"room:{key}".encode(), hashlib.sha256)[:ROOM_BYTES].hex()
        return f"{self._public_url}/rooms/{token}"


class Files(Protocol):
    """Where the CRM keeps its books: a `Storage`."""

    async def write(self, key: str, pieces: AsyncIterator[bytes]) -> None: ...


class FiledCrm:
    """A `Crm` that keeps one file a demo: `crm/demos/<introduction>/<sequence>.json`."""

    def __init__(self, files: Files) -> None:
        self._files = files

    async def note(self, news: DemoNews) -> None:
        """See `Crm.note`."""
        told = asdict(news) | {"starts_at": news.starts_at.isoformat()}
        text = json.dumps(told, indent=2).encode()
        await self._files.write(f"crm/demos/{news.introduction_id}/{news.sequence:04}.json", _once(text))


async def _once(text: bytes) -> AsyncIterator[bytes]:
    yield text
