"""Registered operations, from their files."""

import hashlib

import pytest
from graphql import parse, print_ast

from server.graphql.documents import Documents
from server.graphql.registry import BrokenOperationError, Registry
from tests.server.graphql.toys import SCHEMA

RESERVE = """query Reserve($name: String) @rest(method: GET, path: "/hello") {
  greeting: hello(name: $name) @flatten
  ...More @skip(if: false)
}

fragment More on Query { item { number @flatten } }
"""


@pytest.fixture
def load(tmp_path):
    def write_and_load(**files):
        for name, text in files.items():
            audience, _, stem = name.partition("_")
            (tmp_path / audience).mkdir(exist_ok=True)
            (tmp_path / audience / f"{stem}.graphql").write_text(text, "utf-8")
        return Registry.load(tmp_path, Documents(SCHEMA._schema))

    return write_and_load


def test_an_operation_is_known_by_the_hash_of_its_text(load):
    registry = load(ota_reserve=RESERVE)

    (operation,) = registry.operations.values()
    digest = hashlib.sha256(RESERVE.encode()).hexdigest()
    assert (operation.id, operation.audience, operation.name, operation.text) == (
        digest,
        "ota",
        "Reserve",
        RESERVE,
    )
    assert registry.find(digest) is operation
    assert registry.find(f"sha256:{digest.upper()}") is operation
    assert registry.find("sha256:") is None
    assert registry.find("Reserve") is None


def test_the_notes_for_clients_stay_in_the_document_and_never_reach_the_schema(load):
    (operation,) = load(ota_reserve=RESERVE).operations.values()

    assert "@rest" in print_ast(operation.document)
    assert print_ast(operation.document).count("@flatten") == 2
    prepared = print_ast(operation.prepared.document)
    assert "@rest" not in prepared
    assert "@flatten" not in prepared
    assert "@skip" in prepared


def test_one_name_may_serve_two_audiences(load):
    registry = load(ota_hello="query Hello { hello }", portal_hello="query Hello { hello item { number } }")

    assert sorted(each.audience for each in registry.operations.values()) == ["ota", "portal"]


def test_a_folder_without_operations_is_an_empty_registry(tmp_path):
    assert dict(Registry.load(tmp_path / "nowhere", Documents(SCHEMA._schema)).operations) == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("query A {", "Syntax Error"),
        ("query A { nowhere }", "Cannot query field 'nowhere'"),
        ("{ hello }", "exactly one operation, with a name"),
        ("query A { hello } query B { hello }", "exactly one operation, with a name"),
        ("query A { items(first: 1000) { totalCount } }", "first: at most 100"),
        ("query A { hello } fragment F on Query { hello }", "is never used"),
    ],
)
def test_a_broken_operation_stops_the_start_and_names_its_file(load, text, problem):
    with pytest.raises(BrokenOperationError) as broken:
        load(ota_hello="query Hello { hello }", ota_broken=text)

    assert "ota/broken.graphql: " in str(broken.value)
    assert problem in str(broken.value)


def test_two_operations_of_an_audience_cannot_have_one_name(load):
    with pytest.raises(BrokenOperationError, match=r"b\.graphql: Same is the name of .*a\.graphql already"):
        load(ota_a="query Same { hello }", ota_b="query Same { item { number } }")


def test_what_the_portal_keeps_says_its_type_everywhere_but_at_the_root(load):
    text = "query Q { ...R item { number } }\nfragment R on Query { again: item { __typename number } }"

    (portal,) = load(portal_q=text).operations.values()

    assert portal.id == hashlib.sha256(text.encode()).hexdigest()
    assert print_ast(portal.prepared.document) == print_ast(
        parse(
            "query Q { ...R item { number __typename } } "
            "fragment R on Query { again: item { __typename number } __typename }"
        )
    )


def test_operations_of_others_are_answered_as_they_are_written(load):
    (ota,) = load(ota_q="query Q { item { number } }").operations.values()

    assert "__typename" not in print_ast(ota.prepared.document)
