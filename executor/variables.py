"""Variables of a request, read as their definitions say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    VariableDefinitionNode,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values

from executor.giving_up import Bail

PLAIN = {"String": str, "Int": int, "Boolean": bool, "ID": str}
INT_RANGE = range(-(2**31), 2**31)
ALIKE = (str, int, bool, type(None))
"""Values that nobody can change: a default of such a type is read once for all requests."""

Reader = Callable[[Any], Any]
"""Returns a value as resolvers get it; Undefined where graphql-core has to look at it."""


@dataclass(slots=True)
class Variables:
    """The values of the variables that have one."""

    coerced: Mapping[str, Any]
    reader: "VariableReader"
    given: Mapping[str, Any]

    def full(self) -> VariableValues:
        """Return them as graphql-core keeps them, with where each came from."""
        sources = {
            name: VariableValueSource(signature, self.given[name])
            if name in self.given
            else VariableValueSource(signature)
            for name, signature in self.reader.signatures.items()
        }
        return VariableValues(sources, dict(self.coerced))


class VariableReader:
    """Reads the variables of one operation: leaves and lists of them at once, the rest as graphql-core does."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        self.signatures: dict[str, GraphQLVariableSignature] = {}
        self._readers: list[tuple[str, Reader, Any]] = []
        for definition in self._definitions:
            signature = get_variable_signature(schema, definition)
            if isinstance(signature, GraphQLError):  # pragma: no cover - validation has refused it
                raise Bail("a variable of no type")
            self.signatures[signature.name] = signature
            self._readers.append((signature.name, _reader(signature.type), self._missing(definition)))

    def read(self, given: Mapping[str, Any]) -> Variables:
        """Return the values of a request. Raises Bail where they do not fit."""
        coerced: dict[str, Any] = {}
        for name, read, missing in self._readers:
            if name not in given:
                if missing is _LOOK:
                    break
                if missing is not Undefined:
                    coerced[name] = missing
                continue
            value = read(given[name])
            if value is Undefined:
                break
            coerced[name] = value
        else:
            return Variables(coerced, self, given)
        values = get_variable_values(self._schema, self._definitions, dict(given))
        if isinstance(values, list):
            raise Bail("variables that do not fit")
        return Variables(values.coerced, self, given)

    def _missing(self, definition: VariableDefinitionNode) -> Any:
        """Return what a variable is that nobody gave a value: its default, Undefined for none, or _LOOK."""
        values = get_variable_values(self._schema, [definition], {})
        if isinstance(values, list):
            return _LOOK
        default = values.coerced.get(definition.variable.name.value, Undefined)
        return default if default is Undefined or isinstance(default, ALIKE) else _LOOK


_LOOK = object()


def _reader(kind: Any) -> Reader:
    """Return how values of a type are read."""
    if is_non_null_type(kind):
        return partial(_required, _reader(kind.of_type))
    if is_list_type(kind):
        member = kind.of_type
        if not is_list_type(get_nullable_type(member)):
            return partial(_list, _reader(member))
    elif isinstance(kind, GraphQLEnumType):
        return partial(_enum, {name: kind.coerce_input_value(name) for name in kind.values})
    elif kind.name == "Int":
        return _int
    elif kind.name in PLAIN:
        return partial(_plain, PLAIN[kind.name])
    return _other


def _required(read: Reader, value: Any) -> Any:
    return Undefined if value is None else read(value)


def _list(read: Reader, value: Any) -> Any:
    if type(value) is not list:
        return None if value is None else Undefined
    members = [read(each) for each in value]
    return Undefined if any(each is Undefined for each in members) else members


def _enum(values: Mapping[str, Any], value: Any) -> Any:
    if value is None:
        return None
    return values.get(value, Undefined) if type(value) is str else Undefined


def _int(value: Any) -> Any:
    if value is None:
        return None
    return value if type(value) is int and value in INT_RANGE else Undefined


def _plain(kind: type, value: Any) -> Any:
    return value if value is None or type(value) is kind else Undefined


def _other(value: Any) -> Any:
    return None if value is None else Undefined
