"""Who works on an import: a worker with a lease, who finds out when it was overtaken.

A worker knows the import's `sequence`. Every batch locks the import and looks whether the sequence still is what it was:
if not, somebody cancelled, chose another mapping, or another worker went on after a lease had ended.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from db import models
from db.queries import imports as queries
from db.unit_of_work import UnitOfWork
from domain import mapping
from domain.imports import ImportStatus
from domain.mapping import Plan
from domain.spreadsheets import FileKind
from services.imports import tell

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
    accept_corrections: bool
    rejected: int
    corrected: int


async def lease_next(uow: UnitOfWork, *, now: dt.datetime) -> Leased | None:
    """Take the oldest import at which there is work and nobody is; None where there is none."""
    row = await queries.lease_next(uow.session, now=now, until=now + LEASE)
    return None if row is None else await _leased(uow, row)


async def release(uow: UnitOfWork, leased: Leased) -> None:
    """Give an import back before its lease ends."""
    row = await fenced(uow, leased)
    if row is not None:
        row.leased_until = None
        await uow.session.flush()


async def fenced(uow: UnitOfWork, leased: Leased) -> models.PropertyImport | None:
    """Lock an import; None where it is no more what the worker knows."""
    row = await queries.lock_import(uow.session, leased.id)
    return row if row is not None and row.sequence == leased.sequence else None


async def moved_on(uow: UnitOfWork, row: models.PropertyImport, *, now: dt.datetime) -> Leased:
    """Tell of what a worker did, renew its lease, and return the import as it is now."""
    row.leased_until = now + LEASE
    tell(uow, row, now=now)
    await uow.session.flush()
    return await _leased(uow, row)


async def _leased(uow: UnitOfWork, row: models.PropertyImport) -> Leased:
    upload = await uow.session.get_one(models.Upload, row.upload_id)
    return Leased(
        id=row.id,
        partner_id=row.partner_id,
        key=upload.key or "",
        status=row.status,
        sequence=row.sequence,
        cursor=row.cursor,
        plan=mapping.of_json(row.columns, row.constants, locale=row.locale),
        above_first=row.above_first,
        sheet=row.sheet,
        kind=row.kind,
        file_name=row.file_name,
        locale=row.locale,
        accept_corrections=row.accept_corrections,
        rejected=row.rejected,
        corrected=row.corrected,
    )
