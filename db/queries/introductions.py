"""Questions about introductions: lists, history, and what a partner has open."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import One, Visible
from domain.introductions import OPEN_STAGES, IntroductionStage, IntroductionStatus

NEWEST_FIRST = Keyset((models.Introduction.id,), is_descending=True)


@question
def introduction_by_id(introduction_id: UUID, *, visible: Visible) -> One[models.Introduction]:
    """Describe one introduction."""
    return One(select(models.Introduction).where(visible, models.Introduction.id == introduction_id))


@question
def page_introductions(
    *,
    visible: Visible,
    window: Window,
    partner_id: UUID | None,
    contractor_id: UUID | None,
    status: IntroductionStatus | None,
    stage: IntroductionStage | None,
) -> Page[models.Introduction]:
    """Describe introductions, the newest first."""
    introduction = models.Introduction
    statement = select(introduction).where(visible)
    if partner_id is not None:
        statement = statement.where(introduction.partner_id == partner_id)
    if contractor_id is not None:
        statement = statement.where(introduction.contractor_id == contractor_id)
    if status is not None:
        statement = statement.where(introduction.status == status)
    if stage is not None:
        statement = statement.where(introduction.stage == stage)
    return Page(statement, NEWEST_FIRST, window)


@question
def page_of_contractor(*, visible: Visible, window: Window, contractor_id: UUID) -> Page[models.Introduction]:
    """Describe a contractor's introductions, the newest first."""
    return Page(
        select(models.Introduction).where(visible),
        NEWEST_FIRST,
        window,
        owner=models.Introduction.contractor_id,
        owner_id=contractor_id,
    )


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
    return {row[0]: row[1] for row in await session.execute(statement)}


async def lock_all_of(session: AsyncSession, contractor_id: UUID) -> list[models.Introduction]:
    """Lock all introductions of a contractor until commit, in the order of their ids."""
    introduction = models.Introduction
    statement = (
        select(introduction)
        .where(introduction.contractor_id == contractor_id)
        .order_by(introduction.id)
        .with_for_update(key_share=True)
    )
    return list((await session.scalars(statement)).all())
