"""The steps of introductions, whoever takes them: every other act on an introduction goes through these.

An introduction is changed under the lock of its row. Each step is written into its history, told to others (without
anything personal: whoever hears of it reads it with the rights it has) and audited.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from db import models
from db.queries import interventions as intervention_queries
from db.queries import introductions as queries
from db.queries import scheduling as scheduling_queries
from db.unit_of_work import UnitOfWork
from domain import introductions, scheduling
from domain.environments import Environment
from domain.errors import Forbidden, NotFound, Refused
from domain.events import EventType
from domain.ids import global_id
from domain.interventions import OVER_AT
from domain.introductions import IntroductionRole, IntroductionStage, ResponseChannel, ShowStatus
from domain.scheduling import SlotStatus
from domain.texts import check_note
from permissions.viewer import SYSTEM, Scope, Viewer
from permissions.visibility import visible_introductions
from services import audit, events, introduction_mail


async def lock(uow: UnitOfWork, viewer: Viewer, introduction_id: UUID | None) -> models.Introduction:
    """Return an introduction the caller may see, locked until commit. Refuses: NotFound."""
    if introduction_id is not None:
        introduction = await queries.lock_introduction(
            uow.session, introduction_id, visible=visible_introductions(viewer)
        )
        if introduction is not None:
            return introduction
    shown = global_id("Introduction", introduction_id) if introduction_id else ""
    raise Refused(NotFound(noun="introduction", id=shown))


async def roles_of(
    uow: UnitOfWork, viewer: Viewer, introduction: models.Introduction
) -> frozenset[IntroductionRole]:
    """Return as what the caller may act on an introduction: one role at least. Refuses: Forbidden."""
    roles = set()
    if viewer.may_everywhere(Scope.MANAGE_INTRODUCTIONS):
        roles.add(IntroductionRole.ADMIN)
    if Scope.MANAGE_INTRODUCTIONS in viewer.scopes_by_partner.get(introduction.partner_id, ()):
        roles.add(IntroductionRole.PARTNER)
    if viewer.user_id is not None:
        contractor = await queries.contractor_of(uow.session, introduction)
        if contractor.user_id == viewer.user_id:
            roles.add(IntroductionRole.CONTRACTOR)
    if not roles:
        raise Refused(Forbidden("Only the contractor, the partner and the platform's staff do this."))
    return frozenset(roles)


async def role_for(
    uow: UnitOfWork, viewer: Viewer, introduction: models.Introduction, stage: IntroductionStage
) -> IntroductionRole:
    """Return as what the caller takes an introduction to a stage; `move` refuses if it may not. Refuses: Forbidden."""
    roles = await roles_of(uow, viewer, introduction)
    return introductions.role_for(roles, introduction.stage, stage)


async def move(
    uow: UnitOfWork,
    introduction: models.Introduction,
    stage: IntroductionStage,
    *,
    actor: Viewer,
    role: IntroductionRole,
    now: dt.datetime,
    facts: dict[str, Any] | None = None,
    is_told: bool = True,
) -> models.Introduction:
    """Take a locked introduction to a stage: history, event, audit, and mail to the contractor if `is_told`.

    `facts` are the audit's, beside from, to and role. Refuses: InvalidIntroductionTransition.
    """
    introductions.check_move(introduction.stage, stage, role)
    before = introduction.stage
    await _enter(uow, introduction, stage, actor=actor, role=role, reason=None, facts=facts, now=now)
    if is_told and introductions.is_news_to_contractor(before, stage, role):
        await introduction_mail.tell_contractor(uow, introduction, now=now)
    return introduction


async def override(
    uow: UnitOfWork,
    introduction: models.Introduction,
    stage: IntroductionStage,
    *,
    actor: Viewer,
    reason: str,
    now: dt.datetime,
    role: IntroductionRole = IntroductionRole.ADMIN,
) -> models.Introduction:
    """Put a locked introduction to a stage, whatever the table of steps says; `reason` stays in its history.

    What the stage needs (a confirmed demo its time) is the caller's to set before. The contractor is told as of any step.
    """
    before = introduction.stage
    facts = {"is_override": True}
    await _enter(uow, introduction, stage, actor=actor, role=role, reason=reason, facts=facts, now=now)
    if introductions.is_news_to_contractor(before, stage, role):
        await introduction_mail.tell_contractor(uow, introduction, now=now)
    return introduction


async def note_response(
    uow: UnitOfWork,
    introduction: models.Introduction,
    *,
    now: dt.datetime,
    how: ResponseChannel,
    actor: Viewer = SYSTEM,
    role: IntroductionRole = IntroductionRole.SYSTEM,
) -> models.Introduction:
    """Note that the partner answered: the clock of follow-ups stops. What came after the first answer changes nothing.

    A draft, and one that was cancelled, stay what they are, too: nobody asked, or nobody waits any more.
    """
    if introduction.stage is not IntroductionStage.INTRODUCED:
        return introduction
    return await move(
        uow,
        introduction,
        IntroductionStage.RESPONDED,
        actor=actor,
        role=role,
        facts={"how": how},
        # What the partner wrote comes to the contractor by itself, or is passed on.
        is_told=how is not ResponseChannel.MAIL,
        now=now,
    )


async def confirm(
    uow: UnitOfWork,
    introduction: models.Introduction,
    *,
    starts_at: dt.datetime,
    duration: int,
    actor: Viewer,
    role: IntroductionRole,
    now: dt.datetime,
) -> models.Introduction:
    """Give a locked introduction the time of its demo, or another one. `duration` is in minutes.

    A demo that gets another one was RESCHEDULED, until somebody says what became of it.
    Refuses: InvalidInput, InvalidIntroductionTransition.
    """
    check_step(introduction, IntroductionStage.CONFIRMED, role, now=now)
    before = introduction.scheduled_at if introduction.stage is IntroductionStage.CONFIRMED else None
    introduction.scheduled_at = introductions.check_start(starts_at, now=now)
    introduction.duration_minutes = scheduling.check_duration(duration)
    if before is not None and before != starts_at:
        introduction.show_status, introduction.no_show_party = ShowStatus.RESCHEDULED, None
    return await move(
        uow,
        introduction,
        IntroductionStage.CONFIRMED,
        actor=actor,
        role=role,
        facts={"starts_at": starts_at, "duration_minutes": duration},
        now=now,
    )


async def cancel(
    uow: UnitOfWork,
    introduction: models.Introduction,
    *,
    actor: Viewer,
    role: IntroductionRole,
    now: dt.datetime,
    reason: str | None = None,
) -> models.Introduction:
    """End a locked introduction before its demo. Refuses: InvalidInput, InvalidIntroductionTransition."""
    check_step(introduction, IntroductionStage.CANCELLED, role, now=now)
    await scheduling_queries.close_open_slots(uow.session, introduction.id, SlotStatus.WITHDRAWN, now=now)
    introduction.cancelled_by = actor.id
    introduction.cancel_reason = check_note("reason", reason) if reason else None
    return await move(uow, introduction, IntroductionStage.CANCELLED, actor=actor, role=role, now=now)


def check_step(
    introduction: models.Introduction,
    stage: IntroductionStage,
    role: IntroductionRole,
    *,
    now: dt.datetime,
) -> None:
    """Let a step pass from where an introduction stands by the clock. Refuses: InvalidIntroductionTransition."""
    standing = introductions.stage_at(introduction.stage, introduction.scheduled_at, now=now)
    introductions.check_move(standing, stage, role)


async def changed(uow: UnitOfWork, introduction: models.Introduction, *, now: dt.datetime) -> None:
    """Tell that something of a locked introduction is other than before, though not its stage."""
    introduction.sequence += 1
    introduction.updated_at = now
    _tell(uow, introduction, now)
    await uow.session.flush()


async def begin(
    uow: UnitOfWork,
    introduction: models.Introduction,
    *,
    actor: Viewer,
    role: IntroductionRole,
    now: dt.datetime,
) -> models.Introduction:
    """Write a new introduction with the beginning of its history; audited."""
    uow.session.add(introduction)
    await uow.session.flush()
    await _note(uow, introduction, None, actor=actor, role=role, reason=None, now=now)
    facts = {
        "contractor": global_id("Contractor", introduction.contractor_id),
        "previous": introduction.previous_id and global_id("Introduction", introduction.previous_id),
        "role": role,
    }
    await record(uow, actor, introduction, "introductions.create", facts=facts, now=now)
    return introduction


async def record(
    uow: UnitOfWork,
    viewer: Viewer,
    introduction: models.Introduction,
    act: str,
    *,
    facts: dict[str, Any],
    now: dt.datetime,
) -> None:
    """Write an act on an introduction into the partner's audit."""
    await audit.record(
        uow,
        viewer,
        partner_id=introduction.partner_id,
        act=act,
        object_id=global_id("Introduction", introduction.id),
        facts=facts,
        now=now,
    )


