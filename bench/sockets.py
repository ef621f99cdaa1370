"""Sockets that listen, in a process of their own: `python -m bench.sockets`, spoken to over its pipes.

It reads one order (a line of JSON), opens that many sockets, and says `{"ready": n}` when each has had its first
state. After that it says `{"complete": sequence}` for every state that all sockets have, as they have it. Asked
`"count"` it says what it has received; told when the states were published, it says how old they were on arrival.
"""

import asyncio
import base64
import resource
import secrets
import sys
import time
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

from bench.load import percentiles

OPENED_AT_ONCE = 50
OPENED_WITHIN = 60.0
TEXT, CLOSE, PING = 1, 8, 9
PONG = b"\x8a\x80\0\0\0\0"
SEQUENCE = b'"sequence":'
STATE = b'"type":"next"'
STATE_SPACED = b'"type": "next"'


@dataclass(frozen=True, slots=True)
class SocketOrder:
    """Where the sockets go, and what each says: its first message's payload, its subscription's."""

    host: str
    port: int
    path: str
    sockets: int
    init: dict[str, Any]
    subscribe: dict[str, Any]


@dataclass(slots=True)
class Heard:
    """What arrived at all sockets: how often each state, and when (`time.monotonic`)."""

    sockets: int
    ready: int = 0
    lost: int = 0
    deliveries: int = 0
    bytes: int = 0
    times: dict[int, list[float]] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)

    def fail(self, why: str) -> None:
        self.failures[why] = self.failures.get(why, 0) + 1


class Socket(asyncio.Protocol):
    """One socket: as little work a frame as possible, since what is measured is the server."""

    def __init__(self, order: SocketOrder, heard: Heard) -> None:
        self._order = order
        self._heard = heard
        self._rest = b""
        self._is_open = False
        self._has_state = False
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's classes.
        self._transport = cast("asyncio.Transport", transport)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        lines = [
            f"GET {self._order.path} HTTP/1.1",
            f"Host: {self._order.host}:{self._order.port}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Protocol: graphql-transport-ws",
        ]
        self._transport.write("\r\n".join(lines).encode() + b"\r\n\r\n")

    def connection_lost(self, _: Exception | None) -> None:
        self._heard.lost += 1

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        if not self._is_open:
            head, separator, data = data.partition(b"\r\n\r\n")
            if not separator:
                self._rest = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self._heard.fail(head[:40].decode(errors="replace"))
                self._transport.close()
                return
            self._is_open = True
            self._say({"type": "connection_init", "payload": self._order.init})
        place = 0
        while (frame := frame_at(data, place)) is not None:
            kind, start, place = frame
            self._take(kind, data[start:place])
        self._rest = data[place:]

    def _take(self, kind: int, payload: bytes) -> None:
        if kind == PING:
            self._transport.write(PONG)
        elif kind == CLOSE:
            self._heard.fail(f"closed {int.from_bytes(payload[:2], 'big')}")
        elif kind == TEXT:
            self._hear(payload)

    def _hear(self, text: bytes) -> None:
        at = text.rfind(SEQUENCE)
        if at >= 0 and (STATE in text[:512] or STATE_SPACED in text):
            self._state(leading_number(text, at + len(SEQUENCE)), len(text))
        elif b'"connection_ack"' in text:
            # An id of its own, of the usual length: clients make up UUIDs.
            self._say({"id": secrets.token_hex(18), "type": "subscribe", "payload": self._order.subscribe})
        else:
            self._heard.fail(text[:200].decode(errors="replace"))

    def _state(self, sequence: int, length: int) -> None:
        heard = self._heard
        heard.deliveries += 1
        heard.bytes += length
        times = heard.times.get(sequence)
        if times is None:
            times = heard.times[sequence] = []
        times.append(time.monotonic())
        if not self._has_state:
            self._has_state = True
            heard.ready += 1
            if heard.ready == heard.sockets:
                say({"ready": heard.ready})
        elif len(times) == heard.sockets:
            say({"complete": sequence})

    def _say(self, message: object) -> None:
        self._transport.write(masked(orjson.dumps(message)))

    def hang_up(self) -> None:
        self._transport.abort()


def frame_at(data: bytes, place: int) -> tuple[int, int, int] | None:
    """Return kind, start of the payload and end of the frame that begins here; None while it is not whole."""
    have = len(data) - place
    if have < 2:
        return None
    length, start = data[place + 1] & 127, place + 2
    if length == 126:
        length, start = int.from_bytes(data[start : start + 2], "big"), start + 2
    elif length == 127:
        length, start = int.from_bytes(data[start : start + 8], "big"), start + 8
    end = start + length
    return None if end > len(data) else (data[place] & 15, start, end)


def masked(text: bytes) -> bytes:
    """Frame a text as clients must, with a mask of zeros."""
    length = len(text)
    if length < 126:
        return bytes([0x81, 0x80 | length, 0, 0, 0, 0]) + text
    return b"\x81\xfe" + length.to_bytes(2, "big") + b"\0\0\0\0" + text


def leading_number(text: bytes, start: int) -> int:
    end = start = start + (text[start : start + 1] == b" ")
    while text[end : end + 1].isdigit():
        end += 1
    return int(text[start:end] or -1)


def say(message: dict[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(message) + b"\n")
    sys.stdout.buffer.flush()


def ages(heard: Heard, published: dict[str, float]) -> dict[str, Any]:
    """Return how old the published states were on arrival, in milliseconds, and how many arrived."""
    late = [
        (arrived - at) * 1000
        for sequence, at in published.items()
        for arrived in heard.times.get(int(sequence), ())
    ]
    return {"deliveries": len(late), "expected": len(published) * heard.sockets, **percentiles(late)}


async def listen() -> None:
    """Do what comes over the pipe, until it ends."""
    loop = asyncio.get_running_loop()
    words = asyncio.StreamReader(limit=2**24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(words), sys.stdin)
    order = SocketOrder(**orjson.loads(await words.readline()))
    heard = Heard(order.sockets)
    sockets = []
    for number in range(order.sockets):
        _, socket = await loop.create_connection(lambda: Socket(order, heard), order.host, order.port)
        sockets.append(socket)
        if number % OPENED_AT_ONCE == OPENED_AT_ONCE - 1:
            await asyncio.sleep(0.05)
    while line := await words.readline():
        asked = orjson.loads(line)
        if asked == "count":
            used = resource.getrusage(resource.RUSAGE_SELF)
            cpu = used.ru_utime + used.ru_stime
            counted = {"deliveries": heard.deliveries, "bytes": heard.bytes, "lost": heard.lost}
            say({**counted, "ready": heard.ready, "failures": heard.failures, "cpu": cpu})
        else:
            say(ages(heard, asked))
    for socket in sockets:
        socket.hang_up()


def main() -> None:
    import uvloop  # noqa: PLC0415 - only this process needs it

    uvloop.run(listen())


if __name__ == "__main__":
    main()
