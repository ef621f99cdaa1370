"""Handing in an act that is done together with others (docs/adr/0017), and taking out what became of it."""

import datetime as dt
from collections.abc import Hashable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import orjson

from db import functions
from db.batches import Batches, Parts
from db.entries import ForMany
from db.queries import computed
from db.rows import Visible
from db.types import Base
from db.written import row_of_json
from domain.errors import NotFound, Refused
from domain.idempotency import Idempotency
from domain.ids import global_id
from permissions.symbolic import facts_of
from permissions.viewer import Viewer
from services.idempotency import key_of

R = TypeVar("R", bound=Base)


def keys_part(
    idempotency: Idempotency | None, *, object_id: UUID, now: dt.datetime
) -> list[dict[str, object]]:
    """Return the part `keys` of an act: the caller's key bound to what the act makes."""
    key = key_of(idempotency)
    return [] if key is None else [{**key, "object_id": object_id, "created_at": now}]


async def do(
    acts: Batches,
    statement: ForMany,
    parts: Parts,
    *,
    idempotency: Idempotency | None,
    about: UUID | None = None,
) -> Any:
    """Do an act and return what its SQL tells of it, read from JSON.

    Two with one key, or `about` one row, are done one after the other. Refuses: whatever the SQL refuses.
    """
    apart: list[Hashable] = [] if about is None else [about]
    if idempotency is not None:
        apart.append((idempotency.actor, idempotency.key))
    ((_, code, facts),) = await acts.do(statement.sql, parts, apart=apart)
    told: Any = None if facts is None else orjson.loads(facts)
    if code is not None:
        raise Refused(functions.refusal(code, told))
    return told


async def do_to_reservation(
    acts: Batches,
    viewer: Viewer,
    statement: ForMany,
    reservation_id: UUID | None,
    act: Mapping[str, object],
    *,
    now: dt.datetime,
    idempotency: Idempotency | None = None,
    makes: UUID | None = None,
) -> Any:
    """Do an act to a reservation the caller may see; its key is bound to what it `makes`, or to the reservation.

    Refuses: NotFound, whatever else the SQL refuses.
    """
    if reservation_id is None:
        raise Refused(NotFound(noun="reservation", id=""))
    parts = {
        "acts": ({"id": reservation_id, "now": now, **act, **facts_of(viewer, statement.facts)},),
        "keys": keys_part(idempotency, object_id=makes or reservation_id, now=now),
    }
    return await do(acts, statement, parts, idempotency=idempotency, about=reservation_id)


async def named(acts: Batches, viewer: Viewer, model: type[R], row_id: UUID, visible: Visible) -> R:
    """Load the row an earlier call with the same key made. Refuses: NotFound."""
    statement = computed.rows_named(model, visible)
    entry = {"id": row_id, **facts_of(viewer, statement.facts)}
    records = await acts.ask(statement.sql, {"named": (entry,)})
    if not records:
        raise Refused(NotFound(noun=model.__name__.lower(), id=global_id(model.__name__, row_id)))
    return row_of_json(model, orjson.loads(records[0][1]))
