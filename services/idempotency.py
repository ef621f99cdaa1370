"""Binding a caller's key to what it made."""

import datetime as dt
from uuid import UUID

from sqlalchemy import func

from db import functions
from db.unit_of_work import UnitOfWork
from domain.idempotency import Idempotency


def key_of(idempotency: Idempotency | None) -> dict[str, str] | None:
    """Return the key as the SQL acts take it."""
    if idempotency is None:
        return None
    return {
        "actor": idempotency.actor,
        "key": idempotency.key,
        "request_hash": idempotency.request_hash.hex(),
    }


async def claim(
    uow: UnitOfWork, idempotency: Idempotency | None, *, object_id: UUID, now: dt.datetime
) -> UUID | None:
    """Bind the key to `object_id`. Returns None, or the object it made before, for the same request.

    A second call with the key waits for the first to end. Refuses: IdempotencyConflict.
    """
    if idempotency is None:
        return None
    claimed = func.claim_key(functions.json_of(key_of(idempotency) or {}), object_id, now)
    first: UUID | None = await functions.call(uow.session, claimed)
    return first
