"""uvicorn's protocols, for what most of our answers are: `uvicorn --http server.wire:Line --ws server.wire:Wire`.

An answer that is whole when it begins (`server/answering.py`) is written at once: its headers are looked at together,
and head and body go out as one.

A socket mostly listens, and there are many. An application may write a text at once (the ASGI extension `WRITE`): without a coroutine, a dictionary and a frame
object for each, which together cost more than the system's own work. What is of use for the handshake alone goes
after it.
"""

import asyncio
from typing import Any

from uvicorn._types import ASGI3Application, ASGISendEvent
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from server.answering import WHOLE
from server.graphql.outbox import WRITE

SHORT, MEDIUM = 126, 2**16


class Line(HttpToolsProtocol):
    """One connection for requests."""

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        cycle.scope["extensions"] = {WHOLE: {}}

        async def send(message: Any) -> None:
            if WHOLE in message:
                await answer_whole(cycle, message)
            else:
                await RequestResponseCycle.send(cycle, message)

        cycle.send = send  # type: ignore[method-assign] # as it is handed to the application
        super()._start_asgi_task(cycle, app)


async def answer_whole(cycle: RequestResponseCycle, message: Any) -> None:
    """Begin an answer and end it. Raises RuntimeError for one that would be none on the wire."""
    if cycle.flow.write_paused and not cycle.disconnected:
        await cycle.flow.drain()
    if cycle.disconnected:
        return
    if cycle.response_started:
        raise RuntimeError("An answer has begun already.")
    headers = cycle.default_headers + message["headers"]
    if not cycle.keep_alive:
        headers.append((b"connection", b"close"))
    lines = b"".join([b"%b: %b\r\n" % each for each in headers])
    if not lines.count(b"\r") == lines.count(b"\n") == len(headers) or b"\0" in lines:
        raise RuntimeError("A header has a line break in it.")
    cycle.response_started = True
    cycle.waiting_for_100_continue = False
    cycle.transport.write(b"".join((STATUS_LINE[message["status"]], lines, b"\r\n", message[WHOLE])))
    cycle.response_complete = True
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()


class Inbox:
    """What came, for one reader, as `asyncio.Queue` without what only several readers or a limit need."""

    __slots__ = ("_messages", "_reader")

    def __init__(self) -> None:
        self._messages: list[Any] = []
        self._reader: asyncio.Future[None] | None = None

    def empty(self) -> bool:
        return not self._messages

    def put_nowait(self, message: Any) -> None:
        self._messages.append(message)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def get(self) -> Any:
        while not self._messages:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        return self._messages.pop(0)


class Wire(WebSocketsSansIOProtocol):
    """One socket."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.queue = Inbox()  # type: ignore[assignment] # of a queue, three methods are used

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101 and not self.conn.extensions:
            # Compressed frames differ from socket to socket: those are for uvicorn to write.
            self.scope["extensions"][WRITE] = self.write  # type: ignore[assignment]

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if message["type"] == "websocket.accept":
            del self.request, self.response

    def write(self, text: bytes) -> bool:
        """Send a text if its reader keeps up; tell whether that was so."""
        if self.close_sent or not self.writable.is_set() or self.transport.is_closing():
            return False
        self.transport.write(frame_head(len(text)) + text)
        return True


def frame_head(length: int) -> bytes:
    """Return what stands before a whole text of so many bytes, from a server (RFC 6455 §5.2)."""
    if length < SHORT:
        return bytes((0x81, length))
    if length < MEDIUM:
        return b"\x81\x7e" + length.to_bytes(2, "big")
    return b"\x81\x7f" + length.to_bytes(8, "big")
