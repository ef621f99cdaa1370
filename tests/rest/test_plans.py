"""What is worked out at start, on a toy graph: calls, shapes, inputs, and files that are annotated wrongly."""

import pytest
from graphql import build_schema, parse, print_ast, validate
from starlette.datastructures import Headers

from server.graphql.documents import prepare
from server.graphql.limits import Limits
from server.graphql.registry import Operation, operation_id, without_client_directives
from server.rest.annotations import BadAnnotation
from server.rest.execution import RestAdmission
from server.rest.plans import plan_of
from server.rest.query_strings import parameters_of
from server.rest.shaping import shape_of

SCHEMA = build_schema(
    """
    type Money { amount: String! currency: String! }
    type Owner { name: String! home: Home }
    type Home { city: String! }
    type Thing { id: ID! price: Money! discount: Money owner: Owner parts: [Part!]! }
    type Part { code: String! price: Money }
    type Things { nodes: [Thing!]! totalCount: Int! }
    input PartInput { partCode: String! howMany: Int! = 1 maker: MakerInput }
    input MakerInput { fullName: String! }
    type Query { thing(id: ID!): Thing things(first: Int, kinds: [String!]): Things! size: Int! }
    type Mutation { make(parts: [PartInput!]!, note: String): Thing }
    type Subscription { thing: Thing }
    """
)


QUERY, HEADERS = parameters_of(b""), Headers({})


def operation(text, audience="ota"):
    document = parse(text)
    prepared = prepare(SCHEMA, without_client_directives(document, SCHEMA), Limits())
    name = text.split("(")[0].split()[1]
    return Operation(operation_id(text), audience, name, text, document, prepared)


def planned(text):
    document = parse(text)
    plan = plan_of(SCHEMA, document, "ota")
    assert plan is not None
    assert validate(SCHEMA, plan.document) == []
    return plan


def test_flattened_objects_give_their_members_to_the_parent():
    plan = planned(
        """query Q($id: ID!) @rest(method: GET, path: "/api/x/{id}") { thing(id: $id) @flatten {
          id price @flatten { price: amount currency }
          owner @flatten { owner: name home @flatten { city } }
          parts { code price @flatten { amount } }
        } }"""
    )
    answered = {
        "thing": {
            "id": "1",
            "price": {"price": "5.00", "currency": "EUR"},
            "owner": {"owner": "Ada", "home": {"city": "Pisa"}},
            "parts": [{"code": "a", "price": {"amount": "2"}}, {"code": "b", "price": None}],
        }
    }

    assert plan.shape(answered) == {
        "id": "1",
        "price": "5.00",
        "currency": "EUR",
        "owner": "Ada",
        "city": "Pisa",
        "parts": [{"code": "a", "amount": "2"}, {"code": "b", "amount": None}],
    }
    assert list(plan.members) == ["id", "price", "currency", "owner", "city", "parts"]


def test_a_flattened_null_gives_every_member_as_null():
    plan = planned(
        """query Q($id: ID!) @rest(method: GET, path: "/api/x/{id}") { thing(id: $id) @flatten {
          id owner @flatten { owner: name home @flatten { city } }
        } }"""
    )

    assert plan.shape({"thing": {"id": "1", "owner": None}}) == {"id": "1", "owner": None, "city": None}
    assert plan.shape({"thing": {"id": "1", "owner": {"owner": "Ada", "home": None}}}) == {
        "id": "1",
        "owner": "Ada",
        "city": None,
    }


def test_nothing_is_walked_where_nothing_is_flattened():
    plan = planned(
        """query Q($id: ID!) @rest(method: GET, path: "/api/x/{id}") { thing(id: $id) { id parts { code } } }"""
    )

    assert plan.shape is None
    assert shape_of(plan.root.inside, "Q") is None


def test_fragments_are_read_like_the_fields_they_stand_for():
    plan = planned(
        """query Q($id: ID!) @rest(method: GET, path: "/api/x/{id}") { thing(id: $id) @flatten { ...Both } }
        fragment Both on Thing { id ... on Thing { price @flatten { amount } } }"""
    )

    assert plan.shape({"thing": {"id": "1", "price": {"amount": "2"}}}) == {"id": "1", "amount": "2"}


