"""GraphQL over HTTP, as the specification and hostile callers have it."""

import pytest

from server.graphql.http import GraphQLOverHttp
from server.graphql.registry import operation_id
from tests.server.graphql.toys import HELLO, PERSON, Toys, make_engine
from tests.server.graphql.wires import Wire, post

NEW, OLD = "application/graphql-response+json", "application/json"
BOTH = pytest.mark.parametrize("accept", [NEW, OLD])


class Door:
    """Tells who is calling by the test's wish."""

    def __init__(self, viewer=PERSON, refusal=None):
        self.viewer = viewer
        self.refusal = refusal
        self.clients = []

    async def __call__(self, headers, /, *, client):  # noqa: ARG002 - this door asks nobody
        self.clients.append(client)
        if self.refusal is not None:
            raise self.refusal
        return self.viewer


def make_app(toys=None, *, viewer=PERSON, refusal=None, max_body_bytes=100_000, **options):
    engine = make_engine(toys or Toys(), **options)
    return GraphQLOverHttp(engine, Door(viewer, refusal), max_body_bytes=max_body_bytes)


@BOTH
async def test_a_query_is_answered_in_the_type_asked_for(accept):
    reply = await post(make_app(), {"query": "{ hello }"}, accept=accept)

    assert reply.status == 200
    assert reply.json["data"] == {"hello": "hello world"}
    assert reply.headers["content-type"] == f"{accept}; charset=utf-8"
    assert reply.headers["content-length"] == str(len(reply.body))
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["vary"] == "Accept"


async def test_the_request_carries_name_variables_and_extensions():
    body = {
        "query": "query A { item { number } } query B($n: String) { hello(name: $n) }",
        "operationName": "B",
        "variables": {"n": "you"},
        "extensions": {"traceId": 7},
        "somethingElse": True,
    }

    assert (await post(make_app(), body)).json["data"] == {"hello": "hello you"}


@pytest.mark.parametrize("member", ["operationName", "variables", "extensions"])
async def test_null_is_as_good_as_absent(member):
    assert (await post(make_app(), {"query": "{ hello }", member: None})).json["data"] == {
        "hello": "hello world"
    }


@pytest.mark.parametrize("member", ["id", "documentId"])
async def test_a_registered_operation_is_sent_by_id(member):
    reply = await post(make_app(), {member: operation_id(HELLO), "variables": {"name": "x"}})

    assert reply.json["data"] == {"hello": "hello x"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"query": "{ hello"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nowhere }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query($n: Int!) { ticks: items(first: $n) { totalCount } }"}, "BAD_USER_INPUT"),
        ({"query": "query A { hello }", "operationName": "B"}, "OPERATION_RESOLUTION_FAILED"),
        ({"query": "{ items(first: 101) { totalCount } }"}, "LIMIT_EXCEEDED"),
        (
            {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}},
            "PERSISTED_QUERY_NOT_FOUND",
        ),
    ],
)
async def test_a_wrong_document_is_400_in_the_new_type_and_200_in_the_old_and_has_no_data(body, code):
    new = await post(make_app(), body, accept=NEW)
    old = await post(make_app(), body, accept=OLD)

    assert (new.status, old.status) == (400, 200)
    assert new.codes == old.codes == [code]
    assert "data" not in new.json
    assert "data" not in old.json


@BOTH
async def test_errors_of_resolvers_are_200(accept):
    reply = await post(make_app(), {"query": "{ hello forbidden }"}, accept=accept)

    assert reply.status == 200
    assert reply.json["data"] is None
    assert reply.codes == ["FORBIDDEN"]


