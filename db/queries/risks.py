"""Questions about introductions that may be at risk: all that are on their way to a demo."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.interventions import InterventionKind
from domain.introductions import OPEN_STAGES, IntroductionStage, ShowStatus
from domain.risks import BEFORE_BOOKING


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """An introduction on its way to a demo, locked, with all its chance is reckoned from."""

    introduction: models.Introduction
    profile: models.IntroductionProfile
    partner: models.Partner
    contractor: models.Contractor
    others: int
    """Open introductions of the partner beside it."""
    last_step_at: dt.datetime
    confirmed_at: dt.datetime | None
    """When it last got a time."""
    missed: int
    is_told: bool
    last_told_at: dt.datetime | None


async def lock_on_their_way(
    session: AsyncSession, *, now: dt.datetime, after: UUID | None, limit: int
) -> list[OnItsWay]:
    """Lock introductions that were sent and whose demo is still to come, in the order of their ids, from one on.

    What another worker, or an act, is busy with is skipped: it is looked at the next time.
    """
    introduction, profile = models.Introduction, models.IntroductionProfile
    partner, contractor = models.Partner, models.Contractor
    told = models.Intervention
    at_risk = and_(told.introduction_id == introduction.id, told.kind == InterventionKind.AT_RISK)
    statement = (
        select(
            introduction,
            profile,
            partner,
            contractor,
            _others(),
            _step(None),
            _step(IntroductionStage.CONFIRMED),
            _missed(),
            select(told.id).where(at_risk, told.resolved_at.is_(None)).correlate(introduction).exists(),
            select(func.max(told.opened_at)).where(at_risk).correlate(introduction).scalar_subquery(),
        )
        .join(profile, profile.partner_id == introduction.partner_id)
        .join(partner, partner.id == introduction.partner_id)
        .join(contractor, contractor.id == introduction.contractor_id)
        .where(
            or_(
                introduction.stage.in_(BEFORE_BOOKING),
                and_(introduction.stage == IntroductionStage.CONFIRMED, introduction.scheduled_at > now),
            )
        )
        .order_by(introduction.id)
        .limit(limit)
        .with_for_update(of=introduction, skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    if after is not None:
        statement = statement.where(introduction.id > after)
    return [OnItsWay(*row) for row in (await session.execute(statement)).all()]


def _others() -> Any:
    introduction = models.Introduction
    open_one = models.Introduction.__table__.alias()
    return (
        select(func.count())
        .select_from(open_one)
        .where(
            open_one.c.partner_id == introduction.partner_id,
            open_one.c.stage.in_(OPEN_STAGES),
            open_one.c.id != introduction.id,
        )
        .correlate(introduction)
        .scalar_subquery()
    )


def _step(stage: IntroductionStage | None) -> Any:
    step, introduction = models.IntroductionTransition, models.Introduction
    statement = select(func.max(step.at)).where(step.introduction_id == introduction.id)
    if stage is not None:
        statement = statement.where(step.to_stage == stage)
    return statement.correlate(introduction).scalar_subquery()


def _missed() -> Any:
    report, introduction = models.DemoReport, models.Introduction
    return (
        select(func.count())
        .where(
            report.introduction_id == introduction.id,
            report.is_accepted,
            report.show_status == ShowStatus.NO_SHOW,
        )
        .correlate(introduction)
        .scalar_subquery()
    )
