"""The variables each operation is asked with: cursors and ids from all over the tables, the same for everybody."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import cycle, islice, product
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from bench.peers.catalog import BIG_PREFIX, CALLED, PREFIX, STATUSES
from bench.peers.operations import OPERATIONS
from db import models
from db.session import Sessions
from domain.environments import Environment
from domain.ids import global_id
from domain.reservations import ReservationStatus

Variables = dict[str, Any]

Rows = Select[*tuple[Any, ...]]
LIVE = Environment.LIVE
NODES: dict[type[Any], ColumnElement[bool]] = {
    models.Package: models.Package.environment == LIVE,
    models.Ticket: models.Ticket.environment == LIVE,
    models.Partner: true(),
}
"""What `node` is asked for, and which of them our caller sees."""
ROOM = 0.9
"""Cursors lie in so much of a list: after each of them there is a whole page."""


@dataclass(frozen=True, slots=True)
class Key:
    """What one call asks for, in nobody's notation."""

    after: tuple[str, ...] | None = None
    """The keyset of the row after which the page begins."""
    id: tuple[str, UUID] | None = None
    """Type and id of the one row."""
    words: Variables = field(default_factory=dict)

    def graph(self) -> Variables:
        """Return the variables of our graph."""
        variables = dict(self.words)
        if self.after is not None:
            text = json.dumps(self.after)
            variables["after"] = urlsafe_b64encode(text.encode()).decode().rstrip("=")
        if self.id is not None:
            variables["id"] = global_id(*self.id)
        return variables

    def postgraphile(self, order_digest: str, *, is_node: bool) -> Variables:
        """Return the variables of PostGraphile's graph; its cursors begin with a digest of the list's order."""
        variables = dict(self.words)
        if "productIds" in variables:
            variables["sku"] = variables.pop("productIds")[0]
        if self.after is not None:
            variables["after"] = _as_json([order_digest, *self.after])
        if self.id is not None:
            type_name, uuid = self.id
            variables["id"] = _as_json([type_name, str(uuid)]) if is_node else str(uuid)
        return variables


def _as_json(values: list[str]) -> str:
    return b64encode(json.dumps(values, separators=(",", ":")).encode()).decode()


async def load_keys(sessions: Sessions) -> dict[str, list[Key]]:
    """Load the keys of every operation, as many as it has."""
    number = {operation.name: operation.keys for operation in OPERATIONS}
    small, big, bookings, holds, calls = _lists()
    open_holds = holds.where(models.Reservation.status == ReservationStatus.ACTIVE)
    filters = islice(cycle(product(CALLED, STATUSES)), number["counted"])
    async with sessions.read() as session:
        spread = partial(_spread, session)
        return {
            "big": _after(await spread(small, number["big"], ROOM)),
            "small": _ids("Reservation", await spread(holds, number["small"])),
            "deep": _after(await spread(bookings, number["deep"], ROOM)),
            "wide": _after(await spread(bookings, number["wide"], ROOM)),
            "nulls": _after(await spread(open_holds, number["nulls"], ROOM)),
            "counted": [
                replace(key, words={"operation": operation, "status": status})
                for key, (operation, status) in zip(
                    _after(await spread(calls, number["counted"], ROOM)), filters, strict=True
                )
            ],
            "node": await _nodes(session, number["node"] // len(NODES)),
            "empty": [Key(words={"productIds": [f"NONE-{each}"]}) for each in range(number["empty"])],
            # A page of a hundred must end before the list does.
            "hundred_by_twenty": _after(await spread(big, number["hundred_by_twenty"], 0.5)),
        }


def _lists() -> tuple[Rows, ...]:
    """Select the keysets of the lists in their order: small and big packages, bookings, reservations, calls."""
    package = models.Package
    skus = select(package.sku, package.id).where(package.environment == LIVE).order_by(package.sku)
    return (
        skus.where(package.sku.startswith(PREFIX)),
        skus.where(package.sku.startswith(BIG_PREFIX)),
        *(
            select(model.id).where(model.environment == LIVE).order_by(model.id.desc())
            for model in (models.Booking, models.Reservation, models.ApiCall)
        ),
    )


async def _nodes(session: AsyncSession, number: int) -> list[Key]:
    """Return so many ids of each type, the types in turn."""
    by_type = [
        _ids(
            model.__name__, await _spread(session, select(model.id).where(is_seen).order_by(model.id), number)
        )
        for model, is_seen in NODES.items()
    ]
    return [key for keys in zip(*by_type, strict=True) for key in keys]


async def _spread(session: AsyncSession, statement: Rows, number: int, room: float = 1.0) -> Sequence[Any]:
    """Return `number` rows at equal distances, out of the first part of all."""
    rows = (await session.execute(statement)).all()
    return [rows[int(len(rows) * room * each / number)] for each in range(number)]


def _after(rows: Sequence[Any]) -> list[Key]:
    return [Key(after=tuple(str(value) for value in row)) for row in rows]


def _ids(type_name: str, rows: Sequence[Any]) -> list[Key]:
    return [Key(id=(type_name, row.id)) for row in rows]
