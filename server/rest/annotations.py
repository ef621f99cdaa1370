"""What an operation's own text says of its REST call: `@rest` on the operation, `@flatten` on fields.

Both are client directives: the graph does not know them, and they are taken out before it runs.
A file that is annotated wrongly stops the start with a sentence about it.
"""

from dataclasses import dataclass
from string import Formatter
from typing import Any

from graphql import (
    DocumentNode,
    OperationDefinitionNode,
    Visitor,
    visit,
)
from graphql.language import ast
from graphql.utilities import value_from_ast_untyped

REST = "rest"
FLATTEN = "flatten"
METHODS_OF = {"query": {"GET"}, "mutation": {"POST", "PUT", "PATCH", "DELETE"}}
NO_CONTENT = 204


class BadAnnotation(Exception):  # noqa: N818 - a fact about a file of ours; the start ends with it
    """An operation can not be served as its annotations say."""

    def __init__(self, operation: str, problem: str) -> None:
        super().__init__(f"operation {operation}: {problem}")


@dataclass(frozen=True, slots=True)
class Rest:
    """One call: its method and path, the status of its success, the group it is documented in.

    `location` is the path of what it made, with members of the answer in braces.
    """

    method: str
    path: str
    success: int = 200
    location: str | None = None
    tag: str = "Calls"

    @property
    def path_parameters(self) -> tuple[str, ...]:
        return names_in(self.path)


def names_in(template: str) -> tuple[str, ...]:
    """Return the names in braces: ("id",) for "/orders/{id}/tickets"."""
    return tuple(name for _, name, _, _ in Formatter().parse(template) if name)


def operation_of(document: DocumentNode) -> OperationDefinitionNode:
    """Return the document's one operation; the registry has checked that it is one."""
    return next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))


def rest_of(operation: OperationDefinitionNode) -> Rest | None:
    """Return the operation's `@rest`, None for one that is not served as REST. Raises BadAnnotation."""
    name = operation.name.value if operation.name else "(nameless)"
    directive = next((each for each in operation.directives or () if each.name.value == REST), None)
    if directive is None:
        return None
    arguments: dict[str, Any] = {
        each.name.value: value_from_ast_untyped(each.value) for each in directive.arguments or ()
    }
    try:
        rest = Rest(**arguments)
    except TypeError as error:
        raise BadAnnotation(name, f"@rest: {error}") from None
    if rest.method not in METHODS_OF.get(operation.operation.value, set()):
        raise BadAnnotation(name, f"a {operation.operation.value} can not be {rest.method}")
    if not rest.path.startswith("/api/") or rest.path.endswith("/"):
        raise BadAnnotation(name, "the path must start with /api/ and end without a slash")
    return rest


def is_flattened(field: ast.FieldNode) -> bool:
    return any(directive.name.value == FLATTEN for directive in field.directives or ())


def without_annotations(document: DocumentNode) -> DocumentNode:
    """Return the document as the graph can read it."""
    stripped: DocumentNode = visit(document, _Strip())
    return stripped


class _Strip(Visitor):
    def enter_directive(self, node: ast.DirectiveNode, *_: object) -> object:
        return Visitor.REMOVE if node.name.value in {REST, FLATTEN} else None
