"""The pages: start, GraphQL explorer, REST reference, invitation, and the files they load."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from server.explorer import assets, examples
from server.pages.page import HERE as PAGES
from server.pages.page import page

EXPLORER = Path(examples.__file__).parent

EXPLORER_POLICY = {
    # The editor (CodeMirror) and its dialogs place <style> elements and style attributes at run time.
    "style-src": "'self' 'unsafe-inline'",
    "worker-src": "'self'",
}


def start_page(public_url: str) -> Callable[[Request], Awaitable[Response]]:
    """Return the view of the page for developers; it is the first one where there is no portal."""
    sockets = public_url.replace("http", "ws", 1)

    async def start(_: Request) -> Response:
        return page(PAGES / "start.html", {"origin": public_url, "sockets": sockets})

    return start


def page_routes(*, public_url: str, data_dir: Path, sign_in_url: str | None) -> list[BaseRoute]:
    """Return the routes of all pages but the portal.

    `sign_in_url` is where the explorer's sign-in button leads (`/identity`); None shows no button.
    The explorer's assets may be installed later: each request looks for them anew.
    """

    async def api_docs(_: Request) -> Response:
        return page(PAGES / "api_docs.html")

    async def invitation(_: Request) -> Response:
        return page(PAGES / "invitation.html")

    async def room(_: Request) -> Response:
        return page(PAGES / "room.html")

    async def explorer(request: Request) -> Response:
        stamp = assets.installed_stamp(data_dir)
        if stamp is None:
            return page(EXPLORER / "missing.html", {"why": assets.last_failure(data_dir)}, status=503)
        places = {"stamp": stamp, "sign_in": sign_in_url or "", "host": urlsplit(str(request.url)).netloc}
        return page(EXPLORER / "explorer.html", places, policy=EXPLORER_POLICY)

    async def explorer_examples(_: Request) -> Response:
        return JSONResponse([example.as_json() for example in examples.all_examples()])

    return [
        Route("/developers", start_page(public_url)),
        Route("/graphiql", explorer),
        Route("/graphiql/examples.json", explorer_examples),
        Route("/api/docs", api_docs),
        Route("/invitations", invitation),
        # Every address is a room: whether a demo has it, only those know who were told of it.
        Route("/rooms/{token}", room),
        Mount("/graphiql/vendor", StaticFiles(directory=assets.installed_at(data_dir), check_dir=False)),
        Mount("/graphiql/files", StaticFiles(directory=EXPLORER / "static")),
        Mount("/static", StaticFiles(directory=PAGES / "static")),
    ]
