"""Which subscriptions have one and the same answer: planned once a document, decided once a subscriber."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    Node,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    visit,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from permissions.viewer import SharedBy, Viewer
from schema.sources import Streamed, source_of
from server.graphql.fragments import fragments_of

AFTER = "after"
"""The argument by which a stream of states skips what its reader has seen."""


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """What a document says of its subscription's stream. Not shared: `shared_by` is None."""

    shared_by: SharedBy | None = None
    after: str | None = None
    """The variable that does nothing but fill `after`: each sharer skips for itself, by sequence numbers."""


def plan_stream(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
) -> StreamPlan:
    """Plan the stream of a valid operation."""
    if operation.operation is not OperationType.SUBSCRIPTION or schema.subscription_type is None:
        return StreamPlan()
    root = root_field(operation, fragments_of(document))
    definition = schema.subscription_type.fields[root.name.value]
    source = source_of(definition.extensions[GraphQLCoreConverter.DEFINITION_BACKREF])
    if not isinstance(source, Streamed):
        return StreamPlan()
    return StreamPlan(source.shared_by, _after(document, operation, root))


def root_field(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> FieldNode:
    """Return the one field of a subscription, which may stand in a fragment."""
    selection: Node = operation.selection_set.selections[0]
    while not isinstance(selection, FieldNode):
        if isinstance(selection, FragmentSpreadNode):
            selection = fragments[selection.name.value]
        selection = selection.selection_set.selections[0]  # type: ignore[attr-defined]
    return selection


def sharing_key(by: SharedBy, viewer: Viewer) -> Hashable:
    """Return what a viewer's answers can depend on: every field of the viewer they are made in the name of."""
    shared = viewer.shared(by)
    facts = (getattr(shared, each.name) for each in fields(shared))
    return tuple(frozenset(fact.items()) if isinstance(fact, Mapping) else fact for fact in facts)


def variables_key(variables: Mapping[str, object]) -> bytes:
    """Return the same for the same variables, in whatever order they were sent."""
    return orjson.dumps(variables, option=orjson.OPT_SORT_KEYS)


def without_after(plan: StreamPlan, variables: Mapping[str, object]) -> Mapping[str, object]:
    """Return the variables of the common stream, which skips nothing."""
    return variables if plan.after is None else {**variables, plan.after: None}


def _after(document: DocumentNode, operation: OperationDefinitionNode, root: FieldNode) -> str | None:
    """Return the variable of `after` if it may be taken out: it can be null, and stands nowhere else."""
    given = next((each.value for each in root.arguments or () if each.name.value == AFTER), None)
    if not isinstance(given, VariableNode):
        return None
    name = given.name.value
    definitions = operation.variable_definitions or ()
    is_required = any(
        each.variable.name.value == name and isinstance(each.type, NonNullTypeNode) for each in definitions
    )
    uses = Uses(name)
    visit(document, uses)
    # Once where it is defined, once where it is used.
    return None if is_required or uses.number != 2 else name


class Uses(Visitor):
    """Counts how often a variable stands in a document."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.number = 0

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.number += node.name.value == self._name
