"""The rows of an import that were not taken, as a spreadsheet with what is wrong with each: mended, it comes in again."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from db import models
from db.queries import imports as queries
from db.session import Sessions
from db.unit_of_work import UnitOfWork
from domain.import_texts import message_of
from domain.imports import ImportStatus, RowOutcome
from domain.spreadsheets import FileKind
from domain.uploads import FileType, UploadPurpose
from services import files
from services.files import Kept
from services.import_leases import Leased

BATCH = 500
PROBLEMS = "import_problems"
"""The header of the column of sentences; no field is called so, and an import leaves it out."""

STEM_LENGTH = 150

REJECTED = frozenset({RowOutcome.REJECTED})
NOT_TAKEN = REJECTED | {RowOutcome.CORRECTED}


@dataclass(frozen=True, slots=True)
class Rejects:
    """A spreadsheet that is written and waits for the import to lead to it."""

    upload_id: UUID
    kept: Kept


def has_rejects(leased: Leased) -> bool:
    """Tell whether rows are not taken which nobody was given back yet."""
    if leased.status is ImportStatus.APPLYING:
        return not leased.accept_corrections and leased.corrected > 0
    return leased.rejected > 0


async def rejected_rows(sessions: Sessions, leased: Leased) -> AsyncIterator[list[str]]:
    """Yield the header, then the cells of each row that is not taken with its problems in the partner's language.

    Corrected rows belong to them when the import is applied without its corrections.
    """
    yield [*(each.name for each in leased.plan.columns), PROBLEMS]
    width = len(leased.plan.columns)
    outcomes = NOT_TAKEN if leased.status is ImportStatus.APPLYING else REJECTED
    number = 0
    while True:
        async with sessions.read() as session:
            rows = await queries.rows_after(session, leased.id, number, limit=BATCH, outcomes=outcomes)
            problems = await queries.problems_of_rows(session, leased.id, [each.number for each in rows])
        if not rows:
            return
        sentences: dict[int, list[str]] = {}
        for each in problems:
            sentences.setdefault(each.row, []).append(_sentence(each, leased.locale))
        for row in rows:
            cells = [*row.cells, *[""] * width][:width]
            yield [*cells, " ".join(sentences.get(row.number, []))]
        number = rows[-1].number


async def begin(uow: UnitOfWork, leased: Leased, kind: FileKind, *, now: dt.datetime) -> models.Upload:
    """Announce the spreadsheet as a file of the partner's."""
    file_type = FileType.XLSX if kind is FileKind.XLSX else FileType.CSV
    stem = PurePath(leased.file_name).stem[:STEM_LENGTH]
    return await files.begin_file(
        uow,
        partner_id=leased.partner_id,
        purpose=UploadPurpose.PROPERTY_IMPORT,
        file_name=f"{stem} - rejected.{file_type.value.lower()}",
        file_type=file_type,
        now=now,
    )


async def finish(
    uow: UnitOfWork, row: models.PropertyImport, rejects: Rejects | None, *, now: dt.datetime
) -> None:
    """Let an import lead to its spreadsheet."""
    if rejects is not None:
        await files.finish_file(uow, upload_id=rejects.upload_id, kept=rejects.kept, now=now)
        row.rejects_upload_id = rejects.upload_id


def _sentence(problem: models.PropertyImportProblem, locale: str) -> str:
    sentence = message_of(
        problem.rule,
        problem.field,
        severity=problem.severity,
        sentence=problem.sentence,
        facts=problem.facts,
        locales=[locale],
    )
    return f"{problem.column}: {sentence}" if problem.column else sentence
