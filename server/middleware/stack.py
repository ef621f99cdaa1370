"""The order in which requests pass the middleware, outermost first."""

from starlette.middleware import Middleware

from server.middleware.body_sizes import MAX_BYTES, BodySizes
from server.middleware.cors import Cors
from server.middleware.cross_site import CrossSiteRefusal
from server.middleware.origins import Origins
from server.middleware.request_ids import RequestIds
from server.middleware.security_headers import SecurityHeaders


def middleware_stack(origins: Origins, *, max_body_bytes: int = MAX_BYTES) -> list[Middleware]:
    """Return the stack: a refusal is named, secured and readable by allowed sites like any other answer."""
    return [
        Middleware(RequestIds),
        Middleware(SecurityHeaders),
        Middleware(Cors, origins),
        Middleware(CrossSiteRefusal, origins),
        Middleware(BodySizes, max_body_bytes),
    ]
