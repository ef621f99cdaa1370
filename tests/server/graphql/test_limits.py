"""How large a document may be, and how little it takes to find out."""

import pytest
from graphql import get_introspection_query, parse

from server.graphql.limits import Limits, survey

LOOSE = Limits(depth=10**6, aliases=10**6, directives=10**6, fields=10**6)


def exceeded(text, **limits):
    return {each.limit: each.requested for each in survey(parse(text), Limits(**limits)).exceeded}


@pytest.mark.parametrize(
    "text",
    [
        "{ a { b { c } } }",
        "{ a { ... { b { ... on Item { c } } } } }",
        "{ a { ...F } } fragment F on Item { b { ...G } } fragment G on Item { c }",
        "fragment G on Item { c } fragment F on Item { b { ...G } } query { a { ...F } }",
    ],
)
def test_depth_counts_fields_through_every_kind_of_fragment(text):
    assert exceeded(text, depth=2) == {"Depth": 3}
    assert exceeded(text, depth=3) == {}


def test_the_deepest_operation_of_a_document_counts():
    assert exceeded("query A { a } query B { a { b { c } } }", depth=2) == {"Depth": 3}


def test_aliases_of_a_fragment_count_wherever_it_is_spread():
    text = "{ x: a { ...F } y: a { ...F } } fragment F on Item { p: name q: name }"

    assert exceeded(text, aliases=5) == {"Aliases": 6}
    assert exceeded(text, aliases=6) == {}


def test_directives_count_on_operations_variables_fields_and_fragments():
    text = """
        query A($v: Boolean @one) @two { a @skip(if: $v) { ...F @include(if: $v) ... @skip(if: $v) { b } } }
        fragment F on Item @three { c }
    """

    assert exceeded(text, directives=5) == {"Directives": 6}


def test_fields_are_counted_with_fragments_spread_out():
    text = "{ a { ...F ...F } b { ...F } } fragment F on Item { c d }"

    assert exceeded(text, fields=7) == {"Fields": 8}


def test_every_limit_that_is_exceeded_is_named():
    assert exceeded("{ x: a { y: b } }", depth=1, aliases=1, fields=1) == {
        "Depth": 2,
        "Aliases": 2,
        "Fields": 2,
    }


@pytest.mark.parametrize(
    "text",
    [
        "{ ...A } fragment A on Query { a ...A }",
        "{ ...A } fragment A on Query { a ...B } fragment B on Query { b ...A }",
        "{ ...A } fragment A on Query { a { ...B } } fragment B on Item { ...C } fragment C on Item { ...A ...B }",
    ],
)
def test_cycles_of_fragments_end(text):
    assert survey(parse(text), Limits()).exceeded == ()


def test_unknown_fragments_count_nothing():
    assert exceeded("{ a ...Nowhere }", depth=1, fields=1) == {}


def test_a_bomb_of_nested_fragments_is_visited_once_a_selection():
    # 2^2500 fields when spread out, in 100 kB.
    levels = 2_500
    fragments = [f"fragment F{n} on Item {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)]
    text = "{ ...F0 } " + " ".join(fragments) + f" fragment F{levels} on Item {{ name }}"

    found = survey(parse(text), Limits())

    assert found.visited == 1 + 2 * levels + 1
    assert {each.limit: each.requested for each in found.exceeded} == {"Fields": 2**31 - 1}


def test_a_chain_of_fragments_needs_no_recursion():
    levels = 5_000
    fragments = [f"fragment F{n} on Item {{ child {{ ...F{n + 1} }} }}" for n in range(levels)]
    text = "{ item { ...F0 } } " + " ".join(fragments) + f" fragment F{levels} on Item {{ name }}"

    found = survey(parse(text), Limits())

    assert found.visited == 2 + 2 * levels + 1
    assert [(each.limit, each.requested) for each in found.exceeded] == [
        ("Depth", levels + 2),
        ("Fields", levels + 2),
    ]


def test_twice_the_document_is_twice_the_work():
    def visited(width):
        return survey(
            parse("{ " + "...F " * width + "} fragment F on Query { " + "a " * width + "}"), LOOSE
        ).visited

    assert (visited(100), visited(200), visited(400)) == (200, 400, 800)


@pytest.mark.parametrize(
    "text",
    ["{ __schema { types { name } } }", '{ ...F } fragment F on Query { x: __type(name: "A") { name } }'],
)
def test_introspection_is_seen_behind_fragments_and_aliases(text):
    assert survey(parse(text), Limits()).introspects


def test_asking_for_a_typename_is_no_introspection():
    assert not survey(parse("{ __typename __schematic item { __typename } }"), Limits()).introspects


def test_the_introspection_query_of_the_usual_tools_passes():
    assert survey(parse(get_introspection_query()), Limits()).exceeded == ()
