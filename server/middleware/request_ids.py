"""A name for every request: in its answer, in the log, and in what a caller tells us about a failure."""

import re
import secrets
from collections.abc import Collection, Iterator

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.headers import RequestHeaders, headers_of
from server.middleware.security_headers import RawHeaders
from server.observability.requests import note

SANE = re.compile(rb"[A-Za-z0-9._-]{8,64}")
"""What we take from a caller: nothing that could forge a line of a log."""
HEADER = b"x-request-id"
STATE = "request_id"
NAME_BYTES = 12
BLOCK = 256


def _new_request_ids() -> Iterator[str]:
    """Yield names that nobody can guess. Random bytes are asked for in blocks: each time is a system call."""
    while True:
        block = secrets.token_hex(NAME_BYTES * BLOCK)
        for start in range(0, len(block), 2 * NAME_BYTES):
            yield f"req_{block[start : start + 2 * NAME_BYTES]}"


new_request_id = _new_request_ids().__next__


def request_id_of(scope: Scope) -> str:
    """Return the name of the request; it gets one now where the middleware was not passed."""
    state = scope.setdefault("state", {})
    if STATE not in state:
        state[STATE] = new_request_id()
    name: str = state[STATE]
    return name


def named(scope: Scope, headers: RequestHeaders) -> str:
    """Name a request or socket, as its caller does in `X-Request-ID` if that is sane; return the name."""
    given = headers.first.get(HEADER)
    name = given.decode() if given is not None and SANE.fullmatch(given) else new_request_id()
    # A server hands the same state to every request: ours is written into a copy.
    scope["state"] = {**(scope.get("state") or {}), STATE: name}
    note(request_id=name)
    return name


def with_name(raw: RawHeaders, names: Collection[bytes], name: str) -> RawHeaders:
    """Return the headers of an answer, called `names`, with the request's own name and no other one."""
    if HEADER in names:
        raw = [header for header in raw if header[0] != HEADER]
    raw.append((HEADER, name.encode()))
    return raw


class RequestIds:
    """Names sockets, which pass no more than this. A request is named on its `Passage`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = named(scope, headers_of(scope))

        async def accept(message: Message) -> None:
            if message["type"] == "websocket.accept":
                raw = list(message.get("headers", ()))
                message["headers"] = with_name(raw, {each for each, _ in raw}, name)
            await send(message)

        await self._app(scope, receive, accept)
