"""Questions about what needs a human."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.interventions import InterventionKind


async def open_once(session: AsyncSession, intervention: dict[str, object]) -> bool:
    """Write an intervention, unless one of its kind is open for its introduction; tell whether it was written."""
    row = models.Intervention
    statement = (
        insert(row)
        .values(**intervention)
        .on_conflict_do_nothing(
            index_elements=[row.introduction_id, row.kind], index_where=row.resolved_at.is_(None)
        )
        .returning(row.id)
    )
    return await session.scalar(statement) is not None


async def open_of(
    session: AsyncSession, introduction_id: UUID, kind: InterventionKind | None = None
) -> list[models.Intervention]:
    """Lock what is open for an introduction, of one kind or of all, until commit."""
    row = models.Intervention
    statement = select(row).where(row.introduction_id == introduction_id, row.resolved_at.is_(None))
    if kind is not None:
        statement = statement.where(row.kind == kind)
    return list((await session.scalars(statement.order_by(row.id).with_for_update())).all())
