"""A small application to be stopped: served by test_drain.py in a process of its own."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.drain import Drain
from server.routes.health import Readiness, health_routes

DIARY = Path(os.environ["DIARY"])
drain = Drain(settle_seconds=1.0)
sockets: set[WebSocket] = set()


def write(line: str) -> None:
    with DIARY.open("a") as diary:
        diary.write(line + "\n")


async def slow(_: Request) -> PlainTextResponse:
    await asyncio.sleep(2.5)
    write("slow request done")
    return PlainTextResponse("done")


async def socket(websocket: WebSocket) -> None:
    await websocket.accept()
    sockets.add(websocket)
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        sockets.discard(websocket)


async def close_sockets() -> None:
    for each in list(sockets):
        await each.close(1001)
    write("sockets closed")


async def flush() -> None:
    write("flushed")


async def fail() -> None:
    raise RuntimeError("one bad callback")


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    drain.on_drain(fail)
    drain.on_drain(close_sockets)
    drain.on_end(fail)
    drain.on_end(flush)
    with drain.on_sigterm():
        yield
    await drain.end()


app = Starlette(
    routes=[*health_routes(Readiness({}, drain)), Route("/slow", slow), WebSocketRoute("/socket", socket)],
    lifespan=lifespan,
)
