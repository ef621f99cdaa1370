"""A name for every request: in its answer, in the log, and in what a caller tells us about a failure."""

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.observability.requests import note

SANE = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
"""What we take from a caller: nothing that could forge a line of a log."""
HEADER = "x-request-id"
STATE = "request_id"


def new_request_id() -> str:
    return f"req_{secrets.token_hex(12)}"


def request_id_of(scope: Scope) -> str:
    """Return the name of the request; it gets one now where the middleware was not passed."""
    state = scope.setdefault("state", {})
    if STATE not in state:
        state[STATE] = new_request_id()
    name: str = state[STATE]
    return name


class RequestIds:
    """Names each request and socket: as its caller does in `X-Request-ID`, if that is sane."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        # A server hands the same state to every request: ours is written into a copy.
        state = dict(scope.get("state") or {})
        scope["state"] = state
        name = state[STATE] = given if SANE.fullmatch(given) else new_request_id()
        note(request_id=name)

        async def named(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.accept"}:
                message.setdefault("headers", [])
                MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        await self._app(scope, receive, named)
