"""Questions about whose turn it is to find a time for a demo."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import BigInteger, String, and_, case, cast, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.interventions import InterventionKind
from domain.introductions import IntroductionStage
from domain.scheduling import SlotSide, SlotStatus
from domain.turns import LAST_REMINDER, LOOKING, REMINDED_AFTER, TOLD_AFTER


@dataclass(frozen=True, slots=True)
class Waiting:
    """A locked introduction for which somebody is to find a time."""

    introduction: models.Introduction
    proposed_by: SlotSide | None
    """Whose times are open; None where none are."""
    since: dt.datetime


async def lock_waiting(session: AsyncSession, *, now: dt.datetime, limit: int) -> list[Waiting]:
    """Lock introductions whose turn is to be asked for once more, or that the staff is to be told of; each for once.

    What is asked is remembered by its mail, and what the staff was told by its intervention, seen to or not. What
    another worker, or an act, is busy with is skipped.
    """
    introduction, slot, step = models.Introduction, models.DemoSlot, models.IntroductionTransition
    intervention, mail = models.Intervention, models.Mail
    asked = (
        select(
            slot.introduction_id,
            func.max(slot.proposed_at).label("at"),
            func.max(cast(slot.side, String)).label("side"),
        )
        .where(slot.status == SlotStatus.OPEN)
        .group_by(slot.introduction_id)
        .subquery()
    )
    stepped_at = (
        select(func.max(step.at))
        .where(step.introduction_id == introduction.id)
        .correlate(introduction)
        .scalar_subquery()
    )
    since = func.coalesce(asked.c.at, stepped_at)
    # As `services.turns` names it.
    party = case(
        (asked.c.side.is_(None), "PARTNER"), (asked.c.side == "CONTRACTOR", "PARTNER"), else_="CONTRACTOR"
    )
    key = func.concat(
        "introduction:",
        func.replace(cast(introduction.id, String), "-", ""),
        ":turn:",
        cast(func.floor(func.extract("epoch", since)), BigInteger),
        ":",
        party,
    )
    was_told = exists().where(
        intervention.introduction_id == introduction.id,
        intervention.kind == InterventionKind.OVERDUE,
        intervention.opened_at >= since,
    )
    is_looking = or_(
        introduction.stage.in_(LOOKING),
        and_(
            introduction.stage == IntroductionStage.CONFIRMED,
            asked.c.at.is_not(None),
            introduction.scheduled_at > now,
        ),
    )
    statement = (
        select(introduction, asked.c.side, since)
        .outerjoin(asked, asked.c.introduction_id == introduction.id)
        .where(
            is_looking,
            or_(
                and_(
                    since <= now - REMINDED_AFTER,
                    since >= now - LAST_REMINDER,
                    ~exists().where(mail.key == key),
                ),
                and_(since <= now - TOLD_AFTER, ~was_told),
            ),
        )
        .order_by(introduction.id)
        .limit(limit)
        .with_for_update(of=introduction, skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    rows = (await session.execute(statement)).all()
    return [Waiting(row[0], SlotSide(row[1]) if row[1] else None, row[2]) for row in rows]
