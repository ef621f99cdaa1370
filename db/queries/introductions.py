"""Questions about introductions: lists, history, and what a partner has open."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.rows import Visible
from domain.introductions import OPEN_STAGES


async def lock_introduction(
    session: AsyncSession, introduction_id: UUID, *, visible: Visible
) -> models.Introduction | None:
    """Lock an introduction until commit."""
    statement = select(models.Introduction).where(visible, models.Introduction.id == introduction_id)
    locked = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    return (await session.scalars(locked)).one_or_none()


async def contractor_of(session: AsyncSession, introduction: models.Introduction) -> models.Contractor:
    """Load who was introduced."""
    contractor = models.Contractor
    statement = select(contractor).where(contractor.id == introduction.contractor_id)
    return (await session.scalars(statement)).one()


async def open_between(
    session: AsyncSession, *, contractor_id: UUID, partner_id: UUID
) -> models.Introduction | None:
    """Load the open introduction of two, if there is one."""
    introduction = models.Introduction
    statement = select(introduction).where(
        introduction.contractor_id == contractor_id,
        introduction.partner_id == partner_id,
        introduction.stage.in_(OPEN_STAGES),
    )
    return (await session.scalars(statement)).one_or_none()


async def count_open(session: AsyncSession, partner_ids: Collection[UUID]) -> dict[UUID, int]:
    """Count the open introductions of partners; a partner without any is not in it."""
    introduction = models.Introduction
    statement = (
        select(introduction.partner_id, func.count())
        .where(introduction.partner_id.in_(partner_ids), introduction.stage.in_(OPEN_STAGES))
        .group_by(introduction.partner_id)
    )
    counted: Any = (await session.execute(statement)).tuples()
    return dict(counted.all())


async def lock_open_of(session: AsyncSession, contractor_id: UUID) -> list[models.Introduction]:
    """Lock a contractor's open introductions until commit, in the order of their ids."""
    introduction = models.Introduction
    statement = (
        select(introduction)
        .where(introduction.contractor_id == contractor_id, introduction.stage.in_(OPEN_STAGES))
        .order_by(introduction.id)
        .with_for_update(key_share=True)
    )
    return list((await session.scalars(statement)).all())
