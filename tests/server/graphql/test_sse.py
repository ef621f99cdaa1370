"""Subscriptions as server-sent events."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import orjson
import pytest
from structlog.testing import capture_logs

from domain.errors import Refused, Unauthenticated
from permissions.viewer import ANONYMOUS
from server.graphql.registry import operation_id
from server.graphql.sse import EventStreams
from tests.server.graphql.test_engine import Meter
from tests.server.graphql.test_http import Door
from tests.server.graphql.toys import HELLO, KEY, PERSON, TICKS, Toys, make_engine
from tests.server.graphql.wires import Wire

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
EVENTS = {"accept": "text/event-stream", "content-type": "application/json"}


def make_streams(toys=None, *, viewer=PERSON, refusal=None, limiter=None, **options):
    engine = make_engine(toys or Toys(), limiter=limiter)
    return EventStreams(engine, Door(viewer, refusal), clock=lambda: NOW, **options)


def post(app, query, variables=None, **headers):
    body = orjson.dumps({"query": query, "variables": variables})
    named = EVENTS | {name.replace("_", "-"): value for name, value in headers.items()}
    return Wire(app, path="/graphql/stream", headers=named, pieces=[body])


def events(reply):
    """Read a stream as a browser does: the event's type, its id, its data."""
    found = []
    for block in reply.body.decode().split("\n\n"):
        lines = [line for line in block.split("\n") if line and not line.startswith(":")]
        if lines:
            fields = dict(line.split(":", 1) for line in lines)
            text = fields.get("data", "").strip()
            found.append(
                (fields["event"].strip(), fields.get("id", "").strip(), orjson.loads(text) if text else None)
            )
    return found


def sequences(reply):
    return [content["data"]["ticks"]["sequence"] for kind, _, content in events(reply) if kind == "next"]


async def test_a_subscription_is_a_stream_of_numbered_events():
    reply = await post(make_streams(), "subscription { ticks(to: 2) { sequence } }").run()

    cost = {"cost": {"requested": 2}}
    assert reply.status == 200
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert reply.headers["cache-control"] == "no-store, no-transform"
    assert reply.headers["x-accel-buffering"] == "no"
    assert events(reply) == [
        ("next", "1", {"data": {"ticks": {"sequence": 1}}, "extensions": cost}),
        ("next", "2", {"data": {"ticks": {"sequence": 2}}, "extensions": cost}),
        ("complete", "", None),
    ]
    # An event without a data line is never dispatched by a browser.
    assert reply.body.endswith(b"event: complete\ndata:\n\n")


async def test_a_query_is_a_stream_of_one_event_without_a_number():
    reply = await post(make_streams(), "{ hello }").run()

    assert [(kind, number) for kind, number, _ in events(reply)] == [("next", ""), ("complete", "")]


async def test_a_mutation_may_be_posted():
    toys = Toys()

    await post(make_streams(toys), 'mutation { write(text: "x") }').run()

    assert toys.written == ["x"]


async def test_a_subscription_may_be_asked_by_get_and_by_id():
    query = urlencode({"id": operation_id(TICKS), "variables": '{"after": 1}'}).encode()

    reply = await Wire(make_streams(viewer=KEY), "GET", "/graphql/stream", headers=EVENTS, query=query).run()

    assert sequences(reply) == [2, 3]


async def test_a_mutation_by_get_is_405():
    toys = Toys()
    query = urlencode({"query": 'mutation { write(text: "x") }'}).encode()

    reply = await Wire(make_streams(toys), "GET", "/graphql/stream", headers=EVENTS, query=query).run()

    assert (reply.status, reply.codes, toys.written) == (405, ["OPERATION_TYPE_NOT_ALLOWED"], [])


@pytest.mark.parametrize(
    ("query", "variables", "last_event_id", "expected"),
    [
        (TICKS, None, "2", [3]),
        (TICKS, {"after": None}, "2", [3]),
        (TICKS, {"after": 1}, "2", [2, 3]),
        (TICKS, None, "", [1, 2, 3]),
        (TICKS, None, "nonsense", [1, 2, 3]),
        (TICKS, None, "-1", [1, 2, 3]),
        (TICKS, None, "9" * 5000, [1, 2, 3]),
        (TICKS, None, "9999999999", []),
        ("subscription { ticks { sequence } }", None, "2", [1, 2, 3]),
        ("subscription($after: Int!) { ticks(after: $after) { sequence } }", None, "1", [2, 3]),
    ],
)
async def test_a_reader_that_comes_back_goes_on_after_its_last_event(
    query, variables, last_event_id, expected
):
    reply = await post(make_streams(), query, variables, last_event_id=last_event_id).run()

    assert sequences(reply) == expected


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ nowhere", "GRAPHQL_PARSE_FAILED"),
        ("{ nowhere }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { denied }", "FORBIDDEN"),
        ("subscription($n: Int!) { ticks(to: $n) { sequence } }", "BAD_USER_INPUT"),
    ],
)
async def test_what_is_wrong_with_an_operation_is_told_in_the_stream(query, code):
    reply = await post(make_streams(), query).run()

    (kind, _, content), end = events(reply)
    assert (reply.status, kind, end) == (200, "next", ("complete", "", None))
    assert [error["extensions"]["code"] for error in content["errors"]] == [code]
    assert "data" not in content


