"""Any object by its id, through the same predicate as its lists."""

from collections import defaultdict
from typing import Any
from uuid import UUID

import strawberry

from db import models
from db.queries.computed import select_rows
from db.rows import MAX_PAGE, One, Rows
from domain.errors import InvalidInput, Refused
from domain.ids import parse_global_id
from permissions.visibility import VISIBLE
from resolvers.context import Context, Info

READABLE: dict[str, type[models.Base]] = {model.__name__: model for model in VISIBLE}


def node(info: Info, id: strawberry.ID) -> One[Any] | None:
    """One object by its global id; null where there is none, or none the caller may see."""
    parsed = parse_global_id(id)
    if parsed is None or parsed[0] not in READABLE:
        return None
    type_name, uuid = parsed
    return One(_described(info.context, READABLE[type_name], [uuid]).statement)


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
        for row in await _described(info.context, READABLE[type_name], uuids).load(info.context.sessions):
            rows[type_name, row.id] = row
    return [rows.get(found) if found else None for found in parsed]


def _described(context: Context, model: Any, uuids: list[UUID]) -> Rows[Any]:
    statement = select_rows(model, now=context.now)
    return Rows(statement.where(VISIBLE[model](context.viewer), model.id.in_(uuids)))
