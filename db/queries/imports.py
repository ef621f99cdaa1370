"""Questions about imports of properties, their rows and what was found in them."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, cast, delete, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import One, Visible
from domain.imports import AT_WORK, ENDED, ImportStatus, RowAction, RowOutcome, UndoOutcome
from domain.rules.problems import Severity

NEWEST_IMPORTS = Keyset((models.PropertyImport.id,), is_descending=True)
BY_ROW = Keyset((models.PropertyImportProblem.row, models.PropertyImportProblem.id))


@question
def page_imports(
    *, visible: Visible, window: Window, partner_id: UUID | None, status: ImportStatus | None
) -> Page[models.PropertyImport]:
    """Describe the imports of a partner, newest first; of every one that is visible where there is none named."""
    statement = select(models.PropertyImport).where(visible)
    if partner_id is not None:
        statement = statement.where(models.PropertyImport.partner_id == partner_id)
    if status is not None:
        statement = statement.where(models.PropertyImport.status == status)
    return Page(statement, NEWEST_IMPORTS, window)


@question
def import_by_id(import_id: UUID, *, visible: Visible) -> One[models.PropertyImport]:
    """Describe one import."""
    return One(select(models.PropertyImport).where(visible, models.PropertyImport.id == import_id))


@question
def page_problems(
    import_id: UUID, *, visible: Visible, window: Window, severity: Severity | None, rule: str | None
) -> Page[models.PropertyImportProblem]:
    """Describe what was found in the rows of an import, in the order of its rows."""
    problem = models.PropertyImportProblem
    statement = select(problem).where(visible)
    if severity is not None:
        statement = statement.where(problem.severity == severity)
    if rule is not None:
        statement = statement.where(problem.rule == rule)
    return Page(statement, BY_ROW, window, owner=problem.import_id, owner_id=import_id)


async def lock_import(
    session: AsyncSession, import_id: UUID, *, visible: Visible | None = None
) -> models.PropertyImport | None:
    """Lock an import until commit."""
    statement = select(models.PropertyImport).where(models.PropertyImport.id == import_id)
    if visible is not None:
        statement = statement.where(visible)
    return (await session.scalars(statement.with_for_update())).one_or_none()


async def count_open(session: AsyncSession, partner_id: UUID) -> int:
    """Count the partner's imports that have not ended."""
    statement = select(func.count()).where(
        models.PropertyImport.partner_id == partner_id, models.PropertyImport.status.not_in(ENDED)
    )
    return await session.scalar(statement) or 0


