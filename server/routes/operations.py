"""`/graphql/operations`: what an API key may run over GraphQL, with the ids to send."""

import hashlib

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.graphql.admission import FOR_KEYS
from server.graphql.registry import Registry

OPERATIONS_PATH = "/graphql/operations"


def operations_route(registry: Registry) -> Route:
    """Return the route of the list: name, id, kind and text of each, by name. It tells nothing secret."""
    listed = [
        {
            "name": each.name,
            "id": each.id,
            "kind": each.prepared.operations[0].kind.value,
            "text": each.text,
        }
        for each in sorted(registry.operations.values(), key=lambda each: each.name)
        if each.audience in FOR_KEYS
    ]
    body = orjson.dumps({"operations": listed})
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'

    async def operations(request: Request) -> Response:
        kept = {"ETag": etag, "Cache-Control": "no-cache"}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=kept)
        return Response(body, headers=kept, media_type="application/json")

    return Route(OPERATIONS_PATH, operations)
