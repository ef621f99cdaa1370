"""GraphQL over HTTP: other methods, GET, refused callers, hang-ups."""

import asyncio
import json
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs

from domain.errors import GatewayError, InvalidInput, RateLimited, Refused, Unauthenticated
from permissions.viewer import ANONYMOUS
from server.graphql.registry import operation_id
from tests.server.graphql.test_engine import Meter
from tests.server.graphql.test_http import BOTH, OLD, make_app
from tests.server.graphql.toys import HELLO, Toys
from tests.server.graphql.wires import Wire, get, post


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"])
async def test_other_methods_are_405(method):
    reply = await Wire(make_app(), method).run()

    assert (reply.status, reply.codes) == (405, ["METHOD_NOT_ALLOWED"])
    assert reply.headers["allow"] == "GET, POST"


async def test_who_takes_neither_type_gets_406():
    reply = await post(make_app(), {"query": "{ hello }"}, accept="text/html")

    assert (reply.status, reply.codes) == (406, ["NOT_ACCEPTABLE"])


async def test_a_query_may_be_asked_by_get():
    query = urlencode(
        {
            "query": "query A { item { number } } query B($n: String) { hello(name: $n) }",
            "operationName": "B",
            "variables": json.dumps({"n": "ü&="}),
            "extensions": "",
            "other": "x",
        }
    )

    reply = await get(make_app(), query)

    assert reply.json["data"] == {"hello": "hello ü&="}


async def test_a_registered_query_may_be_asked_by_get():
    reply = await get(make_app(), urlencode({"id": operation_id(HELLO)}))

    assert reply.json["data"] == {"hello": "hello world"}


async def test_a_mutation_by_get_is_405_and_writes_nothing():
    toys = Toys()

    reply = await get(make_app(toys), urlencode({"query": 'mutation { write(text: "x") }'}))

    assert (reply.status, reply.codes) == (405, ["OPERATION_TYPE_NOT_ALLOWED"])
    assert reply.headers["allow"] == "POST"
    assert toys.written == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "query=",
        "variables={}",
        "query={hello}&variables=[]",
        "query={hello}&variables=nope",
        "query={hello}&extensions=5",
        "query={hello}&query={hello}",
        "query=%ff",
        "&".join(f"a{n}=1" for n in range(200)),
    ],
)
async def test_a_malformed_query_string_is_400(query):
    reply = await get(make_app(), query)

    assert (reply.status, reply.codes) == (400, ["BAD_REQUEST"])


@BOTH
async def test_a_subscription_is_shown_the_right_doors(accept):
    reply = await post(make_app(), {"query": "subscription { ticks { sequence } }"}, accept=accept)

    assert (reply.status, reply.codes) == (400, ["OPERATION_TYPE_NOT_ALLOWED"])
    assert "graphql-transport-ws" in reply.json["errors"][0]["message"]
    assert "/graphql/stream" in reply.json["errors"][0]["message"]


@BOTH
async def test_a_bad_credential_is_401(accept):
    app = make_app(refusal=Refused(Unauthenticated("This API key is not known.")))

    reply = await post(app, {"query": "{ hello }"}, accept=accept)

    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])
    assert reply.headers["www-authenticate"] == "Bearer"
    assert reply.json["errors"][0]["message"] == "This API key is not known."


async def test_no_credential_is_401_for_anything_worth_asking():
    reply = await post(make_app(viewer=ANONYMOUS), {"query": "{ hello }"})

    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])
    assert reply.headers["www-authenticate"] == "Bearer"


@BOTH
async def test_a_bad_environment_is_400(accept):
    reply = await post(
        make_app(refusal=Refused(InvalidInput("Interline-Environment", "Send TEST or LIVE."))),
        {},
        accept=accept,
    )

    assert (reply.status, reply.codes) == (400, ["INVALID_INPUT"])


@BOTH
async def test_too_many_calls_are_429(accept):
    by_engine = await post(make_app(limiter=Meter(limit=0)), {"query": "{ hello }"}, accept=accept)
    by_door = await post(
        make_app(refusal=Refused(RateLimited(60, 12))), {"query": "{ hello }"}, accept=accept
    )

    assert [(each.status, each.codes) for each in (by_engine, by_door)] == [(429, ["RATE_LIMITED"])] * 2
    assert (by_engine.headers["retry-after"], by_door.headers["retry-after"]) == ("7", "12")


async def test_an_issuer_that_does_not_answer_is_503():
    with capture_logs():
        reply = await post(make_app(refusal=GatewayError("issuer", "jwks", retryable=True)), {})

    assert (reply.status, reply.codes) == (503, ["UNAVAILABLE"])
    assert reply.headers["retry-after"] == "5"


async def test_a_door_that_breaks_is_a_masked_500():
    with capture_logs():
        reply = await post(make_app(refusal=RuntimeError("hunter2")), {"query": "{ hello }"})

    assert (reply.status, reply.codes) == (500, ["INTERNAL"])
    assert b"hunter2" not in reply.body


async def test_a_forbidden_operation_is_403():
    reply = await post(make_app(), {"id": operation_id("?")}, accept=OLD)

    assert (reply.status, reply.codes) == (403, ["OPERATION_NOT_REGISTERED"])


async def test_the_callers_address_reaches_the_door():
    app = make_app()

    await post(app, {"query": "{ hello }"})

    assert app._authenticate.clients == ["203.0.113.9"]


async def test_a_client_that_hangs_up_cancels_its_operation():
    toys = Toys()
    wire = Wire(
        make_app(toys), headers={"content-type": "application/json"}, pieces=[b'{"query": "{ slow }"}']
    )
    task = asyncio.create_task(wire.run())
    await toys.started.wait()

    wire.hang_up()
    reply = await task

    assert toys.cleaned_up == ["slow"]
    assert reply.status == 0


async def test_a_client_that_hangs_up_while_it_sends_is_not_answered():
    wire = Wire(make_app(), headers={"content-type": "application/json"}, pieces=[])
    wire.hang_up()

    assert (await wire.run()).status == 0


async def test_a_server_that_stops_cancels_the_operation():
    toys = Toys()
    wire = Wire(
        make_app(toys), headers={"content-type": "application/json"}, pieces=[b'{"query": "{ slow }"}']
    )
    task = asyncio.create_task(wire.run())
    await toys.started.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert toys.cleaned_up == ["slow"]


async def test_nothing_is_left_running_after_an_answer():
    before = asyncio.all_tasks()

    await post(make_app(), {"query": "{ hello }"})

    assert asyncio.all_tasks() == before
