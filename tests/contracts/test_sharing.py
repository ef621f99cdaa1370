"""What is told to all callers of the same rights can show nobody anything by name."""

from dataclasses import replace
from uuid import UUID

import graphql
import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql
from strawberry.schema.schema_converter import GraphQLCoreConverter

from permissions.viewer import NOBODY, Scope, SharedBy, Viewer
from permissions.visibility import VISIBLE
from schema.sources import Streamed, model_of_type, source_of
from tests.fixtures.graphql import built

PARTNER = UUID(int=7)
ONE = Viewer(
    id="key:one",
    scopes=frozenset(Scope),
    scopes_by_partner={PARTNER: frozenset(Scope)},
    api_key_id=UUID(int=1),
    reseller_id=PARTNER,
)
ANOTHER = replace(ONE, id="key:another", api_key_id=UUID(int=2))
PERSON = replace(ONE, id="user:one", api_key_id=None, user_id=UUID(int=3))
NEIGHBOUR = replace(PERSON, id="user:another", user_id=UUID(int=4))


def streams():
    fields = built().subscription_type.fields
    return {
        name: source_of(field.extensions[GraphQLCoreConverter.DEFINITION_BACKREF])
        for name, field in fields.items()
    }


def reachable(type_):
    """The object types a selection on a type can get to."""
    found, waiting = set(), [type_]
    while waiting:
        each = graphql.get_named_type(waiting.pop())
        if each in found or graphql.is_leaf_type(each):
            continue
        found.add(each)
        if graphql.is_abstract_type(each):
            waiting += built().get_possible_types(each)
        if hasattr(each, "fields"):
            waiting += [field.type for field in each.fields.values()]
    return [each for each in found if graphql.is_object_type(each)]


def question(model, viewer):
    statement = select(model).where(VISIBLE[model](viewer))
    return str(statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))


def is_seen_by_name(model):
    return question(model, ONE) != question(model, ANOTHER)


def is_seen_in_person(model):
    """Of people, who are one and the same where answers are shared by rights."""
    return question(model, PERSON) != question(model, NEIGHBOUR)


def models_of(field):
    origins = [
        each.extensions[GraphQLCoreConverter.DEFINITION_BACKREF].origin
        for each in reachable(built().subscription_type.fields[field].type)
    ]
    return {model for origin in origins if (model := model_of_type(origin)) in VISIBLE}


def test_who_shares_by_rights_is_no_person():
    assert (PERSON.person, PERSON.shared(SharedBy.RIGHTS).person) == (UUID(int=3), NOBODY)


def test_every_stream_says_who_shares_it():
    assert all(isinstance(source, Streamed) for source in streams().values())


@pytest.mark.parametrize(
    "field", [name for name, source in streams().items() if source.shared_by is SharedBy.RIGHTS]
)
def test_what_all_of_the_same_rights_are_told_is_nobodys_by_name(field):
    models = models_of(field)

    assert models
    assert [model.__name__ for model in models if is_seen_by_name(model)] == []


@pytest.mark.parametrize(
    "field", [name for name, source in streams().items() if source.shared_by is SharedBy.NAME]
)
def test_what_is_told_by_name_could_not_be_told_to_all(field):
    assert any(is_seen_by_name(model) or is_seen_in_person(model) for model in models_of(field))


@pytest.mark.parametrize("field", streams())
def test_states_are_numbered_and_a_reader_may_say_what_it_has_seen(field):
    stream = built().subscription_type.fields[field]

    assert str(stream.args["after"].type) == "Int"
    assert str(graphql.get_named_type(stream.type).fields["sequence"].type) == "Int!"
