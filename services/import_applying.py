"""Applying an import, and taking it back: one batch a unit of work, each row once.

The codes of a partner's properties are locked by one batch at a time, so two imports of the same properties are as if
the batches of one had come between those of the other.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from db import models
from db.models.properties import values_of
from db.queries import imports as queries
from db.queries import properties as property_queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import imports
from domain.ids import global_id
from domain.import_messages import RowRule
from domain.import_rows import merged, of_json
from domain.imports import ImportStatus, RowAction, RowOutcome, UndoOutcome
from domain.properties import Values
from domain.rules.problems import Severity
from permissions.viewer import Scope, Viewer
from services import audit, property_batches
from services.import_leases import Leased, fenced, moved_on
from services.import_rejects import Rejects, finish
from services.properties import lock_codes
from services.property_batches import Outcome, Written

S = ImportStatus

WRITTEN = frozenset({RowAction.CREATED, RowAction.UPDATED})
ACTIONS = {
    Outcome.CREATED: RowAction.CREATED,
    Outcome.CHANGED: RowAction.UPDATED,
    Outcome.SAME: RowAction.UNCHANGED,
}


async def apply_batch(uow: UnitOfWork, leased: Leased, *, limit: int, now: dt.datetime) -> Leased | None:
    """Take the next rows over; None where the worker was overtaken. Locks the partner's codes until commit.

    After the last row the import is as it was: `finish_apply` ends it.
    """
    row = await fenced(uow, leased)
    if row is None:
        return None
    rows = await queries.rows_after(uow.session, row.id, row.cursor, limit=limit)
    if not rows:
        return leased
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
    return await moved_on(uow, row, now=now)


async def undo_batch(uow: UnitOfWork, leased: Leased, *, limit: int, now: dt.datetime) -> Leased | None:
    """Take the next rows back; None where the worker was overtaken. Locks the partner's codes until commit."""
    row = await fenced(uow, leased)
    if row is None:
        return None
    rows = await queries.rows_after(uow.session, row.id, row.cursor, limit=limit, actions=WRITTEN)
    if not rows:
        row.status, row.undone_at = imports.moved(row.status, S.UNDONE), now
        facts = {"removed": row.removed, "restored": row.restored, "kept": row.kept}
        await _audit(uow, row, "imports.undone", facts, now)
        return await moved_on(uow, row, now=now)
    left = await property_batches.take_back(
        uow,
        _acting_for(row),
        partner_id=row.partner_id,
        written=[_written(each) for each in rows],
        act_id=global_id("PropertyImport", row.id),
        now=now,
    )
    undone = [(each.number, _undone(each, left)) for each in rows]
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
    await lock_codes(uow, row.partner_id)
    codes = {each.external_code for each in taken if each.external_code}
    there = await property_queries.properties_by_codes(uow.session, row.partner_id, codes)
    written = await property_batches.upsert_properties(
        uow,
        _acting_for(row),
        partner_id=row.partner_id,
        rows=[_told(each, there.get(each.external_code or "")) for each in taken],
        act_id=global_id("PropertyImport", row.id),
        now=now,
    )
    return {
        each.number: _done(
            each,
            ACTIONS[made.outcome],
            property_id=made.property_id,
            before=None if made.before is None else dict(made.before),
            version=made.version,
        )
        for each, made in zip(taken, written, strict=True)
    }


def _told(row: models.PropertyImportRow, there: models.Property | None) -> Values:
    """Return what a row makes of its property, of the fields it tells: a text in one language leaves the others."""
    told = of_json(row.told)
    if there is None:
        return told
    whole = merged(values_of(there), told)
    return {field: whole[field] for field in told}


def _acting_for(row: models.PropertyImport) -> Viewer:
    """Return who the worker acts for: whoever started the import, with the one right this needs."""
    scopes = frozenset({Scope.MANAGE_PROPERTIES})
    return Viewer(id=row.created_by, scopes=scopes, scopes_by_partner={row.partner_id: scopes})


def _written(row: models.PropertyImportRow) -> Written:
    assert row.property_id is not None
    assert row.version is not None
    assert row.external_code is not None
    outcome = Outcome.CREATED if row.action is RowAction.CREATED else Outcome.CHANGED
    return Written(row.property_id, row.external_code, outcome, row.version, row.before)


def _undone(row: models.PropertyImportRow, left: Collection[str]) -> UndoOutcome:
    if row.external_code in left:
        return UndoOutcome.CHANGED_SINCE
    return UndoOutcome.REMOVED if row.action is RowAction.CREATED else UndoOutcome.RESTORED


def _done(row: models.PropertyImportRow, action: RowAction, **facts: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "action": action,
        "property_id": None,
        "before": None,
        "version": None,
        **facts,
    }


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
