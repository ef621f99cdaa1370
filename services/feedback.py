"""Asking for feedback: each side that gave none, by the clock, until it gives some.

A nudge is written, and its mail posted, in one unit of work under the lock of the introduction. Feedback takes the same
lock, so it comes before a nudge, which then is not taken, or after it.
"""

import datetime as dt

from db import models
from db.queries import feedback as queries
from db.queries.feedback import Asked
from db.queries.follow_ups import Place, Waiting
from db.unit_of_work import UnitOfWork
from domain import feedback, outcomes
from domain.envelopes import MailParty
from domain.follow_ups import FollowUpResult
from domain.outcomes import FeedbackSide
from permissions.viewer import SYSTEM
from services import follow_ups, introduction_mail, introductions

PARTY_OF = {
    FeedbackSide.CONTRACTOR: MailParty.CONTRACTOR,
    FeedbackSide.PARTNER: MailParty.PARTNER,
}


async def ask_for_feedback(
    uow: UnitOfWork, *, after: Place | None, limit: int, now: dt.datetime
) -> tuple[int, Place | None]:
    """Ask the sides that are to be asked now about demos from a place on, the longest over first.

    Returns how many sides were asked, and where to go on; None at the end. Locks the introductions until commit.
    """
    waiting = await queries.lock_unasked(uow.session, now=now, after=after, limit=limit)
    asked = await queries.asked_of(uow.session, [each.introduction for each in waiting]) if waiting else {}
    done = 0
    for each in waiting:
        done += await _ask(uow, each, asked[each.introduction.id], now)
    if len(waiting) < limit:
        return done, None
    last = waiting[-1].introduction
    assert last.scheduled_at is not None
    return done, (last.scheduled_at, last.id)


async def _ask(uow: UnitOfWork, waiting: Waiting, asked: Asked, now: dt.datetime) -> int:
    introduction = waiting.introduction
    over_at = outcomes.over_at(introduction.scheduled_at, introduction.duration_minutes)
    if over_at is None or not asked.has_taken_place:
        return 0
    done = 0
    for side in FeedbackSide:
        if side in asked.heard:
            continue
        due = feedback.nudges_due(
            over_at,
            taken={number for of, number in asked.taken if of is side},
            # A partner may ask that its reminders wait for its hours; nobody asked a contractor's.
            within=follow_ups.hours_waited_for(waiting) if side is FeedbackSide.PARTNER else None,
            now=now,
        )
        if due:
            done += await _nudge(uow, introduction, side, due, now)
    return done


async def _nudge(
    uow: UnitOfWork,
    introduction: models.Introduction,
    side: FeedbackSide,
    due: list[feedback.NudgeDue],
    now: dt.datetime,
) -> int:
    fresh = await queries.note_nudges(uow.session, introduction, side, due, now=now)
    nudges = [each for each in due if each.number in fresh]
    for each in nudges:
        if each.result is FollowUpResult.DONE:
            await introduction_mail.ask_feedback(
                uow, introduction, PARTY_OF[side], number=each.number, now=now
            )
        facts = {"side": side, "number": each.number, "result": each.result, "due_at": each.due_at}
        await introductions.record(
            uow, SYSTEM, introduction, "introductions.ask_feedback", facts=facts, now=now
        )
    return sum(each.result is FollowUpResult.DONE for each in nudges)
