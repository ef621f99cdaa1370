"""Questions about what became of demos: reports, feedback, and who is still to say something."""

import datetime as dt
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.introductions import IntroductionStage, ShowStatus
from domain.outcomes import FeedbackSide


async def reports_of(
    session: AsyncSession, introduction_id: UUID, scheduled_at: dt.datetime
) -> list[models.DemoReport]:
    """Load what the sides said of one demo."""
    report = models.DemoReport
    statement = select(report).where(
        report.introduction_id == introduction_id, report.scheduled_at == scheduled_at
    )
    return list((await session.scalars(statement)).all())


async def count_missed(session: AsyncSession, introduction_id: UUID, *, but: dt.datetime) -> int:
    """Count the demos of an introduction that did not take place, but for one."""
    report = models.DemoReport
    statement = select(func.count()).where(
        report.introduction_id == introduction_id,
        report.is_accepted,
        report.show_status != ShowStatus.SHOWED,
        report.scheduled_at != but,
    )
    return await session.scalar(statement) or 0


async def feedback_of(
    session: AsyncSession, introduction_id: UUID, side: FeedbackSide
) -> models.IntroductionFeedback | None:
    """Load what one side thought of an introduction."""
    feedback = models.IntroductionFeedback
    statement = select(feedback).where(feedback.introduction_id == introduction_id, feedback.side == side)
    return (await session.scalars(statement)).one_or_none()


async def take_over(session: AsyncSession, *, limit: int, now: dt.datetime) -> list[models.Introduction]:
    """Lock confirmed introductions whose demo is over, without those that are locked."""
    introduction = models.Introduction
    ends_at = introduction.scheduled_at + func.make_interval(0, 0, 0, 0, 0, introduction.duration_minutes)
    statement = (
        select(introduction)
        .where(
            introduction.stage == IntroductionStage.CONFIRMED,
            introduction.scheduled_at <= now,
            ends_at <= now,
        )
        .order_by(introduction.scheduled_at, introduction.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return list((await session.scalars(statement)).all())


async def take_done(session: AsyncSession, *, limit: int, before: dt.datetime) -> list[models.Introduction]:
    """Lock held introductions whose demo was before, without those that are locked."""
    introduction = models.Introduction
    statement = (
        select(introduction)
        .where(introduction.stage == IntroductionStage.HELD, introduction.scheduled_at <= before)
        .order_by(introduction.scheduled_at, introduction.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return list((await session.scalars(statement)).all())
