"""Arguments of a field, worked out as far as they can be before a request comes."""

from collections.abc import Callable
from typing import Any

import strawberry
from graphql import (
    GraphQLArgument,
    Undefined,
    VariableNode,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.values import get_argument_values
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal
from strawberry.types.arguments import StrawberryArgument, convert_arguments
from strawberry.types.base import StrawberryMaybe
from strawberry.types.field import StrawberryField

from executor.giving_up import Bail
from executor.graph import Graph
from executor.selections import Selected
from executor.variables import Variables

Arguments = Callable[[Variables], dict[str, Any]]
"""Makes the keyword arguments of a resolver out of the request's variables. Raises Bail."""

NONE: dict[str, Any] = {}


def arguments_of(selected: Selected, graph: Graph) -> Arguments:
    """Return how the arguments of a selected field are made.

    Leaves (numbers, texts, enums, times) pass from the variables as they are: graphql-core has read them already,
    and Strawberry would not change them. Everything else goes the way graphql-core and Strawberry go.
    """
    assert selected.field is not None
    field, schema = graph.field_of(selected.field), graph.strawberry
    if not selected.field.args:
        return lambda _: NONE
    taken = {schema.config.name_converter.from_argument(each): each for each in field.arguments}
    if not all(_is_plain(selected.field.args[name], each) for name, each in taken.items()):
        return _generic(selected, field, schema)
    given = {each.name.value: each.value for each in selected.nodes[0].arguments or ()}
    constants: dict[str, Any] = {}
    variables: list[tuple[str, str, bool, Any]] = []
    for name, argument in selected.field.args.items():
        python_name = taken[name].python_name
        value = given.get(name)
        default = coerce_default_value(argument)
        if isinstance(value, VariableNode):
            variables.append((python_name, value.name.value, is_non_null_type(argument.type), default))
        elif value is not None:
            constants[python_name] = coerce_input_literal(value, argument.type)
        elif default is not Undefined:
            constants[python_name] = default
    if any(value is Undefined for value in constants.values()):
        # A list with variables in it: read anew with each request.
        return _generic(selected, field, schema)
    return _bound(constants, variables)


def _bound(constants: dict[str, Any], variables: list[tuple[str, str, bool, Any]]) -> Arguments:
    if not variables:
        return lambda _: constants

    def bind(given: Variables) -> dict[str, Any]:
        arguments = dict(constants)
        coerced = given.coerced
        for python_name, variable, is_required, default in variables:
            value = coerced.get(variable, default)
            if value is Undefined:
                if is_required:
                    raise Bail("an argument without a value")
                continue
            if value is None and is_required:
                raise Bail("a required argument is null")
            arguments[python_name] = value
        return arguments

    return bind


def _generic(selected: Selected, field: StrawberryField, schema: strawberry.Schema) -> Arguments:
    definition, node = selected.field, selected.nodes[0]
    assert definition is not None
    scalars = schema.schema_converter.scalar_registry

    def make(given: Variables) -> dict[str, Any]:
        coerced = get_argument_values(definition, node, given.full())
        return convert_arguments(coerced, field.arguments, scalar_registry=scalars, config=schema.config)

    return make


def _is_plain(argument: GraphQLArgument, taken: StrawberryArgument) -> bool:
    kind = get_nullable_type(argument.type)
    if is_list_type(kind):
        kind = get_nullable_type(kind.of_type)
    return is_leaf_type(kind) and not isinstance(taken.type, StrawberryMaybe)
