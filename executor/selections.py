"""What an operation selects: its fields, merged, for one set of truths of `@skip` and `@include`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    InlineFragmentNode,
    NamedTypeNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    is_abstract_type,
)

from executor.giving_up import Unsupported
from executor.graph import Graph

CONDITIONS = {"skip": False, "include": True}
TYPENAME = "__typename"

Truths = Mapping[str, bool]
"""The values of the variables that decide which fields are selected."""


@dataclass(frozen=True, slots=True, eq=False)
class Selected:
    """One field of the answer."""

    key: str
    """Its name in the answer."""
    parent: GraphQLObjectType
    field: GraphQLField | None
    """None for `__typename`."""
    nodes: tuple[FieldNode, ...]
    """All places where it is selected; their arguments are the same (validation)."""

    @property
    def name(self) -> str:
        return self.nodes[0].name.value


class Selections:
    """The selections of one operation."""

    def __init__(
        self,
        graph: Graph,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        truths: Truths,
    ) -> None:
        self.graph = graph
        self.operation = operation
        self._truths = truths
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }

    def root(self, type_: GraphQLObjectType) -> list[Selected]:
        """Return the operation's own fields. Raises Unsupported."""
        return self._selected(type_, [self.operation.selection_set])

    def below(self, selected: Selected, type_: GraphQLObjectType) -> list[Selected]:
        """Return the fields selected below a field where its value has this type. Raises Unsupported."""
        return self._selected(type_, [node.selection_set for node in selected.nodes if node.selection_set])

    def _selected(
        self, type_: GraphQLObjectType, selection_sets: Iterable[SelectionSetNode]
    ) -> list[Selected]:
        nodes: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        for selection_set in selection_sets:
            for node in self._fields(type_, selection_set, spread):
                nodes.setdefault((node.alias or node.name).value, []).append(node)
        return [self._field(type_, key, same) for key, same in nodes.items()]

    def _field(self, type_: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Selected:
        name = nodes[0].name.value
        field = type_.fields.get(name)
        if field is None and name != TYPENAME:
            raise Unsupported(f"introspection: {name}")
        return Selected(key, type_, field, tuple(nodes))

    def _fields(
        self, type_: GraphQLObjectType, selection_set: SelectionSetNode, spread: set[str]
    ) -> Iterator[FieldNode]:
        for selection in selection_set.selections:
            if not self._is_included(selection):
                continue
            if isinstance(selection, FieldNode):
                yield selection
                continue
            if isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name in spread:
                    continue
                spread.add(name)
                fragment: FragmentDefinitionNode | InlineFragmentNode = self._fragments[name]
            elif isinstance(selection, InlineFragmentNode):
                fragment = selection
            else:  # pragma: no cover - the grammar has no other
                raise Unsupported(type(selection).__name__)
            if self._applies(fragment.type_condition, type_):
                yield from self._fields(type_, fragment.selection_set, spread)

    def _applies(self, condition: NamedTypeNode | None, type_: GraphQLObjectType) -> bool:
        if condition is None:
            return True
        narrowed = self.graph.core.get_type(condition.name.value)
        if narrowed is type_:
            return True
        return (
            narrowed is not None
            and is_abstract_type(narrowed)
            and self.graph.core.is_sub_type(narrowed, type_)
        )

    def _is_included(self, selection: SelectionNode) -> bool:
        return all(
            self._truth(directive) is CONDITIONS[directive.name.value]
            for directive in selection.directives or ()
            if directive.name.value in CONDITIONS
        )

    def _truth(self, directive: DirectiveNode) -> bool:
        value = _condition(directive)
        if isinstance(value, BooleanValueNode):
            return value.value
        assert isinstance(value, VariableNode)
        return self._truths[value.name.value]


def _condition(directive: DirectiveNode) -> ValueNode:
    assert directive.arguments  # `if` is required
    return directive.arguments[0].value


def deciding_variables(document: DocumentNode) -> tuple[str, ...]:
    """Return the variables that stand in a `@skip` or `@include` anywhere in a document, sorted."""
    found: set[str] = set()
    waiting = [
        each.selection_set
        for each in document.definitions
        if isinstance(each, OperationDefinitionNode | FragmentDefinitionNode)
    ]
    while waiting:
        for selection in waiting.pop().selections:
            for directive in selection.directives or ():
                if directive.name.value in CONDITIONS:
                    value = _condition(directive)
                    if isinstance(value, VariableNode):
                        found.add(value.name.value)
            inner: SelectionSetNode | None = getattr(selection, "selection_set", None)
            if inner is not None:
                waiting.append(inner)
    return tuple(sorted(found))
