"""What an operation costs, by what it selects and by the variables."""

import pytest
from graphql import parse
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from server.graphql.cost import plan_costs
from server.graphql.refusals import LimitExceeded
from tests.server.graphql.toys import SCHEMA


def plan(text, largest_page=100):
    (found,) = plan_costs(SCHEMA._schema, parse(text), largest_page).values()
    return found


def cost(text, **variables):
    return plan(text).cost(variables)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("{ hello }", 1),
        ("{ hello item { number child { number } } }", 5),
        ("{ a: hello b: hello }", 2),
        ("{ ... on Query { hello ... { item { number } } } }", 3),
        ("{ __typename }", 1),
        ("{ items(first: 10) { totalCount } }", 2),
        ("{ items(first: 10) { nodes { number name } } }", 2 + 10 * 2),
        (
            "{ items(first: 10) { totalCount pageInfo { hasNextPage } edges { cursor node { number } } } }",
            5 + 10 * 3,
        ),
        ("{ items(first: 0) { nodes { number } } }", 2),
        ("{ items(first: -5) { nodes { number } } }", 2),
        ("{ items(first: 3, last: 7) { nodes { number } } }", 2 + 7),
        ("{ items(last: 7) { nodes { number } } }", 2 + 20),
        ("{ items { nodes { number } } }", 2 + 20),
        ("{ items(first: null) { nodes { number } } }", 2 + 20),
        ("{ several { number } }", 1 + 3),
        ("{ several(first: 5) { number children { number } } }", 1 + 5 * 3),
        ("{ item { parts { nodes { number } } } }", 3 + 20),
        (
            "{ items(first: 10) { nodes { parts(first: 5) { totalCount nodes { number } } } } }",
            2 + 10 * (3 + 5),
        ),
    ],
)
def test_a_field_is_a_point_and_a_page_multiplies_what_it_brings(text, points):
    assert cost(text) == points


def test_the_size_of_a_page_comes_from_the_variables():
    text = "query($n: Int) { items(first: $n) { nodes { number } } }"

    assert cost(text, n=50) == 2 + 50
    assert cost(text, n=None) == 2 + 20
    assert cost(text) == 2 + 20


def test_a_variable_left_out_has_the_operations_default_then_the_schemas():
    assert cost("query($n: Int = 7) { items(first: $n) { nodes { number } } }") == 2 + 7
    assert cost("query($n: Int = 7) { items(first: $n) { nodes { number } } }", n=9) == 2 + 9
    assert cost("query($n: Int = null) { several(first: $n) { number } }") == 1 + 20
    assert cost("query($n: Int) { several(first: $n) { number } }") == 1 + 3


def test_a_fragment_costs_what_the_page_it_is_spread_on_brings():
    text = """
        query($n: Int) { big: items(first: $n) { ...Page } small: items(first: 2) { ...Page } }
        fragment Page on ItemConnection { totalCount nodes { ...Row } }
        fragment Row on Item { number name }
    """

    assert cost(text, n=100) == (3 + 100 * 2) + (3 + 2 * 2)


@pytest.mark.parametrize(
    "text",
    [
        "{ items(first: 101) { nodes { number } } }",
        "{ item { parts(last: 101) { totalCount } } }",
        "{ ...F } fragment F on Query { items(first: 101) { totalCount } }",
    ],
)
def test_a_page_larger_than_the_largest_is_refused(text):
    with pytest.raises(Refused) as refused:
        plan(text).cost({})

    assert isinstance(refused.value.reason, LimitExceeded)
    assert (refused.value.reason.requested, refused.value.reason.maximum) == (101, 100)


@pytest.mark.parametrize("size", [101, 101.0, 10**30])
def test_a_page_larger_than_the_largest_is_refused_by_variable(size):
    with pytest.raises(Refused) as refused:
        cost("query($n: Int) { items(first: $n) { nodes { number } } }", n=size)

    assert refused.value.reason.message.startswith("first: at most 100")


@pytest.mark.parametrize("size", ["50", 1.5, [], {}, float("inf")])
def test_a_size_that_is_no_number_is_left_to_the_coercion_of_variables(size):
    assert cost("query($n: Int) { items(first: $n) { nodes { number } } }", n=size) == 2 + 20


def test_nested_pages_multiply_without_end_in_sight():
    text = (
        "{ items(first: 100) { nodes { "
        + "parts(first: 100) { nodes { " * 10
        + "number"
        + " } }" * 10
        + " } } }"
    )

    assert cost(text) > 100**11


def test_fragments_are_evaluated_once_however_often_they_are_spread():
    levels = 300
    fragments = [
        f"fragment F{n} on Item {{ a: child {{ ...F{n + 1} }} b: child {{ ...F{n + 1} }} }}"
        for n in range(levels)
    ]
    text = "{ item { ...F0 } } " + " ".join(fragments) + f" fragment F{levels} on Item {{ number }}"

    assert cost(text) == 1 + (2**levels - 1) * 2 + 2**levels


@given(size=st.integers(0, 100), inner=st.integers(0, 100))
def test_a_variable_costs_what_the_same_literal_does(size, inner):
    shape = "{ items(first: %s) { totalCount nodes { parts(first: %s) { nodes { number } } } } }"

    by_literal = cost(shape % (size, inner))
    by_variable = plan("query($a: Int, $b: Int) " + shape % ("$a", "$b")).cost({"a": size, "b": inner})

    assert by_variable == by_literal == 3 + size * (2 + inner)
