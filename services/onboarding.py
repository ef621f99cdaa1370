"""Cases of onboarding: opened at registration, carried on by facts, helped by people where they must be."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from db import models
from db.queries import onboarding as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import onboarding
from domain.errors import InvalidInput, NotFound, Refused
from domain.events import EventType
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.mail import LINK, MailTemplate
from domain.onboarding import PARTNER_PAGE, ByHand, Stage
from domain.texts import check_note
from permissions import policies
from permissions.viewer import Scope, Viewer
from services import audit, events, mail
from services.idempotency import claim


async def open_case(uow: UnitOfWork, partner_id: UUID, *, now: dt.datetime) -> models.OnboardingCase:
    """Begin a new partner's way to LIVE."""
    case = models.OnboardingCase(
        id=new_id(), partner_id=partner_id, stage=Stage.REGISTERED, sequence=0, registered_at=now
    )
    uow.session.add(case)
    await uow.session.flush()
    uow.session.add(_visit(case, Stage.REGISTERED, now))
    return await review(uow, partner_id, now=now)


async def lock_case(uow: UnitOfWork, partner_id: UUID) -> models.OnboardingCase:
    """Return a partner's case, locked until commit. Refuses: NotFound."""
    case = await queries.lock_case(uow.session, partner_id)
    if case is None:
        raise Refused(NotFound(noun="onboarding case", id=global_id("Partner", partner_id)))
    return case


async def review(uow: UnitOfWork, partner_id: UUID, *, now: dt.datetime) -> models.OnboardingCase:
    """Carry a case on as far as the facts reach, and tell of it; called after every change of a fact.

    Locks the case until commit. What is left to do is noted with it, and a change of that alone is told too.
    Refuses: NotFound.
    """
    await uow.session.flush()
    case = await lock_case(uow, partner_id)
    facts = (await queries.facts_of(uow.session, [partner_id]))[partner_id]
    entered = onboarding.steps(case.stage, facts)
    for stage in entered:
        await _enter(uow, case, stage, now)
    blockers = [each.value for each in onboarding.blockers(case.stage, facts)]
    if entered or blockers != case.blocker_codes:
        case.blocker_codes = blockers
        case.sequence += 1
        await uow.session.flush()
        _tell(uow, case, now)
    if Stage.LIVE in entered:
        await tell_of(uow, case, EventType.PARTNER_LIVE, now=now)
        await mail.post_to_team(
            uow,
            template=MailTemplate.PARTNER_LIVE,
            partner_id=partner_id,
            facts={LINK: f"{PARTNER_PAGE}/{global_id('Partner', partner_id)}"},
            key=f"partner_live:{partner_id.hex}",
            now=now,
        )
    return case


async def tell_of(
    uow: UnitOfWork, case: models.OnboardingCase, event: EventType, *, now: dt.datetime
) -> None:
    """Tell of something that happened to the partner of a locked case: the case's next change."""
    case.sequence += 1
    await uow.session.flush()
    events.record_for_partner(
        uow,
        event,
        partner_id=case.partner_id,
        object_id=case.id,
        sequence=case.sequence,
        payload={"partner_id": global_id("Partner", case.partner_id)},
        now=now,
    )


async def set_assisted(
    uow: UnitOfWork, viewer: Viewer, *, partner_id: UUID | None, is_assisted: bool, now: dt.datetime
) -> models.OnboardingCase:
    """Let the account manager act on the partner's behalf, or no more; the partner's own decision. Audited.

    Refuses: NotFound, Forbidden.
    """
    case = await _case(uow, viewer, partner_id)
    policies.may_manage_team(viewer, case.partner_id)
    if case.is_assisted != is_assisted:
        case.is_assisted = is_assisted
        await _changed(uow, viewer, case, "onboarding.assist", {"is_assisted": is_assisted}, now=now)
    return case


async def assign_manager(
    uow: UnitOfWork, viewer: Viewer, *, partner_id: UUID | None, user_id: UUID | None, now: dt.datetime
) -> models.OnboardingCase:
    """Put a case into an account manager's hands; None takes it out of them. Audited.

    Refuses: NotFound, Forbidden, InvalidInput.
    """
    case = await _case(uow, viewer, partner_id)
    policies.may_manage_onboarding(viewer)
    if user_id is not None and await queries.account_manager(uow.session, user_id) is None:
        raise Refused(InvalidInput("account_manager_id", "is not an account manager of the platform"))
    if case.account_manager_id != user_id:
        case.account_manager_id = user_id
        shown = user_id and global_id("User", user_id)
        await _changed(uow, viewer, case, "onboarding.assign", {"account_manager": shown}, now=now)
    return case


async def set_manual(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    is_manual: bool,
    reason: str,
    now: dt.datetime,
) -> models.OnboardingCase:
    """Take a case out of the machine's hands, or give it back (S1-036). Audited with its reason.

    Refuses: NotFound, Forbidden, InvalidInput.
    """
    case = await _case(uow, viewer, partner_id)
    policies.may_manage_onboarding(viewer)
    reason = check_note("reason", reason)
    if case.is_manual != is_manual:
        case.is_manual = is_manual
        await _changed(
            uow, viewer, case, "onboarding.manual", {"is_manual": is_manual, "reason": reason}, now=now
        )
    return case


