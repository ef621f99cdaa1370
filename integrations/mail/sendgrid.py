"""Hands mails to SendGrid, or to whoever speaks as it does (docs.sendgrid.com/api-reference/mail-send, v3, 2026-11)."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx2
from jinja2 import TemplateError

from domain.envelopes import MailParty
from domain.errors import GatewayError
from domain.introduction_mail import partner_address
from domain.mail import NAME, Message, RefusedAddress
from integrations.mail.writing import Sender, from_and_reply, headers, texts

VENDOR = "mail"
API_BASE = "https://api.sendgrid.com"
PATH = "/v3/mail/send"
SEND_SECONDS = 30.0
"""For one mail altogether; less than the lease of an attempt, and than what a job has."""
MAIL_ID = "interline_mail"
"""What every event of the mail brings back with it."""
FINAL = frozenset({400, 406, 413, 415, 422})
"""What is said of the mail itself. Everything else is said of us, of our account, or of them: mails wait for it."""


class SendGridMailer:
    """A `Mailer` on SendGrid's API. The API knows no key of idempotency: an answer that is lost may cost a second mail.

    It has no envelope apart from the headers. So that whoever is in copy does not see the partner's inbox, that is in
    blind copy there, and `To` has the partner's address on its host (S3-051): what arrives at that, our own door
    knows for a machine's.
    """

    tells_later = True

    def __init__(
        self,
        key: str,
        sender: Sender,
        *,
        api_base: str = API_BASE,
        counts_opens: bool = False,
        send_seconds: float = SEND_SECONDS,
    ) -> None:
        self._sender = sender
        self.domain, self.mail_domain, self.admin = sender.domain, sender.mail_domain, sender.admin
        self._counts_opens = counts_opens
        self._send_seconds = send_seconds
        self._http = httpx2.AsyncClient(
            base_url=api_base,
            headers={"authorization": f"Bearer {key}"},
            timeout=send_seconds,
            follow_redirects=False,
            trust_env=False,
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    async def send(self, message: Message) -> Sequence[RefusedAddress]:
        """See `Mailer.send`. Nobody is refused here: that comes by the event webhook."""
        try:
            body = posted(message, self._sender, counts_opens=self._counts_opens)
        except (ValueError, TemplateError) as problem:
            raise _failure(f"not written: {type(problem).__name__}", retryable=False) from problem
        try:
            async with asyncio.timeout(self._send_seconds):
                answer = await self._http.post(PATH, json=body)
        except (TimeoutError, httpx2.TimeoutException) as problem:
            raise _failure("timed out", retryable=True) from problem
        except httpx2.ConnectError as problem:
            raise _failure("not reached", retryable=True) from problem
        except httpx2.HTTPError as problem:
            raise _failure(f"broken off: {type(problem).__name__}", retryable=True) from problem
        if not answer.is_success:
            is_final = answer.status_code in FINAL
            step = "mail refused" if is_final else "refused"
            raise _failure(f"{step}: {answer.status_code}", retryable=not is_final)
        return ()


def posted(message: Message, sender: Sender, *, counts_opens: bool) -> dict[str, Any]:
    """Return a mail as SendGrid takes it. Raises ValueError or jinja2.TemplateError where facts and template do not fit."""
    said = texts(message, public_url=sender.public_url)
    shown_from, reply_to = from_and_reply(message, sender)
    envelope = message.envelope
    content = [{"type": "text/plain", "value": said.text}, {"type": "text/html", "value": said.html}]
    if envelope.invitation is not None:
        invitation = envelope.invitation
        content.append({"type": f"text/calendar; method={invitation.method}", "value": invitation.text})
    body: dict[str, Any] = {
        "personalizations": [{**_recipients(message, sender), "custom_args": {MAIL_ID: message.id.hex}}],
        "from": {"email": shown_from.addr_spec, "name": shown_from.display_name},
        "subject": said.subject,
        "content": content,
        "headers": headers(message, sender),
        "tracking_settings": {
            "click_tracking": {"enable": envelope.thread is not None, "enable_text": False},
            "open_tracking": {"enable": counts_opens and envelope.thread is not None},
        },
    }
    if reply_to:
        body["reply_to"] = {"email": reply_to}
    return body


def _recipients(message: Message, sender: Sender) -> dict[str, Any]:
    """Return whom it goes to, each once: SendGrid takes no address twice, and needs one in `to`."""
    left, thread = message.recipients, message.envelope.thread
    named = {"email": message.to, "name": message.facts.get(NAME, "")}
    to = [{name: text for name, text in named.items() if text}] if message.to in left else []
    cc = [{"email": each} for each in message.envelope.cc if each in left and each != message.to]
    taken = {message.to, *message.envelope.cc}
    bcc = [{"email": each} for each in message.envelope.bcc if each in left and each not in taken]
    if not to:
        to, cc, bcc = ([*cc, *bcc], [], [])
    elif cc and thread is not None and thread.to is MailParty.PARTNER:
        shown = partner_address(thread.subdomain, sender.mail_domain)
        to, bcc = [{**to[0], "email": shown}], [{"email": message.to}, *bcc]
    return {name: those for name, those in (("to", to), ("cc", cc), ("bcc", bcc)) if those}


def _failure(reference: str, *, retryable: bool) -> GatewayError:
    return GatewayError(VENDOR, reference, retryable=retryable)
