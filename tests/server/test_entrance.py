"""Requests and sockets part at the entrance."""

import pytest

from server.entrance import Entrance
from tests.server.graphql.wires import SocketWire, Wire


async def requests(scope, receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": scope["type"].encode()})


async def socket(scope, receive, send):
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": 1000, "reason": scope["path"]})


ENTRANCE = Entrance(requests, {"/graphql": socket})


@pytest.mark.parametrize("path", ["/graphql", "/", "/elsewhere"])
async def test_a_request_of_any_path_goes_through_the_middleware(path):
    assert (await Wire(ENTRANCE, path=path).run()).status == 204


async def test_so_does_the_process_s_own_life():
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "lifespan.startup"}

    await ENTRANCE({"type": "lifespan"}, receive, send)

    assert sent[1]["body"] == b"lifespan"


async def test_a_socket_goes_its_own_way():
    async with SocketWire(ENTRANCE) as wire:
        assert await wire.closed() == (1000, "/graphql")


async def test_a_proxy_s_prefix_is_no_part_of_the_path():
    wire = SocketWire(ENTRANCE)
    wire.scope |= {"path": "/travel/graphql", "root_path": "/travel"}
    async with wire:
        assert await wire.closed() == (1000, "/travel/graphql")


async def test_a_socket_of_another_path_is_not_opened():
    wire = SocketWire(ENTRANCE)
    wire.scope["path"] = "/elsewhere"
    async with wire:
        assert (await wire.event())["type"] == "websocket.close"
