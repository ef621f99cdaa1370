"""All doors on a real server, with real clients."""

import asyncio
import json
from contextlib import AsyncExitStack, asynccontextmanager

import httpx2
import pytest
import uvicorn
import websockets
from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute
from websockets.typing import Subprotocol

from bench.sockets import masked
from server.graphql.connection import SocketRules
from server.graphql.http import GraphQLOverHttp
from server.graphql.sse import EventStreams
from server.graphql.websocket import Sockets
from server.middleware.origins import Origins
from server.middleware.passage import Passage
from tests.server.graphql import test_http, test_websocket
from tests.server.graphql.toys import STATES, Toys, make_engine

PROTOCOLS = ["server.wire:Wire", "auto"]
JSON = {"content-type": "application/json"}


class Served:
    """A server on a free port of the loopback."""

    def __init__(self, toys, port, sockets):
        self.toys = toys
        self.http = f"http://127.0.0.1:{port}"
        self.ws = f"ws://127.0.0.1:{port}/graphql"
        self.port = port
        self.sockets = sockets


@asynccontextmanager
async def serve(rules=None, ws=PROTOCOLS[0]):
    toys = Toys()
    engine = make_engine(toys)
    origins = Origins([])
    sockets = Sockets(engine, test_websocket.Door(), origins, rules=rules)
    application = Starlette(
        routes=[
            Route("/graphql/stream", EventStreams(engine, test_http.Door(), keep_alive_seconds=0.05)),
            Route("/graphql", GraphQLOverHttp(engine, test_http.Door())),
            WebSocketRoute("/graphql", sockets),
            Mount("/", Starlette()),
        ]
    )
    config = uvicorn.Config(
        Passage(application, origins),
        port=0,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws=ws,
        ws_max_size=300_000,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield Served(toys, server.servers[0].sockets[0].getsockname()[1], sockets)
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def served():
    async with serve() as running:
        yield running


@pytest.fixture(params=PROTOCOLS)
async def on_sockets(request):
    """On our own protocol, and on uvicorn's, which takes no text that is written already."""
    async with serve(ws=request.param) as running:
        yield running


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for is on the far side of a wire
            await asyncio.sleep(0.01)


def connect(served, **options):
    return websockets.connect(served.ws, subprotocols=[Subprotocol("graphql-transport-ws")], **options)


def code_of(closed):
    assert closed.rcvd is not None
    return closed.rcvd.code


async def begin(socket):
    await socket.send('{"type":"connection_init"}')
    assert await socket.recv() == '{"type":"connection_ack"}'


async def test_queries_by_post_and_get(served):
    async with httpx2.AsyncClient(base_url=served.http) as client:
        posted = await client.post("/graphql", json={"query": "{ hello }"})
        asked = await client.get("/graphql", params={"query": "{ hello }"})
        refused = await client.get("/graphql", params={"query": 'mutation { write(text: "x") }'})

    assert posted.json()["data"] == asked.json()["data"] == {"hello": "hello world"}
    assert posted.headers["x-content-type-options"] == "nosniff"
    assert posted.headers["x-request-id"].startswith("req_")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


async def test_twenty_megabytes_are_refused_while_they_are_sent(served):
    async def body():
        for _ in range(20):
            yield b"x" * 2**20

    async with httpx2.AsyncClient(base_url=served.http, timeout=10) as client:
        announced = await client.post("/graphql", content=b"x" * 20 * 2**20, headers=JSON)
        streamed = await client.post("/graphql", content=body(), headers=JSON)

    for reply in (announced, streamed):
        assert reply.status_code == 413
        assert reply.json()["errors"][0]["extensions"]["code"] == "PAYLOAD_TOO_LARGE"


@pytest.mark.parametrize("name", sorted(test_http.MALFORMED))
async def test_malformed_bodies_are_4xx_on_the_wire_too(served, name):
    async with httpx2.AsyncClient(base_url=served.http) as client:
        reply = await client.post("/graphql", content=test_http.MALFORMED[name], headers=JSON)

    assert reply.status_code in {400, 413}
    assert reply.json()["errors"][0]["extensions"]["code"] in {"BAD_REQUEST", "PAYLOAD_TOO_LARGE"}


async def test_a_client_that_goes_away_cancels_its_query(served):
    body = b'{"query":"{ slow }"}'
    _, writer = await asyncio.open_connection("127.0.0.1", served.port)
    head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await served.toys.started.wait()

    writer.close()

    await until(lambda: served.toys.cleaned_up == ["slow"])


async def test_a_connection_serves_one_request_after_another(served):
    limits = httpx2.Limits(max_connections=1)
    async with httpx2.AsyncClient(base_url=served.http, limits=limits) as client:
        replies = [await client.post("/graphql", json={"query": "{ hello }"}) for _ in range(20)]

    assert {reply.status_code for reply in replies} == {200}
    assert len(served.toys.opened) == 20


async def test_a_subscription_over_a_real_socket(on_sockets):
    async with connect(on_sockets) as socket:
        await begin(socket)
        await socket.send(
            '{"id":"1","type":"subscribe","payload":{"query":"subscription { ticks(to: 2) { sequence } }"}}'
        )
        messages = [json.loads(await socket.recv()) for _ in range(3)]

    assert socket.subprotocol == "graphql-transport-ws"
    assert [message["type"] for message in messages] == ["next", "next", "complete"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("nonsense", 4400),
        (b"{}", 4400),
        ('{"type":"subscribe","id":"1","payload":{"query":"{ hello }"}}', 4401),
    ],
)
async def test_close_codes_arrive(on_sockets, message, code):
    async with connect(on_sockets) as socket:
        await socket.send(message)
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()

    assert code_of(closed.value) == code


