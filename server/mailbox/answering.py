"""Answers a mail of the mailbox: written as a mail program writes it, and sent by SMTP like anybody's."""

import datetime as dt
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses, make_msgid, parseaddr

import aiosmtplib

from integrations.mail.smtp import server_of
from server.mailbox.store import Kept

SEND_SECONDS = 20.0
LONGEST_ANSWER = 20_000

Answer = Callable[[Kept, str, str, dt.datetime], Awaitable[bool]]
"""Answers a mail as one of those who got it; tells whether the mail server took the answer."""


def answering_by(smtp_url: str) -> Answer | None:
    """Return what sends answers to a mail server; None where there is none. Raises ValueError for what is no server."""
    if not smtp_url:
        return None
    server = server_of(smtp_url)

    async def answer(kept: Kept, sender: str, text: str, now: dt.datetime) -> bool:
        try:
            await aiosmtplib.send(
                answer_to(kept, sender, text, now),
                hostname=server.host,
                port=server.port,
                username=server.username,
                password=server.password,
                start_tls=False,
                timeout=SEND_SECONDS,
            )
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True

    return answer


def recipients_of(kept: Kept) -> list[str]:
    """Return who got a mail, and may answer it."""
    return list(dict.fromkeys(str(each) for each in kept.mail.get_all("Delivered-To", [])))


def answer_to(kept: Kept, sender: str, text: str, now: dt.datetime) -> EmailMessage:
    """Write an answer, with the mail it answers below it."""
    mail = EmailMessage(policy=SMTP)
    to = kept.header("Reply-To") or kept.header("From")
    subject = kept.header("Subject")
    mail["From"] = sender
    mail["To"] = ", ".join(address for _, address in getaddresses([to]) if address)
    mail["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    answered = kept.header("Message-ID")
    if answered:
        mail["In-Reply-To"] = answered
        mail["References"] = f"{kept.header('References')} {answered}".strip()
    name, address = parseaddr(kept.header("From"))
    quoted = "\n".join(f"> {line}" for line in (kept.part("plain") or "").splitlines())
    written = text[:LONGEST_ANSWER].replace("\r\n", "\n")
    mail.set_content(f"{written}\n\nOn {now:%a, %d %b %Y at %H:%M}, {name} <{address}> wrote:\n{quoted}\n")
    return mail
