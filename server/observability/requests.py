"""One line a request: who, what, how it ended, how long it took. In the place of uvicorn's access log."""

import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict

from permissions.viewer import Viewer
from resolvers import answered
from resolvers.answered import NOTHING, Answered
from server.headers import headers_of

log = structlog.get_logger(__name__)

LONGEST_PATH = 200
GONE = 499
"""The caller went away before there was an answer (nginx's number for it)."""
SEVERAL = frozenset({"WS", "SSE"})
"""Doors at which a request lasts, and may be several operations side by side."""
DOORS = {"/graphql": "GRAPHQL", "/graphql/stream": "SSE"}


@dataclass(slots=True)
class Line:
    """What is learned about a request while it runs. Shared with the tasks it starts, unlike bound context."""

    door: str
    request_id: str | None = None
    operation: str | None = None
    viewer_id: str | None = None
    viewer: Viewer | None = None
    traceparent: str | None = None
    """The caller's own trace (https://www.w3.org/TR/trace-context/), to be gone on with."""
    client: str = ""
    """The caller's address; in no line, for it is personal data."""
    outcome: "Outcome | None" = None
    """How its operation ended; of several on a socket, the last one."""


class Outcome(NamedTuple):
    """How one operation ended. `lasts` tells that its time is its caller's choice: a subscription."""

    operation: str | None
    codes: Sequence[str]
    lasts: bool
    answered: Answered = NOTHING
    """What it was about."""


_line: ContextVar[Line | None] = ContextVar("request_line", default=None)


def current_line() -> Line | None:
    """Return the line of the request that runs here; None outside of one."""
    return _line.get()


def note(
    *,
    request_id: str | None = None,
    operation: str | None = None,
    viewer_id: str | None = None,
    viewer: Viewer | None = None,
) -> None:
    """Add to the line of the request that runs here; several operations of a socket: the last one."""
    viewer_id = viewer.id if viewer else viewer_id
    if operation:
        answered.listen()
    line = _line.get()
    if line is None:
        return
    line.request_id = request_id or line.request_id
    line.operation = operation or line.operation
    line.viewer_id = viewer_id or line.viewer_id
    line.viewer = viewer or line.viewer
    if line.door in SEVERAL:
        bound = {"request_id": request_id, "operation": operation, "viewer": viewer_id}
        structlog.contextvars.bind_contextvars(**{name: value for name, value in bound.items() if value})


def with_request(_: object, __: str, event: EventDict) -> EventDict:
    """Say in a line, as structlog's processor, which request it was written in."""
    line = _line.get()
    if line is None or line.door in SEVERAL:
        return structlog.contextvars.merge_contextvars(_, __, event)
    if line.request_id is not None:
        event.setdefault("request_id", line.request_id)
    if line.operation is not None:
        event.setdefault("operation", line.operation)
    if line.viewer_id is not None:
        event.setdefault("viewer", line.viewer_id)
    return event


def write_by_structlog(level: str, facts: dict[str, Any]) -> None:
    """Write the line of a request as any other line is written."""
    getattr(log, level)("request", **facts)


class RequestLines:
    """ASGI middleware, the outermost: writes a line when a request or socket has ended."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        ended: Callable[[Line, int, float], None] = lambda *_: None,
        write: Callable[[str, dict[str, Any]], None] = write_by_structlog,
    ) -> None:
        """`ended` is told of every one too: the line, the status, the seconds. `write` writes a level's line."""
        self._app = app
        self._ended = ended
        self._write = write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        line = Line(
            door_of(scope),
            traceparent=headers_of(scope).get("traceparent"),
            # uvicorn puts there what a trusted proxy says.
            client=str((scope.get("client") or ("",))[0]),
        )
        token = _line.set(line)
        status = GONE
        began = time.perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            match message["type"]:
                case "http.response.start" | "websocket.http.response.start":
                    status = message["status"]
                case "websocket.accept":
                    status = 101
                case "websocket.close" if status == GONE:
                    status = 403
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            status = 500
            raise
        finally:
            seconds = time.perf_counter() - began
            self._ended(line, status, seconds)
            # Probes come every few seconds; they are worth a line when they fail.
            level = "debug" if status < 400 and is_probe(scope) else "info"
            facts = {
                "request_id": line.request_id,
                "method": scope.get("method", "WS"),
                "path": path_of(scope),
                "status": status,
                "duration_ms": round(seconds * 1000, 1),
                "operation": line.operation,
                "viewer": line.viewer_id,
            }
            self._write(level, facts)
            _line.reset(token)
            if line.door in SEVERAL:
                structlog.contextvars.clear_contextvars()


def door_of(scope: Scope) -> str:
    """Tell the door a request came through."""
    path: str = scope["path"]
    if scope["type"] == "websocket":
        return "WS"
    return DOORS.get(path) or ("REST" if path.startswith("/api/ota/") else "OTHER")


def is_probe(scope: Scope) -> bool:
    """Tell whether a machine asks how we are."""
    path: str = scope["path"]
    return path == "/metrics" or path.startswith("/health/")


def path_of(scope: Scope) -> str:
    """Return the path with names in the place of its parameters: a ticket's code opens a gate."""
    path: str = scope["path"]
    for name, value in scope.get("path_params", {}).items():
        path = path.replace(f"/{value}", f"/{{{name}}}", 1)
    return path[:LONGEST_PATH]
