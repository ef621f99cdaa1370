"""The way to the doors that most calls go through, past all the other routes."""

from collections.abc import Sequence

from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send


class Shortcuts:
    """Takes a request straight to the one route of its path; where there are parameters, routes are asked in turn.

    Only to routes that take every method, and only where the router would have come to the same one: a
    shortcut is never another way.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._at = {
            route.path: route.app
            for route in routes
            if isinstance(route, Route)
            and route.methods is None
            and not route.param_convertors
            and first_at(route.path, routes) is route
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope.get("root_path"):
            app = self._at.get(scope["path"], self._app)
            await app(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def first_at(path: str, routes: Sequence[BaseRoute]) -> BaseRoute | None:
    """Return the route that takes a request to a path."""
    asked = {"type": "http", "path": path, "method": "GET", "headers": []}
    return next((route for route in routes if route.matches(asked)[0] is Match.FULL), None)
