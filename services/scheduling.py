"""What the two sides of an introduction do to find a time for their demo, to move it, and to call it off.

An introduction is locked before its proposals are looked at. Who has a time already is decided by the database, when the
introduction is given one (db/functions/v28); what is looked up before only says so sooner.
"""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from db import models
from db.queries import scheduling as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import introductions as rules
from domain import scheduling
from domain.errors import Forbidden, NotFound, Refused
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.introductions import (
    IntroductionRole,
    IntroductionStage,
    InvalidIntroductionTransition,
)
from domain.scheduling import ProposedTime, SlotSide, SlotStatus, Span, TimeTaken
from domain.texts import check_note
from permissions.viewer import Viewer
from permissions.visibility import visible_demo_slots
from services import introductions, turns
from services.idempotency import claim

SIDES = {
    IntroductionRole.PARTNER: SlotSide.PARTNER,
    IntroductionRole.CONTRACTOR: SlotSide.CONTRACTOR,
    IntroductionRole.ADMIN: SlotSide.PLATFORM,
}
PROPOSE, COUNTER = IntroductionRole.PARTNER, IntroductionRole.CONTRACTOR
"""Whose act it is; the platform's staff does both on behalf of whose it is."""


async def propose_times(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    introduction_id: UUID | None,
    side: IntroductionRole,
    times: Sequence[ProposedTime],
    duration_minutes: int | None,
    time_zone: str | None,
    note: str | None,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Introduction:
    """Propose times for one side (PROPOSE, or COUNTER for the contractor's own); what was open before is decided on.

    Without a zone they are read in the side's own, without a duration they last as the partner prefers. A partner
    that proposes has answered. Locks the introduction until commit.
    Refuses: NotFound, Forbidden, InvalidInput, TimeTaken, InvalidIntroductionTransition, IdempotencyConflict.
    """
    introduction = await introductions.lock(uow, viewer, introduction_id)
    role = await _role(uow, viewer, introduction, side, IntroductionRole.ADMIN)
    if await claim(uow, idempotency, object_id=introduction.id, now=now) is not None:
        return introduction
    if side is COUNTER and introduction.stage is IntroductionStage.INTRODUCED:
        # Nobody answered yet: there is nothing to counter.
        raise Refused(
            InvalidIntroductionTransition(introduction.stage, IntroductionStage.TIMES_PROPOSED, role)
        )
    if introduction.stage is IntroductionStage.CONFIRMED:
        # A demo that has its time is moved by `reschedule`, which does not give the time up before there is another.
        raise Refused(
            InvalidIntroductionTransition(introduction.stage, IntroductionStage.TIMES_PROPOSED, role)
        )
    slots = await _put_round(
        uow,
        viewer,
        introduction,
        side=SIDES[side],
        times=times,
        duration_minutes=duration_minutes,
        time_zone=time_zone,
        note=note,
        now=now,
    )
    is_first = introduction.stage is not IntroductionStage.TIMES_PROPOSED
    await introductions.move(
        uow,
        introduction,
        IntroductionStage.TIMES_PROPOSED,
        actor=viewer,
        role=role,
        facts={"times": len(times), "side": SIDES[side]},
        now=now,
    )
    if side is COUNTER or not is_first:
        # Of the first ones the step itself tells the contractor.
        await turns.ask(uow, introduction, proposed_by=SIDES[side], round_=slots[0].round, now=now)
    return introduction


async def pick_time(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    slot_id: UUID | None,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Introduction:
    """Take one of the other side's times: the demo is confirmed, or moved to it. Locks the introduction until commit.

    Refuses: NotFound, Forbidden, SlotNotOpen, NotYourTurn, TimeTaken, InvalidIntroductionTransition,
    IdempotencyConflict.
    """
    shown = global_id("DemoSlot", slot_id) if slot_id else ""
    found = (
        await queries.slot_by_id(uow.session, slot_id, visible=visible_demo_slots(viewer))
        if slot_id
        else None
    )
    if found is None:
        raise Refused(NotFound(noun="demo slot", id=shown))
    introduction = await introductions.lock(uow, viewer, found.introduction_id)
    roles = await introductions.roles_of(uow, viewer, introduction)
    if await claim(uow, idempotency, object_id=introduction.id, now=now) is not None:
        return introduction
    slots = await queries.slots_of(uow.session, introduction.id, statuses=list(SlotStatus))
    slot = next(each for each in slots if each.id == slot_id)
    role = _picking_role(roles, slot.side)
    span = Span(slot.starts_at, slot.duration_minutes)
    scheduling.check_pick(slot.status, slot.side, SIDES[role], span, now=now)
    for each in slots:
        if each.status is SlotStatus.PICKED:
            each.status, each.decided_at = SlotStatus.REPLACED, now
        elif each.status is SlotStatus.OPEN and each is not slot:
            each.status, each.decided_at = SlotStatus.DECLINED, now
    # One is picked at most, also for the moment between two statements.
    await uow.session.flush()
    slot.status, slot.decided_at = SlotStatus.PICKED, now
    return await introductions.confirm(
        uow,
        introduction,
        starts_at=slot.starts_at,
        duration=slot.duration_minutes,
        actor=viewer,
        role=role,
        now=now,
    )


async def reschedule(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    introduction_id: UUID | None,
    times: Sequence[ProposedTime],
    duration_minutes: int | None,
    time_zone: str | None,
    note: str | None,
    is_agreed: bool,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Introduction:
    """Propose other times for a confirmed demo; it keeps the one it has until the other side picks.

    `is_agreed`: both agreed already, as the platform's staff knows, and the demo is moved to the first time at once.
    Locks the introduction until commit. Refuses: NotFound, Forbidden, InvalidInput, TimeTaken,
    InvalidIntroductionTransition, IdempotencyConflict.
    """
    introduction = await introductions.lock(uow, viewer, introduction_id)
    asked = (IntroductionRole.ADMIN,) if is_agreed else (PROPOSE, COUNTER, IntroductionRole.ADMIN)
    role = await _role(uow, viewer, introduction, *asked)
    if await claim(uow, idempotency, object_id=introduction.id, now=now) is not None:
        return introduction
    standing = rules.stage_at(introduction.stage, introduction.scheduled_at, now=now)
    if standing is not IntroductionStage.CONFIRMED:
        raise Refused(InvalidIntroductionTransition(standing, IntroductionStage.CONFIRMED, role))
    slots = await _put_round(
        uow,
        viewer,
        introduction,
        side=SIDES[role],
        times=times,
        duration_minutes=duration_minutes or introduction.duration_minutes,
        time_zone=time_zone,
        note=note,
        now=now,
    )
    if is_agreed:
        first = scheduling.starts_of(times[:1], scheduling.zone_of(slots[0].time_zone))[0]
        chosen = next(each for each in slots if each.starts_at == first)
        return await pick_time(uow, viewer, slot_id=chosen.id, idempotency=None, now=now)
    await introductions.changed(uow, introduction, now=now)
    await turns.ask(uow, introduction, proposed_by=SIDES[role], round_=slots[0].round, now=now)
    facts = {"times": len(times), "role": role}
    await introductions.record(uow, viewer, introduction, "introductions.reschedule", facts=facts, now=now)
    return introduction


async def cancel_demo(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    introduction_id: UUID | None,
    reason: str | None,
    now: dt.datetime,
) -> models.Introduction:
    """Call a confirmed demo off, and its introduction with it: its time is free again, and calendars are told.

    Locks the introduction until commit. Refuses: NotFound, Forbidden, InvalidInput, InvalidIntroductionTransition.
    """
    introduction = await introductions.lock(uow, viewer, introduction_id)
    role = await _role(uow, viewer, introduction, PROPOSE, COUNTER, IntroductionRole.ADMIN)
    if introduction.stage is not IntroductionStage.CONFIRMED:
        raise Refused(InvalidIntroductionTransition(introduction.stage, IntroductionStage.CANCELLED, role))
    await queries.close_open_slots(uow.session, introduction.id, SlotStatus.WITHDRAWN, now=now)
    return await introductions.cancel(uow, introduction, actor=viewer, role=role, reason=reason, now=now)


async def _put_round(
    uow: UnitOfWork,
    viewer: Viewer,
    introduction: models.Introduction,
    *,
    side: SlotSide,
    times: Sequence[ProposedTime],
    duration_minutes: int | None,
    time_zone: str | None,
    note: str | None,
    now: dt.datetime,
) -> list[models.DemoSlot]:
    profile = await uow.session.get_one(models.IntroductionProfile, introduction.partner_id)
    zone = scheduling.zone_of(time_zone or await _zone_of(uow, introduction, profile, side))
    minutes = duration_minutes or scheduling.on_grid(profile.preferred_demo_duration)
    spans = scheduling.check_times(scheduling.starts_of(times, zone), minutes, now=now)
    text = check_note("note", note, longest=scheduling.NOTE_LENGTH) if note else None
    cells = [cell for span in spans for cell in scheduling.cells_of(span)]
    parties = (introduction.partner_id, introduction.contractor_id)
    taken = await queries.is_any_taken(uow.session, parties, cells, but_for=introduction.id)
    if taken is not None:
        raise Refused(TimeTaken(taken))
    for each in await queries.slots_of(uow.session, introduction.id, statuses=[SlotStatus.OPEN]):
        each.status = SlotStatus.WITHDRAWN if each.side is side else SlotStatus.DECLINED
        each.decided_at = now
    number = await queries.last_round(uow.session, introduction.id) + 1
    slots = [
        models.DemoSlot(
            id=new_id(),
            introduction_id=introduction.id,
            round=number,
            side=side,
            starts_at=span.starts_at,
            duration_minutes=span.minutes,
            time_zone=zone.key,
            note=text,
            status=SlotStatus.OPEN,
            proposed_by=viewer.id,
            proposed_at=now,
        )
        for span in spans
    ]
    uow.session.add_all(slots)
    await uow.session.flush()
    return slots


async def _zone_of(
    uow: UnitOfWork,
    introduction: models.Introduction,
    profile: models.IntroductionProfile,
    side: SlotSide,
) -> str:
    if side is not SlotSide.CONTRACTOR:
        return profile.time_zone
    contractor = await uow.session.get_one(models.Contractor, introduction.contractor_id)
    return contractor.time_zone


async def _role(
    uow: UnitOfWork, viewer: Viewer, introduction: models.Introduction, *asked: IntroductionRole
) -> IntroductionRole:
    """Return the first of the asked roles that the caller has. Refuses: Forbidden."""
    roles = await introductions.roles_of(uow, viewer, introduction)
    for each in asked:
        if each in roles:
            return each
    names = " or ".join(each.lower() for each in asked)
    raise Refused(Forbidden(f"This is for the {names} to do."))


def _picking_role(roles: frozenset[IntroductionRole], proposed_by: SlotSide) -> IntroductionRole:
    """Return as what somebody picks: as the side that is asked, where it is that one; the staff may for either."""
    ordered = sorted(roles & SIDES.keys(), key=list(SIDES).index)
    able = [each for each in ordered if scheduling.may_pick(proposed_by, SIDES[each])]
    return (able or ordered)[0]
