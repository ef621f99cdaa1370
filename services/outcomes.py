"""What is said after a demo: who came, what came of it, what the two thought of it; and what follows from it."""

import datetime as dt
from uuid import UUID

from db import models
from db.queries import outcomes as queries
from db.queries import scheduling as scheduling_queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import outcomes
from domain.errors import Forbidden, Refused
from domain.idempotency import Idempotency
from domain.interventions import InterventionKind
from domain.introductions import FEEDBACK_LENGTH, IntroductionRole, IntroductionStage, ShowStatus
from domain.outcomes import FeedbackSide, Ratings, Report
from domain.scheduling import SlotStatus
from domain.texts import check_note
from permissions.viewer import SYSTEM, Viewer
from services import confidence, interventions, introductions
from services.idempotency import claim

SIDE_OF = {
    IntroductionRole.CONTRACTOR: FeedbackSide.CONTRACTOR,
    IntroductionRole.PARTNER: FeedbackSide.PARTNER,
}


async def record_outcome(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    introduction_id: UUID | None,
    report: Report,
    now: dt.datetime,
    idempotency: Idempotency | None = None,
) -> models.Introduction:
    """Say who came to a demo and what came of it; return the introduction.

    The first word is taken, and staff's always is. A second one that disagrees about who came is kept for the desk,
    which is told (DISPUTED). A demo that did not take place is proposed again by itself (ADR 40). Audited.
    Refuses: NotFound, Forbidden, InvalidInput, TooEarly, AlreadySubmitted, InvalidIntroductionTransition,
    IdempotencyConflict.
    """
    introduction = await introductions.lock(uow, viewer, introduction_id)
    roles = await introductions.roles_of(uow, viewer, introduction)
    if await claim(uow, idempotency, object_id=introduction.id, now=now) is not None:
        return introduction
    role = next(each for each in (*SIDE_OF, IntroductionRole.ADMIN) if each in roles)
    report = outcomes.check_report(report)
    when = (introduction.stage, introduction.scheduled_at, introduction.duration_minutes)
    if not outcomes.is_of_the_last_demo(*when, now=now):
        outcomes.check_is_over(*when, now=now)
    assert introduction.scheduled_at is not None
    if introduction.stage is IntroductionStage.CONFIRMED:
        await introductions.move(uow, introduction, IntroductionStage.HELD, actor=viewer, role=role, now=now)
    said = await queries.reports_of(uow.session, introduction.id, introduction.scheduled_at)
    accepted = next((each for each in said if each.is_accepted), None)
    own = next((each for each in said if each.role is role), None)
    if own is not None and role is not IntroductionRole.ADMIN:
        outcomes.check_is_editable(own.at, now=now)
    is_taken = accepted is None or accepted is own or role is IntroductionRole.ADMIN
    if accepted is not None and accepted is not own and is_taken:
        accepted.is_accepted = False
        await uow.session.flush()
    _write(uow, introduction, own, report, role=role, viewer=viewer, is_accepted=is_taken, now=now)
    await uow.session.flush()
    facts = {
        "show_status": report.show_status,
        "no_show_party": report.no_show_party,
        "outcome": report.outcome,
        "role": role,
        "is_accepted": is_taken,
    }
    await introductions.record(
        uow, viewer, introduction, "introductions.record_outcome", facts=facts, now=now
    )
    if not is_taken:
        assert accepted is not None
        await _second_word(uow, introduction, accepted, report, role=role, now=now)
    else:
        await _take(uow, introduction, report, viewer=viewer, role=role, now=now)
    await confidence.count(uow, [introduction], now=now)
    return introduction


def _write(
    uow: UnitOfWork,
    introduction: models.Introduction,
    own: models.DemoReport | None,
    report: Report,
    *,
    role: IntroductionRole,
    viewer: Viewer,
    is_accepted: bool,
    now: dt.datetime,
) -> None:
    if own is None:
        own = models.DemoReport(
            introduction_id=introduction.id, scheduled_at=introduction.scheduled_at, role=role, at=now
        )
        uow.session.add(own)
    own.actor, own.updated_at, own.is_accepted = viewer.id, now, is_accepted
    own.show_status, own.no_show_party = report.show_status, report.no_show_party
    own.outcome, own.note = report.outcome, report.note


async def _second_word(
    uow: UnitOfWork,
    introduction: models.Introduction,
    accepted: models.DemoReport,
    report: Report,
    *,
    role: IntroductionRole,
    now: dt.datetime,
) -> None:
    if not report.agrees_with(accepted.show_status, accepted.no_show_party):
        reason = (
            f"{accepted.role} said {_words(accepted.show_status, accepted.no_show_party)}, "
            f"{role} says {_words(report.show_status, report.no_show_party)}."
        )
        await interventions.open_intervention(
            uow, introduction, InterventionKind.DISPUTED, reason=reason, now=now
        )
    elif introduction.outcome is None and report.outcome is not None:
        # What came of it was left open by the first one.
        accepted.outcome, accepted.updated_at = report.outcome, now
        introduction.outcome, introduction.outcome_note = report.outcome, report.note
        await introductions.changed(uow, introduction, now=now)


