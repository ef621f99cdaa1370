"""Deadlines, budgets and subscriptions of the engine."""

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from domain.environments import Environment
from server.graphql.answers import StatusKind
from server.graphql.engine import ALL_TYPES, QUERIES, budget_key
from server.graphql.errors import RejectedError
from server.graphql.outcomes import encode_answer
from server.graphql.requests import GraphQLRequest
from tests.server.graphql.listeners import subscribe
from tests.server.graphql.test_engine import RESET_AT, Meter, run, stream
from tests.server.graphql.toys import KEY, PERSON, Toys, make_engine


async def test_an_operation_ends_at_its_deadline():
    toys = Toys()

    answer = await run("{ slow }", toys, deadline_seconds=0.05)

    assert answer.codes == ("TIMEOUT",)
    assert answer.payload()["data"] is None
    assert toys.cleaned_up == ["slow"]
    assert toys.observed == [("ad-hoc", "query", ("TIMEOUT",))]


async def test_a_cancelled_operation_cancels_its_resolvers():
    toys = Toys()
    task = asyncio.create_task(run("{ slow }", toys))
    await toys.started.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert toys.cleaned_up == ["slow"]


@pytest.mark.parametrize(
    ("text", "types", "operation_type"),
    [
        ('mutation { write(text: "x") }', QUERIES, "mutation"),
        ("subscription { denied }", frozenset(QUERIES), "subscription"),
    ],
)
async def test_an_operation_at_the_wrong_door_does_not_run(text, types, operation_type):
    toys = Toys()

    answer = await run(text, toys, types=types)

    assert answer.status_kind is StatusKind.METHOD_NOT_ALLOWED
    assert answer.errors[0]["extensions"] == {
        "operationType": operation_type,
        "code": "OPERATION_TYPE_NOT_ALLOWED",
    }
    assert (toys.opened, toys.written) == ([], [])
    assert toys.observed == [("ad-hoc", "unknown", ("OPERATION_TYPE_NOT_ALLOWED",))]


async def test_an_operation_that_costs_too_much_does_not_run():
    text = "query($n: Int) { items(first: $n) { nodes { parts(first: 60) { nodes { number } } } } }"
    toys = Toys()

    dear = await run(text, toys, variables={"n": 100})
    cheap = await run(text, toys, variables={"n": 50})

    assert dear.errors[0]["extensions"] == {
        "limit": "Cost", "maximum": 5000, "requested": 6202, "code": "LIMIT_EXCEEDED",
    }  # fmt: skip
    assert cheap.errors == []
    assert len(toys.opened) == 1


async def test_a_call_is_taken_from_the_callers_minute():
    meter = Meter()

    answer = await run("{ hello }", limiter=meter)

    assert meter.taken == [("user:7", 600, 1)]
    assert answer.extensions == {"cost": {"requested": 1, "remaining": 599, "resetAt": RESET_AT}}
    assert b'"resetAt":"2026-11-21T12:00:00+00:00"' in encode_answer(answer, "req_1")


async def test_a_dear_operation_counts_as_several_calls():
    meter = Meter()
    text = "{ items(first: 100) { nodes { parts(first: 10) { nodes { number } } } } }"

    answer = await run(text, limiter=meter, points_per_call=500)

    assert answer.extensions["cost"]["requested"] == 1202
    assert meter.taken == [("user:7", 600, 1), ("user:7", 600, 2)]
    assert answer.extensions["cost"]["remaining"] == 597


async def test_refused_documents_count_as_calls_too():
    meter = Meter()

    await run("{ nowhere }", limiter=meter)

    assert meter.taken == [("user:7", 600, 1)]


async def test_beyond_the_minute_nothing_runs():
    toys = Toys()

    answer = await run("{ hello }", toys, limiter=Meter(limit=0))

    assert (answer.status_kind, answer.codes) == (StatusKind.RATE_LIMITED, ("RATE_LIMITED",))
    assert answer.retry_after_seconds == 7
    assert toys.opened == []


def test_all_keys_of_a_reseller_share_a_minute_in_each_environment():
    test_key = replace(KEY, id="key:other", environment=Environment.TEST)

    assert budget_key(KEY) == budget_key(replace(KEY, id="key:second")) == f"reseller:{KEY.reseller_id}:LIVE"
    assert budget_key(test_key) == f"reseller:{KEY.reseller_id}:TEST"
    assert budget_key(PERSON) == "user:7"


async def test_each_event_is_executed_in_a_context_of_its_own():
    toys = Toys()

    answers = await stream("subscription { whichContext }", toys)

    # One to ask the source, one for each event.
    assert [answer.data for answer in answers] == [{"whichContext": 1}, {"whichContext": 2}]
    assert len(toys.opened) == 3


async def test_a_subscription_ends_with_the_credential_it_was_opened_with():
    left = iter([True, True, False])

    async def holds(viewer):
        return next(left)

    answers = await stream("subscription { ticks(to: 9) { sequence } }", Toys(), holds=holds)

    assert [answer.status_kind for answer in answers] == [
        StatusKind.EXECUTED,
        StatusKind.EXECUTED,
        StatusKind.UNAUTHENTICATED,
    ]
    assert answers[-1].codes == ("UNAUTHENTICATED",)


async def test_events_carry_their_sequence_numbers():
    answers = await stream("subscription { ticks(to: 2) { sequence } }", Toys())

    assert [answer.sequence for answer in answers] == [1, 2]
    assert [answer.data for answer in answers] == [{"ticks": {"sequence": 1}}, {"ticks": {"sequence": 2}}]


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("subscription { denied }", StatusKind.FORBIDDEN, "FORBIDDEN"),
        ("subscription { ...F } fragment F on Subscription { denied }", StatusKind.FORBIDDEN, "FORBIDDEN"),
    ],
)
async def test_a_source_that_refuses_ends_the_subscription_with_its_path(text, kind, code):
    toys = Toys()

    (answer,) = await stream(text, toys)

    assert (answer.status_kind, answer.codes) == (kind, (code,))
    assert answer.errors[0]["path"] == ["denied"]
    assert toys.observed == [("ad-hoc", "subscription", (code,))]


async def test_a_source_that_breaks_is_masked_after_its_events():
    with capture_logs() as logs:
        first, last = await stream("subscription { b: breaks }", Toys())

    assert first.data == {"b": "one"}
    assert (last.status_kind, last.codes) == (StatusKind.FAULT, ("INTERNAL",))
    assert last.errors[0]["path"] == ["b"]
    assert [entry["event"] for entry in logs] == ["graphql_fault"]
    assert "hunter2" not in str(last)


async def test_a_subscription_with_wrong_variables_does_not_begin():
    (answer,) = await stream(
        "subscription($n: Int!) { ticks(to: $n) { sequence } }", Toys(), variables={"n": "x"}
    )

    assert (answer.status_kind, answer.codes) == (StatusKind.BAD_DOCUMENT, ("BAD_USER_INPUT",))


async def test_closing_a_subscription_closes_its_source():
    toys = Toys()
    listener = await subscribe(make_engine(toys), "subscription { forever }")
    assert await listener.next() == {"forever": "begun"}

    await listener.stop()

    assert toys.cleaned_up == ["forever"]
    assert toys.observed == [("ad-hoc", "subscription", ())]


async def test_a_rejected_plan_carries_its_answer():
    with pytest.raises(RejectedError) as rejected:
        await make_engine(Toys()).plan(
            GraphQLRequest(query="{ nowhere }"), PERSON, "req_1", operation_types=ALL_TYPES
        )

    assert rejected.value.answer.codes == ("GRAPHQL_VALIDATION_FAILED",)
