"""What every request passes on its way in and out, with one look at its headers and one hand on its answer."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.headers import RequestHeaders, headers_of
from server.middleware import cors, security_headers
from server.middleware.body_sizes import (
    MAX_BYTES,
    UNLIMITED,
    BodyTooLargeError,
    announced_bytes,
    counted,
    too_large,
)
from server.middleware.cross_site import CROSS_SITE, is_cross_site
from server.middleware.origins import Origins
from server.middleware.request_ids import RequestIds, named, with_name


class Passage:
    """Names requests and sockets, turns away who may not come in, and completes the headers of every answer.

    A refusal is named, secured and readable by allowed sites like any other answer.
    """

    def __init__(self, app: ASGIApp, origins: Origins, max_body_bytes: int = MAX_BYTES) -> None:
        self._app = app
        self._sockets = RequestIds(app)
        self._origins = origins
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._sockets(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        name = named(scope, headers)
        origin = headers.get("origin")
        answer = _Answer(send, name, scope["scheme"])
        if origin is None:
            await self._admit(scope, receive, answer, headers)
            return
        is_allowed = self._origins.knows(origin)
        if cors.is_preflight(scope, headers):
            await cors.answer_preflight(scope, answer.send, origin, is_allowed=is_allowed)
            return
        answer.origin, answer.is_readable = origin, is_allowed
        await self._admit(scope, receive, answer, headers)

    async def _admit(
        self, scope: Scope, receive: Receive, answer: "_Answer", headers: RequestHeaders
    ) -> None:
        announced = announced_bytes(headers)
        if is_cross_site(scope, headers, self._origins):
            await CROSS_SITE.send(scope, answer.send)
        elif scope["path"].startswith(UNLIMITED):
            await self._app(scope, receive, answer.send)
        elif announced is None:
            await self._count(scope, receive, answer)
        elif announced > self._max_body_bytes:
            await too_large(self._max_body_bytes).send(scope, answer.send)
        else:
            # The server takes no more off the wire than was announced (RFC 9112 §6.3).
            await self._app(scope, receive, answer.send)

    async def _count(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        try:
            await self._app(scope, counted(receive, self._max_body_bytes), answer.send)
        except BodyTooLargeError:
            if answer.has_begun:
                raise
            await too_large(self._max_body_bytes).send(scope, answer.send)


class _Answer:
    """The way out: completes the headers of what is sent."""

    __slots__ = ("_name", "_scheme", "_send", "has_begun", "is_readable", "origin")

    def __init__(self, send: Send, name: str, scheme: str) -> None:
        self._send = send
        self._name = name
        self._scheme = scheme
        self.has_begun = False
        self.origin: str | None = None
        """Of the page that asks, where a browser names it."""
        self.is_readable = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            raw = list(message.get("headers", ()))
            if self.origin is not None:
                cors.make_readable(raw, self.origin, is_allowed=self.is_readable)
            names = {name for name, _ in raw}
            raw += security_headers.missing_in(names, self._scheme)
            message["headers"] = with_name(raw, names, self._name)
        await self._send(message)
