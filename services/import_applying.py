"""Applying an import, and taking it back: one batch a unit of work, each row once.

Rows of one partner's properties are written by one import at a time (a lock by name), so two imports of the same
properties are as if one had come after the other.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from db import locks, models
from db.models.properties import columns_of, values_of
from db.queries import imports as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import imports
from domain.ids import global_id
from domain.import_checks import is_told
from domain.import_messages import RowRule
from domain.import_rows import merged, of_json, to_json
from domain.imports import ImportStatus, RowAction, RowOutcome, UndoOutcome
from domain.properties import PropertyField
from domain.rules.problems import Severity
from permissions.viewer import Viewer
from services import audit, onboarding
from services.import_leases import Leased, fenced, moved_on
from services.import_rejects import Rejects, finish

S = ImportStatus

WRITTEN = frozenset({RowAction.CREATED, RowAction.UPDATED})
ARCHIVED = "archived_at"
"""Beside the fields in what is kept of a property: an archived one that a file names comes back."""


async def apply_batch(uow: UnitOfWork, leased: Leased, *, limit: int, now: dt.datetime) -> Leased | None:
    """Take the next rows over; None where the worker was overtaken. Locks the partner's properties until commit.

    After the last row the import is as it was: `finish_apply` ends it.
    """
    row = await fenced(uow, leased)
    if row is None:
        return None
    rows = await queries.rows_after(uow.session, row.id, row.cursor, limit=limit)
    if not rows:
        return leased
    await locks.lock_name(uow.session, f"properties:{row.partner_id}")
    outcomes = {RowOutcome.ACCEPTED} | ({RowOutcome.CORRECTED} if row.accept_corrections else set())
    taken = [each for each in rows if each.outcome in outcomes]
    done = {each.number: _done(each, RowAction.LEFT_OUT) for each in rows}
    done |= {
        each.number: _done(each, RowAction.UNCHANGED) for each in rows if each.outcome is RowOutcome.UNCHANGED
    }
    done |= await _write(uow, row, taken, now)
    await queries.note_applied(uow.session, row.id, list(done.values()))
    actions = [each["action"] for each in done.values()]
    row.created += actions.count(RowAction.CREATED)
    row.updated += actions.count(RowAction.UPDATED)
    row.left_out += actions.count(RowAction.LEFT_OUT)
    row.processed += len(rows)
    row.cursor = rows[-1].number
    return await moved_on(uow, row, now=now)


async def finish_apply(
    uow: UnitOfWork, leased: Leased, rejects: Rejects | None, *, now: dt.datetime
) -> Leased | None:
    """End an import: every row has been taken, or left out."""
    row = await fenced(uow, leased)
    if row is None:
        return None
    row.status, row.applied_at = imports.moved(row.status, S.APPLIED), now
    await finish(uow, row, rejects, now=now)
    facts = {"created": row.created, "updated": row.updated, "left_out": row.left_out}
    await _audit(uow, row, "imports.applied", facts, now)
    await onboarding.review(uow, row.partner_id, now=now)
    return await moved_on(uow, row, now=now)


async def undo_batch(uow: UnitOfWork, leased: Leased, *, limit: int, now: dt.datetime) -> Leased | None:
    """Take the next rows back; None where the worker was overtaken. Locks the partner's imports until commit."""
    row = await fenced(uow, leased)
    if row is None:
        return None
    rows = await queries.rows_after(uow.session, row.id, row.cursor, limit=limit, actions=WRITTEN)
    if not rows:
        row.status, row.undone_at = imports.moved(row.status, S.UNDONE), now
        facts = {"removed": row.removed, "restored": row.restored, "kept": row.kept}
        await _audit(uow, row, "imports.undone", facts, now)
        await onboarding.review(uow, row.partner_id, now=now)
        return await moved_on(uow, row, now=now)
    await locks.lock_name(uow.session, f"properties:{row.partner_id}")
    there = await queries.lock_properties(
        uow.session, [each.property_id for each in rows if each.property_id]
    )
    undone: list[tuple[int, UndoOutcome]] = []
    for each in rows:
        found = there.get(each.property_id) if each.property_id else None
        if found is None or found.version != each.version:
            undone.append((each.number, UndoOutcome.CHANGED_SINCE))
        elif each.before is None:
            await uow.session.delete(found)
            undone.append((each.number, UndoOutcome.REMOVED))
        else:
            _restore(found, each.before, now)
            undone.append((each.number, UndoOutcome.RESTORED))
    await uow.session.flush()
    await queries.note_undone(uow.session, row.id, undone)
    await _tell_kept(uow, row, rows, undone)
    outcomes = [outcome for _, outcome in undone]
    row.removed += outcomes.count(UndoOutcome.REMOVED)
    row.restored += outcomes.count(UndoOutcome.RESTORED)
    row.kept += outcomes.count(UndoOutcome.CHANGED_SINCE)
    row.processed += len(rows)
    row.cursor = rows[-1].number
    return await moved_on(uow, row, now=now)


