"""Questions about contractors."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import One, Visible

NEWEST_FIRST = Keyset((models.Contractor.id,), is_descending=True)


@question
def contractor_by_id(contractor_id: UUID, *, visible: Visible) -> One[models.Contractor]:
    """Describe one contractor."""
    return One(select(models.Contractor).where(visible, models.Contractor.id == contractor_id))


@question
def page_contractors(*, visible: Visible, window: Window) -> Page[models.Contractor]:
    """Describe contractors, the newest first."""
    return Page(select(models.Contractor).where(visible), NEWEST_FIRST, window)


async def lock_contractor(
    session: AsyncSession, contractor_id: UUID, *, visible: Visible
) -> models.Contractor | None:
    """Lock a contractor until commit; introductions may refer to it meanwhile."""
    statement = select(models.Contractor).where(visible, models.Contractor.id == contractor_id)
    locked = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    return (await session.scalars(locked)).one_or_none()


async def lock_introduced(session: AsyncSession, introduction_id: UUID) -> models.Contractor | None:
    """Lock who was introduced until commit."""
    contractor, introduction = models.Contractor, models.Introduction
    statement = select(contractor).where(
        contractor.id
        == select(introduction.contractor_id).where(introduction.id == introduction_id).scalar_subquery()
    )
    return (await session.scalars(statement.with_for_update(key_share=True))).one_or_none()


async def count_of(session: AsyncSession, user_id: UUID) -> int:
    """Count the contractors that a person speaks for."""
    counted = select(func.count()).where(models.Contractor.user_id == user_id)
    return await session.scalar(counted) or 0
