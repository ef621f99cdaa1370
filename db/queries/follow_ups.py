"""Questions about the clock of introductions."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, exists, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.questions import question
from db.rows import Rows, Visible
from domain.follow_ups import AFTER, FollowUpStep, StepDue
from domain.introductions import IntroductionStage

Place = tuple[dt.datetime, UUID]
"""Where a pass over the waiting introductions has come to: when one was sent, and its id."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An introduction whose partner has not answered, locked, with whose hours its steps may wait for."""

    introduction: models.Introduction
    profile: models.IntroductionProfile
    hours: models.MeetingHours | None


@question
def follow_ups_of(introduction_id: UUID, *, visible: Visible) -> Rows[models.IntroductionFollowUp]:
    """Describe the steps that an introduction's clock took, in their order."""
    step = models.IntroductionFollowUp
    return Rows(
        select(step).where(visible, step.introduction_id == introduction_id).order_by(step.due_at, step.step)
    )


async def lock_waiting(
    session: AsyncSession, *, now: dt.datetime, after: Place | None, limit: int
) -> list[Waiting]:
    """Lock introductions with a step that may be due, the longest waiting first, from a place on.

    What another worker, or an answer, is busy with is skipped.
    """
    introduction, profile, hours = models.Introduction, models.IntroductionProfile, models.MeetingHours
    taken = models.IntroductionFollowUp
    due = or_(
        *(
            and_(
                introduction.introduction_sent_at <= now - after_sent,
                ~exists().where(taken.introduction_id == introduction.id, taken.step == step),
            )
            for step, after_sent in AFTER.items()
        )
    )
    statement = (
        select(introduction, profile, hours)
        .join(profile, profile.partner_id == introduction.partner_id)
        .outerjoin(hours, hours.partner_id == introduction.partner_id)
        .where(
            introduction.stage == IntroductionStage.INTRODUCED,
            introduction.partner_responded_at.is_(None),
            due,
        )
        .order_by(introduction.introduction_sent_at, introduction.id)
        .limit(limit)
        .with_for_update(of=introduction, skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    if after is not None:
        statement = statement.where(tuple_(introduction.introduction_sent_at, introduction.id) > after)
    return [Waiting(*row) for row in (await session.execute(statement)).all()]


async def taken_steps(session: AsyncSession, introduction_id: UUID) -> set[FollowUpStep]:
    """Return the steps that were taken, or skipped."""
    step = models.IntroductionFollowUp
    statement = select(step.step).where(step.introduction_id == introduction_id)
    return set((await session.scalars(statement)).all())


async def note_steps(
    session: AsyncSession, introduction_id: UUID, steps: Sequence[StepDue], *, now: dt.datetime
) -> set[FollowUpStep]:
    """Write what becomes of steps and return those that nobody wrote before: only they are to be done."""
    row = models.IntroductionFollowUp
    written = (
        insert(row)
        .values(
            [
                {
                    "introduction_id": introduction_id,
                    "step": each.step,
                    "result": each.result,
                    "due_at": each.due_at,
                    "taken_at": now,
                }
                for each in steps
            ]
        )
        .on_conflict_do_nothing()
        .returning(row.step)
    )
    return set((await session.scalars(written)).all())
