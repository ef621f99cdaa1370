"""What becomes of a text before it may run."""

import pytest

from server.graphql.documents import Documents
from server.graphql.errors import RejectedError
from server.graphql.limits import Limits
from tests.server.graphql.toys import SCHEMA


def documents(**options):
    return Documents(SCHEMA._schema, Limits(**options))


def errors(text, **limits):
    with pytest.raises(RejectedError) as rejected:
        documents(**limits).prepare(text)
    return rejected.value.answer.errors


def codes(text, **limits):
    return [error["extensions"]["code"] for error in errors(text, **limits)]


def test_a_text_is_prepared_once():
    prepared = documents()

    assert prepared.prepare("{ hello }") is prepared.prepare("{ hello }")


def test_a_refused_text_is_remembered_with_its_errors():
    prepared = documents()
    answers = []
    for _ in range(2):
        with pytest.raises(RejectedError) as rejected:
            prepared.prepare("{ nowhere }")
        answers.append(rejected.value.answer.errors)

    assert answers[0] == answers[1]
    assert len(prepared._kept) == 1


def test_what_is_remembered_is_bounded_and_the_oldest_goes_first():
    prepared = Documents(SCHEMA._schema, kept_characters=30)
    first = prepared.prepare("{ a: hello }")
    second = prepared.prepare("{ b: hello }")
    assert prepared.prepare("{ a: hello }") is first

    prepared.prepare("{ c: hello }")

    assert prepared.prepare("{ a: hello }") is first
    assert prepared.prepare("{ b: hello }") is not second
    assert sum(weight for weight, _ in prepared._kept.values()) == prepared._characters <= 30


def test_a_text_larger_than_all_that_is_kept_still_runs():
    prepared = Documents(SCHEMA._schema, kept_characters=5)

    assert prepared.prepare("{ hello }").operation(None).name is None
    assert prepared._characters == 0


@pytest.mark.parametrize(
    "text", ["", "{", "{ hello ", "query {", "}{", "\x00", '{ hello(name: "\\ud800") }', "# nothing"]
)
def test_what_is_no_graphql_fails_to_parse(text):
    assert codes(text) == ["GRAPHQL_PARSE_FAILED"]


@pytest.mark.parametrize(
    "text",
    [
        "{ nowhere }",
        "{ hello(nmae: 1) }",
        "{ hello @nowhere }",
        "query($v: Nowhere) { hello }",
        "query($v: String) { hello }",
        "{ item }",
        "{ hello { name } }",
        "{ ...F } fragment F on Query { ...F }",
        "{ a: hello a: __typename }",
        "type Query { hello: String }",
        "subscription { breaks denied }",
        "{ item { ...F } } fragment F on Query { hello }",
    ],
)
def test_what_the_schema_does_not_know_fails_validation(text):
    assert set(codes(text)) == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize(
    "text",
    [
        "{ helo }",
        "{ item { nmae } }",
        "{ hello(nmae: 1) }",
        "query($v: Strin) { hello(name: $v) }",
        "{ wish(wish: {txet: 1}) }",
    ],
)
def test_no_error_tells_what_else_there_is(text):
    for error in errors(text):
        assert "mean" not in error["message"]
        for secret in ("hello'", "name'", "String'", "often'"):
            assert f"'{secret}" not in error["message"]


def test_errors_say_where():
    (error,) = errors("{\n  nowhere\n}")

    assert error["locations"] == [{"line": 2, "column": 3}]


def test_at_most_twenty_errors_are_told():
    found = errors("{ " + " ".join(f"nowhere{n}" for n in range(200)) + " }")

    assert len(found) == 20
    assert found[-1]["message"] == "Too many validation errors, error limit reached. Validation aborted."


def test_messages_do_not_quote_without_end():
    (error,) = errors("{ " + "x" * 50_000 + " }")

    assert len(error["message"]) == 500


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("{ hello " * 1 + "a: hello " * 100 + "}", {"tokens": 50}),
        ("{ hello }" + " " * 1000, {"characters": 500}),
        ("{ hello }" + "\n#" * 100, {"tokens": 50}),
        ("{ item { child { child { number } } } }", {"depth": 3}),
        ("{ " + " ".join(f"a{n}: hello" for n in range(4)) + " }", {"aliases": 3}),
        ("{ hello @skip(if: false) @include(if: true) }", {"directives": 1}),
        ("{ hello item { number } }", {"fields": 2}),
        ("{ items(first: 11) { totalCount } }", {"page": 10}),
    ],
)
def test_what_is_too_large_has_one_code(text, limits):
    assert codes(text, **limits) == ["LIMIT_EXCEEDED"]


def test_a_limit_names_itself_its_maximum_and_what_was_asked():
    (error,) = errors("{ item { child { number } } }", depth=2)

    assert error == {
        "message": "Depth: at most 2, and this has 3.",
        "extensions": {"limit": "Depth", "maximum": 2, "requested": 3, "code": "LIMIT_EXCEEDED"},
    }


def test_too_large_documents_are_never_validated():
    # Invalid and too deep: only the depth is told.
    assert codes("{ nowhere { nowhere { nowhere } } }", depth=2) == ["LIMIT_EXCEEDED"]


@pytest.mark.parametrize(
    "text",
    [
        "{ " + "items { totalCount } " * 400 + "}",
        "{ " + "item { child { child { number } } } " * 200 + "}",
        "{ " + 'hello(name: "a") ' * 600 + "}",
        "{ "
        + " ".join(f"...F{n}" for n in range(300))
        + " } "
        + " ".join(f"fragment F{n} on Query {{ items {{ totalCount }} }}" for n in range(300)),
    ],
)
def test_fields_that_are_repeated_without_end_are_not_compared_without_end(text):
    (error,) = errors(text)

    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}
    assert "aborted" in error["message"]


def test_fields_may_be_repeated_within_reason():
    text = "{ " + "items { totalCount nodes { number name } } " * 20 + "}"

    assert documents().prepare(text).operation(None).costs.cost({}) == 20 * (3 + 20 * 2)


def test_nesting_beyond_the_parser_is_a_parse_error():
    assert codes("{ item " * 1000 + "}" * 1000) == ["GRAPHQL_PARSE_FAILED"]
    assert codes("{ hello(name: " + "[" * 1000 + "]" * 1000 + ") }") == ["GRAPHQL_PARSE_FAILED"]


def test_texts_with_a_null_character_are_refused():
    (error,) = errors('{ hello(name: "a\\u0000b") }')

    assert error["message"] == "Texts can not contain U+0000."


def test_a_document_of_several_operations_wants_a_name():
    prepared = documents().prepare('query A { hello } mutation B { write(text: "x") }')

    assert [each.name for each in prepared.operations] == ["A", "B"]
    assert prepared.operation("B").kind.value == "mutation"
    for name in (None, "C"):
        with pytest.raises(Exception, match="OPERATION_RESOLUTION_FAILED"):
            prepared.operation(name)
