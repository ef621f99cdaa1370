"""The admin desk: what staff does about introductions that need a human (S3-023, S3-121). Every act is audited."""

import datetime as dt
from uuid import UUID

from db import models
from db.queries import contractors as contractor_queries
from db.queries import interventions as queries
from db.queries import introductions as introduction_queries
from db.queries import scheduling as scheduling_queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import introductions as rules
from domain import scheduling
from domain.errors import InvalidInput, NotFound, Refused
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.interventions import REASON_LENGTH, InterventionKind
from domain.introductions import (
    OPEN_STAGES,
    AlreadyResponded,
    IntroductionOpen,
    IntroductionRole,
    IntroductionStage,
    InvalidIntroductionTransition,
    PartnerHasNoInbox,
)
from domain.scheduling import SlotStatus
from domain.texts import check_note
from permissions import policies
from permissions.viewer import SCOPES_OF, Scope, Viewer
from permissions.visibility import visible_interventions
from services import interventions, introducing, introduction_mail, introductions
from services.idempotency import claim
from services.ports import Entropy

TAKERS = frozenset(role for role, scopes in SCOPES_OF.items() if Scope.MANAGE_ONBOARDING in scopes)
"""Roles of the platform whose people may be given an intervention."""


async def take_intervention(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    intervention_id: UUID | None,
    assignee_id: UUID | None,
    now: dt.datetime,
) -> models.Intervention:
    """Give what needs a human to one of the staff; without `assignee_id` to the caller. Refuses: NotFound."""
    found, introduction = await _locked(uow, viewer, intervention_id)
    taker_id = assignee_id or viewer.user_id
    taker = await uow.session.get(models.User, taker_id) if taker_id else None
    if taker is None or not TAKERS.intersection(taker.platform_roles):
        raise Refused(NotFound(noun="staff member", id=global_id("User", taker_id) if taker_id else ""))
    if found.assignee_id != taker.id:
        found.assignee_id, found.assignee_name = taker.id, taker.name
        facts = {"kind": found.kind, "to": global_id("User", taker.id)}
        await introductions.record(uow, viewer, introduction, "interventions.take", facts=facts, now=now)
        await uow.session.flush()
    return found


async def resolve_intervention(
    uow: UnitOfWork, viewer: Viewer, *, intervention_id: UUID | None, resolution: str, now: dt.datetime
) -> models.Intervention:
    """Say what was done about it; it leaves the queue. A second call answers as the first.

    Refuses: NotFound, InvalidInput.
    """
    resolution = _needed("resolution", resolution)
    found, introduction = await _locked(uow, viewer, intervention_id)
    if found.resolved_at is None:
        await interventions.settle(
            uow, introduction, found.kind, resolution=resolution, now=now, actor=viewer
        )
    return found


