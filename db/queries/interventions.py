"""Questions about what needs a human."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import Visible
from domain.interventions import InterventionKind

OLDEST_FIRST = Keyset((models.Intervention.id,))
"""Who waits longest is seen to first."""


@question
def page_interventions(
    *,
    visible: Visible,
    window: Window,
    kind: InterventionKind | None,
    is_open: bool | None,
    introduction_id: UUID | None,
) -> Page[models.Intervention]:
    """Describe what needs a human, what waits longest at the front."""
    row = models.Intervention
    statement = select(row).where(visible)
    if kind is not None:
        statement = statement.where(row.kind == kind)
    if is_open is not None:
        statement = statement.where(row.resolved_at.is_(None) if is_open else row.resolved_at.is_not(None))
    if introduction_id is not None:
        statement = statement.where(row.introduction_id == introduction_id)
    return Page(statement, OLDEST_FIRST, window)


async def lock_intervention(
    session: AsyncSession, intervention_id: UUID, *, visible: Visible
) -> models.Intervention | None:
    """Lock an intervention until commit."""
    statement = select(models.Intervention).where(visible, models.Intervention.id == intervention_id)
    locked = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(locked)).one_or_none()


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


async def settle_all(
    session: AsyncSession,
    introduction_id: UUID,
    kinds: Collection[InterventionKind],
    *,
    resolved_by: str,
    resolution: str,
    now: dt.datetime,
) -> None:
    """Close what is open of some kinds for an introduction."""
    row = models.Intervention
    statement = update(row).where(
        row.introduction_id == introduction_id, row.kind.in_(kinds), row.resolved_at.is_(None)
    )
    await session.execute(statement.values(resolved_at=now, resolved_by=resolved_by, resolution=resolution))


async def open_of(
    session: AsyncSession, introduction_id: UUID, kind: InterventionKind | None = None
) -> list[models.Intervention]:
    """Lock what is open for an introduction, of one kind or of all, until commit."""
    row = models.Intervention
    statement = select(row).where(row.introduction_id == introduction_id, row.resolved_at.is_(None))
    if kind is not None:
        statement = statement.where(row.kind == kind)
    return list((await session.scalars(statement.order_by(row.id).with_for_update())).all())


async def introduction_of(session: AsyncSession, intervention_id: UUID, *, visible: Visible) -> UUID | None:
    """Load which introduction an intervention is about."""
    row = models.Intervention
    statement = select(row.introduction_id).where(visible, row.id == intervention_id)
    found: UUID | None = await session.scalar(statement)
    return found
