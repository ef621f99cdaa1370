"""CORS: closed, but for the sites a deployment names. Our own pages need none of it.

Never with the browser's own credentials: a caller's credential is in a header that it writes itself.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import Scope, Send

from server.headers import RequestHeaders
from server.middleware.refusing import Refusing
from server.middleware.security_headers import RawHeaders

METHODS = "GET, POST, PUT, DELETE"
REQUEST_HEADERS = "Accept, Authorization, Content-Type, Idempotency-Key, Interline-Environment, Last-Event-ID, X-API-Key, X-Request-ID"
RESPONSE_HEADERS = "ETag, Location, Retry-After, WWW-Authenticate, X-Request-ID"
PREFLIGHT_SECONDS = 600

NOT_ALLOWED = Refusing(403, "ORIGIN_NOT_ALLOWED", "This site may not call from a browser.")


def is_preflight(scope: Scope, headers: RequestHeaders) -> bool:
    """Tell whether a browser asks before it calls for a page of another site."""
    return scope["method"] == "OPTIONS" and b"access-control-request-method" in headers.first


async def answer_preflight(scope: Scope, send: Send, origin: str, *, is_allowed: bool) -> None:
    """Tell a browser what pages of the site may send."""
    if not is_allowed:
        await NOT_ALLOWED.send(scope, send, {"vary": "Origin"})
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


def make_readable(raw: RawHeaders, origin: str, *, is_allowed: bool) -> None:
    """Let pages of an allowed site read an answer with these headers; caches keep one for each site."""
    answer = MutableHeaders(raw=raw)
    answer.add_vary_header("Origin")
    if is_allowed:
        answer["access-control-allow-origin"] = origin
        answer["access-control-expose-headers"] = RESPONSE_HEADERS
