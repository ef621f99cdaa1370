"""The rows of an import that were not taken, as a spreadsheet with what is wrong with each: mended, it comes in again."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import PurePath
from typing import Protocol

from db import models
from db.queries import imports as queries
from db.session import Sessions
from db.unit_of_work import UnitOfWork
from domain.import_texts import message_of
from domain.imports import RowOutcome
from domain.spreadsheets import FileKind
from domain.uploads import FileType, UploadPurpose
from services import files
from services.import_leases import Leased, fenced, moved_on
from services.ports import Storage

BATCH = 500
PROBLEMS = "import_problems"
"""The header of the column of sentences; no field is called so, and an import leaves it out."""

REFUSED = frozenset({RowOutcome.REJECTED})
NOT_TAKEN = REFUSED | {RowOutcome.CORRECTED}


class OpenWork(Protocol):
    """Opens a unit of work."""

    def __call__(self) -> AbstractAsyncContextManager[UnitOfWork]: ...


async def rejected_rows(sessions: Sessions, leased: Leased) -> AsyncIterator[list[str]]:
    """Yield the header, then the cells of each row that is not taken with its problems in the partner's language.

    Corrected rows belong to them once the import was applied without its corrections.
    """
    yield [*(each.name for each in leased.plan.columns), PROBLEMS]
    width = len(leased.plan.columns)
    number = 0
    while True:
        async with sessions.read() as session:
            rows = await queries.rows_after(
                session, leased.id, number, limit=BATCH, outcomes=_outcomes(leased)
            )
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


def _outcomes(leased: Leased) -> frozenset[RowOutcome]:
    return NOT_TAKEN if leased.is_applied and not leased.accept_corrections else REFUSED


async def keep(
    open_work: OpenWork,
    storage: Storage,
    leased: Leased,
    kind: FileKind,
    pieces: AsyncIterator[bytes],
    *,
    now: dt.datetime,
) -> None:
    """Keep the spreadsheet as a file of the partner's, which the import leads to."""
    file_type = FileType.XLSX if kind is FileKind.XLSX else FileType.CSV
    name = f"{PurePath(leased.file_name).stem[:150]} - rejected.{file_type.value.lower()}"
    async with open_work() as uow:
        upload = await files.begin_file(
            uow,
            partner_id=leased.partner_id,
            purpose=UploadPurpose.PROPERTY_IMPORT,
            file_name=name,
            file_type=file_type,
            now=now,
        )
    kept = await files.keep_file(storage, upload, pieces)
    async with open_work() as uow:
        row = await fenced(uow, leased)
        if row is None:
            return
        await files.finish_file(uow, upload_id=upload.id, kept=kept, now=now)
        row.rejects_upload_id = upload.id
        await moved_on(uow, row, now=now)


def _sentence(problem: models.PropertyImportProblem, locale: str) -> str:
    column = f"{problem.column}: " if problem.column else ""
    return f"{column}{message_of(problem.rule, problem.field, problem.severity, problem.sentence, problem.facts, [locale])}"
