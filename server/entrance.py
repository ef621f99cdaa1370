"""Where requests and sockets part: a request passes the middleware, a socket only what is of use to one.

Whatever a socket passes on its way in stays in memory for as long as the socket does: a dozen layers that do
nothing for it weigh as much as the socket itself.
"""

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send


class Entrance:
    """The ASGI application of the process. `sockets` are by path; there are no others."""

    def __init__(self, requests: ASGIApp, sockets: Mapping[str, ASGIApp]) -> None:
        self._requests = requests
        self._sockets = sockets

    # `async` also because uvicorn takes a callable that is not for one of ASGI 2.
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._requests(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path in self._sockets:
            await self._sockets[path](scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})