async def _enter(
    uow: UnitOfWork,
    introduction: models.Introduction,
    stage: IntroductionStage,
    *,
    actor: Viewer,
    role: IntroductionRole,
    reason: str | None,
    facts: dict[str, Any] | None,
    now: dt.datetime,
) -> models.Introduction:
    before = introduction.stage
    introduction.stage, introduction.status = stage, introductions.STATUS_OF[stage]
    _stamp(introduction, introductions.STAMPS.get(stage), now)
    if before is IntroductionStage.INTRODUCED and stage in introductions.ANSWERED_BY:
        _stamp(introduction, "partner_responded_at", now)
    introduction.sequence += 1
    introduction.updated_at = now
    await _note(uow, introduction, before, actor=actor, role=role, reason=reason, now=now)
    if moot := OVER_AT.get(stage):
        over = f"It came to be {stage}"
        await intervention_queries.settle_all(
            uow.session, introduction.id, moot, resolved_by=SYSTEM.id, resolution=over, now=now
        )
    if stage is IntroductionStage.CANCELLED and introduction.mail_due_at is not None:
        # Nobody is introduced by a mail that waits for its time when it is off already.
        await introduction_mail.withdraw_introduction(uow, introduction)
    said = {"from": before, "to": stage, "role": role, **(facts or {})}
    await record(uow, actor, introduction, "introductions.move", facts=said, now=now)
    return introduction


