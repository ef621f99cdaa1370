"""Taking what the payment provider is to be called for."""

import datetime as dt
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.attempts import LEASE

R = TypeVar("R")


async def take_due(
    session: AsyncSession, model: type[R], *which: ColumnElement[bool], now: dt.datetime, limit: int
) -> list[R]:
    """Lock the oldest rows that are due and give them to the caller for LEASE; what another is busy with is skipped."""
    row: Any = model
    statement = (
        select(row)
        .where(*which, func.coalesce(row.next_attempt_at, row.created_at) <= now)
        .order_by(row.created_at, row.id)
        .limit(limit)
        .with_for_update(of=row, skip_locked=True)
    )
    rows: Any = (await session.scalars(statement)).all()
    for each in rows:
        each.attempts += 1
        each.next_attempt_at = now + LEASE
    await session.flush()
    return list(rows)


async def lock_row(session: AsyncSession, model: type[R], row_id: Any) -> R:
    """Lock one row that is there, as it is now."""
    row: Any = model
    statement = select(row).where(row.id == row_id).with_for_update(of=row)
    found: R = (await session.scalars(statement, execution_options={"populate_existing": True})).one()
    return found
