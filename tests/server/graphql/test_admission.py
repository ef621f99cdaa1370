"""Who may run what."""

import hashlib
from dataclasses import replace

import pytest

from permissions.viewer import ANONYMOUS, Role, Scope
from server.graphql.requests import GraphQLRequest
from tests.factories.viewers import newcomer, staff
from tests.server.graphql.toys import CLERK, HELLO, KEY, PERSON, STAFF_HELLO, TICKS, Toys, make_engine

INTROSPECTION = "{ __schema { queryType { name } } }"


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


async def codes(request, viewer, **options):
    toys = Toys()
    answer = await make_engine(toys, **options).execute(request, viewer, "req_1")
    if answer.errors:
        assert toys.opened == []
    return answer.codes


@pytest.mark.parametrize("reference", [sha256(HELLO), f"sha256:{sha256(HELLO)}"])
@pytest.mark.parametrize("viewer", [KEY, PERSON, CLERK])
async def test_a_registered_operation_is_run_by_its_id(viewer, reference):
    answer = await make_engine(Toys()).execute(
        GraphQLRequest(document_id=reference, variables={"name": "you"}), viewer, "req_1"
    )

    assert answer.data == {"hello": "hello you"}
    assert answer.errors == []


async def test_a_registered_operation_is_run_by_hash_and_by_its_very_text():
    assert await codes(GraphQLRequest(persisted_hash=sha256(HELLO)), KEY) == ()
    assert await codes(GraphQLRequest(query=HELLO), KEY) == ()
    assert await codes(GraphQLRequest(query=HELLO, persisted_hash=sha256(HELLO)), KEY) == ()


@pytest.mark.parametrize(
    "request_",
    [
        GraphQLRequest(query="{ hello }"),
        GraphQLRequest(query="{ __typename }"),
        GraphQLRequest(query=HELLO + " "),
        GraphQLRequest(query=INTROSPECTION),
        GraphQLRequest(query="{ not graphql"),
        GraphQLRequest(document_id=sha256(STAFF_HELLO)),
        GraphQLRequest(query=STAFF_HELLO),
        GraphQLRequest(document_id=sha256("{ hello }")),
        GraphQLRequest(persisted_hash=sha256("{ hello }")),
        GraphQLRequest(query="{ hello }", persisted_hash=sha256("{ hello }")),
        GraphQLRequest(document_id="Hello"),
    ],
)
async def test_a_key_runs_nothing_but_the_operations_of_its_audience(request_):
    assert await codes(request_, KEY) == ("OPERATION_NOT_REGISTERED",)


async def test_people_run_ad_hoc_texts_with_the_scope_only():
    request = GraphQLRequest(query="{ hello }")

    assert await codes(request, PERSON) == ()
    assert await codes(request, CLERK) == ("FORBIDDEN",)


@pytest.mark.parametrize("viewer", [newcomer(), staff(Role.ACCOUNT_MANAGER)])
async def test_whoever_has_signed_in_may_ask_in_words_of_its_own(viewer):
    """An invitation is accepted in the explorer, by people who have no account yet."""
    assert await codes(GraphQLRequest(query="{ hello }"), viewer) == ()


async def test_people_without_the_scope_learn_nothing_about_a_document():
    assert await codes(GraphQLRequest(query="{ nowhere"), CLERK) == ("FORBIDDEN",)


async def test_an_unknown_id_is_not_registered_for_people_either():
    assert await codes(GraphQLRequest(document_id=sha256("?")), PERSON) == ("OPERATION_NOT_REGISTERED",)


@pytest.mark.parametrize(
    "text",
    [
        "{__typename}",
        "{ __typename }",
        "query { __typename }",
        "query AmIThere{\n__typename }",
        " query{__typename}",
    ],
)
async def test_anybody_may_ask_whether_we_are_there(text):
    answer = await make_engine(Toys()).execute(GraphQLRequest(query=text), ANONYMOUS, "req_1")

    assert answer.data == {"__typename": "Query"}


@pytest.mark.parametrize(
    "request_",
    [
        GraphQLRequest(query="{ hello }"),
        GraphQLRequest(query="{ __typename hello }"),
        GraphQLRequest(query="{ a: __typename }"),
        GraphQLRequest(query="mutation { __typename }"),
        GraphQLRequest(query="queryx { __typename }"),
        GraphQLRequest(query="{ nowhere"),
        GraphQLRequest(query=" " * 10_000 + "{ __typename }"),
        GraphQLRequest(query=INTROSPECTION),
        GraphQLRequest(document_id=sha256(HELLO)),
        GraphQLRequest(persisted_hash=sha256(HELLO)),
    ],
)
async def test_without_a_credential_there_is_nothing_else(request_):
    assert await codes(request_, ANONYMOUS) == ("UNAUTHENTICATED",)


async def test_the_schema_is_shown_with_the_scope_only():
    request = GraphQLRequest(query=INTROSPECTION)
    without = replace(PERSON, scopes=frozenset({Scope.AD_HOC}))

    assert await codes(request, PERSON) == ()
    assert await codes(request, without) == ("INTROSPECTION_FORBIDDEN",)


async def test_a_hash_that_is_not_the_texts_is_refused():
    request = GraphQLRequest(query="{ hello }", persisted_hash=sha256("{ other }"))

    assert await codes(request, PERSON) == ("PERSISTED_QUERY_MISMATCH",)


async def test_a_text_sent_once_with_its_hash_is_found_by_every_replica(redis_url, redis):
    text = "{ item { number } }"
    here, there = make_engine(Toys(), redis=redis), make_engine(Toys(), redis=redis)
    by_hash = GraphQLRequest(persisted_hash=sha256(text))

    before = await there.execute(by_hash, PERSON, "req_1")
    await here.execute(GraphQLRequest(query=text, persisted_hash=sha256(text)), PERSON, "req_2")
    after = await there.execute(by_hash, PERSON, "req_3")

    assert before.codes == ("PERSISTED_QUERY_NOT_FOUND",)
    assert before.errors[0]["message"] == "PersistedQueryNotFound"
    assert after.data == {"item": {"number": 0}}
    assert 86_000 < await redis.ttl(f"interline:apq:{sha256(text)}") <= 86_400


@pytest.mark.parametrize(
    ("text", "viewer"),
    [("{ hello }", CLERK), ("{ hello }", KEY), ("{ hello }", ANONYMOUS), ("{ nowhere }", PERSON)],
)
async def test_nothing_is_registered_for_those_who_may_not_send_texts_nor_what_is_wrong(
    redis_url, redis, text, viewer
):
    request = GraphQLRequest(query=text, persisted_hash=sha256(text))

    answer = await make_engine(Toys(), redis=redis).execute(request, viewer, "req_1")

    assert len(answer.codes) == 1
    assert await redis.keys("interline:apq:*") == []


async def test_a_registered_subscription_is_admitted_like_every_operation():
    assert await codes(GraphQLRequest(document_id=sha256(TICKS)), KEY) == ("OPERATION_TYPE_NOT_ALLOWED",)