async def test_a_source_that_breaks_ends_the_stream_with_a_masked_error():
    with capture_logs():
        reply = await post(make_streams(), "subscription { breaks }").run()

    first, last, end = events(reply)
    assert first[2]["data"] == {"breaks": "one"}
    assert last[2]["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert end[0] == "complete"


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"refusal": Refused(Unauthenticated())}, 401, "UNAUTHENTICATED"),
        ({"viewer": ANONYMOUS}, 401, "UNAUTHENTICATED"),
        ({"viewer": KEY}, 403, "OPERATION_NOT_REGISTERED"),
        ({"limiter": Meter(limit=0)}, 429, "RATE_LIMITED"),
    ],
)
async def test_who_may_not_subscribe_gets_a_status(options, status, code):
    reply = await post(make_streams(**options), "subscription { forever }").run()

    assert (reply.status, reply.codes) == (status, [code])


async def test_the_same_checks_of_the_request_are_made():
    app = make_streams(max_body_bytes=1000)
    wrong_type = Wire(app, headers={**EVENTS, "content-type": "text/plain"}, pieces=[b"{}"])
    too_large = Wire(app, headers=EVENTS, pieces=[b"x" * 1001])
    malformed = Wire(app, headers=EVENTS, pieces=[b"null"])
    not_accepted = Wire(app, headers={**EVENTS, "accept": "application/json"}, pieces=[b"{}"])

    replies = [await wire.run() for wire in (wrong_type, too_large, malformed, not_accepted)]

    assert [(reply.status, reply.codes[0]) for reply in replies] == [
        (415, "UNSUPPORTED_MEDIA_TYPE"),
        (413, "PAYLOAD_TOO_LARGE"),
        (400, "BAD_REQUEST"),
        (406, "NOT_ACCEPTABLE"),
    ]


async def test_a_silent_stream_is_kept_alive():
    toys = Toys()
    wire = post(make_streams(toys, keep_alive_seconds=0.02), "subscription { forever }")
    task = asyncio.create_task(wire.run())
    await toys.started.wait()
    await asyncio.sleep(0.1)

    toys.go_on.set()
    reply = await task

    assert reply.body.count(b":\n\n") >= 3
    assert [content["data"]["forever"] for kind, _, content in events(reply) if kind == "next"] == [
        "begun",
        "went on",
    ]


async def test_the_answer_begins_before_the_first_event():
    toys = Toys()
    wire = post(make_streams(toys), "{ slow }")
    task = asyncio.create_task(wire.run())

    assert await wire.arrived.get() == b":\n\n"
    assert wire.reply.status == 200

    toys.go_on.set()
    await task


async def test_a_reader_that_hangs_up_stops_the_source():
    toys = Toys()
    before = asyncio.all_tasks()
    wire = post(make_streams(toys), "subscription { forever }")
    task = asyncio.create_task(wire.run())
    await toys.started.wait()

    wire.hang_up()
    await task

    assert toys.cleaned_up == ["forever"]
    assert not wire.finished
    assert asyncio.all_tasks() == before


async def test_a_reader_that_stalls_stops_the_source():
    toys = Toys()
    wire = post(make_streams(toys, stall_seconds=0.05), "subscription { flood }")
    written = 0

    async def stalled(message):
        nonlocal written
        written += 1
        if written > 3:
            await asyncio.Event().wait()

    async with asyncio.timeout(2):
        await wire.app(wire.scope, wire.receive, stalled)

    assert toys.cleaned_up == ["flood"]


async def test_the_stream_ends_when_the_credential_does():
    toys = Toys()
    viewer = replace(PERSON, expires_at=NOW + timedelta(seconds=0.05))

    reply = await post(make_streams(toys, viewer=viewer), "subscription { forever }").run()

    assert [kind for kind, _, _ in events(reply)] == ["next", "next", "complete"]
    assert events(reply)[1][2]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert toys.cleaned_up == ["forever"]


async def test_when_the_process_drains_streams_end_so_that_readers_come_back():
    toys = Toys()
    streams = make_streams(toys)
    wire = post(streams, "subscription { forever }")
    task = asyncio.create_task(wire.run())
    await toys.started.wait()

    await streams.close_all()
    reply = await task

    assert wire.finished
    assert [kind for kind, _, _ in events(reply)] == ["next"]
    assert toys.cleaned_up == ["forever"]


async def test_a_registered_query_streams_too():
    body = orjson.dumps({"id": operation_id(HELLO)})

    reply = await Wire(make_streams(viewer=KEY), headers=EVENTS, pieces=[body]).run()

    assert events(reply)[0][2]["data"] == {"hello": "hello world"}
