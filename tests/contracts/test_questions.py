"""Every question can be asked with parameters: it looks at nothing it should pass on."""

import datetime as dt
import importlib
import itertools
import pkgutil
import types
import typing
import uuid
from enum import Enum

import graphql
import pytest

import db.queries
from db.paging import Window
from db.questions import Asked
from db.ready import ready
from db.rows import Described, Visible
from domain import search
from executor.graph import Graph
from permissions.visibility import VISIBLE
from schema.sources import source_of
from tests.factories.viewers import staff
from tests.fixtures.graphql import built, schema

NOTHING_ASKED = search.terms(
    text=None,
    destination=None,
    first=None,
    last=None,
    party=search.Party(),
    price=None,
    kinds=(),
    language=None,
    is_verified_only=False,
)
TERMS: list[object] = [
    NOTHING_ASKED._replace(
        tokens=["word"] if text else None,
        place_tokens=["word"] if place else None,
        first=dt.date(2026, 11, 18) if days else None,
        last=dt.date(2026, 11, 18) if days else None,
        currency="EUR" if price else None,
        has_facets=facets,
    )
    for text, place, days, price, facets in itertools.product([True, False], repeat=5)
]

EXAMPLES: dict[object, list[object]] = {
    type(None): [None],
    bool: [True, False],
    str: ["text"],
    int: [7],
    uuid.UUID: [uuid.UUID(int=7)],
    dt.datetime: [dt.datetime(2026, 11, 18, tzinfo=dt.UTC)],
    dt.date: [dt.date(2026, 11, 18)],
    type: [model for model in VISIBLE if hasattr(model, "id")],
    search.Terms: TERMS,
    Visible: [next(iter(VISIBLE.values()))(staff())],
    Window: [Window(first=2), Window(last=2)],
}


def questions():
    """Every question of db/queries."""
    for found in pkgutil.iter_modules(db.queries.__path__):
        module = importlib.import_module(f"db.queries.{found.name}")
        for name, each in vars(module).items():
            wrapped = getattr(each, "__wrapped__", None)
            if wrapped is not None and wrapped.__module__ == module.__name__:
                hints = typing.get_type_hints(wrapped)
                origin = typing.get_origin(hints.get("return")) or hints.get("return")
                if isinstance(origin, type) and issubclass(origin, Described):
                    yield pytest.param(each, hints, id=f"{found.name}.{name}")


def examples(hint):
    """Values of every shape an argument may have."""
    if isinstance(hint, types.UnionType):
        return [value for each in typing.get_args(hint) for value in examples(each)]
    origin = typing.get_origin(hint) or hint
    if isinstance(origin, type) and issubclass(origin, Enum):
        return list(origin)
    if origin is tuple:
        return [tuple(EXAMPLES[each][0] for each in typing.get_args(hint))]
    return EXAMPLES.get(origin, [[uuid.UUID(int=7)]])


@pytest.mark.parametrize(("ask", "hints"), list(questions()))
def test_a_question_can_be_traced_in_every_shape(ask, hints):
    names = [name for name in hints if name != "return"]
    for values in itertools.product(*(examples(hints[name]) for name in names)):
        asked = ask(**dict(zip(names, values, strict=True)))
        assert isinstance(asked, Asked)

        traced = asked.traced("q_", str)

        assert "text" not in ready(traced.statement).sql.split("'")
        assert ready(traced.statement).sql == ready(asked.traced("q_", str).statement).sql


def test_every_field_says_where_its_value_comes_from():
    """So that it can be compiled."""
    graph = Graph(schema())
    for type_ in built().type_map.values():
        if graphql.is_object_type(type_) and not type_.name.startswith("__"):
            for field in type_.fields.values():
                assert graph.source_of(field) is source_of(graph.field_of(field))
