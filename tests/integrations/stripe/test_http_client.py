"""Calls over kept connections, to a server that misbehaves as it is told."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import stripe

from integrations.stripe.http_client import KeptConnections, written

FINE = b"HTTP/1.1 200 OK\r\nRequest-Id: req_1\r\nContent-Length: 2\r\n\r\n{}"
LAST = FINE.replace(b"Content-Length", b"Connection: close\r\nContent-Length")
CHUNKED = (
    b"HTTP/1.1 402 Payment Required\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
)
HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"


@dataclass
class Server:
    """Answers request by request as `answers` say; None: hangs up instead."""

    answers: list[bytes | None] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (
                        int(line[15:])
                        for line in head.split(b"\r\n")
                        if line[:15].lower() == b"content-length:"
                    ),
                    0,
                )
                self.requests.append(head + await reader.readexactly(length))
                answer = self.answers.pop(0) if self.answers else FINE
                if answer is None:
                    return
                writer.write(answer)
                if answer is HALF:
                    return
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1/things"
    yield server
    listening.close()


@pytest.fixture
async def connections() -> AsyncIterator[KeptConnections]:
    connections = KeptConnections(connect_seconds=2, call_seconds=0.5)
    yield connections
    await connections.close_async()


async def test_a_call_is_answered_and_its_connection_kept(connections, server):
    for _ in range(3):
        body, status, headers = await connections.request_async("post", server.url, {"A": "b"}, "c=d")

    assert (body, status, headers["request-id"], headers.get("Request-ID")) == (b"{}", 200, "req_1", "req_1")
    assert "Request-Id" in headers
    assert "Other" not in headers
    assert server.connections == 1
    assert server.requests[0].startswith(b"POST /v1/things HTTP/1.1\r\nHost: 127.0.0.1:")
    assert server.requests[0].endswith(b"\r\nA: b\r\nContent-Length: 3\r\n\r\nc=d")


async def test_calls_at_the_same_time_have_connections_of_their_own(connections, server):
    await asyncio.gather(*(connections.request_async("get", server.url, {}) for _ in range(5)))

    assert (server.connections, len(server.requests)) == (5, 5)


async def test_an_answer_may_come_in_chunks(connections, server):
    server.answers = [CHUNKED]

    body, status, _ = await connections.request_async("get", f"{server.url}?limit=1", {})

    assert (body, status) == (b"abcde", 402)
    assert server.requests[0].startswith(b"GET /v1/things?limit=1 HTTP/1.1\r\n")


async def test_what_is_said_on_the_way_is_no_answer(connections, server):
    server.answers = [b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + FINE]

    _, status, headers = await connections.request_async("get", server.url, {})

    assert (status, "Link" in headers, server.connections) == (200, False, 1)


async def test_a_connection_the_server_closes_is_not_used_again(connections, server):
    server.answers = [LAST]

    await connections.request_async("get", server.url, {})
    await connections.request_async("get", server.url, {})

    assert server.connections == 2


async def test_a_kept_connection_lost_before_any_answer_is_replaced_at_once(connections, server):
    server.answers = [FINE, None, FINE]

    await connections.request_async("get", server.url, {})
    body, *_ = await connections.request_async("post", server.url, {}, "a=b")

    assert body == b"{}"
    assert (server.connections, len(server.requests)) == (2, 3)


@pytest.mark.parametrize("answer", [None, HALF, b"nonsense\r\n\r\n"])
async def test_a_new_connection_that_breaks_off_is_the_sdks_to_retry(connections, server, answer):
    server.answers = [answer]

    with pytest.raises(stripe.APIConnectionError) as raised:
        await connections.request_async("get", server.url, {})

    assert raised.value.should_retry
    assert len(server.requests) == 1


async def test_a_server_that_does_not_answer_is_given_up_and_its_connection_too(connections, server):
    server.answers = [b""]

    with pytest.raises(stripe.APIConnectionError, match="TimeoutError"):
        await connections.request_async("get", server.url, {})
    await connections.request_async("get", server.url, {})

    assert server.connections == 2


async def test_nobody_there_is_said_so(connections):
    with pytest.raises(stripe.APIConnectionError, match="ConnectionRefusedError"):
        await connections.request_async("get", "http://127.0.0.1:1/v1/things", {})


async def test_what_comes_unasked_ends_the_connection(connections, server):
    server.answers = [FINE + FINE]

    await connections.request_async("get", server.url, {})
    await connections.request_async("get", server.url, {})

    assert server.connections == 2


def test_a_header_can_not_bring_lines_of_its_own():
    with pytest.raises(ValueError, match="one line"):
        written("get", "http://127.0.0.1/", {"A": "b\r\nC: d"}, None)