async def test_the_legacy_sub_protocol_is_off(on_sockets):
    async with websockets.connect(on_sockets.ws, subprotocols=[Subprotocol("graphql-ws")]) as socket:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()

    assert code_of(closed.value) == 4406


async def test_a_foreign_origin_is_turned_away(on_sockets):
    async with connect(on_sockets, origin="https://evil.example") as socket:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()

    assert code_of(closed.value) == 4403


async def test_hanging_up_a_socket_stops_its_subscriptions(on_sockets):
    async with connect(on_sockets) as socket:
        await begin(socket)
        await socket.send('{"id":"1","type":"subscribe","payload":{"query":"subscription { forever }"}}')
        await socket.recv()

    await until(lambda: on_sockets.toys.cleaned_up == ["forever"])
    await until(lambda: not on_sockets.sockets._connections)


@asynccontextmanager
async def not_reading(served, query, **variables):
    """Subscribe over a socket that reads no more than the answer of its handshake."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=2**10)
    # A handshake by hand: a client library would read ahead.
    writer.write(
        b"GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    payload = {"query": query, "variables": variables}
    for message in ({"type": "connection_init"}, {"id": "1", "type": "subscribe", "payload": payload}):
        writer.write(masked(json.dumps(message).encode()))
    yield
    writer.close()


@pytest.mark.parametrize("ws", PROTOCOLS)
async def test_a_reader_that_stalls_does_not_keep_its_subscription(ws):
    async with (
        serve(SocketRules(stall_seconds=0.2, closing_seconds=0.2), ws) as served,
        not_reading(served, "subscription { flood }"),
    ):
        await until(lambda: served.toys.cleaned_up == ["flood"])
        await until(lambda: not served.sockets._connections)


@pytest.mark.parametrize("ws", PROTOCOLS)
async def test_a_reader_that_stalls_keeps_nothing_from_those_it_shares_with(ws):
    query = "subscription($name: String!) { states(name: $name) { sequence name } }"
    # Large enough that what the system keeps for a socket is soon full.
    name = "a" * 60_000
    async with (
        serve(SocketRules(queued_messages=4, stall_seconds=0.2, closing_seconds=0.2), ws) as served,
        not_reading(served, query, name=name),
        connect(served) as quick,
    ):
        await until(lambda: served.toys.sources == [name])
        await begin(quick)
        payload = {"query": query, "variables": {"name": name}}
        await quick.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        told = [json.loads(await quick.recv())]
        while len(served.sockets._connections) == 2:
            served.toys.pool(name).change()
            told.append(json.loads(await quick.recv()))

        served.toys.pool(name).change()
        told.append(json.loads(await quick.recv()))
        numbers = [each["payload"]["data"]["states"]["sequence"] for each in told]
        assert numbers == list(range(1, len(told) + 1))


@pytest.mark.parametrize("compression", [None, "deflate"])
async def test_texts_of_every_size_arrive_whole_and_in_order(on_sockets, compression):
    async with connect(on_sockets, compression=compression, max_size=2**22) as socket:
        await begin(socket)
        for size in (0, 50, 64, 65, 1_000, 65_400, 65_500, 200_000):
            query = {"query": "query($n: String!) { hello(name: $n) }", "variables": {"n": "x" * size}}
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": query}))
            told = json.loads(await socket.recv())
            assert told["payload"]["data"]["hello"] == "hello " + "x" * size
            assert json.loads(await socket.recv()) == {"id": "1", "type": "complete"}


async def test_a_quick_stream_is_told_whole_and_in_order(on_sockets):
    async with connect(on_sockets) as socket:
        await begin(socket)
        query = "subscription { ticks(to: 3000) { sequence } }"
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": query}}))
        told = [json.loads(await socket.recv()) for _ in range(3001)]

    assert [each["payload"]["data"]["ticks"]["sequence"] for each in told[:-1]] == list(range(1, 3001))


async def test_a_hundred_sockets_are_told_by_one_execution(on_sockets):
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(connect(on_sockets)) for _ in range(100)]
        for number, socket in enumerate(sockets):
            await begin(socket)
            payload = {"query": STATES, "variables": {"name": "a"}}
            await socket.send(json.dumps({"id": str(number), "type": "subscribe", "payload": payload}))
        firsts = [json.loads(await socket.recv()) for socket in sockets]
        on_sockets.toys.executed.clear()
        on_sockets.toys.pool().change()
        seconds = [json.loads(await socket.recv()) for socket in sockets]

    assert {each["payload"]["data"]["states"]["sequence"] for each in firsts} == {1}
    assert {each["payload"]["data"]["states"]["sequence"] for each in seconds} == {2}
    assert [each["id"] for each in seconds] == [str(number) for number in range(100)]
    assert on_sockets.toys.executed == ["a 2"]
    await until(lambda: set(on_sockets.toys.cleaned_up) == {"states a"})


async def test_sockets_are_sent_away_when_the_process_drains(on_sockets):
    async with connect(on_sockets) as socket:
        await begin(socket)
        await on_sockets.sockets.close_all()
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()

    assert code_of(closed.value) == 1001


async def test_a_stream_of_events_over_a_real_connection(served):
    headers = {"accept": "text/event-stream", "last-event-id": "1"}
    query = "subscription($after: Int) { ticks(to: 3, after: $after) { sequence } }"
    async with (
        httpx2.AsyncClient(base_url=served.http) as client,
        client.stream("POST", "/graphql/stream", json={"query": query}, headers=headers) as reply,
    ):
        lines = [line async for line in reply.aiter_lines()]

    assert [line for line in lines if line.startswith("id:")] == ["id: 2", "id: 3"]
    assert lines[-3:] == ["event: complete", "data:", ""] or lines[-2:] == ["event: complete", "data:"]


async def test_leaving_a_stream_stops_its_source(served):
    async with (
        httpx2.AsyncClient(base_url=served.http) as client,
        client.stream("GET", "/graphql/stream", params={"query": "subscription { forever }"}) as reply,
    ):
        async for line in reply.aiter_lines():
            if line.startswith("data:"):
                break

    await until(lambda: served.toys.cleaned_up == ["forever"])
