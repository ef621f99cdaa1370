"""CORS: closed, but for the sites a deployment names. Our own pages need none of it."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.middleware.origins import Origins
from server.middleware.refusing import Refusing

METHODS = "GET, POST, DELETE"
REQUEST_HEADERS = "Accept, Authorization, Content-Type, Idempotency-Key, Interline-Environment, Last-Event-ID, X-API-Key, X-Request-ID"
RESPONSE_HEADERS = "ETag, Location, Retry-After, WWW-Authenticate, X-Request-ID"
PREFLIGHT_SECONDS = 600


class Cors:
    """Answers preflights, and lets allowed sites read answers.

    Never with the browser's own credentials: a caller's credential is in a header that it writes itself.
    """

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        origin = headers.get("origin")
        if origin is None:
            await self._app(scope, receive, send)
            return
        is_allowed = self._origins.knows(origin)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await self._preflight(scope, send, origin, is_allowed=is_allowed)
            return

        async def readable(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                answer = MutableHeaders(scope=message)
                answer.add_vary_header("Origin")
                if is_allowed:
                    answer["access-control-allow-origin"] = origin
                    answer["access-control-expose-headers"] = RESPONSE_HEADERS
            await send(message)

        await self._app(scope, receive, readable)

    async def _preflight(self, scope: Scope, send: Send, origin: str, *, is_allowed: bool) -> None:
        if not is_allowed:
            refusal = Refusing(403, "ORIGIN_NOT_ALLOWED", "This site may not call from a browser.")
            await refusal.send(scope, send, {"vary": "Origin"})
            return
        headers = {
            "access-control-allow-origin": origin,
            "access-control-allow-methods": METHODS,
            "access-control-allow-headers": REQUEST_HEADERS,
            "access-control-max-age": str(PREFLIGHT_SECONDS),
            "vary": "Origin",
        }
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 204, "headers": raw})
        await send({"type": "http.response.body", "body": b""})