async def _write(
    uow: UnitOfWork,
    row: models.PropertyImport,
    taken: Sequence[models.PropertyImportRow],
    now: dt.datetime,
) -> dict[int, dict[str, Any]]:
    """Create and change properties, and return what was done by row number."""
    codes = {each.external_code for each in taken if each.external_code}
    there = await queries.lock_properties_by_codes(uow.session, row.partner_id, codes)
    done: dict[int, dict[str, Any]] = {}
    created: list[dict[str, Any]] = []
    for each in taken:
        told = of_json(each.told)
        found = there.get(each.external_code or "")
        if found is None:
            property_id = new_id()
            created.append(
                {
                    "id": property_id,
                    "partner_id": row.partner_id,
                    "version": 1,
                    "created_at": now,
                    "updated_at": now,
                    **columns_of(told),
                }
            )
            done[each.number] = _done(each, RowAction.CREATED, property_id=property_id, version=1)
            continue
        before = values_of(found)
        if found.archived_at is None and is_told(before, told):
            done[each.number] = _done(each, RowAction.UNCHANGED)
            continue
        kept = to_json(before) | {ARCHIVED: found.archived_at and found.archived_at.isoformat()}
        _set(found, merged(before, told), now)
        found.archived_at = None
        done[each.number] = _done(
            each, RowAction.UPDATED, property_id=found.id, before=kept, version=found.version
        )
    await queries.add_properties(uow.session, created)
    await uow.session.flush()
    return done


def _done(row: models.PropertyImportRow, action: RowAction, **facts: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "action": action,
        "property_id": None,
        "before": None,
        "version": None,
        **facts,
    }


def _set(found: models.Property, values: dict[PropertyField, Any], now: dt.datetime) -> None:
    for name, value in columns_of(values).items():
        setattr(found, name, value)
    found.version += 1
    found.updated_at = now


def _restore(found: models.Property, before: dict[str, Any], now: dt.datetime) -> None:
    archived_at = before.get(ARCHIVED)
    _set(found, of_json({name: value for name, value in before.items() if name != ARCHIVED}), now)
    found.archived_at = dt.datetime.fromisoformat(archived_at) if archived_at else None


async def _tell_kept(
    uow: UnitOfWork,
    row: models.PropertyImport,
    rows: Sequence[models.PropertyImportRow],
    undone: Sequence[tuple[int, UndoOutcome]],
) -> None:
    kept = {number for number, outcome in undone if outcome is UndoOutcome.CHANGED_SINCE}
    await queries.add_rows(
        uow.session,
        [],
        [
            {
                "id": new_id(),
                "import_id": row.id,
                "row": each.number,
                "column": None,
                "field": None,
                "value": each.external_code or "",
                "rule": RowRule.CHANGED_SINCE,
                "severity": Severity.WARNING,
                "sentence": "",
                "facts": {},
                "suggestion": None,
                "is_applied": False,
            }
            for each in rows
            if each.number in kept
        ],
    )


async def _audit(
    uow: UnitOfWork, row: models.PropertyImport, act: str, facts: dict[str, Any], now: dt.datetime
) -> None:
    """Keep what came of it in the audit, in the name of who started the import."""
    await audit.record(
        uow,
        Viewer(id=row.created_by),
        partner_id=row.partner_id,
        act=act,
        object_id=global_id("PropertyImport", row.id),
        facts=facts,
        now=now,
    )
