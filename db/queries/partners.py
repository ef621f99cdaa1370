"""Questions about partners."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.questions import question
from db.rows import One, Rows, Visible


@question
def partners_by_ids(ids: Collection[UUID], *, visible: Visible) -> Rows[models.Partner]:
    """Describe the partners of these ids, by name."""
    return Rows(
        select(models.Partner).where(visible, models.Partner.id.in_(ids)).order_by(models.Partner.name)
    )


@question
def partner_by_id(partner_id: UUID, *, visible: Visible) -> One[models.Partner]:
    """Describe one partner."""
    return One(select(models.Partner).where(visible, models.Partner.id == partner_id))


async def lock_partner(session: AsyncSession, partner_id: UUID, *, visible: Visible) -> models.Partner | None:
    """Load a partner and lock it until commit."""
    partner = models.Partner
    statement = select(partner).where(visible, partner.id == partner_id).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def is_slug_taken(session: AsyncSession, slug: str) -> bool:
    """Tell whether a partner has this short name."""
    return bool(await session.scalar(select(exists().where(models.Partner.slug == slug))))
