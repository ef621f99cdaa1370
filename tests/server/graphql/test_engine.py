"""From a request to its answer."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from domain.errors import RateLimited, Refused
from server.graphql.answers import StatusKind
from server.graphql.engine import ALL_TYPES
from server.graphql.outcomes import encode_answer
from server.graphql.requests import GraphQLRequest
from server.rate_limits import Budget
from tests.server.graphql.listeners import subscribe
from tests.server.graphql.toys import HELLO, KEY, PERSON, Toys, make_engine

RESET_AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Meter:
    """Takes note of what is taken, and refuses beyond the limit."""

    def __init__(self, limit=1000):
        self.limit = limit
        self.taken = []

    async def take(self, key, limit_per_minute, cost=1):
        if sum(units for _, _, units in self.taken) + cost > self.limit:
            raise Refused(RateLimited(limit_per_minute, retry_after_seconds=7))
        self.taken.append((key, limit_per_minute, cost))
        return Budget(limit_per_minute - sum(units for _, _, units in self.taken), RESET_AT)


async def run(text, toys=None, viewer=PERSON, **options):
    variables = options.pop("variables", {})
    name = options.pop("name", None)
    types = options.pop("types", ALL_TYPES)
    engine = make_engine(toys or Toys(), **options)
    request = GraphQLRequest(query=text, variables=variables, operation_name=name)
    return await engine.execute(request, viewer, "req_1", operation_types=types)


async def stream(text, toys, variables=None, **options):
    """Subscribe, and return all answers to the end."""
    listener = await subscribe(make_engine(toys, **options), text, **(variables or {}))
    await listener.ended()
    return listener.answers


async def test_a_query_answers_data_and_cost():
    toys = Toys()

    answer = await run("{ hello items(first: 2) { nodes { number } } who }", toys)

    assert answer.payload() == {
        "data": {
            "hello": "hello world",
            "items": {"nodes": [{"number": 0}, {"number": 1}]},
            "who": "user:7 req_1",
        },
        "extensions": {"cost": {"requested": 6}},
    }
    assert len(toys.opened) == 1
    assert toys.observed == [("ad-hoc", "query", ())]


async def test_input_objects_and_variables_reach_strawberrys_resolvers():
    answer = await run(
        "query($wish: Wish!) { wish(wish: $wish) }", variables={"wish": {"text": "ab", "often": 3}}
    )

    assert answer.data == {"wish": "ababab"}


async def test_mutations_run():
    toys = Toys()

    answer = await run('mutation { a: write(text: "1") b: write(text: "2") }', toys)

    assert answer.data == {"a": "1", "b": "2"}
    assert toys.written == ["1", "2"]
    assert toys.observed == [("ad-hoc", "mutation", ())]


async def test_the_named_one_of_several_operations_runs():
    assert (await run("query A { hello } query B { item { number } }", name="B")).data == {
        "item": {"number": 0}
    }
    assert (await run("query A { hello } query B { hello }")).codes == ("OPERATION_RESOLUTION_FAILED",)


async def test_registered_operations_are_observed_by_name():
    toys = Toys()

    await run(HELLO, toys, viewer=KEY)

    assert toys.observed == [("Hello", "query", ())]


@pytest.mark.parametrize(
    ("text", "variables", "message"),
    [
        ("query($n: Int!) { items(first: $n) { totalCount } }", {}, "Variable '$n' has invalid value"),
        ("query($n: Int) { items(first: $n) { totalCount } }", {"n": "x"}, "Variable '$n' has invalid value"),
        ("query($w: Wish!) { wish(wish: $w) }", {"w": {"text": 5}}, "Variable '$w' has invalid value"),
        (
            "query($w: Wish!) { wish(wish: $w) }",
            {"w": {"text": "a", "x": 1}},
            "Variable '$w' has invalid value",
        ),
    ],
)
async def test_wrong_variables_are_the_callers_and_nothing_runs(text, variables, message):
    answer = await run(text, variables=variables)

    assert answer.status_kind is StatusKind.BAD_DOCUMENT
    assert answer.codes == ("BAD_USER_INPUT",)
    assert answer.errors[0]["message"].startswith(message)
    assert "data" not in answer.payload()


async def test_variables_are_answered_without_suggestions():
    answer = await run("query($w: Wish!) { wish(wish: $w) }", variables={"w": {"txet": "a"}})

    assert "mean" not in str(answer.errors)


async def test_an_argument_that_a_variable_makes_null_is_the_callers_mistake():
    answer = await run("query($name: String) { hello(name: $name) }", variables={"name": None})

    assert answer.codes == ("BAD_USER_INPUT",)
    assert answer.data is None
    assert answer.errors[0]["path"] == ["hello"]


async def test_at_most_twenty_errors_come_with_an_answer():
    many = " ".join(f"a{n}: refused" for n in range(30))

    assert len((await run("{ " + many + " }")).errors) == 20


async def test_texts_with_a_null_character_never_reach_a_resolver():
    answer = await run("query($w: Wish!) { wish(wish: $w) }", variables={"w": {"text": "a\0"}})

    assert (answer.status_kind, answer.codes) == (StatusKind.BAD_REQUEST, ("BAD_REQUEST",))


async def test_a_refusal_is_told_with_its_facts():
    answer = await run("{ refused }")

    assert answer.status_kind is StatusKind.EXECUTED
    assert answer.payload()["data"] == {"refused": None}
    assert answer.errors == [
        {
            "message": "There is no item with the id 'itm_1'.",
            "locations": [{"line": 1, "column": 3}],
            "path": ["refused"],
            "extensions": {"noun": "item", "id": "itm_1", "code": "NOT_FOUND"},
        }
    ]


async def test_a_refusal_of_a_field_that_cannot_be_null_takes_its_parent_along():
    answer = await run("{ hello forbidden }")

    assert answer.payload()["data"] is None
    assert answer.errors[0]["path"] == ["forbidden"]
    assert answer.codes == ("FORBIDDEN",)


async def test_an_error_that_names_its_code_passes():
    (error,) = (await run("{ coded }")).errors

    assert error["message"] == "Out of tea."
    assert error["extensions"] == {"pots": 0, "code": "NO_TEA"}


async def test_a_denied_strawberry_permission_is_forbidden():
    answer = await run("{ guarded }")

    assert answer.errors[0]["message"] == "Not for you."
    assert answer.codes == ("FORBIDDEN",)


@pytest.mark.parametrize("field", ["fault", "faults", "uncoded", "nothing"])
async def test_every_other_error_is_masked_and_logged(field):
    with capture_logs() as logs:
        answer = await run(f"{{ {field} }}", viewer=PERSON)

    (error,) = answer.errors
    assert error["message"] == "Something went wrong on our side."
    assert error["extensions"] == {"requestId": "req_1", "code": "INTERNAL"}
    (entry,) = logs
    assert (entry["event"], entry["request_id"], entry["path"]) == ("graphql_fault", "req_1", field)


async def test_the_log_of_a_fault_says_where_and_not_what():
    with capture_logs() as logs:
        await run("query($name: String!) { hello(name: $name) fault }", variables={"name": "Ada Lovelace"})

    (entry,) = logs
    assert entry["failure"] == ["builtins.ValueError"]
    assert "toys.py" in entry["stack"]
    assert "Ada" not in str(logs)


async def test_a_failing_neighbour_is_no_fault_of_ours():
    with capture_logs() as logs:
        answer = await run("{ gateway }")

    assert answer.codes == ("UNAVAILABLE",)
    assert [entry["event"] for entry in logs] == ["graphql_outage"]


async def test_a_context_that_cannot_be_opened_is_a_masked_fault():
    def broken(viewer, request_id):
        raise RuntimeError("database password is hunter2")

    engine = make_engine(Toys())
    engine._open_context = broken
    with capture_logs():
        answer = await engine.execute(GraphQLRequest(query="{ hello }"), PERSON, "req_1")

    assert (answer.status_kind, answer.codes) == (StatusKind.FAULT, ("INTERNAL",))
    assert "hunter2" not in str(answer)


async def test_what_has_no_json_is_a_masked_fault():
    answer = await run("{ hello }")
    with capture_logs() as logs:
        body = encode_answer(replace(answer, data={"hello": object()}), "req_1")

    assert body == (
        b'{"errors":[{"message":"Something went wrong on our side.",'
        b'"extensions":{"requestId":"req_1","code":"INTERNAL"}}]}'
    )
    assert logs[0]["event"] == "graphql_fault"