async def reassign_introduction(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    introduction_id: UUID | None,
    partner_id: UUID | None,
    reason: str,
    entropy: Entropy,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Introduction:
    """Introduce the contractor to another partner instead: return a draft that goes on from the old one.

    The old one is cancelled if it is open, and what it needed a human for is settled. Locks the contractor first, so
    that none is erased meanwhile.
    Refuses: NotFound, Forbidden, InvalidInput, PartnerNotAccepting, PartnerAtCapacity, IntroductionOpen,
    IdempotencyConflict.
    """
    policies.may_run_introduction_desk(viewer)
    reason = _needed("reason", reason)
    contractor = (
        await contractor_queries.lock_introduced(uow.session, introduction_id) if introduction_id else None
    )
    old = await introductions.lock(uow, viewer, introduction_id)
    new_introduction_id = new_id()
    first = await claim(uow, idempotency, object_id=new_introduction_id, now=now)
    if first is not None:
        return await introductions.lock(uow, viewer, first)
    if contractor is None or contractor.erased_at is not None:
        raise Refused(NotFound(noun="contractor", id=global_id("Contractor", old.contractor_id)))
    if partner_id == old.partner_id:
        raise Refused(InvalidInput("partner_id", "must be another partner"))
    await interventions.settle(uow, old, resolution=reason, now=now, actor=viewer)
    if rules.stage_at(old.stage, old.scheduled_at, now=now) in OPEN_STAGES:
        await introductions.cancel(
            uow, old, actor=viewer, role=IntroductionRole.ADMIN, reason=reason, now=now
        )
    return await introducing.draft_for(
        uow,
        contractor,
        partner_id,
        introduction_id=new_introduction_id,
        previous_id=old.id,
        actor=viewer,
        role=IntroductionRole.ADMIN,
        entropy=entropy,
        now=now,
    )


async def resend_introduction(
    uow: UnitOfWork, viewer: Viewer, *, introduction_id: UUID | None, now: dt.datetime
) -> models.Introduction:
    """Send the mail of an introduction once more, also to an address that was written to no more; bounces are settled.

    The clock of follow-ups runs on from the first time.
    Refuses: NotFound, Forbidden, PartnerHasNoInbox, AlreadyResponded, InvalidIntroductionTransition.
    """
    policies.may_run_introduction_desk(viewer)
    introduction = await introductions.lock(uow, viewer, introduction_id)
    if introduction.partner_responded_at is not None:
        raise Refused(AlreadyResponded(introduction.partner_responded_at))
    if introduction.stage is not IntroductionStage.INTRODUCED:
        raise Refused(
            InvalidIntroductionTransition(
                introduction.stage, IntroductionStage.INTRODUCED, IntroductionRole.ADMIN
            )
        )
    profile = await uow.session.get_one(models.IntroductionProfile, introduction.partner_id)
    if profile.intro_email is None:
        raise Refused(PartnerHasNoInbox())
    await introductions.changed(uow, introduction, now=now)
    if introduction.mail_due_at is not None:
        # It goes out now instead of later.
        await introduction_mail.withdraw_introduction(uow, introduction)
    # The sequence grows with each, so each is another mail.
    number = introduction.sequence
    await introduction_mail.send_introduction(uow, introduction, number=number, now=now)
    await interventions.settle(
        uow, introduction, InterventionKind.BOUNCED, resolution="Sent again", now=now, actor=viewer
    )
    await introductions.record(uow, viewer, introduction, "introductions.resend", facts={}, now=now)
    return introduction


async def override_introduction(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    introduction_id: UUID | None,
    stage: IntroductionStage,
    starts_at: dt.datetime | None,
    duration_minutes: int | None,
    reason: str,
    now: dt.datetime,
) -> models.Introduction:
    """Put an introduction where it belongs, whatever the table of steps says; the reason stays in its history.

    Back to INTRODUCED the clock of follow-ups runs on, as if the partner had not answered: what was taken for an answer
    was none. Nothing becomes a draft again, and what was not sent is sent, not put there.
    Refuses: NotFound, Forbidden, InvalidInput, IntroductionOpen, TimeTaken.
    """
    policies.may_run_introduction_desk(viewer)
    reason = _needed("reason", reason)
    introduction = await introductions.lock(uow, viewer, introduction_id)
    if stage is IntroductionStage.DRAFT:
        raise Refused(InvalidInput("stage", "can not be DRAFT again"))
    if introduction.introduction_sent_at is None and stage is not IntroductionStage.CANCELLED:
        raise Refused(InvalidInput("stage", "can only be CANCELLED before the introduction is sent"))
    if stage in OPEN_STAGES and introduction.stage not in OPEN_STAGES:
        other = await introduction_queries.open_between(
            uow.session, contractor_id=introduction.contractor_id, partner_id=introduction.partner_id
        )
        if other is not None:
            raise Refused(IntroductionOpen(global_id("Introduction", other.id)))
    if starts_at is not None:
        profile = await uow.session.get_one(models.IntroductionProfile, introduction.partner_id)
        minutes = profile.preferred_demo_duration if duration_minutes is None else duration_minutes
        introduction.scheduled_at = starts_at
        introduction.duration_minutes = scheduling.check_duration(minutes)
    if stage is IntroductionStage.CONFIRMED and introduction.scheduled_at is None:
        raise Refused(InvalidInput("starts_at", "is needed for a confirmed demo"))
    if stage is IntroductionStage.INTRODUCED:
        introduction.partner_responded_at = None
    if stage is IntroductionStage.CANCELLED:
        introduction.cancelled_by, introduction.cancel_reason = viewer.id, reason
    if stage not in {IntroductionStage.TIMES_PROPOSED, IntroductionStage.RESPONDED}:
        await scheduling_queries.close_open_slots(uow.session, introduction.id, SlotStatus.WITHDRAWN, now=now)
    introduction.version += 1
    return await introductions.override(uow, introduction, stage, actor=viewer, reason=reason, now=now)


async def note_introduction(
    uow: UnitOfWork, viewer: Viewer, *, introduction_id: UUID | None, text: str, now: dt.datetime
) -> models.Introduction:
    """Add a line to the staff's notes, with its day and whose it is. Refuses: NotFound, Forbidden, InvalidInput."""
    policies.may_run_introduction_desk(viewer)
    text = _needed("text", text)
    introduction = await introductions.lock(uow, viewer, introduction_id)
    author = viewer.signed_in.name if viewer.signed_in else viewer.id
    line = f"{now:%Y-%m-%d %H:%M} {author}: {text}"
    introduction.notes = rules.check_notes("\n".join(filter(None, (introduction.notes, line))))
    introduction.version += 1
    await introductions.record(
        uow, viewer, introduction, "introductions.note", facts={"length": len(text)}, now=now
    )
    await introductions.changed(uow, introduction, now=now)
    return introduction


async def _locked(
    uow: UnitOfWork, viewer: Viewer, intervention_id: UUID | None
) -> tuple[models.Intervention, models.Introduction]:
    """Return an intervention and what it is about; the introduction is locked first, as everywhere."""
    seen = visible_interventions(viewer)
    if intervention_id is not None:
        owner = await queries.introduction_of(uow.session, intervention_id, visible=seen)
        introduction = await introductions.lock(uow, viewer, owner) if owner else None
        found = await queries.lock_intervention(uow.session, intervention_id, visible=seen)
        if introduction is not None and found is not None:
            return found, introduction
    shown = global_id("Intervention", intervention_id) if intervention_id else ""
    raise Refused(NotFound(noun="intervention", id=shown))


def _needed(field: str, text: str) -> str:
    checked = check_note(field, text, longest=REASON_LENGTH)
    if not checked:
        raise Refused(InvalidInput(field, "must not be empty"))
    return checked
