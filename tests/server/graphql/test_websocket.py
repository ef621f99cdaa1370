"""graphql-transport-ws, message by message."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from domain.errors import GatewayError, InvalidInput, RateLimited, Refused, Unauthenticated
from permissions.viewer import ANONYMOUS
from server.graphql.connection import SocketRules
from server.graphql.registry import operation_id
from server.graphql.websocket import Sockets
from server.middleware.origins import Origins
from tests.server.graphql.test_engine import Meter
from tests.server.graphql.toys import HELLO, KEY, PERSON, TICKS, Toys, make_engine
from tests.server.graphql.wires import SocketWire

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Door:
    """Tells who opens the socket by the test's wish."""

    def __init__(self, viewer=PERSON, refusal=None):
        self.viewer = viewer
        self.refusal = refusal
        self.asked = []

    async def __call__(self, payload, headers, /, *, client):
        self.asked.append((payload, headers.get("authorization"), client))
        if self.refusal is not None:
            raise self.refusal
        return self.viewer


def make_sockets(toys=None, *, viewer=PERSON, refusal=None, rules=None, allowed=(), **options):
    engine = make_engine(toys or Toys(), **options)
    return Sockets(
        engine, Door(viewer, refusal), Origins(allowed), rules=rules or SocketRules(), clock=lambda: NOW
    )


async def close_after(*texts, begun=True, **options):
    """Send messages, and return the code the socket is closed with."""
    async with SocketWire(make_sockets(**options)) as socket:
        if begun:
            await socket.begin()
        else:
            await socket.accepted()
        for text in texts:
            socket.binary(text) if isinstance(text, bytes) else socket.text(text)
        code, _ = await socket.closed()
        return code


async def test_a_query_is_answered_and_completed():
    async with SocketWire(make_sockets()) as socket:
        assert await socket.accepted() == "graphql-transport-ws"
        socket.say(type="connection_init")
        assert await socket.hear() == {"type": "connection_ack"}

        socket.subscribe(
            "1",
            "query A { hello } query B($n: String) { hello(name: $n) }",
            operationName="B",
            variables={"n": "you"},
        )

        assert await socket.hear() == {
            "id": "1",
            "type": "next",
            "payload": {"data": {"hello": "hello you"}, "extensions": {"cost": {"requested": 1}}},
        }
        assert await socket.hear() == {"id": "1", "type": "complete"}


async def test_a_mutation_is_run():
    toys = Toys()
    async with SocketWire(make_sockets(toys)) as socket:
        await socket.begin()
        socket.subscribe("1", 'mutation { write(text: "x") }')
        assert (await socket.hear())["payload"]["data"] == {"write": "x"}

    assert toys.written == ["x"]


async def test_a_subscription_tells_every_event_and_completes():
    async with SocketWire(make_sockets()) as socket:
        await socket.begin()
        socket.subscribe("one", "subscription { ticks(to: 3) { sequence } }")

        messages = [await socket.hear() for _ in range(4)]

    assert [message["payload"]["data"]["ticks"]["sequence"] for message in messages[:3]] == [1, 2, 3]
    assert messages[3] == {"id": "one", "type": "complete"}


@pytest.mark.parametrize("text", [HELLO, TICKS])
async def test_registered_operations_run_by_id_and_by_hash(text):
    by_id = {"id": operation_id(text)}
    by_hash = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": operation_id(text)}}}
    async with SocketWire(make_sockets(viewer=KEY)) as socket:
        await socket.begin()
        for identifier, payload in (("a", by_id), ("b", by_hash)):
            socket.say(id=identifier, type="subscribe", payload=payload)
            assert (await socket.hear())["type"] == "next"
            while (await socket.hear())["type"] == "next":
                pass


async def test_operations_run_side_by_side():
    toys = Toys()
    async with SocketWire(make_sockets(toys)) as socket:
        await socket.begin()
        socket.subscribe("slow", "{ slow }")
        await toys.started.wait()
        socket.subscribe("fast", "{ hello }")
        assert [(await socket.hear())["id"] for _ in range(2)] == ["fast", "fast"]

        toys.go_on.set()
        assert (await socket.hear())["payload"]["data"] == {"slow": "done"}


async def test_each_operation_has_a_context_of_its_own():
    toys = Toys()
    async with SocketWire(make_sockets(toys)) as socket:
        await socket.begin()
        for identifier in ("a", "b"):
            socket.subscribe(identifier, "{ who }")
            await socket.hear()
            await socket.hear()

    assert len(toys.opened) == 2
    assert toys.opened[0].request_id != toys.opened[1].request_id


