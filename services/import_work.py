"""What workers do with imports, one batch a unit of work; whoever was overtaken meanwhile finds out and stops.

A worker holds a lease and knows the import's `sequence`. Every batch locks the import and looks whether the sequence
still is what it was: if not, somebody cancelled, chose another mapping, or another worker went on after a lease ended.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db import models
from db.queries import imports as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import imports, mapping
from domain.column_guesses import propose
from domain.headers import Looked
from domain.import_checks import LONGEST_VALUE, CheckedRow
from domain.import_messages import RowRule
from domain.import_rows import Finding, to_json
from domain.imports import ImportStatus, RowOutcome
from domain.mapping import Plan, Target
from domain.properties import PropertyField
from domain.spreadsheets import FileFacts, FileKind, SpreadsheetUnreadable
from permissions.viewer import Viewer
from services import audit
from services.imports import start_check, tell

S = ImportStatus

LEASE = dt.timedelta(seconds=60)
"""How long an import belongs to the worker that took it; each batch renews it."""


@dataclass(frozen=True, slots=True)
class Leased:
    """An import as a worker has it: `sequence` is what it was when the worker last changed it."""

    id: UUID
    partner_id: UUID
    key: str
    """Of the file in storage."""
    status: ImportStatus
    sequence: int
    cursor: int
    plan: Plan
    above_first: int
    """The row above the first that is a property's."""
    sheet: str | None
    kind: FileKind | None
    file_name: str
    locale: str
    has_rejects: bool


async def lease_next(uow: UnitOfWork, *, now: dt.datetime) -> Leased | None:
    """Take the oldest import at which there is work and nobody is; None where there is none."""
    row = await queries.lease_next(uow.session, now=now, until=now + LEASE)
    return None if row is None else await _leased(uow, row)


async def release(uow: UnitOfWork, leased: Leased) -> None:
    """Give an import back before its lease ends."""
    row = await _fenced(uow, leased)
    if row is not None:
        row.leased_until = None
        await uow.session.flush()


async def note_looked(
    uow: UnitOfWork, leased: Leased, facts: FileFacts, looked: Looked, *, now: dt.datetime
) -> Leased | None:
    """Write down what a file is and what its columns seem to mean; go on to the check where that is clear."""
    row = await _fenced(uow, leased)
    if row is None:
        return None
    row.kind, row.sheet, row.sheets = facts.kind, facts.sheet, list(facts.sheets)
    row.encoding, row.encoding_reason, row.delimiter = facts.encoding, facts.encoding_reason, facts.delimiter
    row.header_row, row.above_first = looked.header.row, looked.above_first
    row.signature = looked.header.signature
    remembered = await queries.remembered_mapping(uow.session, row.partner_id, row.signature)
    plan = propose(
        looked.header,
        looked.samples,
        locale=row.locale,
        remembered=None if remembered is None else _targets(remembered.targets),
    )
    constants = {**(remembered.constants if remembered is not None else {}), **row.constants}
    plan = mapping.chosen(plan, {}, {PropertyField(field): text for field, text in constants.items()})
    row.columns, row.constants = mapping.to_json(plan)
    await start_check(uow, row, plan)
    return await _moved_on(uow, row, now)


async def refuse(
    uow: UnitOfWork, leased: Leased, reason: SpreadsheetUnreadable, *, now: dt.datetime
) -> Leased | None:
    """End an import whose file can not be read; of rows that were checked already nothing is left."""
    row = await _fenced(uow, leased)
    if row is None:
        return None
    await queries.forget_rows(uow.session, row.id)
    row.status = imports.moved(row.status, S.REFUSED)
    row.refused_because, row.refused_row, row.refused_limit = reason.problem, reason.row, reason.most
    row.row_count = row.accepted = row.corrected = row.rejected = row.unchanged = 0
    return await _moved_on(uow, row, now)


async def note_checked(
    uow: UnitOfWork, leased: Leased, rows: Sequence[CheckedRow], *, now: dt.datetime
) -> Leased | None:
    """Write down what a batch of rows was found to be, and move the cursor below it."""
    row = await _fenced(uow, leased)
    if row is None:
        return None
    names = {each.position: each.name for each in leased.plan.columns}
    await queries.add_rows(
        uow.session,
        [
            {
                "import_id": row.id,
                "number": each.number,
                "cells": [_kept(cell) for cell in each.cells],
                "external_code": each.external_code and _kept(each.external_code),
                "outcome": each.outcome,
                "told": to_json(each.told),
                "digest": each.digest,
            }
            for each in rows
        ],
        [_problem(row.id, each.number, finding, names) for each in rows for finding in each.findings],
    )
    for outcome, name in (
        (RowOutcome.ACCEPTED, "accepted"),
        (RowOutcome.CORRECTED, "corrected"),
        (RowOutcome.REJECTED, "rejected"),
        (RowOutcome.UNCHANGED, "unchanged"),
    ):
        setattr(row, name, getattr(row, name) + sum(each.outcome is outcome for each in rows))
    row.row_count += len(rows)
    row.cursor = rows[-1].number
    return await _moved_on(uow, row, now)


async def finish_check(uow: UnitOfWork, leased: Leased, *, now: dt.datetime) -> Leased | None:
    """End a dry run: every row has been looked at."""
    row = await _fenced(uow, leased)
    if row is None:
        return None
    row.status, row.checked_at = imports.moved(row.status, S.CHECKED), now
    row.cursor = 0
    return await _moved_on(uow, row, now)


async def note_ended(
    uow: UnitOfWork, row: models.PropertyImport, act: str, facts: dict[str, Any], *, now: dt.datetime
) -> None:
    """Keep in the audit what came of an import, in the name of who started it."""
    await audit.record(
        uow,
        Viewer(id=row.created_by),
        partner_id=row.partner_id,
        act=act,
        object_id=imports_id(row),
        facts=facts,
        now=now,
    )


async def fenced(uow: UnitOfWork, leased: Leased) -> models.PropertyImport | None:
    """Lock an import; None where it is no more what the worker knows."""
    return await _fenced(uow, leased)


async def moved_on(uow: UnitOfWork, row: models.PropertyImport, *, now: dt.datetime) -> Leased:
    """Tell of a batch, renew the lease, and return the import as it is now."""
    return await _moved_on(uow, row, now)
