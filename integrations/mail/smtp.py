"""Hands mails to a server that speaks SMTP (RFC 5321), one connection a mail."""

import asyncio
import re
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponse,
    SMTPResponseException,
    SMTPSenderRefused,
)
from jinja2 import TemplateError

from domain.errors import GatewayError
from domain.mail import Message, RecipientsRefusedError, RefusedAddress
from integrations.mail.writing import Sender, envelope_sender, written

VENDOR = "mail"
CALL_SECONDS = 15.0
"""For each step: connection, greeting, every answer."""
SEND_SECONDS = 30.0
"""For one mail altogether; less than the lease of an attempt, and than what a job has."""
GOODBYE_SECONDS = 2.0
SUBMISSION, SUBMISSION_TLS = 587, 465
DETAIL = re.compile(r"[245]\.\d{1,3}\.\d{1,3}", re.ASCII)
"""How an answer may begin (RFC 2034)."""


class Tls(Enum):
    """IMPLICIT: from the first byte. REQUIRED: STARTTLS or nothing. OFFERED: STARTTLS where the server has it."""

    IMPLICIT = auto()
    REQUIRED = auto()
    OFFERED = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails are handed over, and as whom."""

    host: str
    port: int
    tls: Tls
    username: str | None = None
    password: str | None = field(default=None, repr=False)


def server_of(url: str) -> SmtpServer:
    """Read `smtp://user:password@host:587?starttls=true` or `smtps://…`. Raises ValueError, without the password.

    Without `starttls`: none to this machine, required where there is a password, else where the server offers it.
    """
    parts = urlsplit(url)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme not in {"smtp", "smtps"} or not host or parts.path not in {"", "/"} or parts.fragment:
        raise ValueError("The mail server's url must look like smtp://user:password@host:587?starttls=true.")
    options = dict(parse_qsl(parts.query))
    starttls = options.pop("starttls", None)
    if options or starttls not in {None, "true", "false"}:
        raise ValueError("The mail server's url takes one option: starttls=true or starttls=false.")
    has_password = parts.password is not None
    tls = _tls(parts.scheme, starttls, is_here=_is_here(host), has_password=has_password)
    if tls is Tls.NONE and has_password and not _is_here(host):
        raise ValueError("The mail server's password would travel in the clear: leave starttls=false out.")
    return SmtpServer(
        host=host,
        port=port or (SUBMISSION_TLS if tls is Tls.IMPLICIT else SUBMISSION),
        tls=tls,
        username=unquote(parts.username) if parts.username is not None else None,
        password=unquote(parts.password or "") if parts.username is not None else None,
    )


class SmtpMailer:
    """A `Mailer` on one server."""

    tells_later = False

    def __init__(
        self,
        server: SmtpServer,
        sender: Sender,
        *,
        call_seconds: float = CALL_SECONDS,
        send_seconds: float = SEND_SECONDS,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        """`trusted`: whose certificates count; None for those the system's authorities vouch for."""
        self._server = server
        self._sender = sender
        self.domain, self.mail_domain, self.admin = sender.domain, sender.mail_domain, sender.admin
        self._call_seconds = call_seconds
        self._send_seconds = send_seconds
        self._trusted = trusted

    async def send(self, message: Message) -> Sequence[RefusedAddress]:
        """See `Mailer.send`."""
        try:
            text = written(message, self._sender)
        except (ValueError, TemplateError) as problem:
            raise _failure(f"not written: {type(problem).__name__}", retryable=False) from problem
        try:
            async with asyncio.timeout(self._send_seconds):
                return await self._hand_over(message, text)
        except TimeoutError as problem:
            raise _failure("timed out", retryable=True) from problem
        except SMTPException as problem:
            raise _failure_of(problem) from problem
        except OSError as problem:
            raise _failure("not reached", retryable=True) from problem

    async def _hand_over(self, message: Message, text: bytes) -> Sequence[RefusedAddress]:
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.tls is Tls.IMPLICIT,
            start_tls={Tls.REQUIRED: True, Tls.OFFERED: None}.get(server.tls, False),
            timeout=self._call_seconds,
            local_hostname=self.domain,
            tls_context=self._trusted,
        )
        try:
            await client.connect()
            refused, _ = await client.sendmail(
                envelope_sender(message, self._sender), list(message.recipients), text
            )
            # The mail is theirs now, however the connection ends.
            with suppress(SMTPException, OSError):
                await client.quit(timeout=GOODBYE_SECONDS)
            return _refused(refused)
        finally:
            client.close()


RECIPIENT_REFUSED = "recipient refused"
STEPS = (
    (SMTPRecipientRefused, RECIPIENT_REFUSED),
    (SMTPDataError, "mail refused"),
    (SMTPAuthenticationError, "login refused"),
    (SMTPSenderRefused, "sender refused"),
    (SMTPResponseException, "refused"),
)
"""What a server refused, the last for every other step."""
FINAL = (SMTPRecipientRefused, SMTPDataError)
"""Only what is said of the recipient or of the mail itself is final: whatever a server says of us (login, sender,
greeting) is mended on our side, and the mails wait for it."""


def _failure_of(problem: SMTPException) -> GatewayError:
    """Tell at which step it went wrong, in words that hold nothing of what the server said."""
    if isinstance(problem, SMTPRecipientsRefused):
        refused = [_refused_one(each.recipient, each.code, each.message) for each in problem.recipients]
        # Who may take it later is waited for: the code tells of that one.
        told = min(refused, key=lambda each: each.is_final)
        return RecipientsRefusedError(VENDOR, f"{RECIPIENT_REFUSED}: {told.code}", refused)
    if isinstance(problem, SMTPResponseException):
        step = next(words for kind, words in STEPS if isinstance(problem, kind))
        is_final = isinstance(problem, FINAL) and RefusedAddress("", problem.code).is_final
        return _failure(f"{step}: {problem.code}", retryable=not is_final)
    if isinstance(problem, SMTPConnectError):
        return _failure("not reached", retryable=True)
    return _failure(f"broken off: {type(problem).__name__}", retryable=True)


def _refused(answers: Mapping[str, SMTPResponse]) -> list[RefusedAddress]:
    return [_refused_one(address, answer.code, answer.message) for address, answer in answers.items()]


def _refused_one(address: str, code: int, said: str) -> RefusedAddress:
    detail = DETAIL.match(said)
    return RefusedAddress(address, code, detail[0] if detail else "")


def _failure(reference: str, *, retryable: bool) -> GatewayError:
    return GatewayError(VENDOR, reference, retryable=retryable)


def _tls(scheme: str, starttls: str | None, *, is_here: bool, has_password: bool) -> Tls:
    if scheme == "smtps":
        return Tls.IMPLICIT
    if starttls is not None:
        return Tls.REQUIRED if starttls == "true" else Tls.NONE
    if is_here:
        return Tls.NONE
    return Tls.REQUIRED if has_password else Tls.OFFERED


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
