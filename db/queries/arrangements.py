"""Questions about what calendars are to know of demos, and were told."""

import datetime as dt
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.introductions import IntroductionStage

OVER = (IntroductionStage.HELD, IntroductionStage.CLOSED)
"""Stages in which a demo's time is over: its entry stays where it is."""


async def lock_unarranged(
    session: AsyncSession, *, now: dt.datetime, limit: int
) -> list[tuple[models.Introduction, models.DemoArrangement | None]]:
    """Lock introductions whose demo is another than calendars are to know, with what those are to know.

    Only of demos to come: what is over stays in calendars as it was, and nobody looks at it again.
    What another worker, or an act, is busy with is skipped: the next round sees what came of it.
    """
    introduction, arrangement = models.Introduction, models.DemoArrangement
    confirmed = (
        select(introduction, arrangement)
        .outerjoin(arrangement, arrangement.introduction_id == introduction.id)
        .where(
            introduction.stage == IntroductionStage.CONFIRMED,
            introduction.scheduled_at > now,
            or_(
                arrangement.introduction_id.is_(None),
                arrangement.is_cancelled,
                arrangement.starts_at != introduction.scheduled_at,
                arrangement.duration_minutes != introduction.duration_minutes,
            ),
        )
    )
    given_up = (
        select(introduction, arrangement)
        .join(arrangement, and_(arrangement.introduction_id == introduction.id, ~arrangement.is_cancelled))
        .where(arrangement.starts_at > now, introduction.stage.not_in((IntroductionStage.CONFIRMED, *OVER)))
    )
    found: list[tuple[models.Introduction, models.DemoArrangement | None]] = []
    for statement in (confirmed, given_up):
        locked = (
            statement.order_by(introduction.id)
            .limit(limit - len(found))
            .with_for_update(of=introduction, key_share=True, skip_locked=True)
            .execution_options(populate_existing=True)
        )
        found += [(row[0], row[1]) for row in (await session.execute(locked)).all()]
    return found


async def lock_untold(session: AsyncSession, *, now: dt.datetime, limit: int) -> list[models.DemoArrangement]:
    """Lock what calendars were not told and that nobody is telling them, the longest due first."""
    arrangement = models.DemoArrangement
    statement = (
        select(arrangement)
        .where(
            arrangement.told_sequence < arrangement.sequence,
            arrangement.next_attempt_at <= now,
        )
        .order_by(arrangement.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list((await session.scalars(statement)).all())


async def lock_arrangement(session: AsyncSession, introduction_id: UUID) -> models.DemoArrangement | None:
    """Lock what calendars are to know of one demo."""
    arrangement = models.DemoArrangement
    statement = select(arrangement).where(arrangement.introduction_id == introduction_id)
    locked = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(locked)).one_or_none()


async def lock_unreminded(
    session: AsyncSession, *, now: dt.datetime, before: dt.datetime, limit: int
) -> list[tuple[models.DemoArrangement, models.Introduction]]:
    """Lock demos to come that begin before a time, that calendars know of, and that nobody was reminded of."""
    arrangement, introduction = models.DemoArrangement, models.Introduction
    statement = (
        select(arrangement, introduction)
        .join(introduction, introduction.id == arrangement.introduction_id)
        .where(
            introduction.stage == IntroductionStage.CONFIRMED,
            introduction.scheduled_at > now,
            introduction.scheduled_at <= before,
            arrangement.starts_at == introduction.scheduled_at,
            arrangement.told_sequence == arrangement.sequence,
            arrangement.reminded_for.is_distinct_from(arrangement.starts_at),
        )
        .order_by(introduction.scheduled_at, introduction.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in (await session.execute(statement)).all()]
