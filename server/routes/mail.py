"""The doors of mail: what became of ours, what others answer, and who wants no more. Believed by a signature or a secret."""

import asyncio
import datetime as dt
import hmac
import re
from base64 import b64decode
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from db.unit_of_work import UnitOfWork
from domain.introduction_mail import unsubscribed
from integrations.mail.inbound_parse import posted_mail
from integrations.mail.sendgrid_events import SIGNATURE, TIMESTAMP, SignatureKey, news_of
from server.middleware.body_sizes import LARGEST_MAIL, MAIL, BodyTooLargeError, counted
from server.middleware.request_ids import request_id_of
from server.outages import is_outage
from server.pages.page import page
from server.problems import OUTAGE, Problem, problem_response
from services import inbound_mail, introduction_mail, mail_events

EVENTS = "/webhooks/email"
BAD_SIGNATURE = Problem(
    "BAD_SIGNATURE",
    "This is not signed with the key of this webhook, and has no secret of ours.",
    "Send the very bytes that were signed, with the headers X-Twilio-Email-Event-Webhook-Signature and -Timestamp.",
)
NO_MAIL = Problem(
    "BAD_REQUEST",
    "This is no mail.",
    "Switch on `POST the raw, full MIME message`: the form has the mail in its field `email`.",
)
NO_NEWS = Problem("BAD_REQUEST", "This is no batch of events.")
TOO_LARGE = Problem("PAYLOAD_TOO_LARGE", f"A mail may have {LARGEST_MAIL} bytes at most.")
UNSUBSCRIBE_PAGE = Path(__file__).parent.parent / "pages" / "unsubscribe.html"
TOKEN = re.compile(r"[0-9a-f]{96}", re.ASCII)

log = structlog.get_logger(__name__)

Units = Callable[[], AbstractAsyncContextManager[UnitOfWork]]


class MailDoors:
    """The doors. Without a key or a secret, the one that needs it is closed."""

    def __init__(
        self,
        unit_of_work: Units,
        *,
        key: SignatureKey | None,
        secret: str,
        links: bytes,
        counts_opens: bool,
        mail_domain: str,
        public_url: str,
        clock: Callable[[], dt.datetime],
    ) -> None:
        """`secret`: who posts mails that come in knows it. `links`: the key under the links that unsubscribe."""
        self._unit_of_work = unit_of_work
        self._key = key
        self._secret = secret
        self._links = links
        self._counts_opens = counts_opens
        self._mail_domain = mail_domain
        self._public_url = public_url
        self._clock = clock

    async def note_events(self, request: Request) -> Response:
        """Keep what became of mails; told again, it is the same."""
        body = await _body(request)
        if body is None:
            return Response(status_code=400)
        if not self._is_signed(request.headers, body):
            return self._refuse(request, BAD_SIGNATURE)
        news = news_of(body)
        if news is None:
            return self._refuse(request, NO_NEWS)

        async def keep(uow: UnitOfWork) -> object:
            return await mail_events.receive(uow, news, counts_opens=self._counts_opens, now=self._clock())

        return await self._done(request, keep)

    async def receive_mail(self, request: Request) -> Response:
        """Take in a mail. Whatever it is, it came: only what is no mail, and what nobody vouches for, is refused."""
        has_secret = self._has_secret(request)
        if not has_secret and SIGNATURE not in request.headers:
            return self._refuse(request, BAD_SIGNATURE)
        try:
            body = await _body(Request(request.scope, counted(request.receive, LARGEST_MAIL)))
        except BodyTooLargeError:
            return self._refuse(request, TOO_LARGE)
        if body is None:
            return Response(status_code=400)
        if not has_secret and not self._is_signed(request.headers, body):
            return self._refuse(request, BAD_SIGNATURE)
        # Attachments are large, and parsing them is long.
        mail = await asyncio.to_thread(posted_mail, body, request.headers.get("content-type", ""))
        if mail is None:
            return self._refuse(request, NO_MAIL)

        async def keep(uow: UnitOfWork) -> object:
            return await inbound_mail.receive(uow, mail, domain=self._mail_domain, now=self._clock())

        return await self._done(request, keep)

    async def unsubscribe(self, request: Request) -> Response:
        """Ask whether somebody wants no more mails; a click of a mail program (RFC 8058), or of theirs, does it."""
        token = request.path_params["token"]
        digest = unsubscribed(token, self._links) if TOKEN.fullmatch(token) else None
        if digest is None:
            return PlainTextResponse("There is no such link.", status_code=404)
        if request.method != "POST":
            # Programs that look whether a link is harmless follow it: that changes nothing.
            places = {"told": "Do you want no more of these mails?", "state": "asked"}
            return page(UNSUBSCRIBE_PAGE, places)
        async with self._unit_of_work() as uow:
            await introduction_mail.unsubscribe(uow, digest, now=self._clock())
        return page(UNSUBSCRIBE_PAGE, {"told": "You get no more of these mails.", "state": "done"})

    def _is_signed(self, headers: Headers, body: bytes) -> bool:
        return self._key is not None and self._key.signed(
            body, signature=headers.get(SIGNATURE, ""), timestamp=headers.get(TIMESTAMP, "")
        )

    def _has_secret(self, request: Request) -> bool:
        """Tell whether the secret is the address's last part, or the password of its user (`https://user:password@…`)."""
        given = request.path_params.get("secret") or _password(request.headers.get("authorization", ""))
        return bool(self._secret) and hmac.compare_digest(given.encode(), self._secret.encode())

    async def _done(self, request: Request, keep: Callable[[UnitOfWork], object]) -> Response:
        try:
            async with self._unit_of_work() as uow:
                came = await keep(uow)  # type: ignore[misc]
        except Exception as failure:
            if not is_outage(failure):
                raise
            # It is sent again, for as long as it takes.
            log.warning("mail_doors.outage", request_id=request_id_of(request.scope))
            return self._refuse(request, OUTAGE)
        log.info("mail_doors.received", path=request.scope["path"][: len(EVENTS)], came=came)
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    def _refuse(self, request: Request, problem: Problem) -> Response:
        path = MAIL if request.url.path.startswith(MAIL) else request.url.path
        return problem_response(
            problem, public_url=self._public_url, instance=path, request_id=request_id_of(request.scope)
        )


def mail_routes(doors: MailDoors) -> list[BaseRoute]:
    """Return the doors."""
    return [
        Route(EVENTS, doors.note_events, methods=["POST"]),
        Route(MAIL, doors.receive_mail, methods=["POST"]),
        Route(MAIL + "/{secret}", doors.receive_mail, methods=["POST"]),
        Route("/mail/unsubscribe/{token}", doors.unsubscribe, methods=["GET", "POST"]),
    ]


async def _body(request: Request) -> bytes | None:
    try:
        return await request.body()
    except ClientDisconnect:
        return None


def _password(authorization: str) -> str:
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return b64decode(given, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""
