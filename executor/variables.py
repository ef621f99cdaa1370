"""Variables of a request, read as their definitions say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, get_nullable_type, is_non_null_type
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values

from executor.giving_up import Bail

PLAIN = {"String": str, "Int": int, "Boolean": bool, "ID": str}
INT_RANGE = range(-(2**31), 2**31)


@dataclass(frozen=True, slots=True)
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
    """Reads the variables of one operation: texts and numbers at once, everything else as graphql-core does."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        self.signatures: dict[str, GraphQLVariableSignature] = {}
        self._plain: dict[str, type] = {}
        self._is_plain = True
        for definition in self._definitions:
            signature = get_variable_signature(schema, definition)
            if isinstance(signature, GraphQLError):  # pragma: no cover - validation has refused it
                raise Bail("a variable of no type")
            self.signatures[signature.name] = signature
            kind = PLAIN.get(getattr(get_nullable_type(signature.type), "name", ""))
            if kind is None or definition.default_value is not None:
                self._is_plain = False
            else:
                self._plain[signature.name] = kind
        self._required = {
            name for name, signature in self.signatures.items() if is_non_null_type(signature.type)
        }

    def read(self, given: Mapping[str, Any]) -> Variables:
        """Return the values of a request. Raises Bail where they do not fit."""
        coerced = self._at_once(given) if self._is_plain else None
        if coerced is None:
            values = get_variable_values(self._schema, self._definitions, dict(given))
            if isinstance(values, list):
                raise Bail("variables that do not fit")
            coerced = values.coerced
        return Variables(coerced, self, given)

    def _at_once(self, given: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the values where all are of the very type that is asked for; None where one needs a look."""
        coerced: dict[str, Any] = {}
        for name, kind in self._plain.items():
            if name not in given:
                if name in self._required:
                    return None
                continue
            value = given[name]
            if type(value) is not kind:
                if value is not None or name in self._required:
                    return None
            elif kind is int and value not in INT_RANGE:
                return None
            coerced[name] = value
        return coerced