async def _take(
    uow: UnitOfWork,
    introduction: models.Introduction,
    report: Report,
    *,
    viewer: Viewer,
    role: IntroductionRole,
    now: dt.datetime,
) -> None:
    introduction.show_status, introduction.no_show_party = report.show_status, report.no_show_party
    introduction.outcome, introduction.outcome_note = report.outcome, report.note
    await introductions.changed(uow, introduction, now=now)
    if role is IntroductionRole.ADMIN:
        await interventions.settle(
            uow,
            introduction,
            InterventionKind.DISPUTED,
            resolution="Staff recorded what happened.",
            now=now,
            actor=viewer,
        )
    if report.show_status is ShowStatus.SHOWED and introduction.stage is IntroductionStage.TIMES_PROPOSED:
        # It was proposed again for nothing.
        await scheduling_queries.close_open_slots(uow.session, introduction.id, SlotStatus.WITHDRAWN, now=now)
        await introductions.override(
            uow,
            introduction,
            IntroductionStage.HELD,
            actor=viewer,
            role=role,
            reason="The demo took place after all.",
            now=now,
        )
    if introduction.stage is not IntroductionStage.HELD or report.show_status is ShowStatus.SHOWED:
        return
    assert introduction.scheduled_at is not None
    missed = await queries.count_missed(uow.session, introduction.id, but=introduction.scheduled_at)
    if outcomes.is_proposed_again(report.show_status, missed):
        to = IntroductionStage.TIMES_PROPOSED
        await introductions.move(uow, introduction, to, actor=SYSTEM, role=IntroductionRole.SYSTEM, now=now)


async def submit_feedback(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    introduction_id: UUID | None,
    ratings: Ratings,
    comment: str | None,
    now: dt.datetime,
    idempotency: Idempotency | None = None,
) -> models.IntroductionFeedback:
    """Say what one side thought of an introduction: once, and changed for some days. Audited.

    Refuses: NotFound, Forbidden, InvalidInput, TooEarly, AlreadySubmitted, InvalidIntroductionTransition,
    IdempotencyConflict.
    """
    introduction = await introductions.lock(uow, viewer, introduction_id)
    roles = await introductions.roles_of(uow, viewer, introduction)
    role = next((each for each in SIDE_OF if each in roles), None)
    if role is None:
        raise Refused(Forbidden("Only the contractor and the partner say what they thought of it."))
    side = SIDE_OF[role]
    feedback = await queries.feedback_of(uow.session, introduction.id, side)
    feedback_id = new_id() if feedback is None else feedback.id
    if await claim(uow, idempotency, object_id=feedback_id, now=now) is not None and feedback is not None:
        return feedback
    ratings = outcomes.check_ratings(ratings, side)
    words = check_note("comment", comment, longest=FEEDBACK_LENGTH) if comment else None
    outcomes.check_is_over(
        introduction.stage, introduction.scheduled_at, introduction.duration_minutes, now=now
    )
    if introduction.stage is IntroductionStage.CONFIRMED:
        await introductions.move(uow, introduction, IntroductionStage.HELD, actor=viewer, role=role, now=now)
    if feedback is None:
        feedback = models.IntroductionFeedback(
            id=feedback_id, introduction_id=introduction.id, side=side, created_at=now
        )
        uow.session.add(feedback)
    else:
        outcomes.check_is_editable(feedback.created_at, now=now)
    feedback.satisfaction, feedback.experience = ratings.satisfaction, ratings.experience
    feedback.partner_quality, feedback.likelihood = ratings.partner_quality, ratings.likelihood
    feedback.actor, feedback.updated_at = viewer.id, now
    if side is FeedbackSide.CONTRACTOR:
        introduction.contractor_feedback = words
    else:
        introduction.partner_feedback = words
    await introductions.changed(uow, introduction, now=now)
    await introductions.record(
        uow, viewer, introduction, "introductions.submit_feedback", facts={"side": side}, now=now
    )
    return feedback


async def hold_demos(uow: UnitOfWork, *, limit: int, now: dt.datetime) -> int:
    """Take introductions whose demo is over to HELD; return how many."""
    return await _move_all(
        uow, await queries.take_over(uow.session, limit=limit, now=now), IntroductionStage.HELD, now
    )


async def close_demos(uow: UnitOfWork, *, limit: int, now: dt.datetime) -> int:
    """Close introductions of which nothing more is waited for; return how many."""
    before = now - outcomes.CLOSED_AFTER
    done = await queries.take_done(uow.session, limit=limit, before=before)
    return await _move_all(uow, done, IntroductionStage.CLOSED, now)


async def _move_all(
    uow: UnitOfWork, found: list[models.Introduction], stage: IntroductionStage, now: dt.datetime
) -> int:
    for each in found:
        await introductions.move(uow, each, stage, actor=SYSTEM, role=IntroductionRole.SYSTEM, now=now)
    return len(found)


def _words(show_status: ShowStatus, no_show_party: object) -> str:
    return show_status.value if no_show_party is None else f"{show_status} of {no_show_party}"
