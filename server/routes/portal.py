"""The portal: one page at each of its own paths, and the files that page loads."""

from collections.abc import Awaitable, Callable
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import URL
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from server.answering import answer
from server.headers import headers_of
from server.pages.page import HERE as PAGES
from server.pages.page import page
from server.portal.files import PortalFiles
from server.portal.served import ServedFile
from server.routes.sign_in_requests import LOOPBACK_HOSTS

PORTAL_PATHS = (
    "register",
    "onboarding",
    "team",
    "properties",
    "integration",
    "inventory",
    "reservations",
    "packages",
    "discover",
    "coupons",
    "affiliates",
    "introductions",
    "contractors",
    "payouts",
    "documents",
    "analytics",
    "support",
    "admin",
    "settings",
    "checkouts",
    "partners",
    "signed-in",
)
"""First parts of the paths at which the portal is, each with all below it; its own router tells the rest."""

Page = Callable[[Request], Awaitable[Response]]


def portal_routes(files: PortalFiles, *, public_url: str, start: Page) -> list[BaseRoute]:
    """Return the portal's routes. `start`: what is at `/` as long as there is no portal."""
    here = urlsplit(public_url)

    async def missing(_: Request) -> Response:
        return page(PAGES / "portal_missing.html", {"why": files.last_failure}, status=503)

    def shown(name: str, instead: Page) -> ASGIApp:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            found = await files.page(name)
            if found is None:
                await (await instead(Request(scope, receive)))(scope, receive, send)
            elif is_other_name(headers_of(scope).get("host", ""), here):
                asked = URL(scope=scope).replace(scheme=here.scheme, netloc=here.netloc)
                await RedirectResponse(asked)(scope, receive, send)
            else:
                await send_file(found, scope, send)

        return _Asgi(app)

    async def asset(scope: Scope, _: Receive, send: Send) -> None:
        found = await files.asset(scope["path_params"]["path"])
        if found is None:
            raise HTTPException(404)
        await send_file(found, scope, send)

    index = shown("index.html", missing)
    return [
        Route("/", shown("index.html", start), methods=["GET"]),
        Route("/assets/{path:path}", _Asgi(asset), methods=["GET"]),
        Route("/silent.html", shown("silent.html", missing), methods=["GET"]),
        *(Route(f"/{path}", index, methods=["GET"]) for path in PORTAL_PATHS),
        *(Route(f"/{path}/{{rest:path}}", index, methods=["GET"]) for path in PORTAL_PATHS),
    ]


class _Asgi:
    """An ASGI application that a Route takes for one: it takes functions for views."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def is_other_name(host: str, here: SplitResult) -> bool:
    """Tell whether a browser on this machine calls it by another name than its own, `localhost` for `127.0.0.1`.

    To the browser that is another site, which signs nobody in here.
    """
    name, _, port = host.rpartition(":")
    return (
        here.hostname in LOOPBACK_HOSTS
        and name.strip("[]") in LOOPBACK_HOSTS - {here.hostname}
        and port == str(here.port)
    )


async def send_file(file: ServedFile, scope: Scope, send: Send) -> None:
    """Send a file in a coding the caller takes, or say that the caller has it."""
    headers = headers_of(scope)
    body = file.accepted(headers.get("accept-encoding", ""))
    # Some caches between say that it is "as good as" theirs: `W/"…"`.
    if body.etag.decode() in headers.get("if-none-match", ""):
        await answer(scope, send, 304, body.unchanged, b"")
    else:
        await answer(scope, send, 200, body.headers, body.content)
