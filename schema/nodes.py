"""Global ids and `node(id:)`."""

import strawberry

from resolvers import nodes as resolve
from schema.sources import passed_by, resolved_by


@strawberry.interface(description="Anything with an id of its own.")
class Node:
    id: strawberry.ID = passed_by(resolve.public_id)


@strawberry.type
class NodeQuery:
    node: Node | None = resolved_by(resolve.node)
    nodes: list[Node | None] = resolved_by(resolve.nodes)
