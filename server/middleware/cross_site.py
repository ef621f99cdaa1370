"""Calls that other web sites have a visitor's browser make are refused where they could change something."""

from starlette.types import Scope

from server.headers import RequestHeaders
from server.middleware.origins import Origins
from server.middleware.refusing import Refusing

HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
"""They change nothing here, and what they answer another site cannot read (CORS)."""

CROSS_SITE = Refusing(403, "CROSS_SITE", "Another web site may not make this call.")


def is_cross_site(scope: Scope, headers: RequestHeaders, origins: Origins) -> bool:
    """Tell by what the browser itself says: `Origin`, or `Sec-Fetch-Site` where there is none."""
    return scope["method"] not in HARMLESS and not origins.permits(headers, scope["scheme"])
