"""What contractors, partners and staff do with introductions: choose, send, confirm, change, cancel, remind."""

import datetime as dt
from uuid import UUID

from db import models
from db.queries import introductions as queries
from db.queries import matching as matching_queries
from db.queries import scheduling as scheduling_queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import introductions as rules
from domain import partners
from domain.errors import Forbidden, InvalidInput, NotFound, Refused
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.introductions import (
    AlreadyResponded,
    AlreadySent,
    IntroductionOpen,
    IntroductionRole,
    IntroductionStage,
    InvalidIntroductionTransition,
    PartnerAtCapacity,
    PartnerHasNoInbox,
    PartnerNotAccepting,
    ResponseChannel,
)
from domain.partners import VerificationStatus
from domain.scheduling import SlotStatus
from domain.send_times import SendAt
from permissions import policies
from permissions.viewer import Viewer
from services import (
    contractors,
    introduction_mail,
    introductions,
    matching,
    predictions,
    send_times,
)
from services.idempotency import claim
from services.ports import Entropy

BY_HAND = frozenset({IntroductionStage.RESPONDED, IntroductionStage.HELD, IntroductionStage.CLOSED})
"""Stages that `updateIntroduction` takes an introduction to; every other one has an act of its own."""


async def create_introduction(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    contractor_id: UUID | None,
    partner_id: UUID | None,
    entropy: Entropy,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Introduction:
    """Choose a partner for a contractor: a draft, of which the partner does not hear yet.

    Locks the contractor and the partner's profile until commit, so that its capacity holds whoever races.
    Refuses: NotFound, PartnerNotAccepting, PartnerAtCapacity, IntroductionOpen, IdempotencyConflict.
    """
    contractor = await contractors.locked_contractor(uow, viewer, contractor_id)
    introduction_id = new_id()
    first = await claim(uow, idempotency, object_id=introduction_id, now=now)
    if first is not None:
        return await introductions.lock(uow, viewer, first)
    is_own = contractor.user_id is not None and contractor.user_id == viewer.user_id
    role = IntroductionRole.CONTRACTOR if is_own else IntroductionRole.ADMIN
    return await draft_for(
        uow,
        contractor,
        partner_id,
        introduction_id=introduction_id,
        actor=viewer,
        role=role,
        entropy=entropy,
        now=now,
    )


async def draft_for(
    uow: UnitOfWork,
    contractor: models.Contractor,
    partner_id: UUID | None,
    *,
    actor: Viewer,
    role: IntroductionRole,
    entropy: Entropy,
    now: dt.datetime,
    introduction_id: UUID | None = None,
    previous_id: UUID | None = None,
) -> models.Introduction:
    """Write a draft for a locked contractor, with the score of the match as it is now, and what is predicted of it.

    `previous_id` is the one it goes on from. Locks the partner's profile until commit.
    Refuses: NotFound, PartnerNotAccepting, PartnerAtCapacity, IntroductionOpen.
    """
    profile = partner_id and await matching_queries.lock_profile(uow.session, partner_id)
    if not profile or not partner_id:
        shown = global_id("Partner", partner_id) if partner_id else ""
        raise Refused(NotFound(noun="introduction profile", id=shown))
    partner = await uow.session.get_one(models.Partner, partner_id)
    if not profile.is_accepting or partner.verification_status is VerificationStatus.SUSPENDED:
        raise Refused(PartnerNotAccepting())
    between = await queries.open_between(uow.session, contractor_id=contractor.id, partner_id=partner_id)
    if between is not None:
        raise Refused(IntroductionOpen(global_id("Introduction", between.id)))
    taken, versions = await matching_queries.taken_and_speaking(uow.session, partner_id)
    if taken >= profile.capacity:
        raise Refused(PartnerAtCapacity(profile.capacity))
    judged = matching.judge(contractor, profile, partner, taken=taken, versions=versions, now=now)
    introduction = models.Introduction(
        id=introduction_id or new_id(),
        contractor_id=contractor.id,
        partner_id=partner_id,
        match_score=judged.score,
        stage=IntroductionStage.DRAFT,
        status=rules.STATUS_OF[IntroductionStage.DRAFT],
        previous_id=previous_id,
        reply_token=entropy(rules.REPLY_TOKEN_BYTES).hex(),
        version=1,
        sequence=1,
        reminder_count=0,
        notes="",
        created_at=now,
        updated_at=now,
    )
    await introductions.begin(uow, introduction, actor=actor, role=role, now=now)
    predictions.keep(uow, introduction.id, judged, now=now)
    return introduction


async def send_introduction(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    introduction_id: UUID | None,
    at: SendAt = SendAt.NOW,
    now: dt.datetime,
) -> models.Introduction:
    """Introduce the contractor to the partner: from now on the partner sees it, and the clock runs.

    The mail may wait for a better time, within a night (ADR 41); the clock does not.

    Refuses: NotFound, Forbidden, AlreadySent, PartnerHasNoInbox, PartnerNotAccepting, InvalidIntroductionTransition.
    """
    introduction = await introductions.lock(uow, viewer, introduction_id)
    role = await introductions.role_for(uow, viewer, introduction, IntroductionStage.INTRODUCED)
    return await send(uow, introduction, actor=viewer, role=role, at=at, now=now)


async def send(
    uow: UnitOfWork,
    introduction: models.Introduction,
    *,
    actor: Viewer,
    role: IntroductionRole,
    at: SendAt = SendAt.NOW,
    now: dt.datetime,
) -> models.Introduction:
    """Send a locked draft, by mail. Refuses: AlreadySent, PartnerHasNoInbox, PartnerNotAccepting, InvalidIntroductionTransition."""
    if introduction.introduction_sent_at is not None:
        raise Refused(AlreadySent(introduction.introduction_sent_at))
    rules.check_move(introduction.stage, IntroductionStage.INTRODUCED, role)
    profile = await uow.session.get_one(models.IntroductionProfile, introduction.partner_id)
    if not profile.is_accepting:
        raise Refused(PartnerNotAccepting())
    if profile.intro_email is None:
        raise Refused(PartnerHasNoInbox())
    if at is SendAt.SUGGESTED:
        hours = await uow.session.get(models.MeetingHours, profile.partner_id)
        found = await send_times.suggested_for(uow.session, profile, hours, now=now)
        introduction.mail_due_at = None if found.is_now else found.at
    await introductions.move(uow, introduction, IntroductionStage.INTRODUCED, actor=actor, role=role, now=now)
    await introduction_mail.send_introduction(uow, introduction, due_at=introduction.mail_due_at, now=now)
    return introduction


async def confirm_introduction(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    introduction_id: UUID | None,
    starts_at: dt.datetime,
    duration_minutes: int | None,
    now: dt.datetime,
) -> models.Introduction:
    """Write down the time of the demo that the two agreed on, or another one; without a length the partner's usual one.

    What was proposed and not picked is declined by that. Whether both have the time is decided by the database.
    Refuses: NotFound, Forbidden, InvalidInput, TimeTaken, InvalidIntroductionTransition.
    """
    introduction = await introductions.lock(uow, viewer, introduction_id)
    role = await introductions.role_for(uow, viewer, introduction, IntroductionStage.CONFIRMED)
    profile = await uow.session.get_one(models.IntroductionProfile, introduction.partner_id)
    await scheduling_queries.close_open_slots(uow.session, introduction.id, SlotStatus.DECLINED, now=now)
    return await introductions.confirm(
        uow,
        introduction,
        starts_at=starts_at,
        duration=profile.preferred_demo_duration if duration_minutes is None else duration_minutes,
        actor=viewer,
        role=role,
        now=now,
    )


async def cancel_introduction(
    uow: UnitOfWork, viewer: Viewer, *, introduction_id: UUID | None, reason: str | None, now: dt.datetime
) -> models.Introduction:
    """End an introduction before its demo; a second call answers as the first.

    Refuses: NotFound, Forbidden, InvalidInput, InvalidIntroductionTransition.
    """
    introduction = await introductions.lock(uow, viewer, introduction_id)
    role = await introductions.role_for(uow, viewer, introduction, IntroductionStage.CANCELLED)
    if introduction.stage is IntroductionStage.CANCELLED:
        return introduction
    return await introductions.cancel(uow, introduction, actor=viewer, role=role, reason=reason, now=now)


async def update_introduction(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    introduction_id: UUID | None,
    version: int,
    stage: IntroductionStage | None,
    outcome_note: str | None,
    notes: str | None,
    now: dt.datetime,
) -> models.Introduction:
    """Change what is given: the stage to RESPONDED, HELD or CLOSED by hand, a note on the outcome, the staff's notes.

    Refuses: NotFound, Forbidden, InvalidInput, InvalidIntroductionTransition, StaleVersion.
    """
    introduction = await introductions.lock(uow, viewer, introduction_id)
    roles = await introductions.roles_of(uow, viewer, introduction)
    partners.check_version(expected=version, actual=introduction.version)
    if notes is not None and not policies.is_introduction_desk(viewer):
        raise Refused(Forbidden("Only the platform's staff writes notes."))
    introduction.version += 1
    if stage is not None and stage is not introduction.stage:
        await _take_to(uow, introduction, stage, actor=viewer, roles=roles, now=now)
    written = {
        "notes": None if notes is None else rules.check_notes(notes),
        "outcome_note": None if outcome_note is None else rules.check_notes(outcome_note),
    }
    changed = [
        name
        for name, text in written.items()
        if text is not None and text != (getattr(introduction, name) or "")
    ]
    if changed:
        for name in changed:
            setattr(introduction, name, written[name])
        await introductions.changed(uow, introduction, now=now)
        facts = {"changed": changed}
        await introductions.record(uow, viewer, introduction, "introductions.update", facts=facts, now=now)
    await uow.session.flush()
    return introduction


async def _take_to(
    uow: UnitOfWork,
    introduction: models.Introduction,
    stage: IntroductionStage,
    *,
    actor: Viewer,
    roles: frozenset[IntroductionRole],
    now: dt.datetime,
) -> None:
    if stage not in BY_HAND:
        raise Refused(InvalidInput("stage", f"must be one of {', '.join(sorted(BY_HAND))}"))
    role = rules.role_for(roles, introduction.stage, stage)
    rules.check_move(introduction.stage, stage, role)
    if stage is IntroductionStage.HELD and (introduction.scheduled_at or now) > now:
        raise Refused(InvalidInput("stage", "can not be HELD before the demo begins"))
    if stage is IntroductionStage.RESPONDED:
        is_partner = role is IntroductionRole.PARTNER
        how = ResponseChannel.PORTAL if is_partner else ResponseChannel.STAFF
        await introductions.note_response(uow, introduction, now=now, how=how, actor=actor, role=role)
        return
    await introductions.move(uow, introduction, stage, actor=actor, role=role, now=now)


async def trigger_follow_up(
    uow: UnitOfWork, viewer: Viewer, *, introduction_id: UUID | None, now: dt.datetime
) -> models.Introduction:
    """Remind the partner now, without waiting for the clock; counted as a reminder. Audited.

    Refuses: NotFound, Forbidden, AlreadyResponded, InvalidIntroductionTransition.
    """
    introduction = await introductions.lock(uow, viewer, introduction_id)
    roles = await introductions.roles_of(uow, viewer, introduction)
    askers = roles - {IntroductionRole.PARTNER}
    if not askers:
        raise Refused(Forbidden("A partner is reminded by the contractor, or by the platform's staff."))
    if introduction.partner_responded_at is not None:
        raise Refused(AlreadyResponded(introduction.partner_responded_at))
    if introduction.stage is not IntroductionStage.INTRODUCED:
        raise Refused(
            InvalidIntroductionTransition(
                introduction.stage,
                IntroductionStage.INTRODUCED,
                min(askers, key=list(IntroductionRole).index),
            )
        )
    assert introduction.introduction_sent_at is not None
    introduction.reminder_count += 1
    hours = int((now - introduction.introduction_sent_at) / dt.timedelta(hours=1))
    await introduction_mail.send_reminder(
        uow, introduction, hours=hours, number=introduction.reminder_count, now=now
    )
    facts = {"reminder_count": introduction.reminder_count}
    await introductions.record(uow, viewer, introduction, "introductions.remind", facts=facts, now=now)
    await introductions.changed(uow, introduction, now=now)
    return introduction
