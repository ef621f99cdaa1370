"""What an operation answers, level by level: its fields by their names in the answer, with their types."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
)
from graphql.language import ast

from server.rest.annotations import BadAnnotation, is_flattened, operation_of


@dataclass(frozen=True, slots=True)
class Selected:
    """One name in the answer: the field behind it and, for objects, the names inside it."""

    name: str
    definition: GraphQLField
    owner: GraphQLCompositeType
    node: ast.FieldNode
    is_flattened: bool
    is_conditional: bool
    """Under `@include` or `@skip`: it may be missing."""
    inside: dict[str, "Selected"] = field(default_factory=dict)

    @property
    def type(self) -> GraphQLOutputType:
        return self.definition.type

    @property
    def is_nullable(self) -> bool:
        return not is_non_null_type(self.type)

    @property
    def is_list(self) -> bool:
        return is_list_type(self.type.of_type if is_non_null_type(self.type) else self.type)


@dataclass(frozen=True, slots=True)
class Selection:
    """Reads the selections of one document against the schema."""

    schema: GraphQLSchema
    document: DocumentNode

    @property
    def operation(self) -> str:
        name = operation_of(self.document).name
        return name.value if name else "(nameless)"

    def root(self) -> Selected:
        """Return the operation's one root field with everything inside it. Raises BadAnnotation."""
        operation = operation_of(self.document)
        root_type = self.schema.get_root_type(operation.operation)
        if root_type is None:
            raise BadAnnotation(self.operation, "the graph has no such operations")
        names = self._inside(root_type, [operation.selection_set])
        if len(names) != 1:
            raise BadAnnotation(self.operation, "a REST call runs exactly one root field")
        return next(iter(names.values()))

    def _inside(self, owner: GraphQLCompositeType, sets: list[ast.SelectionSetNode]) -> dict[str, Selected]:
        found: dict[str, Selected] = {}
        deeper: dict[str, list[ast.SelectionSetNode]] = {}
        for each in sets:
            for type_, node, is_conditional in self._fields(owner, each, is_conditional=False):
                name = node.alias.value if node.alias else node.name.value
                if name == "__typename":
                    raise BadAnnotation(self.operation, "__typename is the façade's own")
                if node.selection_set:
                    deeper.setdefault(name, []).append(node.selection_set)
                if name in found:
                    self._check_same(found[name], node)
                    continue
                definition = self._field(type_, node)
                found[name] = Selected(name, definition, type_, node, is_flattened(node), is_conditional)
        for name, inner in deeper.items():
            selected = found[name]
            named = get_named_type(selected.type)
            if is_composite_type(named):
                selected.inside.update(self._inside(named, inner))
            if selected.is_flattened and selected.is_list:
                raise BadAnnotation(self.operation, f"{name}: a list can not be flattened")
        return found

    def _fields(
        self, owner: GraphQLCompositeType, selection_set: ast.SelectionSetNode, *, is_conditional: bool
    ) -> Iterator[tuple[GraphQLCompositeType, ast.FieldNode, bool]]:
        for node in selection_set.selections:
            maybe = is_conditional or any(
                each.name.value in {"include", "skip"} for each in node.directives or ()
            )
            if isinstance(node, ast.FieldNode):
                yield owner, node, maybe
                continue
            fragment = node if isinstance(node, ast.InlineFragmentNode) else self._fragment(node)
            condition = fragment.type_condition
            type_ = self.schema.get_type(condition.name.value) if condition else owner
            if not is_composite_type(type_):
                raise BadAnnotation(self.operation, "a fragment names no type of the graph")
            yield from self._fields(type_, fragment.selection_set, is_conditional=maybe)

    def _fragment(self, spread: ast.SelectionNode) -> FragmentDefinitionNode:
        for each in self.document.definitions:
            if (
                isinstance(spread, ast.FragmentSpreadNode)
                and isinstance(each, FragmentDefinitionNode)
                and each.name.value == spread.name.value
            ):
                return each
        raise BadAnnotation(self.operation, "a fragment is missing")

    def _field(self, owner: GraphQLCompositeType, node: ast.FieldNode) -> GraphQLField:
        fields = getattr(owner, "fields", {})
        if node.name.value not in fields:
            raise BadAnnotation(self.operation, f"{owner.name} has no field {node.name.value}")
        found: GraphQLField = fields[node.name.value]
        return found

    def _check_same(self, first: Selected, node: ast.FieldNode) -> None:
        if first.is_flattened != is_flattened(node):
            raise BadAnnotation(self.operation, f"{first.name} is flattened in one place only")


def covered_types(root: ast.FieldNode) -> set[str]:
    """Return the types a union's selection has fragments for."""
    selections = root.selection_set.selections if root.selection_set else ()
    return {
        node.type_condition.name.value
        for node in selections
        if isinstance(node, ast.InlineFragmentNode) and node.type_condition
    }


def object_type(selected: Selected) -> GraphQLObjectType | None:
    named = get_named_type(selected.type)
    return named if isinstance(named, GraphQLObjectType) else None