def test_the_annotations_are_gone_from_what_runs():
    plan = planned(
        """query Q($id: ID!, $long: Boolean! = false) @rest(method: GET, path: "/api/x/{id}") {
          thing(id: $id) @flatten { id parts @include(if: $long) { code } }
        }"""
    )

    assert "@rest" not in print_ast(plan.document)
    assert "@flatten" not in print_ast(plan.document)
    assert "@include(if: $long)" in print_ast(plan.document)


def test_callers_write_the_members_of_inputs_in_snake_case():
    plan = planned(
        """mutation M($parts: [PartInput!]!, $note: String) @rest(method: POST, path: "/api/x") {
          make(parts: $parts, note: $note) { id }
        }"""
    )
    body = {"parts": [{"part_code": "a", "how_many": 2, "maker": {"full_name": "Ada"}}, {"part_code": "b"}]}

    assert plan.inputs.variables({}, QUERY, HEADERS, body) == {
        "parts": [{"partCode": "a", "howMany": 2, "maker": {"fullName": "Ada"}}, {"partCode": "b"}]
    }


def test_a_repeated_parameter_is_a_list_and_a_page_size_is_bounded():
    plan = planned(
        """query Q($kind: [String!], $limit: Int! = 20) @rest(method: GET, path: "/api/x") {
          things(kinds: $kind, first: $limit) { totalCount }
        }"""
    )

    found = plan.inputs.variables({}, parameters_of(b"kind=a&kind=b&limit=5"), HEADERS, {})

    assert found == {"kind": ["a", "b"], "limit": 5}
    assert plan.inputs.query["limit"].is_page_size
    assert plan.renamed == {"kinds": "kind", "first": "limit"}


def test_an_operation_without_rest_is_no_call():
    assert plan_of(SCHEMA, parse("query Q { size }"), "ota") is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('query Q @rest(method: POST, path: "/api/x") { size }', "a query can not be POST"),
        ('mutation Q @rest(method: GET, path: "/api/x") { size }', "a mutation can not be GET"),
        ('query Q @rest(method: GET, path: "/x") { size }', "the path must start with /api/"),
        ('query Q @rest(method: GET, path: "/api/x/") { size }', "end without a slash"),
        ('query Q @rest(method: GET, paht: "/api/x") { size }', "@rest: "),
        (
            'query Q @rest(method: GET, path: "/api/{id}") { size }',
            "the path names 'id', which is no variable",
        ),
        ('query Q @rest(method: GET, path: "/api/x") { size other: size }', "exactly one root field"),
        (
            'query Q($Kind: [String!]) @rest(method: GET, path: "/api/x") { size }',
            "$Kind is not in snake_case",
        ),
        (
            'query Q($id: ID!) @rest(method: GET, path: "/api/{id}") { thing(id: $id) @flatten { id owner @flatten { id: name } } }',
            "two members are called id",
        ),
        (
            'query Q($id: ID!) @rest(method: GET, path: "/api/{id}") { thing(id: $id) { parts @flatten { code } } }',
            "parts: a list can not be flattened",
        ),
        (
            'query Q($id: ID!) @rest(method: GET, path: "/api/{id}") { thing(id: $id) { __typename } }',
            "__typename is the façade's own",
        ),
        (
            'query Q($id: ID!) @rest(method: GET, path: "/api/{id}", location: "/api/{no}") { thing(id: $id) { id } }',
            "the location names no",
        ),
    ],
)
def test_a_wrong_annotation_stops_the_start_with_a_sentence(text, problem):
    with pytest.raises(BadAnnotation) as bad:
        plan_of(SCHEMA, parse(text), "ota")

    assert "operation Q: " in str(bad.value)
    assert problem in str(bad.value)


def test_two_operations_at_one_place_stop_the_start():
    first, second = (
        operation(
            f'query {name}($id: ID!) @rest(method: GET, path: "/api/x/{{id}}") {{ thing(id: $id) {{ id }} }}'
        )
        for name in ("First", "Second")
    )

    with pytest.raises(BadAnnotation) as bad:
        RestAdmission(SCHEMA, [first, second])

    assert str(bad.value) == "operation Second: First is served at this method and path already"


def test_operations_of_other_audiences_are_not_served():
    text = 'query Q @rest(method: GET, path: "/api/x") { size }'

    assert [plan.name for plan in RestAdmission(SCHEMA, [operation(text)]).plans] == ["Q"]
    assert RestAdmission(SCHEMA, [operation(text, audience="portal")]).plans == []