@pytest.mark.parametrize("payload", [None, {}, {"authorization": "Bearer x"}])
async def test_the_first_message_may_carry_a_payload_or_null(payload):
    sockets = make_sockets()
    async with SocketWire(sockets, headers={"authorization": "Bearer y"}) as socket:
        await socket.begin(payload)

    assert sockets._authenticate.asked == [(payload or {}, "Bearer y", "203.0.113.9")]


@pytest.mark.parametrize("payload", [None, {"at": 1, "deep": {"er": [1, None]}}, {}])
async def test_a_pong_echoes_the_pings_payload(payload):
    message = {"type": "ping"} if payload is None else {"type": "ping", "payload": payload}
    async with SocketWire(make_sockets()) as socket:
        await socket.accepted()
        socket.say(**message)

        assert await socket.hear() == {**message, "type": "pong"}


async def test_a_pong_is_heard_in_silence():
    async with SocketWire(make_sockets()) as socket:
        await socket.begin()
        socket.say(type="pong")
        socket.say(type="pong", payload={"any": "thing"})
        socket.say(type="ping")

        assert await socket.hear() == {"type": "pong"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "{",
        "null",
        "5",
        '"ping"',
        "[]",
        '[{"type":"ping"}]',
        "{}",
        '{"type":null}',
        '{"type":5}',
        '{"type":["ping"]}',
        '{"type":"start","id":"1","payload":{"query":"{ hello }"}}',
        '{"type":"connection_terminate"}',
        '{"type":"connection_ack"}',
        '{"type":"next","id":"1","payload":{}}',
        '{"type":"error","id":"1","payload":[]}',
        '{"type":"PING"}',
        '{"type":"ping","payload":5}',
        '{"type":"ping","payload":"x"}',
        '{"type":"ping","payload":[]}',
        '{"type":"pong","payload":[]}',
        '{"type":"subscribe"}',
        '{"type":"subscribe","id":"1"}',
        '{"type":"subscribe","id":"1","payload":null}',
        '{"type":"subscribe","id":"1","payload":[]}',
        '{"type":"subscribe","id":"1","payload":{}}',
        '{"type":"subscribe","payload":{"query":"{ hello }"}}',
        '{"type":"subscribe","id":null,"payload":{"query":"{ hello }"}}',
        '{"type":"subscribe","id":1,"payload":{"query":"{ hello }"}}',
        '{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}',
        '{"type":"subscribe","id":"1","payload":{"query":5}}',
        '{"type":"subscribe","id":"1","payload":{"query":""}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{ hello }","variables":[]}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{ hello }","operationName":5}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{ hello }","extensions":"x"}}',
        '{"type":"complete"}',
        '{"type":"complete","id":5}',
        '{"type":"complete","id":""}',
        '{"type":"ping","payload":{"n":NaN}}',
        "[" * 50_000,
        '{"type":"ping","payload":{"n":' + "9" * 5_000 + "}}",
        b"",
        b'{"type":"ping"}',
        b"\xff",
    ],
)
async def test_every_ill_formed_message_closes_4400(text):
    with capture_logs() as logs:
        assert await close_after(text) == 4400
    assert logs == []


@pytest.mark.parametrize("payload", ["[]", "5", '"x"', "true"])
async def test_an_ill_formed_first_message_closes_4400(payload):
    assert await close_after(f'{{"type":"connection_init","payload":{payload}}}', begun=False) == 4400


async def test_a_reason_fits_into_a_close_frame():
    async with SocketWire(make_sockets()) as socket:
        await socket.begin()
        identifier = "ü" * 200
        socket.subscribe(identifier, "subscription { forever }")
        socket.subscribe(identifier, "subscription { forever }")
        code, reason = await socket.closed()

    assert code == 4409
    assert len(reason.encode()) <= 123


async def test_a_message_that_is_too_big_closes_1009():
    assert await close_after('{"type":"ping","payload":{"a":"' + "x" * 262_144 + '"}}') == 1009


async def test_subscribing_before_the_acknowledgement_closes_4401():
    message = '{"type":"subscribe","id":"1","payload":{"query":"{ hello }"}}'

    assert await close_after(message, begun=False) == 4401


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (Refused(Unauthenticated("This API key is not known.")), 4401),
        (Refused(InvalidInput("Interline-Environment", "Send TEST or LIVE.")), 4400),
        (Refused(RateLimited(60, 10)), 4429),
        (GatewayError("issuer", "jwks", retryable=True), 1013),
    ],
)
async def test_a_credential_that_is_refused_closes_the_socket(refusal, code):
    assert await close_after('{"type":"connection_init"}', begun=False, refusal=refusal) == code


