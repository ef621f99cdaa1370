"""The registered operations: what a reseller's key can run, it can run through every door."""

from pathlib import Path

from graphql import FieldNode, OperationType
from strawberry.schema.schema_converter import GraphQLCoreConverter

from permissions.viewer import RESELLER_KEY_SCOPES
from schema.roots import build_schema
from schema.sources import source_of
from server.graphql.documents import Documents
from server.graphql.registry import Registry

ROOT = Path(__file__).parents[2]


def test_every_subscription_of_a_reseller_s_key_is_registered():
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
    scopes = {
        name: source_of(field.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]).scope
        for name, field in graph.subscription_type.fields.items()
    }
    assert registered == {name for name, scope in scopes.items() if scope in RESELLER_KEY_SCOPES}
