"""The audit chain: every act of a person that matters, sealed to the one before it."""

import datetime as dt
import hashlib
import json
from typing import Any
from uuid import UUID

from db import locks, models
from db.queries import audit as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from permissions.viewer import Viewer

GENESIS = b"\0" * 32


async def record(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    act: str,
    object_id: str,
    facts: dict[str, Any],
    now: dt.datetime,
) -> None:
    """Append one entry to a partner's chain. Locks the chain until commit."""
    await locks.lock_name(uow.session, f"audit:{partner_id}")
    last = await queries.last_entry(uow.session, partner_id)
    entry = models.AuditEntry(
        id=new_id(),
        partner_id=partner_id,
        sequence=last.sequence + 1 if last else 1,
        actor=viewer.id,
        act=act,
        object_id=object_id,
        facts=json.loads(json.dumps(facts, default=str)),
        at=now,
        previous_hash=last.hash if last else GENESIS,
    )
    entry.hash = seal(entry)
    uow.session.add(entry)
    await uow.session.flush()


def seal(entry: models.AuditEntry) -> bytes:
    """Return the hash over everything the entry says and the hash before it."""
    said = [
        str(entry.partner_id),
        entry.sequence,
        entry.actor,
        entry.act,
        entry.object_id,
        entry.facts,
        entry.at.astimezone(dt.UTC).isoformat(),
    ]
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(entry.previous_hash + text.encode()).digest()


def broken_at(chain: list[models.AuditEntry]) -> int | None:
    """Return the sequence of the first entry that does not hold, None for a whole chain (oldest first)."""
    previous = GENESIS
    for expected, entry in enumerate(chain, 1):
        if (entry.sequence, entry.previous_hash, entry.hash) != (expected, previous, seal(entry)):
            return expected
        previous = entry.hash
    return None
