"""Refusals in an operation's answer: asked for by the façade, so that operations stay short.

The mutation's union says which refusals there are. For each one a fragment is added at start which
asks for all its plain fields under names of their own, so that they collide with nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    DocumentNode,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    Visitor,
    get_named_type,
    is_leaf_type,
    parse,
    visit,
)
from graphql.language import ast

from server.problems import STATUS_OF, Problem
from server.rest.annotations import BadAnnotation
from server.rest.names import snake_case
from server.rest.selections import Selected, covered_types

INTERFACE = "Refusal"
MARK = "refusal"
"""The name under which a refusal says its type; nothing else of an answer has it."""


def without_refusals(document: DocumentNode) -> DocumentNode:
    """Return the document without its own `... on Refusal`, which is for callers over GraphQL."""
    stripped: DocumentNode = visit(document, _StripRefusals())
    return stripped


class _StripRefusals(Visitor):
    def enter_inline_fragment(self, node: ast.InlineFragmentNode, *_: object) -> object:
        condition = node.type_condition
        return Visitor.REMOVE if condition is not None and condition.name.value == INTERFACE else None


SENTENCE = frozenset({"code", "message", "hint"})


@dataclass(frozen=True, slots=True)
class RefusalShape:
    """One refusal of the graph as a problem: its code, and its facts by their names in the problem."""

    type: GraphQLObjectType
    code: str
    facts: Mapping[str, str]
    """Name in the problem -> name in the answer."""

    def problem(self, found: Mapping[str, Any]) -> Problem:
        facts = {name: found[alias] for name, alias in self.facts.items()}
        return Problem(self.code, found[self.alias("message")], found[self.alias("hint")], facts)

    def alias(self, field: str) -> str:
        return f"{self.type.name}_{field}"

    def fragment(self) -> ast.InlineFragmentNode:
        """Return `... on SoldOut { refusal: __typename SoldOut_message: message … }`."""
        fields = " ".join(
            f"{self.alias(name)}: {name}{selected}"
            for name, selected in _plain_fields(self.type).items()
            if name != "code"
        )
        written = parse(f"{{ ... on {self.type.name} {{ {MARK}: __typename {fields} }} }}", no_location=True)
        query = cast("ast.OperationDefinitionNode", written.definitions[0])
        return cast("ast.InlineFragmentNode", query.selection_set.selections[0])


def refusals_of(root: Selected, operation: str) -> dict[str, RefusalShape]:
    """Return the refusals of the root field's union by type name; none where it is no union.

    Raises BadAnnotation for a member the operation does not ask for, and for a code without a status.
    """
    union = get_named_type(root.type)
    if not isinstance(union, GraphQLUnionType):
        return {}
    refusals = {each.name: shape_of_refusal(each) for each in union.types if is_refusal(each)}
    missing = {each.name for each in union.types} - set(refusals) - covered_types(root.node)
    if missing:
        raise BadAnnotation(operation, f"it does not ask for {', '.join(sorted(missing))}")
    for each in refusals.values():
        if each.code not in STATUS_OF:
            raise BadAnnotation(operation, f"{each.code} has no HTTP status")
    if MARK in root.inside:
        raise BadAnnotation(operation, f"the name {MARK} is the façade's own")
    return refusals


def is_refusal(type_: GraphQLObjectType) -> bool:
    return any(interface.name == INTERFACE for interface in type_.interfaces)


def shape_of_refusal(type_: GraphQLObjectType) -> RefusalShape:
    code: str = type_.extensions["strawberry-definition"].origin.reason.code
    facts = {
        snake_case(name): f"{type_.name}_{name}" for name in _plain_fields(type_) if name not in SENTENCE
    }
    return RefusalShape(type_, code, facts)


def _plain_fields(type_: GraphQLObjectType) -> dict[str, str]:
    """Return the fields with what to select inside: leaves, and objects that have nothing but leaves."""
    found = {}
    for name, each in type_.fields.items():
        if is_leaf_type(get_named_type(each.type)):
            found[name] = ""
        elif leaves := _leaves(each.type):
            found[name] = f" {{ {leaves} }}"
    return found


def _leaves(type_: GraphQLOutputType) -> str:
    named = get_named_type(type_)
    if not isinstance(named, GraphQLObjectType):
        return ""
    if not all(is_leaf_type(get_named_type(each.type)) for each in named.fields.values()):
        return ""
    return " ".join(f"{snake_case(name)}: {name}" for name in named.fields)
