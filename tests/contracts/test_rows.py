"""Every field of the graph finds its value on the row its type stands for."""

from dataclasses import fields, is_dataclass
from inspect import getclosurevars

import graphql
import pytest
from sqlalchemy import Column, inspect

from db import models
from permissions.visibility import VISIBLE
from schema.sources import Attribute, Related, source_of
from tests.fixtures.graphql import built


def types_with_rows():
    """(type, row class) for every object type that stands for something."""
    for each in built().type_map.values():
        if graphql.is_object_type(each) and not each.name.startswith("__"):
            definition = each.extensions["strawberry-definition"]
            if definition.is_type_of is not None:
                yield pytest.param(
                    each, getclosurevars(definition.is_type_of).nonlocals["model"], id=each.name
                )


TYPES = list(types_with_rows())


def definitions(type_):
    """The fields of a type as they were written, with the graph's own."""
    return [(each.extensions["strawberry-definition"], each) for each in type_.fields.values()]


def attribute_of(definition):
    """The attribute a field names, where it has another name."""
    source = source_of(definition)
    return source.name if isinstance(source, Attribute) else None


def is_nullable(field):
    return not graphql.is_non_null_type(field.type)


@pytest.mark.parametrize(("type_", "row"), TYPES)
def test_every_plain_field_is_an_attribute_of_the_row(type_, row):
    names = [each.python_name for each, _ in definitions(type_) if each.base_resolver is None]
    names += [name for each, _ in definitions(type_) if (name := attribute_of(each))]

    known = {*dir(row), *(each.name for each in fields(row))} if is_dataclass(row) else {*dir(row)}
    assert [name for name in names if name not in known] == []


@pytest.mark.parametrize(
    ("type_", "row"), [each for each in TYPES if issubclass(each.values[1], models.Base)]
)
def test_what_a_row_may_lack_is_nullable_in_the_graph(type_, row):
    columns = {name: each for name, each in inspect(row).columns.items() if isinstance(each, Column)}
    promised = [
        each.python_name
        for each, field in definitions(type_)
        if (name := attribute_of(each) or (each.base_resolver is None and each.python_name)) in columns
        and columns[name].nullable
        and not is_nullable(field)
    ]

    assert promised == []


@pytest.mark.parametrize(("type_", "row"), TYPES)
def test_every_relation_starts_at_the_row_and_ends_where_one_may_look(type_, row):
    for definition, field in definitions(type_):
        source = source_of(definition)
        if not isinstance(source, Related):
            continue
        relation = source.relation
        assert relation.class_ is row
        assert relation.property.mapper.class_ in VISIBLE
        assert relation.property.lazy == "raise"
        # What one may not see is null: a relation to one row can not promise that there is one.
        assert is_nullable(field) is not relation.property.uselist


def test_every_type_that_stands_for_rows_can_be_hidden():
    """A model without a predicate can not be read at all, so every model the graph shows has one."""
    shown = {each.values[1] for each in TYPES if issubclass(each.values[1], models.Base)}

    assert shown - VISIBLE.keys() == set()


def test_every_relation_of_every_model_is_loaded_on_purpose():
    hidden = [
        f"{mapper.class_.__name__}.{each.key}"
        for mapper in models.Base.registry.mappers
        for each in mapper.relationships
        if each.lazy != "raise"
    ]

    assert hidden == []
