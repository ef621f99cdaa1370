"""What every request passes on its way in and out."""

import asyncio
import re

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from structlog.testing import capture_logs

from server.middleware.body_sizes import BodyTooLargeError
from server.middleware.origins import Origins, normal_origin
from server.middleware.passage import Passage
from server.middleware.request_ids import BLOCK, new_request_id, request_id_of
from tests.server.graphql.wires import SocketWire, Wire

PORTAL = "https://portal.example"
HOST = {"host": "api.example"}


async def echo(request: Request) -> Response:
    body = await request.body()
    return PlainTextResponse(f"{len(body)} {request.state.request_id}")


async def page(request: Request) -> Response:
    return PlainTextResponse(
        "page", headers={"Content-Security-Policy": "default-src 'self'", "Vary": "Accept"}
    )


async def hello(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(request_id_of(socket.scope))
    await socket.close()


async def broken(request: Request) -> Response:
    raise RuntimeError("hunter2")


def make_app(*, allowed=(PORTAL,), max_body_bytes=1000):
    methods = ["GET", "POST", "DELETE", "OPTIONS"]
    application = Starlette(
        routes=[
            *(
                Route(path, echo, methods=methods)
                for path in ("/graphql", "/graphql/stream", "/api/ota/reserve")
            ),
            Route("/page", page),
            Route("/broken", broken),
            WebSocketRoute("/graphql", hello),
        ]
    )
    return Passage(application, Origins(allowed), max_body_bytes)


async def call(method="GET", path="/api/ota/reserve", *, app=None, pieces=(b"",), scheme="http", **headers):
    named = HOST | {name.replace("_", "-"): value for name, value in headers.items()}
    wire = Wire(app or make_app(), method, path, headers=named, pieces=pieces, scheme=scheme)
    return await wire.run()


async def test_a_request_is_named_in_its_answer():
    reply = await call()

    name = reply.headers["x-request-id"]
    assert re.fullmatch(r"req_[0-9a-f]{24}", name)
    assert reply.body.decode() == f"0 {name}"


async def test_every_request_has_a_name_of_its_own():
    app = make_app()

    assert len({(await call(app=app)).headers["x-request-id"] for _ in range(20)}) == 20


def test_names_do_not_repeat_from_one_block_of_random_bytes_to_the_next():
    names = [new_request_id() for _ in range(3 * BLOCK)]

    assert len(set(names)) == 3 * BLOCK
    assert all(re.fullmatch(r"req_[0-9a-f]{24}", name) for name in names)


async def test_a_sane_name_of_the_callers_is_kept():
    assert (await call(x_request_id="trace.7_a-B9")).headers["x-request-id"] == "trace.7_a-B9"


@pytest.mark.parametrize(
    "name", ["", "short", "a" * 65, "has space 1", "new\nline-12", "semi;colon", "ünïcödé-name", "<script>1"]
)
async def test_any_other_name_is_replaced(name):
    assert (await call(x_request_id=name)).headers["x-request-id"].startswith("req_")


async def test_sockets_are_named_too():
    async with SocketWire(make_app(), subprotocols=[], headers={"x-request-id": "trace-12345"}) as socket:
        accept = await socket.event()

        assert (b"x-request-id", b"trace-12345") in accept["headers"]
        assert (await socket.event())["text"] == "trace-12345"


async def test_a_servers_shared_state_is_left_alone():
    shared = {"pool": object()}
    wire = Wire(make_app(), "GET", "/page", headers=HOST)
    wire.scope["state"] = shared

    await wire.run()

    assert list(shared) == ["pool"]


async def test_every_answer_tells_browsers_to_be_careful():
    headers = (await call()).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "strict-transport-security" not in headers


async def test_the_headers_of_an_answer_are_exactly_these():
    wire = Wire(make_app(), "GET", "/api/ota/reserve", headers={**HOST, "x-request-id": "trace-12345"})
    sent = []

    async def send(message):
        sent.append(message)

    await wire.app(wire.scope, wire.receive, send)

    assert sent[0]["headers"] == [
        (b"content-length", b"13"),
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"same-origin"),
        (
            b"content-security-policy",
            b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
        (b"x-request-id", b"trace-12345"),
    ]


async def test_an_answer_has_one_name_whatever_the_application_says():
    async def app(scope, _, send):
        headers = [(b"x-request-id", b"another"), (b"x-frame-options", b"SAMEORIGIN")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": request_id_of(scope).encode()})

    reply = await call(app=Passage(app, Origins([])))

    assert reply.headers["x-request-id"] == reply.body.decode()
    assert reply.headers["x-frame-options"] == "SAMEORIGIN"


async def test_an_answer_without_headers_gets_them():
    async def app(scope, _, send):
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    assert (await call(app=Passage(app, Origins([])))).headers["x-content-type-options"] == "nosniff"


async def test_hsts_is_told_under_https_only():
    assert (await call(scheme="https")).headers["strict-transport-security"].startswith("max-age=31536000")


async def test_a_page_keeps_its_own_policy():
    assert (await call(path="/page")).headers["content-security-policy"] == "default-src 'self'"


async def test_refusals_are_named_and_secured_as_well():
    reply = await call("POST", origin="https://evil.example")

    assert reply.status == 403
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.json["request_id"] == reply.headers["x-request-id"]


async def test_an_allowed_site_may_ask_and_read():
    preflight = await call(
        "OPTIONS",
        origin=PORTAL,
        access_control_request_method="POST",
        access_control_request_headers="authorization",
    )
    reply = await call("POST", origin=PORTAL)

    assert (preflight.status, preflight.body) == (204, b"")
    assert preflight.headers["access-control-allow-origin"] == PORTAL
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "Authorization" in preflight.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in preflight.headers
    assert reply.status == 200
    assert reply.headers["access-control-allow-origin"] == PORTAL
    assert "Retry-After" in reply.headers["access-control-expose-headers"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://portal.example", "https://portal.example:444", "null"]
)
async def test_every_other_site_may_neither(origin):
    preflight = await call("OPTIONS", origin=origin, access_control_request_method="POST")
    reply = await call("GET", origin=origin)

    assert (preflight.status, preflight.json["code"]) == (403, "ORIGIN_NOT_ALLOWED")
    for each in (preflight, reply):
        assert not [name for name in each.headers if name.startswith("access-control-")]


async def test_answers_to_browsers_vary_by_origin():
    assert (await call(path="/page", origin=PORTAL)).headers["vary"] == "Accept, Origin"
    assert (await call(path="/page", origin="https://evil.example")).headers["vary"] == "Accept, Origin"


async def test_cors_is_closed_where_no_site_is_named():
    reply = await call(
        "OPTIONS", app=make_app(allowed=()), origin=PORTAL, access_control_request_method="POST"
    )

    assert reply.status == 403


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),
        ({"origin": PORTAL}, True),
        ({"origin": PORTAL, "sec_fetch_site": "cross-site"}, True),
        ({"origin": "http://api.example"}, True),
        ({"origin": "http://API.example:80", "sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "none"}, True),
        ({"sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "same-site"}, False),
        ({"origin": "https://evil.example", "sec_fetch_site": "cross-site"}, False),
        ({"origin": "https://evil.example", "sec_fetch_site": "same-origin"}, False),
        ({"origin": "https://api.example"}, False),
        ({"origin": "http://api.example:8000"}, False),
        ({"origin": "http://api.example.evil.example"}, False),
        ({"origin": "http://user@api.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"origin": "http://[bad"}, False),
    ],
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_what_another_site_sends_is_refused_where_it_could_change_something(headers, passes, method):
    reply = await call(method, **headers)

    assert reply.status == (200 if passes else 403)
    if not passes:
        assert reply.json["code"] == "CROSS_SITE"


async def test_a_link_from_another_site_may_be_followed():
    assert (await call("GET", path="/page", sec_fetch_site="cross-site")).status == 200


async def test_refusals_have_the_form_of_the_door_behind_them():
    graphql = await call("POST", "/graphql", sec_fetch_site="cross-site")
    rest = await call("POST", sec_fetch_site="cross-site")

    assert graphql.headers["content-type"] == "application/json; charset=utf-8"
    assert graphql.json == {
        "errors": [
            {"message": "Another web site may not make this call.", "extensions": {"code": "CROSS_SITE"}}
        ]
    }
    assert rest.headers["content-type"] == "application/problem+json"
    assert (rest.json["status"], rest.json["code"]) == (403, "CROSS_SITE")


@pytest.mark.parametrize("path", ["/graphql", "/api/ota/reserve"])
async def test_a_body_announced_as_too_large_is_never_read(path):
    wire = Wire(
        make_app(), "POST", path, headers={**HOST, "content-length": "1001"}, pieces=[b"x" * 100] * 11
    )

    reply = await wire.run()

    assert (reply.status, wire.taken) == (413, 0)


async def test_a_body_that_turns_out_too_large_is_read_no_further():
    wire = Wire(make_app(), "POST", "/api/ota/reserve", headers=HOST, pieces=[b"x" * 400] * 50)

    reply = await wire.run()

    assert (reply.status, wire.taken) == (413, 1200)


@pytest.mark.parametrize("announced", ["1001", "0" * 12 + "1001", "9" * 16, "0" * 400])
async def test_a_length_that_is_too_large_or_makes_no_sense_is_refused(announced):
    wire = Wire(make_app(), "POST", "/graphql", headers={**HOST, "content-length": announced})

    assert (await wire.run()).status == 413


@pytest.mark.parametrize(
    "more", [{"content-length": "-1"}, {"content-length": "10", "transfer-encoding": "chunked"}]
)
async def test_a_body_whose_length_is_not_known_for_sure_is_counted(more):
    wire = Wire(make_app(), "POST", "/api/ota/reserve", headers={**HOST, **more}, pieces=[b"x" * 400] * 50)

    assert ((await wire.run()).status, wire.taken) == (413, 1200)


async def test_a_body_that_grows_too_large_under_an_answer_breaks_it_off():
    async def app(_, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            await receive()

    with pytest.raises(BodyTooLargeError):
        await Wire(Passage(app, Origins([]), 1000), headers=HOST, pieces=[b"x" * 400] * 50).run()


async def test_a_body_of_just_the_size_passes():
    assert (await call("POST", pieces=[b"x" * 500] * 2)).body.startswith(b"1000 ")


async def test_a_fault_is_not_hidden_by_the_middleware():
    with capture_logs(), pytest.raises(RuntimeError, match="hunter2"):
        await call(path="/broken")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://Portal.Example", "https://portal.example:443"),
        ("https://portal.example/", "https://portal.example:443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://::1:8000"),
        ("https://portal.example/path", None),
        ("portal.example", None),
        ("file:///etc/passwd", None),
        ("https://a:99999", None),
        ("null", None),
        ("", None),
    ],
)
def test_origins_are_compared_in_one_form(text, expected):
    assert normal_origin(text) == expected


async def test_requests_at_once_keep_their_names():
    app = make_app()

    names = [f"trace-{number:05}" for number in range(20)]
    replies = await asyncio.gather(*(call(app=app, x_request_id=name) for name in names))

    assert [reply.body.decode() for reply in replies] == [f"0 {name}" for name in names]
