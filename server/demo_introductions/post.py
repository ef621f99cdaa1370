"""The mail server of the simulated world: the mailbox's own, which is down at times, and whose addresses may be dead."""

import asyncio
import datetime as dt
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from typing import Self

import aiosmtplib
from aiosmtpd.smtp import SMTP, Envelope, Session

from server.demo_introductions.simulated import Clock
from server.mailbox.forwarding import Forwarder
from server.mailbox.receiving import Receiver, serve
from server.mailbox.store import FOLDER, Kept, Mailbox
from server.settings import Settings

LINK = re.compile(r"/introductions/(int_[A-Za-z0-9]+)")
NOBODY_THERE = "550 5.1.1 nobody is at this address"
MOST_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as its receiver has it."""

    id: str
    to: tuple[str, ...]
    raw: bytes = field(repr=False)
    arrived_at: dt.datetime
    mail: EmailMessage = field(repr=False)

    @property
    def introduction(self) -> str | None:
        """The introduction whose page it leads to."""
        body = self.mail.get_body(preferencelist=("plain",))
        found = LINK.search(str(body.get_content())) if body is not None else None
        return found[1] if found else None

    @property
    def calendar(self) -> EmailMessage | None:
        """Its calendar's part."""
        return next((each for each in self.mail.walk() if each.get_content_type() == "text/calendar"), None)


class PostOffice(Receiver):
    """Takes mails as the mailbox does, tells who got one, and counts what it refused."""

    def __init__(
        self, mailbox: Mailbox, forwarder: Forwarder, clock: Clock, *, port: int, mail_domain: str
    ) -> None:
        super().__init__(mailbox, forwarder, clock=clock)
        self.mailbox = mailbox
        self.letters: list[Letter] = []
        self.dead: set[str] = set()
        """Addresses nobody is at."""
        self.refused = 0
        self.arrived: list[Callable[[str, Letter], None]] = []
        """Told of each mail for each of those it is for."""
        self._time = clock
        self._port = port
        self._ours = f".{mail_domain}"
        self._closing: asyncio.Event | None = None
        self._serving: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, settings: Settings, clock: Clock, *, port: int) -> Self:
        """Return the mail server of a platform with these settings."""
        forwarder = Forwarder(
            settings.public_url,
            secret=settings.inbound_mail_secret.get_secret_value(),
            mail_domain=settings.mail_domain,
        )
        mailbox = Mailbox(settings.data_dir / FOLDER, most=MOST_KEPT)
        return cls(mailbox, forwarder, clock, port=port, mail_domain=settings.mail_domain)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._port}"

    @property
    def is_open(self) -> bool:
        return self._serving is not None

    async def open(self) -> None:
        """Listen."""
        self._closing = asyncio.Event()
        listening = socket.create_server(("127.0.0.1", self._port))
        self._serving = asyncio.create_task(serve(listening, self, self._closing))
        await asyncio.sleep(0)

    async def close(self) -> None:
        """Be down: nobody listens."""
        if self._closing is not None and self._serving is not None:
            self._closing.set()
            await self._serving
        self._serving = None

    async def post(self, mail: EmailMessage, *, sender: str, to: str) -> bool:
        """Send a mail as anybody may; tell whether it was taken."""
        try:
            async with aiosmtplib.SMTP(hostname="127.0.0.1", port=self._port, start_tls=False) as client:
                # Nobody is the sender of a report: MAIL FROM:<> (RFC 3464 §2).
                await client.sendmail(sender, [to], mail.as_bytes(policy=POLICY))
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True

    def kept(self, letter: Letter) -> Kept:
        """Return a letter as the mailbox has it."""
        kept = self.mailbox.one(letter.id)
        assert kept is not None
        return kept

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Refuse whom nobody is at."""
        if address in self.dead:
            self.refused += 1
            return NOBODY_THERE
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep a mail, and tell who got it."""
        answer = await super().handle_DATA(server, session, envelope)
        if answer.startswith("250"):
            raw = bytes(envelope.original_content or b"")
            mail = message_from_bytes(raw, policy=POLICY)
            letter = Letter(answer.rpartition(" ")[2], tuple(envelope.rcpt_tos), raw, self._time.now, mail)
            people = [each for each in envelope.rcpt_tos if not each.endswith(self._ours)]
            if people:
                self.letters.append(letter)
            for each in people:
                for tell in self.arrived:
                    tell(each, letter)
        return answer
