"""The limit: a handler by hand that does for each request no more than one statement, and sends what it returns.

No authentication, no log, no limits, no graph. `python -m bench.peers.limit` serves it on any free port, on the
database of PGHOST, PGUSER and PGDATABASE, and tells its port in one line of JSON.
"""

import asyncio
import json
import socket
import sys
from collections import deque
from typing import Any

import asyncpg
import orjson
import uvicorn
from starlette.types import Receive, Scope, Send

from bench.peers.limit_sql import Statement, statement_for
from bench.peers.operations import OPERATIONS

CONNECTIONS = 10
SETTINGS = {
    # Planned once: with a plan of its own, a statement is planned anew for each call.
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "timezone": "UTC",
}


class Backend:
    """One connection with its prepared statements."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._prepared: dict[str, Any] = {}

    async def close(self) -> None:
        await self._connection.close()

    async def fetch(self, statement: Statement, variables: dict[str, Any]) -> bytes:
        prepared = self._prepared.get(statement.sql)
        if prepared is None:
            prepared = self._prepared[statement.sql] = await self._connection.prepare(statement.sql)
        text: bytes = await prepared.fetchval(*statement.arguments(variables))
        return text


class Backends:
    """The last one used is the next: its caches are warm. Not asyncpg's pool, which resets on every return."""

    def __init__(self) -> None:
        self._free: list[Backend] = []
        self._waiting: deque[asyncio.Future[Backend]] = deque()

    async def open(self) -> None:
        for _ in range(CONNECTIONS):
            self._free.append(await connect())

    async def take(self) -> Backend:
        if self._free:
            return self._free.pop()
        waiter: asyncio.Future[Backend] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        return await waiter

    def give_back(self, backend: Backend) -> None:
        if self._waiting:
            self._waiting.popleft().set_result(backend)
        else:
            self._free.append(backend)


async def connect(address: str | None = None) -> Backend:
    """Open a connection, to the database of the environment where no address is given."""
    connection = await asyncpg.connect(address, server_settings=SETTINGS)
    # Texts come as their bytes: the answer is neither decoded nor encoded again.
    await connection.set_type_codec(
        "text", schema="pg_catalog", encoder=str.encode, decoder=bytes, format="binary"
    )
    return Backend(connection)


class Limit:
    """The ASGI application."""

    def __init__(self) -> None:
        self._names = {operation.text: operation.name for operation in OPERATIONS}
        self._backends = Backends()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await self._backends.open()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        asked = orjson.loads(await _body(receive))
        variables = asked["variables"]
        statement = statement_for(self._names[asked["query"]], variables)
        backend = await self._backends.take()
        try:
            answer = await backend.fetch(statement, variables)
        finally:
            self._backends.give_back(backend)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    return body


def main() -> None:
    """Serve until told to stop."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    sys.stdout.write(json.dumps({"port": listening.getsockname()[1]}) + "\n")
    sys.stdout.flush()
    config = uvicorn.Config(
        Limit(),
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        date_header=False,
    )
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
