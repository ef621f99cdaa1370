"""The far end of a wire: plain ASGI, so that what no client library sends can be sent."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass
class Reply:
    """A whole HTTP answer."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.json["errors"]]


class Wire:
    """One HTTP request, its body in pieces; `hang_up` is the client going away."""

    def __init__(self, app: Any, method: str = "POST", path: str = "/graphql", **more: Any) -> None:
        headers = more.get("headers", {})
        self.app = app
        self.scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": more.get("query", b""),
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
            "scheme": more.get("scheme", "http"),
            "client": ("203.0.113.9", 4711),
            "state": {},
        }
        self.pieces = list(more.get("pieces", [b""]))
        self.taken = 0
        self.gone = asyncio.Event()
        self.reply = Reply()
        self.arrived: asyncio.Queue[bytes] = asyncio.Queue()
        self.finished = False

    async def receive(self) -> dict[str, Any]:
        if self.pieces:
            piece = self.pieces.pop(0)
            self.taken += len(piece)
            return {"type": "http.request", "body": piece, "more_body": bool(self.pieces)}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.reply.status = message["status"]
            self.reply.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.reply.body += message.get("body", b"")
            self.arrived.put_nowait(message.get("body", b""))
            self.finished = not message.get("more_body", False)

    async def run(self) -> Reply:
        async with asyncio.timeout(5):
            await self.app(self.scope, self.receive, self.send)
        return self.reply

    def hang_up(self) -> None:
        self.gone.set()


async def post(app: Any, body: Any, *, accept: str = "*/*", **headers: str) -> Reply:
    """Post a body: bytes as they are, everything else as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"content-type": "application/json", "accept": accept} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return await Wire(app, headers=named, pieces=[raw]).run()


async def get(app: Any, query: str, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await Wire(app, "GET", headers=named, query=query.encode()).run()


class SocketWire:
    """One WebSocket, seen from the client."""

    def __init__(self, app: Any, *, subprotocols: Any = ("graphql-transport-ws",), **more: Any) -> None:
        headers = more.get("headers", {})
        self.app = app
        self.scope = {
            "type": "websocket",
            "path": "/graphql",
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
            "scheme": more.get("scheme", "ws"),
            "client": ("203.0.113.9", 4711),
            "subprotocols": list(subprotocols),
            "state": {},
        }
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.got: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.reads = asyncio.Event()
        self.reads.set()
        self.sent.put_nowait({"type": "websocket.connect"})
        self.task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.task = asyncio.create_task(self.app(self.scope, self.sent.get, self._take))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.hang_up()
        self.reads.set()
        assert self.task is not None
        async with asyncio.timeout(5):
            await self.task

    async def _take(self, message: dict[str, Any]) -> None:
        # A reader that has stalled: like a transport whose buffer is full.
        await self.reads.wait()
        self.got.put_nowait(message)

    def hang_up(self) -> None:
        self.sent.put_nowait({"type": "websocket.disconnect", "code": 1000})

    def text(self, text: str) -> None:
        self.sent.put_nowait({"type": "websocket.receive", "text": text})

    def binary(self, data: bytes) -> None:
        self.sent.put_nowait({"type": "websocket.receive", "bytes": data})

    def say(self, **message: Any) -> None:
        self.text(json.dumps(message))

    def subscribe(self, identifier: str, query: str, **payload: Any) -> None:
        self.say(id=identifier, type="subscribe", payload={"query": query, **payload})

    async def event(self) -> dict[str, Any]:
        """Return what the server does next."""
        async with asyncio.timeout(5):
            return await self.got.get()

    async def hear(self) -> Any:
        """Return the next message."""
        event = await self.event()
        assert event["type"] == "websocket.send", event
        return json.loads(event["text"])

    async def accepted(self) -> str | None:
        event = await self.event()
        assert event["type"] == "websocket.accept", event
        return event.get("subprotocol")

    async def begin(self, payload: Any = None) -> None:
        """Open the connection, up to the acknowledgement."""
        await self.accepted()
        self.say(type="connection_init", payload=payload)
        assert await self.hear() == {"type": "connection_ack"}

    async def closed(self) -> tuple[int, str]:
        """Return the close code and reason, passing over what was said before."""
        while True:
            event = await self.event()
            if event["type"] == "websocket.close":
                return event["code"], event["reason"]