async def lease_next(
    session: AsyncSession, *, now: dt.datetime, until: dt.datetime
) -> models.PropertyImport | None:
    """Lease the oldest import at which there is work and nobody is; what others are busy with is skipped."""
    row = models.PropertyImport
    free = (
        select(row.id)
        .where(row.status.in_(AT_WORK), or_(row.leased_until.is_(None), row.leased_until < now))
        .order_by(row.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    statement = update(row).where(row.id == free).values(leased_until=until).returning(row)
    return (await session.scalars(statement)).one_or_none()


async def remembered_mapping(
    session: AsyncSession, partner_id: UUID, signature: bytes
) -> models.PropertyImportMapping | None:
    """Load what the partner chose the last time for these columns."""
    return await session.get(models.PropertyImportMapping, (partner_id, signature))


async def remember_mapping(session: AsyncSession, **values: Any) -> None:
    """Keep a mapping in the place of the one before."""
    statement = insert(models.PropertyImportMapping).values(**values)
    keys = ("partner_id", "signature")
    changed = {name: statement.excluded[name] for name in values if name not in keys}
    await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


async def earlier_rows(
    session: AsyncSession, import_id: UUID, codes: Collection[str]
) -> Sequence[tuple[str, int, bytes]]:
    """Load (code, row, digest) of the rows above that have one of the codes, the first of each."""
    wanted = func.unnest(cast(list(codes), ARRAY(Text))).table_valued("code").render_derived()
    row = models.PropertyImportRow
    # Each code by itself, and by no other index than theirs: see `properties.py`.
    first = (
        select(row.number, row.digest)
        .where(row.import_id == import_id, row.external_code.between(wanted.c.code, wanted.c.code))
        .order_by(row.external_code, row.number)
        .limit(1)
        .lateral()
    )
    statement = select(wanted.c.code, first.c.number, first.c.digest).join(first, true())
    return [(code, number, digest) for code, number, digest in await session.execute(statement)]


async def told_places(session: AsyncSession, import_id: UUID) -> Iterable[Sequence[Any]]:
    """Load (code, name, city, latitude, longitude) of the rows so far, without the rejected ones."""
    row = models.PropertyImportRow
    told = row.told
    statement = select(
        told["external_code"].astext,
        told["name"].astext,
        told["city"].astext,
        told["latitude"].as_float(),
        told["longitude"].as_float(),
    ).where(row.import_id == import_id, row.outcome != RowOutcome.REJECTED)
    return await session.execute(statement)


async def add_rows(
    session: AsyncSession, rows: Sequence[dict[str, Any]], problems: Sequence[dict[str, Any]]
) -> None:
    """Write rows with what was found in them."""
    # Into the tables: an insert of models is cut into many, by which of their values are None.
    given: tuple[tuple[Any, Sequence[dict[str, Any]]], ...] = (
        (models.PropertyImportRow.__table__, rows),
        (models.PropertyImportProblem.__table__, problems),
    )
    for table, each in given:
        if each:
            await session.execute(insert(table), each)


async def forget_rows(session: AsyncSession, import_id: UUID) -> None:
    """Delete what a check has written, before it begins anew."""
    await session.execute(
        delete(models.PropertyImportProblem).where(models.PropertyImportProblem.import_id == import_id)
    )
    await session.execute(
        delete(models.PropertyImportRow).where(models.PropertyImportRow.import_id == import_id)
    )


async def rows_after(
    session: AsyncSession,
    import_id: UUID,
    number: int,
    *,
    limit: int,
    outcomes: Collection[RowOutcome] | None = None,
    actions: Collection[RowAction] | None = None,
) -> Sequence[models.PropertyImportRow]:
    """Load the next rows of an import below a row, in their order."""
    row = models.PropertyImportRow
    statement = select(row).where(row.import_id == import_id, row.number > number)
    if outcomes is not None:
        statement = statement.where(row.outcome.in_(outcomes))
    if actions is not None:
        statement = statement.where(row.action.in_(actions))
    return (await session.scalars(statement.order_by(row.number).limit(limit))).all()


async def note_applied(session: AsyncSession, import_id: UUID, rows: Sequence[dict[str, Any]]) -> None:
    """Write what was done with rows: number, action, property_id, before, version of each."""
    done = ("action", "property_id", "before", "version")
    await _note(session, import_id, done, rows)


async def note_undone(
    session: AsyncSession, import_id: UUID, rows: Sequence[tuple[int, UndoOutcome]]
) -> None:
    """Write what undoing did with rows."""
    await _note(session, import_id, ("undo",), [{"number": number, "undo": undo} for number, undo in rows])


async def _note(
    session: AsyncSession, import_id: UUID, names: Sequence[str], rows: Sequence[dict[str, Any]]
) -> None:
    """Write these columns of rows, each found by its number."""
    table: Any = models.PropertyImportRow.__table__
    statement = (
        update(table)
        .where(table.c.import_id == import_id, table.c.number == bindparam("of_row"))
        .values({name: bindparam(name) for name in names})
    )
    connection = await session.connection()
    await connection.execute(
        statement, [{"of_row": each["number"], **{name: each[name] for name in names}} for each in rows]
    )


async def problems_of_rows(
    session: AsyncSession, import_id: UUID, numbers: Collection[int]
) -> Sequence[models.PropertyImportProblem]:
    """Load what was found in some rows, in their order."""
    problem = models.PropertyImportProblem
    statement = (
        select(problem)
        .where(problem.import_id == import_id, problem.row.in_(numbers))
        .order_by(problem.row, problem.id)
    )
    return (await session.scalars(statement)).all()


async def prices_of(session: AsyncSession, partner_id: UUID) -> Sequence[tuple[str, int]]:
    """Load the prices of the partner's properties with their currencies."""
    row = models.Property
    statement = select(row.currency, row.nightly_price).where(
        row.partner_id == partner_id, row.archived_at.is_(None), row.nightly_price.is_not(None)
    )
    return [(currency or "", price or 0) for currency, price in await session.execute(statement)]
