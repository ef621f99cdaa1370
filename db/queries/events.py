"""Questions about the outbox."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models


async def lock_unrelayed(session: AsyncSession, *, limit: int) -> list[models.Event]:
    """Lock the oldest events nobody was told of yet; those of another transaction are skipped."""
    statement = (
        select(models.Event)
        .where(models.Event.relayed_at.is_(None))
        .order_by(models.Event.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list((await session.scalars(statement)).all())
