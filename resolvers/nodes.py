"""Any object by its id, through the same predicate as its lists."""

from collections import defaultdict
from typing import Any
from uuid import UUID

import strawberry

from db import models
from db.paging import MAX_PAGE
from db.queries.computed import row_by_id, rows_by_ids
from db.queries.texts import global_id
from db.questions import Asked, model_of
from db.rows import One
from domain.errors import InvalidInput, Refused
from domain.ids import parse_global_id
from permissions.visibility import VISIBLE
from resolvers.context import Info

READABLE: dict[str, type[models.Base]] = {model.__name__: model for model in VISIBLE}


def public_id(root: strawberry.Parent[Any]) -> str:
    """Opaque, unique in the whole graph, fit for urls."""
    return global_id(model_of(root), root.id)


def node(info: Info, id: strawberry.ID) -> Asked[One[Any]] | None:
    """One object by its global id; null where there is none, or none the caller may see."""
    parsed = parse_global_id(id)
    if parsed is None or parsed[0] not in READABLE:
        return None
    model, context = READABLE[parsed[0]], info.context
    return row_by_id(model, parsed[1], visible=VISIBLE[model](context.viewer), now=context.now)


async def nodes(info: Info, ids: list[strawberry.ID]) -> list[Any]:
    """Objects in the order of `ids` (at most 100), one statement a type; null as for `node`."""
    if len(ids) > MAX_PAGE:
        raise Refused(InvalidInput("ids", f"must be {MAX_PAGE} at most"))
    wanted: dict[str, list[UUID]] = defaultdict(list)
    parsed = [parse_global_id(each) for each in ids]
    for found in parsed:
        if found and found[0] in READABLE:
            wanted[found[0]].append(found[1])
    rows = {}
    for type_name, uuids in wanted.items():
        model, context = READABLE[type_name], info.context
        asked = rows_by_ids(model, uuids, visible=VISIBLE[model](context.viewer), now=context.now)
        for row in await asked.load(context.sessions):
            rows[type_name, row.id] = row
    return [rows.get(found) if found else None for found in parsed]
