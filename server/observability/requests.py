"""One line a request: who, what, how it ended, how long it took. In the place of uvicorn's access log."""

import logging
import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from permissions.viewer import Viewer
from resolvers import answered

log = structlog.get_logger(__name__)

LONGEST_PATH = 200
GONE = 499
"""The caller went away before there was an answer (nginx's number for it)."""


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
    outcome: "Outcome | None" = None
    """How its operation ended; of several on a socket, the last one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one operation ended. `lasts` tells that its time is its caller's choice: a subscription."""

    operation: str | None
    codes: Sequence[str]
    seconds: float
    lasts: bool = False


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
    if line is not None:
        line.request_id = request_id or line.request_id
        line.operation = operation or line.operation
        line.viewer_id = viewer_id or line.viewer_id
        line.viewer = viewer or line.viewer
    bound = {"request_id": request_id, "operation": operation, "viewer": viewer_id}
    structlog.contextvars.bind_contextvars(**{name: value for name, value in bound.items() if value})


class RequestLines:
    """ASGI middleware, the outermost: writes a line when a request or socket has ended."""

    def __init__(self, app: ASGIApp, *, ended: Callable[[Line, int, float], None] = lambda *_: None) -> None:
        """`ended` is told of every one too: the line, the status, the seconds."""
        self._app = app
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        structlog.contextvars.clear_contextvars()
        line = Line(door_of(scope), traceparent=_header(scope, b"traceparent"))
        token = _line.set(line)
        status = GONE
        began = time.perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            match message["type"]:
                case "http.response.start" | "websocket.http.response.start":
                    status = message["status"]
                    line.request_id = line.request_id or _header(message, b"x-request-id")
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
            _line.reset(token)
            seconds = time.perf_counter() - began
            self._ended(line, status, seconds)
            # Probes come every few seconds; they are worth a line when they fail.
            level = logging.DEBUG if status < 400 and is_probe(scope) else logging.INFO
            log.log(
                level,
                "request",
                request_id=line.request_id,
                method=scope.get("method", "WS"),
                path=path_of(scope),
                status=status,
                duration_ms=round(seconds * 1000, 1),
                operation=line.operation,
                viewer=line.viewer_id,
            )
            structlog.contextvars.clear_contextvars()


def door_of(scope: Scope) -> str:
    """Tell the door a request came through."""
    path: str = scope["path"]
    if scope["type"] == "websocket":
        return "WS"
    if path == "/graphql":
        return "GRAPHQL"
    if path == "/graphql/stream":
        return "SSE"
    return "REST" if path.startswith("/api/ota/") else "OTHER"


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


def _header(message: Message | Scope, name: bytes) -> str | None:
    return next(
        (value.decode("latin-1") for key, value in message.get("headers", ()) if key.lower() == name), None
    )
