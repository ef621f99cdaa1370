"""Calls that other web sites have a visitor's browser make are refused where they could change something."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from server.middleware.origins import Origins
from server.middleware.refusing import Refusing

HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
"""They change nothing here, and what they answer another site cannot read (CORS)."""

CROSS_SITE = Refusing(403, "CROSS_SITE", "Another web site may not make this call.")


class CrossSiteRefusal:
    """Refuses by what the browser itself says: `Origin`, or `Sec-Fetch-Site` where there is none."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._is_cross_site(scope):
            await CROSS_SITE.send(scope, send)
        else:
            await self._app(scope, receive, send)

    def _is_cross_site(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] in HARMLESS:
            return False
        return not self._origins.permits(Headers(scope=scope), scope["scheme"])
