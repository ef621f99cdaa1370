"""HTTP/1.1 by hand: one call is some dozens of microseconds, and a connection can be cut where it hurts."""

import asyncio
from collections import deque
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol, cast

import httptools

LARGEST_BODY = 1_000_000
JSON = b"application/json"
_LINES = {each.value: f"HTTP/1.1 {each.value} {each.phrase}\r\n".encode() for each in HTTPStatus}


@dataclass(slots=True)
class Request:
    """`headers`: by lower-case name."""

    method: str
    path: str
    query: str
    headers: dict[bytes, bytes]
    body: bytes


@dataclass(slots=True)
class Reply:
    """What is answered; `is_cut`: nothing, the connection is reset."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    content_type: bytes = JSON
    is_cut: bool = False


class Answering(Protocol):
    """Whoever answers: at once, once it is time."""

    def delay(self, request: Request) -> float: ...
    def answer(self, request: Request) -> Reply: ...


class Line(asyncio.Protocol):
    """One connection: its calls are answered one after another."""

    def __init__(self, answering: Answering, lines: set["Line"]) -> None:
        self._answering = answering
        self._lines = lines
        self._transport: asyncio.Transport
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._is_busy = False
        self._begin()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._lines.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's own name
        self._lines.discard(self)
        self._waiting.clear()

    def close(self) -> None:
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.close()
            return
        if not self._is_busy:
            self._next()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        self._body.append(body)
        self._length += len(body)
        if self._length > LARGEST_BODY:
            self._transport.close()

    def on_message_complete(self) -> None:
        path, _, query = self._url.decode("latin-1").partition("?")
        request = Request(
            self._parser.get_method().decode(), path, query, self._headers, b"".join(self._body)
        )
        self._waiting.append((request, self._parser.should_keep_alive()))
        self._begin()

    def _begin(self) -> None:
        self._url = b""
        self._headers: dict[bytes, bytes] = {}
        self._body: list[bytes] = []
        self._length = 0

    def _next(self) -> None:
        if not self._waiting:
            return
        request, keeps_alive = self._waiting.popleft()
        delay = self._answering.delay(request)
        if delay > 0:
            self._is_busy = True
            asyncio.get_running_loop().call_later(delay, self._answer, request, keeps_alive)
        else:
            self._answer(request, keeps_alive)

    def _answer(self, request: Request, keeps_alive: bool) -> None:  # noqa: FBT001 - a callback
        self._is_busy = False
        if self._transport.is_closing():
            return
        reply = self._answering.answer(request)
        if reply.is_cut:
            self._transport.abort()
            return
        self._transport.write(written(reply, keeps_alive=keeps_alive))
        if not keeps_alive:
            self._transport.close()
        else:
            self._next()


def written(reply: Reply, *, keeps_alive: bool) -> bytes:
    head = [
        _LINES[reply.status],
        b"content-type: %b\r\ncontent-length: %d\r\n" % (reply.content_type, len(reply.body)),
        *(b"%b: %b\r\n" % header for header in reply.headers),
        b"\r\n" if keeps_alive else b"connection: close\r\n\r\n",
        reply.body,
    ]
    return b"".join(head)
