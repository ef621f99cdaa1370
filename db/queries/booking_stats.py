"""Questions about how introductions went: by partner, and on their way."""

import datetime as dt
from collections.abc import Collection
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries.confidence import tally_of_row
from db.rows import Visible
from domain.booking_stats import Counts
from domain.confidence import Tally
from domain.introductions import (
    OPEN_STAGES,
    POSITIVE,
    IntroductionOutcome,
    IntroductionStage,
    NoShowParty,
    ShowStatus,
)
from domain.outcomes import FeedbackSide

NAMES = [each.name for each in fields(Counts)]


def _counted(told: Any) -> list[ColumnElement[Any]]:
    """Columns that count, in the order of `Counts`; of introductions with what `_told` says of each."""
    introduction = models.Introduction
    feedback = models.IntroductionFeedback

    def number(*predicates: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(*predicates) if predicates else func.count()

    thought = (
        select(feedback.id)
        .where(feedback.introduction_id == introduction.id, feedback.side == FeedbackSide.CONTRACTOR)
        .correlate(introduction)
        .exists()
    )
    waited = func.extract("epoch", introduction.booking_confirmed_at - introduction.introduction_sent_at)
    has_showed = told.c.showed > 0
    columns = {
        "introduced": number(),
        "responded": number(introduction.partner_responded_at.is_not(None)),
        "confirmed": number(introduction.booking_confirmed_at.is_not(None)),
        "showed": number(has_showed),
        "positive": number(has_showed, introduction.outcome.in_(POSITIVE)),
        "deals": number(has_showed, introduction.outcome == IntroductionOutcome.DEAL_CLOSED),
        "lost": number(has_showed, introduction.outcome == IntroductionOutcome.LOST),
        "cancelled": number(introduction.stage == IntroductionStage.CANCELLED),
        "open": number(introduction.stage.in_(OPEN_STAGES)),
        "missed_by_partner": func.coalesce(func.sum(told.c.by_partner), 0),
        "missed_by_contractor": func.coalesce(func.sum(told.c.by_contractor), 0),
        "reminders": func.coalesce(func.sum(introduction.reminder_count), 0),
        "feedback": number(thought),
        "booking_seconds": func.coalesce(func.sum(waited), 0),
    }
    return [columns[name].label(name) for name in NAMES]


def _told() -> Any:
    report = models.DemoReport
    by_partner, by_contractor = (
        func.count().filter(report.no_show_party.in_((party, NoShowParty.BOTH)))
        for party in (NoShowParty.PARTNER, NoShowParty.CONTRACTOR)
    )
    return (
        select(
            report.introduction_id,
            func.count().filter(report.show_status == ShowStatus.SHOWED).label("showed"),
            by_partner.label("by_partner"),
            by_contractor.label("by_contractor"),
        )
        .where(report.is_accepted)
        .group_by(report.introduction_id)
        .subquery("told")
    )


async def counts_of(session: AsyncSession, partner_ids: Collection[UUID]) -> dict[UUID, Counts]:
    """Count the introductions of partners; a partner without any is not in it."""
    introduction = models.Introduction
    told = _told()
    statement = (
        select(introduction.partner_id, *_counted(told))
        .outerjoin(told, told.c.introduction_id == introduction.id)
        .where(introduction.partner_id.in_(partner_ids), introduction.introduction_sent_at.is_not(None))
        .group_by(introduction.partner_id)
    )
    return {row.partner_id: _counts(row) for row in await session.execute(statement)}


async def count_between(
    session: AsyncSession,
    *,
    visible: Visible,
    partner_id: UUID | None,
    since: dt.datetime,
    until: dt.datetime,
) -> Counts:
    """Count the introductions that were sent in a time."""
    introduction = models.Introduction
    told = _told()
    statement = (
        select(*_counted(told))
        .select_from(introduction)
        .outerjoin(told, told.c.introduction_id == introduction.id)
        .where(
            visible,
            introduction.introduction_sent_at >= since,
            introduction.introduction_sent_at < until,
        )
    )
    if partner_id is not None:
        statement = statement.where(introduction.partner_id == partner_id)
    return _counts((await session.execute(statement)).one())


async def tallies_of(session: AsyncSession, partner_ids: Collection[UUID]) -> dict[UUID, Tally]:
    """Load the tallies of partners; a partner without any is not in it."""
    tally = models.ConfidenceTally
    found = await session.scalars(select(tally).where(tally.partner_id.in_(partner_ids)))
    return {each.partner_id: tally_of_row(each) for each in found}


async def ranked(session: AsyncSession, *, limit: int) -> list[models.Partner]:
    """Load the partners with the best PowerConfidence: final ones first, then provisional ones; none without any."""
    profile, partner = models.IntroductionProfile, models.Partner
    statement = (
        select(partner)
        .join(profile, profile.partner_id == partner.id)
        .where(profile.overall_booking_score.is_not(None))
        .order_by(
            profile.is_provisional,
            profile.overall_booking_score.desc(),
            profile.total_bookings_completed.desc(),
            partner.id,
        )
        .limit(limit)
    )
    return list((await session.scalars(statement)).all())


def _counts(row: Any) -> Counts:
    return Counts(**{name: int(getattr(row, name)) for name in NAMES})
