"""Texts that are written at once: the frame, and when there is none."""

import asyncio

import pytest
import uvicorn
from websockets.frames import Frame, Opcode

from server.graphql.outbox import WRITE
from server.wire import Inbox, Wire, frame_head

HANDSHAKE = (
    b"GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
)


class Transport(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self):
        super().__init__()
        self.written = []
        self.closing = False

    def write(self, data):
        self.written.append(data)

    def is_closing(self):
        return self.closing

    def close(self):
        self.closing = True

    def pause_reading(self):
        pass

    def resume_reading(self):
        pass


async def opened(extensions=b"", **options):
    """Return a wire after its handshake, its transport, and what the application was given."""
    given = asyncio.get_running_loop().create_future()

    async def app(scope, receive, send):
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        given.set_result((scope, receive, send))
        await asyncio.Event().wait()

    config = uvicorn.Config(app, log_config=None, access_log=False, **options)
    config.load()
    wire = Wire(config=config, server_state=uvicorn.server.ServerState(), app_state={})
    transport = Transport()
    wire.connection_made(transport)
    wire.data_received(HANDSHAKE + extensions + b"\r\n")
    return wire, transport, await given


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 1_000_000])
def test_a_frame_is_what_the_library_would_write(length):
    text = b"x" * length

    assert frame_head(length) + text == Frame(Opcode.TEXT, text).serialize(mask=False)


async def test_a_text_is_written_at_once_while_its_reader_keeps_up():
    wire, transport, (scope, _, send) = await opened()
    write = scope["extensions"][WRITE]
    transport.written.clear()

    assert write(b"one")
    await send({"type": "websocket.send", "text": "two"})
    wire.pause_writing()
    assert not write(b"three")
    wire.resume_writing()
    assert write(b"four")

    assert b"".join(transport.written) == b"\x81\x03one\x81\x03two\x81\x04four"


@pytest.mark.parametrize("how", ["we said goodbye", "the other side did", "the connection broke"])
async def test_nothing_is_written_after_the_end(how):
    wire, transport, (scope, _, send) = await opened()
    if how == "we said goodbye":
        await send({"type": "websocket.close", "code": 1001})
    elif how == "the other side did":
        wire.data_received(b"\x88\x82\0\0\0\0\x03\xe8")
    else:
        transport.closing = True
        wire.connection_lost(None)
    transport.written.clear()

    assert not scope["extensions"][WRITE](b"late")
    assert transport.written == []


async def test_a_socket_that_compresses_has_no_such_door():
    offer = b"Sec-WebSocket-Extensions: permessage-deflate\r\n"

    _, _, (compressing, _, _) = await opened(offer, ws_per_message_deflate=True)
    _, _, (plain, _, _) = await opened(offer, ws_per_message_deflate=False)

    assert WRITE not in compressing["extensions"]
    assert WRITE in plain["extensions"]


async def test_what_came_is_read_in_order_and_waited_for():
    inbox = Inbox()
    inbox.put_nowait(1)
    inbox.put_nowait(2)
    assert (await inbox.get(), inbox.empty(), await inbox.get(), inbox.empty()) == (1, False, 2, True)

    reading = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    inbox.put_nowait(3)
    inbox.put_nowait(4)
    assert await reading == 3
    reading = asyncio.create_task(inbox.get())
    assert await reading == 4


async def test_a_reader_that_gives_up_loses_nothing():
    inbox = Inbox()
    reading = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    inbox.put_nowait(1)
    reading.cancel()
    await asyncio.wait({reading})

    assert await inbox.get() == 1
