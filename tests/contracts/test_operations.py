"""The registered operations: what a reseller's key can run, it can run through every door."""

from pathlib import Path

import pytest
from graphql import FieldNode, OperationType

from executor.graph import Graph
from executor.operations import CompiledOperation
from permissions.viewer import RESELLER_KEY_SCOPES
from schema.roots import build_schema
from schema.sources import source_of
from server.graphql.documents import Documents
from server.graphql.registry import Registry

ROOT = Path(__file__).parents[2]
SCHEMA = build_schema()
GRAPH = Graph(SCHEMA)
REGISTERED = Registry.load(ROOT / "operations", Documents(SCHEMA._schema)).operations.values()


@pytest.mark.parametrize("operation", REGISTERED, ids=lambda each: f"{each.audience}/{each.name}")
def test_every_registered_operation_is_compiled(operation):
    """One that is not would be answered through graphql-core for good, field by field."""
    prepared = operation.prepared

    compiled = CompiledOperation(GRAPH, prepared.document, prepared.operation(None).definition)

    assert compiled.kind is prepared.operation(None).kind


def test_every_subscription_is_registered_for_resellers():
    graph = build_schema()._schema
    registry = Registry.load(ROOT / "operations", Documents(graph))

    registered = {
        field.name.value
        for each in registry.operations.values()
        for operation in each.prepared.operations
        if each.audience == "ota" and operation.kind is OperationType.SUBSCRIPTION
        for field in operation.definition.selection_set.selections
        if isinstance(field, FieldNode)
    }

    assert graph.subscription_type is not None
    within_reach = {
        name
        for name, field in graph.subscription_type.fields.items()
        if (source := source_of(field.extensions["strawberry-definition"]))
        and source.scope in RESELLER_KEY_SCOPES
    }
    assert registered == within_reach
