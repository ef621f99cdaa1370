"""The audit chain: every act of a person that matters, sealed to the one before it."""

import datetime as dt
import hashlib
import json
from typing import Any
from uuid import UUID

from db import functions, models
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
    """Append one entry to a partner's chain, in one statement. Locks the chain until commit."""
    said = entry_of(viewer, partner_id=partner_id, act=act, object_id=object_id, facts=facts, now=now)
    await functions.run(uow.session, "append_audit", said)


def entry_of(
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    act: str,
    object_id: str,
    facts: dict[str, Any],
    now: dt.datetime,
) -> dict[str, Any]:
    """Return an entry as `append_audit` takes it: whole but for its sequence, which only the database knows."""
    facts = json.loads(json.dumps(facts, default=str))
    before, after = _around_sequence(partner_id, [viewer.id, act, object_id, facts, _written(now)])
    return {
        "id": new_id(),
        "partner_id": partner_id,
        "actor": viewer.id,
        "act": act,
        "object_id": object_id,
        "facts": facts,
        "at": now,
        "before": before,
        "after": after,
    }


def seal(entry: models.AuditEntry) -> bytes:
    """Return the hash over everything the entry says and the hash before it."""
    said = [entry.actor, entry.act, entry.object_id, entry.facts, _written(entry.at)]
    before, after = _around_sequence(entry.partner_id, said)
    return hashlib.sha256(entry.previous_hash + f"{before}{entry.sequence}{after}".encode()).digest()


def _around_sequence(partner_id: UUID | None, said: list[Any]) -> tuple[str, str]:
    """Return the JSON array that is sealed, as what stands before and after the entry's sequence."""
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return f'["{partner_id}",', f",{text[1:]}"


def _written(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat()


def broken_at(chain: list[models.AuditEntry]) -> int | None:
    """Return the sequence of the first entry that does not hold, None for a whole chain (oldest first)."""
    previous = GENESIS
    for expected, entry in enumerate(chain, 1):
        if (entry.sequence, entry.previous_hash, entry.hash) != (expected, previous, seal(entry)):
            return expected
        previous = entry.hash
    return None
