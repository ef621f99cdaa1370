"""The WebSocket door at `/graphql`: the handshake, and all sockets of the process."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from server.graphql.connection import AuthenticatePayload, Connection, SocketRules
from server.graphql.engine import Engine
from server.graphql.exchanges import client_of
from server.graphql.outbox import WRITE
from server.graphql.socket_messages import SUBPROTOCOL
from server.middleware.origins import Origins
from server.middleware.request_ids import request_id_of


def utc_now() -> datetime:
    return datetime.now(UTC)


class Sockets:
    """An ASGI application for websocket scopes. One per process."""

    def __init__(
        self,
        engine: Engine,
        authenticate: AuthenticatePayload,
        origins: Origins,
        *,
        rules: SocketRules | None = None,
        count_sockets: Callable[[int], object] = lambda _: None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._engine = engine
        self._authenticate = authenticate
        self._origins = origins
        self._rules = rules or SocketRules()
        self._count_sockets = count_sockets
        self._clock = clock
        self._connections: set[Connection] = set()
        self._is_closing = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        headers = Headers(scope=scope)
        if self._is_closing:
            await send({"type": "websocket.close", "code": 1001, "reason": "Going away"})
            return
        # A close code only reaches a browser over a socket that was accepted.
        if not self._origins.permits(headers, scope["scheme"]):
            await turn_away(send, 4403, "Forbidden")
        elif SUBPROTOCOL not in scope["subprotocols"]:
            await turn_away(send, 4406, "Subprotocol not acceptable")
        else:
            await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
            connection = Connection(
                self._engine,
                self._authenticate,
                self._rules,
                receive=receive,
                send=send,
                write=(scope.get("extensions") or {}).get(WRITE),
                headers=headers,
                client=client_of(scope),
                request_id=request_id_of(scope),
                clock=self._clock,
            )
            self._connections.add(connection)
            self._count_sockets(1)
            try:
                await connection.serve()
            finally:
                self._count_sockets(-1)
                self._connections.discard(connection)

    async def close_all(self) -> None:
        """Send every socket away (1001) and take no new ones; returns when all have ended."""
        self._is_closing = True
        connections = list(self._connections)
        for connection in connections:
            connection.close(1001, "Going away")
        await asyncio.gather(*(connection.ended() for connection in connections))


async def turn_away(send: Send, code: int, reason: str) -> None:
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": code, "reason": reason})
