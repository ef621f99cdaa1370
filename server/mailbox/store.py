"""Mails that were received, one file each: they are there after a restart, and any mail program reads them."""

import datetime as dt
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP
from pathlib import Path

FOLDER = "mail"
"""Below the data directory."""
MOST_KEPT = 1_000
NAME = re.compile(r"\d{13}-[0-9a-f]{16}", re.ASCII)
ENDING = ".eml"
NO_LINE = re.compile(r"[\r\n]+")


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail. A list has the headers alone."""

    id: str
    received_at: dt.datetime
    mail: EmailMessage

    def header(self, name: str) -> str:
        """Return a header as people read it; empty where there is none."""
        return str(self.mail.get(name, ""))

    def part(self, subtype: str) -> str | None:
        """Return its plain or its html text; None where it has none, or none that can be read."""
        part = self.mail.get_body(preferencelist=(subtype,))
        try:
            return None if part is None else str(part.get_content())
        except (LookupError, KeyError, UnicodeError):
            return None


class Mailbox:
    """A folder of mails; several processes may read it while one writes."""

    def __init__(self, folder: Path, *, most: int = MOST_KEPT) -> None:
        self._folder = folder
        self._most = most

    def keep(self, raw: bytes, *, sender: str, recipients: Sequence[str], now: dt.datetime) -> str:
        """Keep a mail with its envelope and return its id; one that is there already is not kept twice.

        The envelope goes in front, as mail servers write it: who is in Bcc can be seen nowhere else.
        """
        digest = _digest(raw, recipients)
        for there in self._folder.glob(f"*-{digest}{ENDING}"):
            return there.stem
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{int(now.timestamp() * 1000):013d}-{digest}"
        envelope = "".join(
            f"{header}: {NO_LINE.sub(' ', text)}\r\n"
            for header, text in [("Return-Path", f"<{sender}>"), *(("Delivered-To", to) for to in recipients)]
        )
        unfinished = self._folder / f"{name}.part"
        with unfinished.open("wb") as file:
            file.write(envelope.encode("utf-8", "replace") + raw)
            file.flush()
            # The sender is told that we have it: then we have it, whatever happens.
            os.fsync(file.fileno())
        unfinished.rename(self._folder / f"{name}{ENDING}")
        for old in self._names()[self._most :]:
            (self._folder / f"{old}{ENDING}").unlink(missing_ok=True)
        return name

    def newest(self, limit: int) -> list[Kept]:
        """Return the headers of the newest mails, the newest first."""
        found = (self._read(name, headers_only=True) for name in self._names()[:limit])
        return [each for each in found if each is not None]

    def one(self, name: str) -> Kept | None:
        """Return a mail; None where there is none of this id."""
        return self._read(name, headers_only=False)

    def raw(self, name: str) -> bytes | None:
        """Return a mail as it came, its envelope in front."""
        if not NAME.fullmatch(name):
            return None
        try:
            return (self._folder / f"{name}{ENDING}").read_bytes()
        except FileNotFoundError:
            return None

    def _read(self, name: str, *, headers_only: bool) -> Kept | None:
        raw = self.raw(name)
        if raw is None:
            return None
        received_at = dt.datetime.fromtimestamp(int(name.partition("-")[0]) / 1000, dt.UTC)
        parse = BytesHeaderParser(policy=SMTP).parsebytes if headers_only else _whole
        return Kept(name, received_at, parse(raw))

    def _names(self) -> list[str]:
        """Return the ids, the newest first."""
        stems = (path.stem for path in self._folder.glob(f"*{ENDING}"))
        return sorted((stem for stem in stems if NAME.fullmatch(stem)), reverse=True)


def _whole(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=SMTP)


def _digest(raw: bytes, recipients: Sequence[str]) -> str:
    """Tell a mail from every other: by its Message-ID and whom it went to, else by all of it."""
    named = BytesHeaderParser(policy=SMTP).parsebytes(raw).get("Message-ID")
    told = raw if named is None else "\n".join([str(named), *sorted(recipients)]).encode("utf-8", "replace")
    return hashlib.sha256(told).hexdigest()[:16]
