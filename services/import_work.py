"""What workers make of a file: what it is, what its columns mean, what each of its rows was found to be."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db.queries import imports as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import imports, mapping
from domain.column_guesses import propose
from domain.headers import Looked
from domain.import_checks import LONGEST_VALUE, CheckedRow
from domain.import_rows import Finding, to_json
from domain.imports import ImportStatus, RowOutcome
from domain.mapping import Target
from domain.properties import PropertyField
from domain.spreadsheets import FileFacts, SpreadsheetUnreadable
from services.import_leases import Leased, fenced, moved_on
from services.import_rejects import Rejects, finish
from services.imports import start_check

S = ImportStatus


async def note_looked(
    uow: UnitOfWork, leased: Leased, facts: FileFacts, looked: Looked, *, now: dt.datetime
) -> Leased | None:
    """Write down what a file is and what its columns seem to mean; go on to the check where that is clear."""
    row = await fenced(uow, leased)
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
    return await moved_on(uow, row, now=now)


async def refuse(
    uow: UnitOfWork, leased: Leased, reason: SpreadsheetUnreadable, *, now: dt.datetime
) -> Leased | None:
    """End an import whose file can not be read; of rows that were checked already nothing is left."""
    row = await fenced(uow, leased)
    if row is None:
        return None
    await queries.forget_rows(uow.session, row.id)
    row.status = imports.moved(row.status, S.REFUSED)
    row.refused_because, row.refused_row, row.refused_limit = reason.problem, reason.row, reason.most
    row.row_count = row.accepted = row.corrected = row.rejected = row.unchanged = 0
    return await moved_on(uow, row, now=now)


async def note_checked(
    uow: UnitOfWork, leased: Leased, rows: Sequence[CheckedRow], *, now: dt.datetime
) -> Leased | None:
    """Write down what a batch of rows was found to be, and move the cursor below it."""
    row = await fenced(uow, leased)
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
                "told": _json_kept(to_json(each.told)),
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
    return await moved_on(uow, row, now=now)


async def finish_check(
    uow: UnitOfWork, leased: Leased, rejects: Rejects | None, *, now: dt.datetime
) -> Leased | None:
    """End a dry run: every row has been looked at."""
    row = await fenced(uow, leased)
    if row is None:
        return None
    row.status, row.checked_at = imports.moved(row.status, S.CHECKED), now
    row.cursor = 0
    await finish(uow, row, rejects, now=now)
    return await moved_on(uow, row, now=now)


def _targets(kept: Sequence[Any]) -> list[Target | None]:
    return [None if each is None else Target(PropertyField(each[0]), each[1]) for each in kept]


def _problem(import_id: UUID, number: int, finding: Finding, names: dict[int, str]) -> dict[str, Any]:
    return {
        "id": new_id(),
        "import_id": import_id,
        "row": number,
        "column": None if finding.column is None else names.get(finding.column),
        "field": finding.field,
        "value": _shown(finding.value),
        "rule": finding.rule,
        "severity": finding.severity,
        "sentence": finding.sentence,
        "facts": {name: _fact(each) for name, each in finding.facts.items()},
        "suggestion": None if finding.suggestion is None else _shown(finding.suggestion),
        "is_applied": finding.is_applied,
    }


def _fact(fact: Any) -> Any:
    """Return a fact as it is kept; a field is told apart from a text, for it has a name in each language."""
    if isinstance(fact, PropertyField):
        return {"field": fact.value}
    return fact if isinstance(fact, int | float | str | None) else str(fact)


def _json_kept(value: Any) -> Any:
    if isinstance(value, str):
        return _kept(value)
    if isinstance(value, list):
        return [_json_kept(each) for each in value]
    return {name: _json_kept(each) for name, each in value.items()} if isinstance(value, dict) else value


def _shown(text: str) -> str:
    return _kept(text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…")


def _kept(text: str) -> str:
    """Return a text as the database can keep it: without half characters, which UTF-16 files may have."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return text.replace("\0", "") if "\0" in text else text
