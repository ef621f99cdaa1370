"""Global ids and `node(id:)`."""

from typing import Any

import strawberry

from domain.ids import global_id
from resolvers import nodes as resolve
from schema.sources import resolved_by


def _id(root: strawberry.Parent[Any]) -> strawberry.ID:
    return strawberry.ID(global_id(type(root).__name__, root.id))


@strawberry.interface(description="Anything with an id of its own.")
class Node:
    id: strawberry.ID = strawberry.field(
        resolver=_id, description="Opaque, unique in the whole graph, fit for urls."
    )


@strawberry.type
class NodeQuery:
    node: Node | None = resolved_by(resolve.node)
    nodes: list[Node | None] = resolved_by(resolve.nodes)
