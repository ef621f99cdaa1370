"""The clock of introductions: the partner reminded, the staff told, the contractor shown others; each step once.

A step is written, and what it does is done, in one unit of work under the lock of the introduction. An answer takes the
same lock, so it comes before a step, which then is not taken, or after it.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from db import models
from db.queries import follow_ups as queries
from db.queries import scheduling as scheduling_queries
from db.queries.follow_ups import Place, Waiting
from db.queries.scheduling import Meeting
from db.unit_of_work import UnitOfWork
from domain import follow_ups
from domain.follow_ups import FollowUpResult, FollowUpStep
from domain.interventions import InterventionKind
from domain.time_suggestions import Hours, Party
from permissions.viewer import SYSTEM
from services import interventions, introduction_notices, introductions


async def take_due_steps(
    uow: UnitOfWork, *, after: Place | None, limit: int, now: dt.datetime
) -> tuple[int, Place | None]:
    """Take the steps that are due of the introductions from a place on, the longest waiting first.

    Returns how many were done, and where to go on; None at the end. Locks the introductions until commit.
    """
    waiting = await queries.lock_waiting(uow.session, now=now, after=after, limit=limit)
    done = 0
    for each in waiting:
        done += await _take(uow, each, now)
    if len(waiting) < limit:
        return done, None
    last = waiting[-1].introduction
    assert last.introduction_sent_at is not None
    return done, (last.introduction_sent_at, last.id)


async def _take(uow: UnitOfWork, waiting: Waiting, now: dt.datetime) -> int:
    introduction = waiting.introduction
    assert introduction.introduction_sent_at is not None
    due = follow_ups.steps_due(
        introduction.introduction_sent_at,
        taken=await queries.taken_steps(uow.session, introduction.id),
        within=_within(waiting),
        now=now,
    )
    if not due:
        return 0
    fresh = await queries.note_steps(uow.session, introduction.id, due, now=now)
    steps = [each for each in due if each.step in fresh]
    meeting = await scheduling_queries.own_meeting_of(uow.session, introduction.id)
    for each in steps:
        if each.result is FollowUpResult.DONE:
            await _do(uow, meeting, each.step, now)
        facts = {"step": each.step, "result": each.result, "due_at": each.due_at}
        await introductions.record(uow, SYSTEM, introduction, "introductions.follow_up", facts=facts, now=now)
    if steps:
        await introductions.changed(uow, introduction, now=now)
    return sum(each.result is FollowUpResult.DONE for each in steps)


async def _do(uow: UnitOfWork, meeting: Meeting, step: FollowUpStep, now: dt.datetime) -> None:
    introduction = meeting.introduction
    assert introduction.introduction_sent_at is not None
    hours = int((now - introduction.introduction_sent_at) / dt.timedelta(hours=1))
    key = f"follow-up:{introduction.id.hex}:{step.value.lower()}"
    if step is FollowUpStep.REMIND_PARTNER:
        # The only step that counts as a reminder.
        introduction.reminder_count += 1
        await introduction_notices.remind_partner(uow, meeting, key=key, hours=hours, now=now)
    elif step is FollowUpStep.TELL_STAFF:
        await interventions.open_intervention(
            uow,
            introduction,
            InterventionKind.OVERDUE,
            reason=f"{meeting.partner.name} has not answered for {hours} hours.",
            now=now,
        )
    else:
        await introduction_notices.suggest_alternatives(uow, meeting, key=key, partners=(), now=now)


def _within(waiting: Waiting) -> Party | None:
    """Return whose hours the steps wait for; None where they wait for nobody's."""
    hours = waiting.hours
    if hours is None or not hours.are_reminders_within:
        return None
    return Party(ZoneInfo(waiting.profile.time_zone), hours_of(hours))


def hours_of(row: models.MeetingHours) -> Hours:
    """Return meeting hours as the rules take them."""
    return Hours(row.opens, row.closes, frozenset(row.days))
