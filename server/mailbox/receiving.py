"""The mail server of a development installation. `python -m server.mailbox.receiving DESCRIPTOR DATA_DIR`

It takes every mail from a socket that `./interline up` listens on, and keeps it: nothing ever leaves the machine. What
is written to a partner's host it also hands on to the api, as the provider does whom a deployment's MX leads to.
"""

import asyncio
import datetime as dt
import logging
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from server.mailbox.forwarding import Forwarder
from server.mailbox.store import FOLDER, Mailbox
from server.settings import Settings

LARGEST_BYTES = 25_000_000


class Receiver:
    """Takes mails for a mailbox."""

    def __init__(
        self,
        mailbox: Mailbox,
        forwarder: Forwarder | None = None,
        *,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._mailbox = mailbox
        self._forwarder = forwarder
        self._clock = clock

    async def handle_DATA(  # noqa: N802 - aiosmtpd's own name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a mail, then say so."""
        raw = envelope.original_content or b""
        name = self._mailbox.keep(
            raw,
            sender=envelope.mail_from or "",
            recipients=envelope.rcpt_tos,
            now=self._clock(),
        )
        forwarder = self._forwarder
        wanted = forwarder.wants(envelope.rcpt_tos) if forwarder else []
        if forwarder is not None and wanted:
            sender = envelope.mail_from or ""
            if not await forwarder.forward(raw, sender=sender, recipients=wanted):
                return "451 not handed on, try again later"
        return f"250 kept as {name}"


async def serve(listening: socket.socket, receiver: Receiver, stopping: asyncio.Event) -> None:
    """Receive until told to stop."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(
            receiver,
            hostname="mailbox.localhost",
            ident="Interline development mailbox",
            data_size_limit=LARGEST_BYTES,
            enable_SMTPUTF8=True,
            loop=loop,
        ),
        sock=listening,
    )
    await stopping.wait()
    server.close()


async def run(descriptor: int, data_dir: Path) -> None:
    """Receive until SIGTERM or SIGINT."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    settings = Settings()
    secret = settings.inbound_mail_secret.get_secret_value()
    forwarder = Forwarder(settings.public_url, secret=secret, mail_domain=settings.mail_domain)
    mailbox = Mailbox(data_dir / FOLDER)
    receiver = Receiver(mailbox, forwarder if secret else None)
    await serve(socket.socket(fileno=descriptor), receiver, stopping)


if __name__ == "__main__":
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    asyncio.run(run(int(sys.argv[1]), Path(sys.argv[2])))
