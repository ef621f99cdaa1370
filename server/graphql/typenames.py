"""Every object of an answer says its type: what the portal's cache in the browser goes by."""

from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    visit,
)

TYPENAME = FieldNode(name=NameNode(value="__typename"), arguments=(), directives=())


class NamingTypes(Visitor):
    """Adds `__typename` to every selection of an object that has none; roots are known to everybody."""

    def leave_selection_set(self, node: SelectionSetNode, _key: object, parent: object, *_: object) -> Any:
        has_it = any(
            isinstance(each, FieldNode) and each.name.value == "__typename" for each in node.selections
        )
        if has_it or isinstance(parent, OperationDefinitionNode):
            return None
        return SelectionSetNode(selections=(*node.selections, TYPENAME))


def with_typenames(document: DocumentNode) -> DocumentNode:
    """Return the document with `__typename` for every object; the one given stays as it is."""
    named: DocumentNode = visit(document, NamingTypes())
    return named
