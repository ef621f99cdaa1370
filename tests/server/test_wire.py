"""What is written at once: texts of sockets, and whole answers."""

import asyncio

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from websockets.frames import Frame, Opcode

from server import answering
from server.graphql.outbox import WRITE
from server.wire import Inbox, Line, Wire, frame_head

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


HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"2")]
ASKED = b"GET /x HTTP/1.%d\r\nHost: x\r\n\r\n"


def line(app, *, protocol=Line):
    """Return a connection to an application, and its transport."""
    config = uvicorn.Config(app, log_config=None, access_log=False)
    config.load()
    state = uvicorn.server.ServerState()
    state.default_headers = [(b"date", b"Wed, 25 Nov 2026 00:00:00 GMT")]
    made, transport = protocol(config=config, server_state=state, app_state={}), Transport()
    made.connection_made(transport)
    return made, transport


async def settled(made):
    while made.tasks:
        await asyncio.wait(made.tasks)


async def whole(scope, receive, send):
    await answering.answer(scope, send, 200, list(HEADERS), b"{}")


@pytest.mark.parametrize("minor", [0, 1])
async def test_a_whole_answer_is_what_uvicorn_writes_in_two(minor):
    written = {}
    for protocol in (Line, HttpToolsProtocol):
        made, transport = line(whole, protocol=protocol)
        made.data_received(ASKED % minor)
        await settled(made)
        written[protocol] = (b"".join(transport.written), transport.closing)

    assert written[Line] == written[HttpToolsProtocol]
    assert written[Line][0].startswith(b"HTTP/1.1 200 OK\r\ndate: Wed")
    assert written[Line][1] is (minor == 0)


async def test_a_whole_answer_is_one_write_and_the_connection_goes_on():
    made, transport = line(whole)

    for _ in range(2):
        made.data_received(ASKED % 1)
        await settled(made)

    assert [text.endswith(b"\r\n\r\n{}") for text in transport.written] == [True, True]
    made.connection_lost(None)


async def test_requests_that_come_at_once_are_answered_in_their_order():
    async def named(scope, receive, send):
        await answering.answer(scope, send, 200, [(b"content-length", b"2")], scope["path"].encode())

    made, transport = line(named)
    made.data_received(b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % number for number in (1, 2, 3)))
    await settled(made)

    assert [text[-2:] for text in transport.written] == [b"/1", b"/2", b"/3"]
    made.connection_lost(None)


async def test_what_is_asked_for_its_head_has_no_body():
    made, transport = line(whole)
    made.data_received(ASKED.replace(b"GET", b"HEAD") % 1)
    await settled(made)

    assert b"".join(transport.written).endswith(b"content-length: 2\r\n\r\n")
    made.connection_lost(None)


@pytest.mark.parametrize("value", [b"a\r\nset-cookie: b", b"a\nb", b"a\rb", b"a\0b"])
async def test_a_header_that_would_become_two_ends_as_a_fault(value):
    async def forging(scope, receive, send):
        await answering.answer(scope, send, 200, [*HEADERS, (b"x", value)], b"{}")

    made, transport = line(forging)
    made.data_received(ASKED % 1)
    await settled(made)

    assert b"".join(transport.written).startswith(b"HTTP/1.1 500 ")
    made.connection_lost(None)


async def test_a_whole_answer_waits_for_a_slow_reader_and_leaves_one_that_is_gone():
    made, transport = line(whole)
    made.pause_writing()
    made.data_received(ASKED % 1)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert transport.written == []

    made.resume_writing()
    await settled(made)
    assert len(transport.written) == 1

    made.pause_writing()
    made.data_received(ASKED % 1)
    await asyncio.sleep(0)
    made.connection_lost(None)
    await settled(made)
    assert len(transport.written) == 1


async def test_a_server_without_the_extension_is_told_in_two():
    told = []

    async def send(message):
        told.append(message)

    await answering.answer({"type": "http", "method": "GET"}, send, 200, list(HEADERS), b"{}")

    assert [each["type"] for each in told] == ["http.response.start", "http.response.body"]
