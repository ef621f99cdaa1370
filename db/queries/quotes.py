"""Questions about quotes."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.questions import question
from db.rows import One, Visible


@question
def quote_by_id(quote_id: UUID, *, visible: Visible) -> One[models.Quote]:
    """Describe one quote."""
    return One(select(models.Quote).where(visible, models.Quote.id == quote_id))


async def free_units(session: AsyncSession, pools: Collection[UUID], *, now: dt.datetime) -> dict[UUID, int]:
    """Look up how many units are free in pools; none in those that are closed."""
    pool = models.Allotment
    free = pool.allocated - pool.held - pool.sold + func.overdue_units(pool.id, now)
    statement = select(pool.id, free).where(pool.id.in_(pools), ~pool.is_closed)
    return {id_: int(units) for id_, units in await session.execute(statement)}
