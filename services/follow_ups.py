"""The clock of introductions: the partner reminded, the staff told, the contractor shown others; each step once.

A step is written, and what it does is done, in one unit of work under the lock of the introduction. An answer takes the
same lock, so it comes before a step, which then is not taken, or after it.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from db import models
from db.queries import follow_ups as queries
from db.queries.follow_ups import Place, Waiting
from db.queries.prediction_models import speaking_versions
from db.unit_of_work import UnitOfWork
from domain import follow_ups
from domain.follow_ups import FollowUpResult, FollowUpStep
from domain.interventions import InterventionKind
from domain.time_suggestions import Party
from permissions.viewer import SYSTEM
from services import interventions, introduction_mail, introductions, matching
from services.suggesting_times import hours_of

ALTERNATIVES = 3
"""Other partners the contractor is shown."""


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
        within=hours_waited_for(waiting),
        now=now,
    )
    if not due:
        return 0
    fresh = await queries.note_steps(uow.session, introduction.id, due, now=now)
    steps = [each for each in due if each.step in fresh]
    for each in steps:
        if each.result is FollowUpResult.DONE:
            await _do(uow, introduction, each.step, now)
        facts = {"step": each.step, "result": each.result, "due_at": each.due_at}
        await introductions.record(uow, SYSTEM, introduction, "introductions.follow_up", facts=facts, now=now)
    if steps:
        await introductions.changed(uow, introduction, now=now)
    return sum(each.result is FollowUpResult.DONE for each in steps)


async def _do(
    uow: UnitOfWork, introduction: models.Introduction, step: FollowUpStep, now: dt.datetime
) -> None:
    assert introduction.introduction_sent_at is not None
    hours = int((now - introduction.introduction_sent_at) / dt.timedelta(hours=1))
    if step is FollowUpStep.REMIND_PARTNER:
        # The only step that counts as a reminder.
        introduction.reminder_count += 1
        await introduction_mail.send_reminder(
            uow, introduction, hours=hours, number=introduction.reminder_count, now=now
        )
    elif step is FollowUpStep.TELL_STAFF:
        reason = f"The partner has not answered for {hours} hours."
        await interventions.open_intervention(
            uow, introduction, InterventionKind.OVERDUE, reason=reason, now=now
        )
        await introduction_mail.tell_platform(uow, introduction, hours=hours, now=now)
    else:
        contractor = await uow.session.get_one(models.Contractor, introduction.contractor_id)
        versions = await speaking_versions(uow.session)
        found = await matching.matches_for(
            uow.session, contractor, versions=versions, most=ALTERNATIVES, now=now
        )
        # Those of an open introduction of the two, this one, are not among them.
        names = [each.partner.name for each in found]
        await introduction_mail.send_alternatives(uow, introduction, alternatives=names, now=now)


def hours_waited_for(waiting: Waiting) -> Party | None:
    """Return whose hours the steps wait for; None where they wait for nobody's."""
    hours = waiting.hours
    if hours is None or not hours.are_reminders_within:
        return None
    return Party(ZoneInfo(waiting.profile.time_zone), hours_of(hours))