def _stamp(introduction: models.Introduction, name: str | None, now: dt.datetime) -> None:
    if name is not None and getattr(introduction, name) is None:
        setattr(introduction, name, now)


async def _note(
    uow: UnitOfWork,
    introduction: models.Introduction,
    before: IntroductionStage | None,
    *,
    actor: Viewer,
    role: IntroductionRole,
    reason: str | None,
    now: dt.datetime,
) -> None:
    uow.session.add(
        models.IntroductionTransition(
            introduction_id=introduction.id,
            sequence=introduction.sequence,
            from_stage=before,
            to_stage=introduction.stage,
            actor=actor.id,
            role=role,
            reason=reason,
            at=now,
        )
    )
    _tell(uow, introduction, now)
    await uow.session.flush()


def _tell(uow: UnitOfWork, introduction: models.Introduction, now: dt.datetime) -> None:
    payload = {
        "introduction_id": global_id("Introduction", introduction.id),
        "contractor_id": global_id("Contractor", introduction.contractor_id),
        "partner_id": global_id("Partner", introduction.partner_id),
        "status": introduction.status,
        "stage": introduction.stage,
        "scheduled_at": introduction.scheduled_at and introduction.scheduled_at.isoformat(),
        "duration_minutes": introduction.duration_minutes,
        "sequence": introduction.sequence,
    }
    told: dict[str, Any] = {
        "object_id": introduction.id,
        "sequence": introduction.sequence,
        "payload": payload,
        "now": now,
    }
    if introduction.introduction_sent_at is not None:
        partner_id = introduction.partner_id
        events.record_for_partner(uow, EventType.INTRODUCTION_UPDATED, partner_id=partner_id, **told)
        return
    # A draft is nothing to the partner yet, and so to its endpoints; its contractor may follow it all the same.
    events.record(uow, EventType.INTRODUCTION_UPDATED, environment=Environment.LIVE, partner_id=None, **told)
