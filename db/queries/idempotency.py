"""Questions about idempotency keys."""

import datetime as dt

from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from db import models


async def purge_keys(session: AsyncSession, *, before: dt.datetime, limit: int) -> int:
    """Delete keys used before a moment; return how many."""
    row = models.IdempotencyKey
    old = (
        select(row.actor, row.key)
        .where(row.created_at < before)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    statement = delete(row).where(tuple_(row.actor, row.key).in_(old)).returning(row.key)
    return len((await session.scalars(statement)).all())
