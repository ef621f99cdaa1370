"""The routes of REST: its calls, its description, the pages its problems lead to, and what is left under /api."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from server.problems import DOCS_PATH, problem_of
from server.rest.annotations import NO_CONTENT
from server.rest.error_page import error_page
from server.rest.facade import Facade
from server.rest.openapi import Description
from server.rest.refusals import MethodNotAllowed, UnknownPath

DESCRIPTION_PATH = "/api/openapi.json"


def rest_routes(facade: Facade, description: Description) -> list[BaseRoute]:
    """Return every route of REST but `unknown_api_path`, which comes after all others under /api."""
    return [
        *facade.routes(),
        Route(DESCRIPTION_PATH, Described(facade, description)),
        Route(DOCS_PATH, error_page),
    ]


def unknown_api_path(facade: Facade) -> BaseRoute:
    return Route("/api/{path:path}", UnknownPaths(facade))


class Described:
    """Serves the OpenAPI document, to whoever asks; it tells nothing that needs a credential."""

    ALLOWED = ("GET", "HEAD", "OPTIONS")

    def __init__(self, facade: Facade, description: Description) -> None:
        self._facade = facade
        self._description = description

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        await self._answer(request)(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        allow = {"Allow": ", ".join(self.ALLOWED)}
        if request.method == "OPTIONS":
            return Response(status_code=NO_CONTENT, headers=allow)
        if request.method not in self.ALLOWED:
            refusal = MethodNotAllowed(request.method, self.ALLOWED)
            return self._facade.refuse(request, problem_of(refusal), allow)
        kept = {"ETag": self._description.etag, "Cache-Control": "no-cache"}
        if self._description.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=kept)
        return Response(self._description.body, headers=kept, media_type="application/json")


class UnknownPaths:
    """What is left under /api: 404 as a problem, for every method."""

    def __init__(self, facade: Facade) -> None:
        self._facade = facade

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        problem = problem_of(UnknownPath(request.url.path))
        await self._facade.refuse(request, problem)(scope, receive, send)
