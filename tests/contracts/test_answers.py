"""What a resolver answers as data is what its union has, and each member tells all its facts."""

from dataclasses import fields

import graphql
import pytest

from domain.errors import Refusal
from schema.sources import SOURCE
from tests.fixtures.graphql import built

SHARED = {"code", "message", "hint"}
MESSAGE = "why"
"""A fact that is the message itself."""
MUTATIONS = built().mutation_type.fields
REFUSALS = {each.name: each for each in built().get_possible_types(built().type_map["Refusal"])}


def definition_of(named):
    return named.extensions["strawberry-definition"]


def reason_of(name):
    """The refusal of the domain that a type of the graph stands for."""
    return definition_of(REFUSALS[name]).origin.reason


@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_a_mutation_answers_exactly_the_refusals_of_its_union(name):
    resolver = definition_of(MUTATIONS[name]).metadata[SOURCE].resolver

    members = graphql.get_named_type(MUTATIONS[name].type).types
    assert {each.code for each in resolver.answers} == {
        reason_of(each.name).code for each in members if each.name in REFUSALS
    }


@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_a_mutation_answers_one_thing_besides_refusals(name):
    members = graphql.get_named_type(MUTATIONS[name].type).types

    assert len([each for each in members if each.name not in REFUSALS]) == 1


@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_a_mutation_takes_one_input(name):
    assert [
        (each, type(argument.type.of_type).__name__) for each, argument in MUTATIONS[name].args.items()
    ] == [("input", "GraphQLInputObjectType")]


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_a_refusal_tells_every_fact_of_its_own(name):
    told = {
        definition_of(field).python_name
        for field_name, field in REFUSALS[name].fields.items()
        if field_name not in SHARED
    }

    reason = reason_of(name)
    assert issubclass(reason, Refusal)
    assert told == {field.name for field in fields(reason)} - {MESSAGE}
    assert name == reason.__name__