async def complete_by_hand(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    step: ByHand,
    reason: str,
    now: dt.datetime,
) -> models.OnboardingCase:
    """Note that people did a step of a manual case which the machine does otherwise. Audited with its reason.

    Refuses: NotFound, Forbidden, InvalidInput, NotManual.
    """
    case = await _case(uow, viewer, partner_id)
    policies.may_manage_onboarding(viewer)
    reason = check_note("reason", reason)
    if not case.is_manual:
        raise Refused(onboarding.NotManual())
    if step is ByHand.CERTIFICATION:
        case.certified_at = case.certified_at or now
    facts = {"step": step, "reason": reason}
    await _audit(uow, viewer, case, "onboarding.by_hand", facts, now=now)
    return await review(uow, case.partner_id, now=now)


async def log_time(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    minutes: int,
    note: str,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.OnboardingCase:
    """Note how long an account manager helped (S1-004). Audited.

    Refuses: NotFound, Forbidden, InvalidInput, IdempotencyConflict.
    """
    case = await _case(uow, viewer, partner_id)
    policies.may_manage_onboarding(viewer)
    if not 1 <= minutes <= onboarding.MOST_MINUTES:
        raise Refused(InvalidInput("minutes", f"must be from 1 to {onboarding.MOST_MINUTES}"))
    note = check_note("note", note)
    time_id = new_id()
    if await claim(uow, idempotency, object_id=time_id, now=now):
        return case
    uow.session.add(
        models.AssistedTime(id=time_id, case_id=case.id, actor=viewer.id, minutes=minutes, note=note, at=now)
    )
    await _changed(uow, viewer, case, "onboarding.log_time", {"minutes": minutes}, now=now)
    return case


async def answer_satisfaction(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    score: int,
    comment: str,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.SatisfactionAnswer:
    """Note how satisfied a member is, 0 to 10 (S1-003).

    Refuses: NotFound, Forbidden, InvalidInput, IdempotencyConflict.
    """
    case = await _case(uow, viewer, partner_id)
    policies.may_answer_for(viewer, case.partner_id)
    if not 0 <= score <= onboarding.BEST_SCORE:
        raise Refused(InvalidInput("score", f"must be from 0 to {onboarding.BEST_SCORE}"))
    comment = check_note("comment", comment)
    answer_id = new_id()
    first = await claim(uow, idempotency, object_id=answer_id, now=now)
    if first is not None:
        return await uow.session.get_one(models.SatisfactionAnswer, first)
    answer = models.SatisfactionAnswer(
        id=answer_id, partner_id=case.partner_id, actor=viewer.id, score=score, comment=comment, at=now
    )
    uow.session.add(answer)
    await uow.session.flush()
    return answer


async def _case(uow: UnitOfWork, viewer: Viewer, partner_id: UUID | None) -> models.OnboardingCase:
    if partner_id is None or not viewer.may_at(partner_id, Scope.READ_PARTNER):
        raise Refused(NotFound(noun="partner", id=global_id("Partner", partner_id) if partner_id else ""))
    return await lock_case(uow, partner_id)


async def _enter(uow: UnitOfWork, case: models.OnboardingCase, stage: Stage, now: dt.datetime) -> None:
    left = await queries.visit_of(uow.session, case.id, case.stage)
    if left is not None:
        left.left_at = now
    uow.session.add(_visit(case, stage, now))
    case.stage = stage
    if stage is Stage.LIVE:
        case.live_at = now
    await uow.session.flush()


def _visit(case: models.OnboardingCase, stage: Stage, now: dt.datetime) -> models.StageVisit:
    return models.StageVisit(id=new_id(), case_id=case.id, stage=stage, entered_at=now)


async def _changed(
    uow: UnitOfWork,
    viewer: Viewer,
    case: models.OnboardingCase,
    act: str,
    facts: Mapping[str, object],
    *,
    now: dt.datetime,
) -> None:
    case.sequence += 1
    await uow.session.flush()
    _tell(uow, case, now)
    await _audit(uow, viewer, case, act, facts, now=now)


def _tell(uow: UnitOfWork, case: models.OnboardingCase, now: dt.datetime) -> None:
    events.record_for_partner(
        uow,
        EventType.ONBOARDING_CHANGED,
        partner_id=case.partner_id,
        object_id=case.id,
        sequence=case.sequence,
        payload={"partner_id": global_id("Partner", case.partner_id), "stage": case.stage.value},
        now=now,
    )


async def _audit(
    uow: UnitOfWork,
    viewer: Viewer,
    case: models.OnboardingCase,
    act: str,
    facts: Mapping[str, object],
    *,
    now: dt.datetime,
) -> None:
    await audit.record(
        uow,
        viewer,
        partner_id=case.partner_id,
        act=act,
        object_id=global_id("OnboardingCase", case.id),
        facts=dict(facts),
        now=now,
    )