MALFORMED = {
    "null": b"null",
    "number": b"5",
    "string": b'"x"',
    "true": b"true",
    "empty": b"",
    "empty object": b"{}",
    "truncated": b'{"query": "{ hello }"',
    "not json": b"query=%7Bhello%7D",
    "invalid utf-8": b'{"query": "\xff\xfe"}',
    "utf-16": '{"query": "{ hello }"}'.encode("utf-16"),
    "lone surrogate": b'{"query": "\\ud800"}',
    "50,000 deep": b'{"query": "{ hello }", "variables": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
    "50,000 deep, unclosed": b"[" * 50_000,
    "5,000 digits": b'{"query": "{ hello }", "variables": {"n": ' + b"9" * 5_000 + b"}}",
    "nan": b'{"query": "{ hello }", "variables": {"n": NaN}}',
    "infinity": b'{"query": "{ hello }", "variables": {"n": Infinity}}',
    "query is a number": b'{"query": 5}',
    "query is a list": b'{"query": ["{ hello }"]}',
    "query is empty": b'{"query": ""}',
    "operation name is a number": b'{"query": "{ hello }", "operationName": 5}',
    "variables are a list": b'{"query": "{ hello }", "variables": []}',
    "variables are a string": b'{"query": "{ hello }", "variables": "{}"}',
    "extensions are a string": b'{"query": "{ hello }", "extensions": "x"}',
    "persisted query is a string": b'{"extensions": {"persistedQuery": "x"}}',
    "hash is no hash": b'{"extensions": {"persistedQuery": {"sha256Hash": "xyz"}}}',
    "hash is missing": b'{"query": "{ hello }", "extensions": {"persistedQuery": {}}}',
    "id is a number": b'{"id": 5}',
    "null character": b'{"query": "{ hello }", "variables": {"a": ["\\u0000"]}}',
}


@BOTH
@pytest.mark.parametrize("name", MALFORMED)
async def test_a_malformed_body_is_400_with_a_code(name, accept):
    toys = Toys()

    reply = await post(make_app(toys, max_body_bytes=10**6), MALFORMED[name], accept=accept)

    assert reply.status == 400
    assert reply.codes == ["BAD_REQUEST"]
    assert list(reply.json) == ["errors"]
    assert toys.opened == []


@pytest.mark.parametrize("body", [[], [{"query": "{ hello }"}], [{"query": "{ hello }"}] * 2])
async def test_batches_are_refused(body):
    reply = await post(make_app(), body)

    assert (reply.status, reply.codes) == (400, ["BATCH_NOT_SUPPORTED"])


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/graphql"},
        {"content-type": "application/jsonp"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": 'application/json; charset="utf-16"'},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {"content-type": "application/json", "content-encoding": "br"},
    ],
)
async def test_anything_but_plain_json_in_utf_8_is_415(headers):
    reply = await Wire(make_app(), headers=headers, pieces=[b'{"query": "{ hello }"}']).run()

    assert (reply.status, reply.codes) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=UTF-8",
        'application/json;charset="utf-8"',
    ],
)
async def test_json_may_name_its_charset(content_type):
    reply = await post(
        make_app(), {"query": "{ hello }"}, content_type=content_type, content_encoding="identity"
    )

    assert reply.status == 200


async def test_a_body_announced_as_too_large_is_never_read():
    wire = Wire(
        make_app(),
        headers={"content-type": "application/json", "content-length": str(20 * 2**20)},
        pieces=[b"x" * 1000] * 1000,
    )

    reply = await wire.run()

    assert (reply.status, reply.codes) == (413, ["PAYLOAD_TOO_LARGE"])
    assert wire.taken == 0


async def test_a_body_that_turns_out_too_large_is_read_no_further():
    wire = Wire(make_app(), headers={"content-type": "application/json"}, pieces=[b"x" * 50_000] * 400)

    reply = await wire.run()

    assert (reply.status, reply.codes) == (413, ["PAYLOAD_TOO_LARGE"])
    assert wire.taken == 150_000


async def test_a_body_may_come_in_pieces():
    pieces = [bytes([byte]) for byte in b'{"query": "{ hello }"}']

    reply = await Wire(make_app(), headers={"content-type": "application/json"}, pieces=pieces).run()

    assert reply.json["data"] == {"hello": "hello world"}


@pytest.mark.parametrize("length", ["-1", "abc", "9" * 400])
async def test_a_senseless_length_is_no_fault_of_ours(length):
    reply = await post(make_app(), {"query": "{ hello }"}, content_length=length)

    assert reply.status in {200, 413}
