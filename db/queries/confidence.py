"""Questions about what partners are worth: the facts of introductions, their tallies and the history of scores."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import Visible
from domain.confidence import COUNTED, Factor, Facts, Tally
from domain.introductions import IntroductionStage, NoShowParty, ShowStatus

MISSED = (NoShowParty.PARTNER, NoShowParty.BOTH)
NEWEST_SCORES = Keyset((models.ConfidenceScore.id,), is_descending=True)


@question
def page_scores(
    *, visible: Visible, window: Window, partner_id: UUID, factor: Factor | None, is_overall: bool
) -> Page[models.ConfidenceScore]:
    """Describe a partner's scores as they changed, the newest first: of a factor, of all together, or every one."""
    score = models.ConfidenceScore
    statement = select(score).where(visible, score.partner_id == partner_id)
    if factor is not None:
        statement = statement.where(score.factor == factor)
    if is_overall:
        statement = statement.where(score.factor.is_(None))
    return Page(statement, NEWEST_SCORES, window)


async def facts_of(session: AsyncSession, *where: ColumnElement[bool]) -> dict[UUID, Facts]:
    """Load what introductions say of their partners, by their ids."""
    introduction, report = models.Introduction, models.DemoReport
    told = (
        select(
            report.introduction_id,
            func.bool_or(report.show_status == ShowStatus.SHOWED).label("has_showed"),
            func.count().filter(report.no_show_party.in_(MISSED)).label("missed"),
        )
        .where(report.is_accepted)
        .group_by(report.introduction_id)
        .subquery()
    )
    statement = (
        select(
            introduction.id,
            introduction.introduction_sent_at,
            introduction.partner_responded_at,
            introduction.booking_confirmed_at,
            introduction.outcome,
            introduction.stage,
            told.c.has_showed,
            told.c.missed,
        )
        .outerjoin(told, told.c.introduction_id == introduction.id)
        .where(*where)
    )
    return {
        row.id: Facts(
            sent_at=row.introduction_sent_at,
            responded_at=row.partner_responded_at,
            confirmed_at=row.booking_confirmed_at,
            show_status=ShowStatus.SHOWED if row.has_showed else None,
            missed_before=row.missed or 0,
            outcome=row.outcome,
            is_closed=row.stage is IntroductionStage.CLOSED,
        )
        for row in await session.execute(statement)
    }


async def lock_tally(session: AsyncSession, partner_id: UUID, *, now: Any) -> models.ConfidenceTally:
    """Lock a partner's tally until commit; the first time it is all zeros."""
    tally = models.ConfidenceTally
    await session.execute(
        insert(tally)
        .values(partner_id=partner_id, updated_at=now, **dict.fromkeys(COUNTED, 0))
        .on_conflict_do_nothing(index_elements=[tally.partner_id])
    )
    statement = select(tally).where(tally.partner_id == partner_id).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()


async def contributions_of(session: AsyncSession, introduction_ids: Collection[UUID]) -> dict[UUID, Tally]:
    """Load what introductions were counted for; one that never was is not in it."""
    row = models.ConfidenceContribution
    found = await session.scalars(select(row).where(row.introduction_id.in_(introduction_ids)))
    return {each.introduction_id: tally_of_row(each) for each in found}


async def keep_contributions(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Write what introductions are counted for, in place of what was."""
    if not rows:
        return
    row = models.ConfidenceContribution
    statement = insert(row)
    replaced = {name: statement.excluded[name] for name in ("sequence", *COUNTED)}
    await session.execute(
        statement.on_conflict_do_update(index_elements=[row.introduction_id], set_=replaced), list(rows)
    )


async def take_uncounted(session: AsyncSession, *, limit: int) -> list[models.Introduction]:
    """Lock introductions that changed since they were counted, oldest change first; without those that are locked."""
    introduction, counted = models.Introduction, models.ConfidenceContribution
    statement = (
        select(introduction)
        .outerjoin(counted, counted.introduction_id == introduction.id)
        .where(
            introduction.introduction_sent_at.is_not(None),
            or_(counted.sequence.is_(None), counted.sequence != introduction.sequence),
        )
        .order_by(introduction.updated_at, introduction.id)
        .limit(limit)
        .with_for_update(of=introduction, skip_locked=True, key_share=True)
    )
    return list((await session.scalars(statement)).all())


async def introductions_of(session: AsyncSession, partner_id: UUID) -> dict[UUID, int]:
    """Load the sequence of each introduction that a partner was sent, by id."""
    introduction = models.Introduction
    statement = select(introduction.id, introduction.sequence).where(
        introduction.partner_id == partner_id, introduction.introduction_sent_at.is_not(None)
    )
    return {row.id: row.sequence for row in await session.execute(statement)}


async def profile_ids(session: AsyncSession, *, after: UUID | None, limit: int) -> list[UUID]:
    """Load ids of partners that are introduced, in order."""
    profile = models.IntroductionProfile
    statement = select(profile.partner_id).order_by(profile.partner_id).limit(limit)
    if after is not None:
        statement = statement.where(profile.partner_id > after)
    return list((await session.scalars(statement)).all())


async def set_profile(session: AsyncSession, partner_id: UUID, **figures: Any) -> None:
    """Write the figures of a partner's profile."""
    profile = models.IntroductionProfile
    await session.execute(update(profile).where(profile.partner_id == partner_id).values(**figures))


async def latest_scores(session: AsyncSession, partner_id: UUID) -> dict[Any, models.ConfidenceScore]:
    """Load the newest score of each factor, by factor; that of all together by None."""
    score = models.ConfidenceScore
    statement = (
        select(score)
        .where(score.partner_id == partner_id)
        .ext(distinct_on(score.factor))
        .order_by(score.factor, score.id.desc())
    )
    return {each.factor: each for each in await session.scalars(statement)}


def tally_of_row(row: models.ConfidenceContribution | models.ConfidenceTally) -> Tally:
    """Return the tally that a row holds."""
    return Tally(*(getattr(row, name) for name in COUNTED))


def of_introductions(introduction_ids: Collection[UUID]) -> ColumnElement[bool]:
    """Say which introductions are meant."""
    return models.Introduction.id.in_(introduction_ids)


def of_partner(partner_id: UUID) -> ColumnElement[bool]:
    """Say whose introductions are meant: those that were sent."""
    introduction = models.Introduction
    return and_(introduction.partner_id == partner_id, introduction.introduction_sent_at.is_not(None))
