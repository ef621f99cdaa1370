"""A shortcut leads where the router would have led."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute

from server.shortcuts import Shortcuts
from tests.server.graphql.wires import SocketWire, Wire


class Door:
    """An ASGI application that says its name, and whether the router was asked."""

    def __init__(self, name):
        self._name = name

    async def __call__(self, scope, receive, send):
        way = "router" if "endpoint" in scope else "shortcut"
        await PlainTextResponse(f"{self._name} {way} {scope.get('path_params', {})}")(scope, receive, send)


async def page(_):
    return PlainTextResponse("page")


async def hello(socket):
    await socket.accept()
    await socket.close()


def make_app():
    routes = [
        Route("/graphql", Door("graphql")),
        WebSocketRoute("/graphql", hello),
        Route("/things/{id}", Door("thing")),
        Route("/things/new", Door("new")),
        Route("/page", page),
        Mount("/mounted", Starlette(routes=[Route("/", Door("mounted"))])),
        Route("/graphql", Door("never")),
        Route("/{path:path}", Door("rest")),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Shortcuts, routes)])


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/graphql", "graphql shortcut {}"),
        ("/things/7", "thing router {'id': '7'}"),
        ("/things/{id}", "thing router {'id': '{id}'}"),
        ("/things/new", "thing router {'id': 'new'}"),
        ("/page", "page"),
        ("/mounted/", "mounted router {}"),
        ("/graphql/", "rest router {'path': 'graphql/'}"),
        ("/anything", "rest router {'path': 'anything'}"),
    ],
)
async def test_every_path_is_answered_by_its_route(path, answer):
    assert (await Wire(make_app(), "GET", path).run()).body.decode() == answer


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "HEAD"])
async def test_a_shortcut_takes_every_method(method):
    reply = await Wire(make_app(), method, "/graphql").run()

    assert reply.status == 200


async def test_where_a_route_has_methods_of_its_own_the_router_decides():
    reply = await Wire(make_app(), "POST", "/page").run()

    assert reply.body.decode() == "rest router {'path': 'page'}"


async def test_below_another_root_the_router_finds_the_way():
    wire = Wire(make_app(), "GET", "/below/graphql")
    wire.scope["root_path"] = "/below"

    assert (await wire.run()).body.decode() == "graphql router {}"


async def test_a_socket_is_no_request():
    async with SocketWire(make_app(), subprotocols=[]) as socket:
        assert (await socket.event())["type"] == "websocket.accept"
