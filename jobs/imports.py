"""Imports of properties on their way: looked into, checked, applied or undone, one batch after another.

Each batch is one unit of work that moves the import's cursor. Killed at any line, nothing is lost and nothing is done
twice: when the lease ends, another run goes on at the cursor.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.errors import Refused
from domain.headers import SAMPLED, look
from domain.imports import ImportStatus
from domain.spreadsheets import FileKind, SpreadsheetUnreadable, Table
from integrations.spreadsheets.opening import open_table
from integrations.spreadsheets.repair import repair_text
from integrations.spreadsheets.writing import writing_csv, writing_xlsx
from jobs.work import Work
from services import files, import_applying, import_checks, import_leases, import_rejects, import_work
from services.import_leases import Leased
from services.import_rejects import Rejects

BATCH = 500
"""Rows of one unit of work."""
BUDGET = dt.timedelta(seconds=25)
"""How long one run goes on; what is left is taken up by the next."""

PIECE = 1 << 18

Numbered = tuple[int, list[str]]


async def advance(work: Work) -> int:
    """Bring on every import at which there is work, and return how many that were."""
    until = work.clock() + BUDGET
    brought_on = 0
    while brought_on == 0 or work.clock() < until:
        async with work.unit_of_work() as uow:
            leased = await import_leases.lease_next(uow, now=work.clock())
        if leased is None:
            break
        brought_on += 1
        await _bring_on(work, leased, until)
    return brought_on


async def _bring_on(work: Work, leased: Leased, until: dt.datetime) -> None:
    current: Leased | None = leased
    while current is not None and work.clock() <= until:
        match current.status:
            case ImportStatus.UPLOADED:
                current = await _look(work, current)
            case ImportStatus.CHECKING:
                current = await _check(work, current, until)
            case ImportStatus.APPLYING:
                current = await _apply(work, current)
            case ImportStatus.UNDOING:
                async with work.unit_of_work() as uow:
                    current = await import_applying.undo_batch(uow, current, limit=BATCH, now=work.clock())
            case _:
                break
        work.ring()
    if current is not None:
        async with work.unit_of_work() as uow:
            await import_leases.release(uow, current)


async def _look(work: Work, leased: Leased) -> Leased | None:
    """Find out what the file is and what its columns mean."""
    async with _file(work, leased) as path:
        try:
            table = await asyncio.to_thread(open_table, path, sheet=leased.sheet)
            looked = look(await asyncio.to_thread(_first, table))
        except Refused as refused:
            return await _refuse(work, leased, refused)
    async with work.unit_of_work() as uow:
        return await import_work.note_looked(uow, leased, table.facts, looked, now=work.clock())


async def _check(work: Work, leased: Leased, until: dt.datetime) -> Leased | None:
    """Judge the rows below the cursor, batch by batch."""
    current: Leased | None = leased
    async with _file(work, leased) as path:
        try:
            table = await asyncio.to_thread(open_table, path, sheet=leased.sheet)
            checking = await import_checks.begin(work.sessions, leased, repair=repair_text)
            await asyncio.to_thread(checking.learn, _filled(table, leased.above_first))
            rows = _filled(table, max(leased.above_first, leased.cursor))
            while current is not None and work.clock() <= until:
                batch = await asyncio.to_thread(lambda: list(islice(rows, BATCH)))
                if not batch:
                    return await _finish_check(work, current)
                readings = await asyncio.to_thread(checking.read, batch)
                known = await import_checks.known(work.sessions, current, readings)
                checked = await asyncio.to_thread(checking.judge, readings, known)
                async with work.unit_of_work() as uow:
                    current = await import_work.note_checked(uow, current, checked, now=work.clock())
                work.ring()
        except Refused as refused:
            return await _refuse(work, current or leased, refused)
    return current


async def _finish_check(work: Work, leased: Leased) -> Leased | None:
    rejects = await _rejects(work, leased)
    async with work.unit_of_work() as uow:
        return await import_work.finish_check(uow, leased, rejects, now=work.clock())


async def _apply(work: Work, leased: Leased) -> Leased | None:
    """Take the rows below the cursor over; after the last one the import has ended."""
    async with work.unit_of_work() as uow:
        moved = await import_applying.apply_batch(uow, leased, limit=BATCH, now=work.clock())
    if moved is not leased:
        return moved
    rejects = await _rejects(work, leased)
    async with work.unit_of_work() as uow:
        return await import_applying.finish_apply(uow, leased, rejects, now=work.clock())


async def _rejects(work: Work, leased: Leased) -> Rejects | None:
    """Write the rows that are not taken into a spreadsheet, with what is wrong with each."""
    if not import_rejects.has_rejects(leased) or leased.kind is None:
        return None
    async with work.unit_of_work() as uow:
        upload = await import_rejects.begin(uow, leased, leased.kind, now=work.clock())
    with TemporaryDirectory(prefix="interline-") as folder:
        path = Path(folder) / "rejected"
        with writing_xlsx(path) if leased.kind is FileKind.XLSX else writing_csv(path) as sheet:
            async for cells in import_rejects.rejected_rows(work.sessions, leased):
                sheet.add(cells)
        return Rejects(upload.id, await files.keep_file(work.storage, upload, _pieces(path)))


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


async def _refuse(work: Work, leased: Leased, refused: Refused) -> Leased | None:
    """End an import whose file can not be read."""
    if not isinstance(refused.reason, SpreadsheetUnreadable):
        raise refused
    async with work.unit_of_work() as uow:
        return await import_work.refuse(uow, leased, refused.reason, now=work.clock())


@asynccontextmanager
async def _file(work: Work, leased: Leased) -> AsyncIterator[Path]:
    """Fetch the file to this machine: it is read several times, and here and there."""
    with TemporaryDirectory(prefix="interline-") as folder:
        path = Path(folder) / "file"
        with path.open("wb") as file:
            async for piece in work.storage.read(leased.key):
                file.write(piece)
        yield path


def _first(table: Table) -> list[Numbered]:
    return list(islice(table.rows(), SAMPLED))


def _filled(table: Table, after: int) -> Iterator[Numbered]:
    """Yield the rows below a row, without the blank ones."""
    return (
        (number, cells) for number, cells in table.rows() if number > after and any(map(str.strip, cells))
    )
