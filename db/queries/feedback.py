"""Questions about who is to be asked for feedback."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries.follow_ups import Place, Waiting
from domain.feedback import ASKED_AFTER, NudgeDue
from domain.introductions import IntroductionStage, ShowStatus
from domain.outcomes import CLOSED_AFTER, FeedbackSide

Nudge = tuple[FeedbackSide, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of asking about one demo."""

    taken: frozenset[Nudge]
    heard: frozenset[FeedbackSide]
    """Sides that gave feedback."""
    has_taken_place: bool
    """As far as anybody said."""


async def lock_unasked(
    session: AsyncSession, *, now: dt.datetime, after: Place | None, limit: int
) -> list[Waiting]:
    """Lock held introductions of which a side may be asked now, the longest over first, from a place on.

    What another worker, or an act, is busy with is skipped. Whether they are to be asked still is `asked_of`'s to
    say, once they are locked.
    """
    introduction, profile, hours = models.Introduction, models.IntroductionProfile, models.MeetingHours
    nudge, feedback = models.FeedbackNudge, models.IntroductionFeedback
    over_at = introduction.scheduled_at + func.make_interval(0, 0, 0, 0, 0, introduction.duration_minutes)
    unasked = or_(
        *(
            and_(
                over_at <= now - asked_after,
                ~exists().where(
                    nudge.introduction_id == introduction.id,
                    nudge.scheduled_at == introduction.scheduled_at,
                    nudge.side == side,
                    nudge.number == number,
                ),
                ~exists().where(feedback.introduction_id == introduction.id, feedback.side == side),
            )
            for number, asked_after in enumerate(ASKED_AFTER, 1)
            for side in FeedbackSide
        )
    )
    statement = (
        select(introduction, profile, hours)
        .join(profile, profile.partner_id == introduction.partner_id)
        .outerjoin(hours, hours.partner_id == introduction.partner_id)
        .where(
            introduction.stage == IntroductionStage.HELD,
            introduction.scheduled_at <= now - ASKED_AFTER[0],
            introduction.scheduled_at > now - CLOSED_AFTER,
            unasked,
        )
        .order_by(introduction.scheduled_at, introduction.id)
        .limit(limit)
        .with_for_update(of=introduction, skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    if after is not None:
        statement = statement.where(tuple_(introduction.scheduled_at, introduction.id) > after)
    return [Waiting(*row) for row in (await session.execute(statement)).all()]


async def asked_of(
    session: AsyncSession, introductions: Collection[models.Introduction]
) -> Mapping[UUID, Asked]:
    """Load what became of asking about the demos of introductions, by the introductions' ids."""
    nudge, feedback, report = models.FeedbackNudge, models.IntroductionFeedback, models.DemoReport
    demos = [(each.id, each.scheduled_at) for each in introductions]
    ids = [each.id for each in introductions]
    taken = await session.execute(
        select(nudge.introduction_id, nudge.side, nudge.number).where(
            tuple_(nudge.introduction_id, nudge.scheduled_at).in_(demos)
        )
    )
    nudges = [(row.introduction_id, row.side, row.number) for row in taken]
    heard = await session.execute(
        select(feedback.introduction_id, feedback.side).where(feedback.introduction_id.in_(ids))
    )
    sides = [(row.introduction_id, row.side) for row in heard]
    missed = await session.scalars(
        select(report.introduction_id).where(
            tuple_(report.introduction_id, report.scheduled_at).in_(demos),
            report.is_accepted,
            report.show_status != ShowStatus.SHOWED,
        )
    )
    not_held = set(missed)
    return {
        each: Asked(
            taken=frozenset((side, number) for of, side, number in nudges if of == each),
            heard=frozenset(side for of, side in sides if of == each),
            has_taken_place=each not in not_held,
        )
        for each in ids
    }


async def note_nudges(
    session: AsyncSession,
    introduction: models.Introduction,
    side: FeedbackSide,
    nudges: Sequence[NudgeDue],
    *,
    now: dt.datetime,
) -> set[int]:
    """Write what becomes of nudges and return the numbers of those that nobody wrote before: only they are to be done."""
    row = models.FeedbackNudge
    written = (
        insert(row)
        .values(
            [
                {
                    "introduction_id": introduction.id,
                    "scheduled_at": introduction.scheduled_at,
                    "side": side,
                    "number": each.number,
                    "result": each.result,
                    "due_at": each.due_at,
                    "taken_at": now,
                }
                for each in nudges
            ]
        )
        .on_conflict_do_nothing()
        .returning(row.number)
    )
    return set((await session.scalars(written)).all())
