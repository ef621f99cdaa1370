"""What is logged can be read by machines, and never holds a secret or a person's data."""

import asyncio
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from server.observability import logging as our_logging
from server.observability import redaction, requests
from server.observability.logging import request_writer
from server.observability.redaction import REDACTED, clean, clean_text
from server.observability.requests import RequestLines

KEY = "il_live_abcdefghij23_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE"
JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJtZWlAZXhhbXBsZS5jb20ifQ.c2lnbmF0dXJl-_c2ln"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def restored() -> Iterator[None]:
    """Put logging back as it was."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)


@pytest.fixture
def logged(restored) -> Lines:
    """Log as in production; returns what was logged, as read back."""
    stream = io.StringIO()
    our_logging.configure("json", stream=stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("hostile", "secret"),
    [
        (f"key {KEY} was refused", KEY),
        (f"KEY={KEY.upper()}", KEY.upper()),
        ("il_test_abcdefghij23", "abcdefghij23"),
        (f"Authorization: Bearer {JWT}", JWT),
        (f"bearer {KEY}", KEY),
        ("Basic bWVpOmh1bnRlcjI=", "bWVpOmh1bnRlcjI"),
        (f"token was {JWT}!", JWT),
        ("GET /x?access_token=hunter2&y=1", "hunter2"),
        ("/identity/token?code=abc123&code_verifier=vvvv", "abc123"),
        ("postgresql://mei:hunter2@db/interline", "hunter2"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ("no booking for mei.wong+tours@example.co.uk today", "mei.wong"),
        ("to=mei%40example.com", "mei%40example"),
        ("MEI@EXAMPLE.COM", "MEI@"),
        ("<mei@例え.jp>", "mei@"),
        ("call +852 1234 5678 now", "1234 5678"),
        ("call (852) 1234-5678", "1234-5678"),
        ("phone 0085212345678", "0085212345678"),
        ("+1.415.555.2671", "555"),
        ("Key (customer_email)=(mei@example.com) already exists.", "mei"),
        ("DETAIL:  Failing row contains (1, Mei Wong, Kowloon (HK)).", "Mei Wong"),
        ("[SQL: INSERT ...]\n[parameters: ('Mei Wong', 'Kowloon')]\n(Background on", "Kowloon"),
    ],
)
def test_what_gives_itself_away_is_redacted_wherever_it_stands(hostile, secret):
    cleaned = clean_text(hostile)

    assert secret not in cleaned
    assert "[redacted]" in cleaned


@pytest.mark.parametrize(
    "harmless",
    [
        "rsv_0192f3a4b5c67d8e9fa0b1c2d3e4f506",
        "key:0192f3a4-b5c6-7d8e-9fa0-b1c2d3e4f506",
        "2026-12-24T09:30:00.000Z",
        "2026-12-24 09:30:00",
        "held 10 of 2000 units in 12.345 ms",
        "127.0.0.1:54321",
        "192.168.100.200",
        "req_0123456789abcdef01234567",
        "INSUFFICIENT_INVENTORY",
        "graphql 3.3.2, python 3.11.9",
    ],
)
def test_ids_times_addresses_and_numbers_stay_readable(harmless):
    assert clean_text(harmless) == harmless


@pytest.mark.parametrize(
    "name",
    [
        "authorization",
        "Cookie",
        "X-API-Key",
        "access_token",
        "client_secret",
        "email",
        "customer_phone",
        "password",
    ],
)
def test_what_its_name_gives_away_is_redacted_whatever_it_is(name):
    assert clean({name: 85212345678, "deep": [{name: ["Mei Wong"]}]}) == {
        name: REDACTED,
        "deep": [{name: REDACTED}],
    }


def test_ids_of_keys_are_no_secrets():
    assert clean({"api_key_id": "key_01"}) == {"api_key_id": "key_01"}


def test_bytes_objects_keys_and_endless_nesting_are_cleaned_too():
    class Hostile:
        def __repr__(self) -> str:
            return f"<Hostile {KEY}>"

    endless: list[object] = []
    endless.append(endless)

    text = json.dumps(
        clean({"a": KEY.encode(), "b": Hostile(), f"{KEY}": 1, "c": endless, "d": {KEY: {KEY}}})
    )

    assert KEY not in text


def test_a_long_hostile_text_costs_no_more_than_a_short_one():
    # Patterns that go back over what they read would not end within a lifetime here.
    for evil in (
        "a@" * 50_000,
        "1 " * 50_000,
        "(" * 50_000,
        "x" * 100_000 + "@",
        "Key (" * 20_000,
        "://" * 30_000,
    ):
        assert len(clean_text(evil)) < 200_000


def test_a_line_of_ours_is_one_json_object_with_level_time_and_name(logged):
    structlog.get_logger("server.thing").warning("thing.happened", units=3, nothing=None)

    (line,) = logged()

    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "thing.happened",
        "units": 3,
        "nothing": None,
        "level": "warning",
        "logger": "server.thing",
    }


def test_a_level_that_a_library_was_given_before_hides_nothing(restored):
    stream = io.StringIO()
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)

    our_logging.configure("json", stream=stream)
    logging.getLogger("uvicorn.error").error("gone")

    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["gone"]


def test_lines_of_libraries_look_like_ours_and_are_cleaned_too(logged):
    logging.getLogger("uvicorn.error").error(
        "no %s for %s", "room", KEY, extra={"email": "x", "token": 3, "color_message": "\x1b"}
    )

    (line,) = logged()

    assert (line["event"], line["level"], line["logger"]) == (
        f"no room for {REDACTED}",
        "error",
        "uvicorn.error",
    )
    assert (line["email"], line["token"], "color_message" in line) == (REDACTED, REDACTED, False)


def test_a_traceback_is_logged_without_what_it_quotes(logged):
    try:
        raise ValueError(f"{KEY} of mei@example.com")  # noqa: TRY301 - the traceback is what is tested
    except ValueError:
        structlog.get_logger("x").exception("failed", phone="+85212345678")

    (line,) = logged()

    assert "ValueError" in line["exception"]
    assert "test_logging.py" in line["exception"]
    text = json.dumps(line)
    assert not [secret for secret in (KEY, "mei@", "12345678") if secret in text]


def test_a_logged_name_can_not_forge_a_line(logged):
    structlog.get_logger("x").info("event", name='a"}\n{"event": "forged"}')

    assert [line["event"] for line in logged()] == ["event"]


def test_for_people_there_is_text_and_no_control_character(restored):
    stream = io.StringIO()
    our_logging.configure("text", stream=stream)

    structlog.get_logger("x").info("hello", name="\x1b[2J\x07", key=KEY)

    assert "hello" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()
    assert KEY not in stream.getvalue()


async def no_such_place(request: Request) -> PlainTextResponse:
    requests.note(request_id="req_1", operation="Reserve", viewer_id="key:1")
    structlog.get_logger("within").info("within")
    return PlainTextResponse("", status_code=int(request.query_params.get("status", "200")))


async def fails(_: Request) -> PlainTextResponse:
    raise RuntimeError


async def socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close(1001)


async def well(_: Request) -> PlainTextResponse:
    return PlainTextResponse("")


def app_of_lines() -> Starlette:
    routes = [
        Route("/api/ota/tickets/{code}/redeem", no_such_place),
        Route("/graphql", no_such_place),
        Route("/fails", fails),
        Route("/health/live", well),
        WebSocketRoute("/graphql", socket),
    ]
    return Starlette(routes=routes)


def served() -> RequestLines:
    return RequestLines(app_of_lines())


@pytest.mark.anyio
async def test_every_request_gets_one_line_with_who_what_and_how_long(logged):
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(served()), base_url="http://here") as client:
        await client.get("/graphql?status=409&query=secret", headers={"authorization": f"Bearer {KEY}"})

    within, line = logged()

    assert (within["request_id"], within["operation"], within["viewer"]) == ("req_1", "Reserve", "key:1")
    assert line.pop("duration_ms") >= 0
    assert {name: line[name] for name in line if name not in {"timestamp", "logger", "level"}} == {
        "event": "request",
        "request_id": "req_1",
        "method": "GET",
        "path": "/graphql",
        "status": 409,
        "operation": "Reserve",
        "viewer": "key:1",
    }


@pytest.mark.anyio
async def test_a_ticket_s_code_in_a_path_is_not_logged(logged):
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(served()), base_url="http://here") as client:
        await client.get("/api/ota/tickets/K7QW2M9XEF/redeem")

    assert logged()[-1]["path"] == "/api/ota/tickets/{code}/redeem"
    assert "K7QW2M9XEF" not in json.dumps(logged())


@pytest.mark.anyio
async def test_a_request_that_breaks_has_its_line_and_leaves_nothing_to_the_next_one(logged):
    transport = httpx2.ASGITransport(served(), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
        await client.get("/graphql")
        await client.get("/fails")

    line = logged()[-1]

    assert (line["path"], line["status"], line["operation"], line["request_id"]) == (
        "/fails",
        500,
        None,
        None,
    )
    assert structlog.contextvars.get_contextvars() == {}


@pytest.mark.anyio
async def test_probes_that_go_well_leave_no_line(logged):
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(served()), base_url="http://here") as client:
        await client.get("/health/live")
        await client.get("/health/nothing")

    assert [(line["path"], line["status"]) for line in logged()] == [("/health/nothing", 404)]


@pytest.mark.anyio
async def test_a_socket_has_one_line_too(logged):
    sent: list[dict[str, Any]] = []
    heard = iter([{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1001}])

    async def receive() -> Any:
        return next(heard)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/graphql", "headers": [], "query_string": b"", "subprotocols": []}
    await served()(scope, receive, send)

    (line,) = logged()
    assert (line["method"], line["status"], sent[-1]["code"]) == ("WS", 101, 1001)


@pytest.mark.anyio
async def test_a_request_s_line_says_the_same_whoever_writes_it(logged):
    apps = [RequestLines(app_of_lines()), RequestLines(app_of_lines(), write=request_writer("json"))]
    for app in apps:
        for path in ("/graphql?status=409", "/api/ota/tickets/K7QW2M9XEF/redeem", "/nowhere", "/health/live"):
            async with httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app), base_url="http://here"
            ) as client:
                await client.get(path)

    lines = [line for line in logged() if line["event"] == "request"]
    for line in lines:
        assert line.pop("duration_ms") >= 0
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line.pop("timestamp"))

    assert len(lines) == 6
    assert lines[:3] == lines[3:]


@pytest.mark.parametrize("write", [requests.write_by_structlog, request_writer("json")])
@pytest.mark.parametrize(
    "hostile", [f"/api/{KEY}", "/mei@example.com", f"/x?token={JWT}", '/"}\n{"event":"forged"}', "/ünï\x1b"]
)
def test_what_a_caller_chooses_of_a_request_s_line_is_cleaned(logged, write, hostile):
    for _ in range(2):  # the second time it may be remembered
        write("info", {"request_id": KEY, "method": "GET", "path": hostile, "status": 200, "viewer": None})

    for line in logged():
        assert line["request_id"] == REDACTED
        assert line["path"] == clean_text(hostile)
        assert (line["status"], line["viewer"], line["level"]) == (200, None, "info")


def test_a_line_below_the_level_is_not_written(restored):
    stream = io.StringIO()
    our_logging.configure("json", stream=stream, level=logging.WARNING)

    request_writer("json")("info", {"status": 200})
    structlog.get_logger("server.quiet").info("quiet")
    structlog.get_logger("server.quiet").warning("loud")

    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["loud"]


def test_people_read_a_request_s_line_as_every_other(restored):
    assert request_writer("text") is requests.write_by_structlog


@pytest.mark.anyio
async def test_operations_side_by_side_on_a_socket_are_told_apart(logged):
    async def operation(name):
        requests.note(operation=name)
        await asyncio.sleep(0)
        structlog.get_logger("within").info("within")

    async def app(_scope, _receive, _send):
        requests.note(request_id="req_1")
        await asyncio.gather(operation("One"), operation("Two"))

    scope = {"type": "websocket", "path": "/graphql", "headers": []}
    await RequestLines(app)(scope, nothing, nothing)

    within = [line for line in logged() if line["event"] == "within"]
    assert [(line["request_id"], line["operation"]) for line in within] == [
        ("req_1", "One"),
        ("req_1", "Two"),
    ]
    assert structlog.contextvars.get_contextvars() == {}


async def nothing(*_: Any) -> Any:
    return {}


def test_only_harmless_short_texts_are_remembered():
    for text in (KEY, JWT, "mei@example.com", "x " * 200, "remember me"):
        clean_text(text)

    assert "remember me" in redaction._harmless
    assert not redaction._harmless & {KEY, JWT, "mei@example.com", "x " * 200}


def test_what_is_remembered_is_bounded():
    for number in range(redaction.MOST_HARMLESS + 10):
        clean_text(f"text {number} of many")
        clean({f"name {number} of many": "x"})

    assert len(redaction._harmless) <= redaction.MOST_HARMLESS
    assert len(redaction._named) <= redaction.MOST_HARMLESS


@pytest.mark.parametrize("is_something_said_after_it", [True, False])
async def test_a_request_s_line_is_written_in_its_turn_at_the_end_of_the_loop_s(
    restored, tmp_path, is_something_said_after_it
):
    with (tmp_path / "log").open("w", encoding="utf-8") as stream:
        our_logging.configure("json", stream=stream)
        structlog.get_logger("server.thing").warning("first")
        for _ in range(2):
            request_writer("json")("info", {"path": "/ünï", "status": 200})
        if is_something_said_after_it:
            structlog.get_logger("server.thing").warning("last")
            written = (tmp_path / "log").read_text("utf-8")
            await asyncio.sleep(0)
        else:
            await asyncio.sleep(0)
            written = (tmp_path / "log").read_text("utf-8")

    said = ["first", "request", "request", *["last"] * is_something_said_after_it]
    assert [json.loads(line)["event"] for line in written.splitlines()] == said
    assert "/ünï" in written