async def test_a_door_that_breaks_closes_4500_and_is_logged():
    with capture_logs() as logs:
        code = await close_after('{"type":"connection_init"}', begun=False, refusal=RuntimeError("hunter2"))

    assert code == 4500
    assert [entry["event"] for entry in logs] == ["graphql_fault"]


async def test_a_second_first_message_closes_4429():
    assert await close_after('{"type":"connection_init"}') == 4429
    both = ['{"type":"connection_init"}', '{"type":"connection_init"}']
    assert await close_after(*both, begun=False) == 4429


async def test_silence_closes_4408():
    assert await close_after(begun=False, rules=SocketRules(init_seconds=0.02)) == 4408


async def test_pings_do_not_replace_the_first_message():
    assert await close_after('{"type":"ping"}', begun=False, rules=SocketRules(init_seconds=0.05)) == 4408


async def test_an_open_socket_may_be_silent():
    async with SocketWire(make_sockets(rules=SocketRules(init_seconds=0.02))) as socket:
        await socket.begin()
        await asyncio.sleep(0.06)
        socket.say(type="ping")

        assert await socket.hear() == {"type": "pong"}


async def test_an_id_in_use_closes_4409():
    async with SocketWire(make_sockets()) as socket:
        await socket.begin()
        socket.subscribe("1", "subscription { forever }")
        socket.subscribe("1", "{ hello }")

        assert await socket.closed() == (4409, "Subscriber for 1 already exists")


@pytest.mark.parametrize("query", ["{ hello }", "{ hello", "{ nowhere }", "subscription { denied }"])
async def test_an_id_is_free_as_soon_as_its_end_is_told(query):
    async with SocketWire(make_sockets()) as socket:
        await socket.begin()
        for _ in range(3):
            socket.subscribe("1", query)
            while (await socket.hear())["type"] not in {"complete", "error"}:
                pass


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "{ hello"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nowhere }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query($n: Int!) { items(first: $n) { totalCount } }"}, "BAD_USER_INPUT"),
        ({"query": "subscription($n: Int!) { ticks(to: $n) { sequence } }"}, "BAD_USER_INPUT"),
        ({"query": "{ hello }", "operationName": "B"}, "OPERATION_RESOLUTION_FAILED"),
        ({"id": "unknown"}, "OPERATION_NOT_REGISTERED"),
        ({"query": "subscription { denied }"}, "FORBIDDEN"),
        ({"query": "{ hello(name: $n) }", "variables": {"n": "\0"}}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ hello }", "variables": {"n": "\0"}}, "BAD_REQUEST"),
    ],
)
async def test_an_operation_that_does_not_begin_ends_with_an_error_and_the_socket_lives(payload, code):
    async with SocketWire(make_sockets()) as socket:
        await socket.begin()
        socket.say(id="1", type="subscribe", payload=payload)

        message = await socket.hear()
        assert (message["id"], message["type"]) == ("1", "error")
        assert [error["extensions"]["code"] for error in message["payload"]] == [code]

        socket.subscribe("1", "{ hello }")
        assert (await socket.hear())["payload"]["data"] == {"hello": "hello world"}


async def test_errors_of_resolvers_come_with_their_data():
    async with SocketWire(make_sockets()) as socket:
        await socket.begin()
        socket.subscribe("1", "{ hello refused }")

        message = await socket.hear()
        assert message["type"] == "next"
        assert message["payload"]["data"] == {"hello": "hello world", "refused": None}
        assert message["payload"]["errors"][0]["extensions"]["code"] == "NOT_FOUND"
        assert (await socket.hear())["type"] == "complete"


async def test_a_source_that_breaks_ends_with_a_masked_error():
    async with SocketWire(make_sockets()) as socket:
        await socket.begin()
        with capture_logs():
            socket.subscribe("1", "subscription { breaks }")
            assert (await socket.hear())["payload"]["data"] == {"breaks": "one"}
            message = await socket.hear()

    assert message["type"] == "error"
    assert message["payload"][0]["extensions"]["code"] == "INTERNAL"
    assert "hunter2" not in json.dumps(message)


async def test_too_many_calls_end_the_operation_and_not_the_socket():
    async with SocketWire(make_sockets(limiter=Meter(limit=1))) as socket:
        await socket.begin()
        socket.subscribe("1", "{ hello }")
        await socket.hear()
        await socket.hear()
        socket.subscribe("2", "{ hello }")

        message = await socket.hear()
        assert message["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert message["payload"][0]["extensions"]["retryAfterSeconds"] == 7


async def test_without_a_credential_the_socket_opens_and_answers_nothing():
    async with SocketWire(make_sockets(viewer=ANONYMOUS)) as socket:
        await socket.begin()
        socket.subscribe("1", "subscription { forever }")

        assert (await socket.hear())["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"
