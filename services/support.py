"""What partners and the platform do in support threads.

A message is numbered under the lock of its thread. Events carry no text: whoever hears of one reads it with the
rights it has.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db import models
from db.queries import support as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import support
from domain.errors import InvalidInput, NotFound, Refused
from domain.events import EventType
from domain.idempotency import Idempotency
from domain.ids import global_id, local_id
from domain.support import Progress, SupportAct, SupportCategory, SupportSide
from domain.uploads import UploadPurpose
from permissions.viewer import SCOPES_OF, Scope, Viewer
from permissions.visibility import visible_support_messages, visible_support_threads
from services import audit, events, uploads
from services.idempotency import claim

NAME_LENGTH = 200
TAKERS = frozenset(role for role, scopes in SCOPES_OF.items() if Scope.MANAGE_ONBOARDING in scopes)
"""Roles of the platform whose people may have a thread assigned."""


def side_of(viewer: Viewer) -> SupportSide:
    """Return for whom somebody writes: the platform's staff for the platform, wherever else it may belong to."""
    return SupportSide.PLATFORM if viewer.may_everywhere(Scope.ASK_SUPPORT) else SupportSide.PARTNER


async def open_thread(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: str | None,
    category: SupportCategory,
    subject: str,
    text: str,
    upload_ids: Sequence[UUID | None] = (),
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.SupportThread:
    """Begin a thread with its first message; without `partner_id` for the caller's one partner.

    Refuses: NotFound, InvalidInput, UploadNotReady, IdempotencyConflict.
    """
    partner = await _partner(uow, viewer, partner_id)
    subject, text = support.check_subject(subject), support.check_text(text)
    thread_id, message_id = new_id(), new_id()
    first = await claim(uow, idempotency, object_id=thread_id, now=now)
    if first is not None:
        return await _locked(uow, viewer, first)
    side, name = side_of(viewer), await _name_of(uow, viewer)
    progress = support.begun(side)
    thread = models.SupportThread(
        id=thread_id,
        partner_id=partner.id,
        category=category,
        subject=subject,
        status=progress.status,
        opened_by=viewer.id,
        opened_by_name=name,
        opened_side=side,
        opened_at=now,
        first_response_due_at=support.first_response_due_at(category, opened_side=side, opened_at=now),
        last_message_at=now,
        last_message_id=message_id,
        message_count=1,
        mailed_number=0,
        sequence=1,
    )
    uow.session.add(thread)
    await uow.session.flush()
    message = models.SupportMessage(
        id=message_id,
        thread_id=thread_id,
        number=1,
        author=viewer.id,
        author_name=name,
        side=side,
        text=text,
        at=now,
    )
    await _write(uow, viewer, thread, message, upload_ids)
    return thread


async def post_message(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    thread_id: UUID | None,
    text: str,
    upload_ids: Sequence[UUID | None] = (),
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.SupportMessage:
    """Write a message; the thread is the other side's turn then. Whoever writes has read what is there.

    Locks the thread until commit. Refuses: NotFound, InvalidInput, UploadNotReady, IdempotencyConflict.
    """
    text = support.check_text(text)
    thread = await _locked(uow, viewer, thread_id)
    message_id = new_id()
    first = await claim(uow, idempotency, object_id=message_id, now=now)
    if first is not None:
        return await _message(uow, viewer, first)
    side = side_of(viewer)
    thread.message_count += 1
    thread.last_message_id, thread.last_message_at = message_id, now
    _move(thread, support.WRITES[side], now)
    message = models.SupportMessage(
        id=message_id,
        thread_id=thread.id,
        number=thread.message_count,
        author=viewer.id,
        author_name=await _name_of(uow, viewer),
        side=side,
        text=text,
        at=now,
    )
    await _write(uow, viewer, thread, message, upload_ids)
    return message


async def mark_read(
    uow: UnitOfWork, viewer: Viewer, *, thread_id: UUID | None, number: int | None, now: dt.datetime
) -> models.SupportThread:
    """Note that the caller has read a thread up to a message, or all of it; never less than before.

    Refuses: NotFound, InvalidInput.
    """
    thread = await _locked(uow, viewer, thread_id)
    if number is not None:
        support.check_number(number, messages=thread.message_count)
    await queries.mark_read(
        uow.session,
        thread_id=thread.id,
        reader=viewer.id,
        side=side_of(viewer),
        number=thread.message_count if number is None else number,
        now=now,
    )
    return thread


async def assign_thread(
    uow: UnitOfWork, viewer: Viewer, *, thread_id: UUID | None, assignee_id: UUID | None, now: dt.datetime
) -> models.SupportThread:
    """Give a thread to somebody of the platform's staff; without `assignee_id` to the caller. Audited.

    Locks the thread until commit. Refuses: NotFound.
    """
    thread = await _locked(uow, viewer, thread_id)
    taker_id = assignee_id or viewer.user_id
    taker = await uow.session.get(models.User, taker_id) if taker_id else None
    if taker is None or not TAKERS.intersection(taker.platform_roles):
        raise Refused(NotFound(noun="staff member", id=global_id("User", taker_id) if taker_id else ""))
    if thread.assignee_id == taker.id:
        return thread
    before = thread.assignee_id
    thread.assignee_id, thread.assignee_name = taker.id, taker.name
    await _changed(uow, thread, now)
    facts = {
        "from": before and global_id("User", before),
        "to": global_id("User", taker.id),
    }
    await _audit(uow, viewer, thread, "support.assign", facts=facts, now=now)
    return thread


async def resolve_thread(
    uow: UnitOfWork, viewer: Viewer, *, thread_id: UUID | None, now: dt.datetime
) -> models.SupportThread:
    """Say that a thread is done; a second call answers as the first. Audited. Refuses: NotFound."""
    return await _moved(uow, viewer, thread_id, act=SupportAct.RESOLVE, name="support.resolve", now=now)


async def reopen_thread(
    uow: UnitOfWork, viewer: Viewer, *, thread_id: UUID | None, now: dt.datetime
) -> models.SupportThread:
    """Take a resolved thread up again; one that is not resolved stays as it is. Audited. Refuses: NotFound."""
    return await _moved(uow, viewer, thread_id, act=SupportAct.REOPEN, name="support.reopen", now=now)


async def _moved(
    uow: UnitOfWork, viewer: Viewer, thread_id: UUID | None, *, act: SupportAct, name: str, now: dt.datetime
) -> models.SupportThread:
    thread = await _locked(uow, viewer, thread_id)
    before = thread.status
    _move(thread, act, now)
    if thread.status is not before:
        await _changed(uow, thread, now)
        await _audit(uow, viewer, thread, name, facts={"from": before, "to": thread.status}, now=now)
    return thread


def _move(thread: models.SupportThread, act: SupportAct, now: dt.datetime) -> None:
    progress = Progress(
        thread.status, thread.opened_side, thread.first_response_at, thread.resolved_at
    ).after(act, now)
    thread.status = progress.status
    thread.first_response_at = progress.first_response_at
    thread.resolved_at = progress.resolved_at


async def _write(
    uow: UnitOfWork,
    viewer: Viewer,
    thread: models.SupportThread,
    message: models.SupportMessage,
    upload_ids: Sequence[UUID | None],
) -> None:
    """Add a message to its thread, which counts it already; its author has read it, and what came before."""
    attached = await _taken(uow, viewer, thread, upload_ids)
    uow.session.add(message)
    if message.number > 1:
        thread.sequence += 1
    facts = {
        "message_id": global_id("SupportMessage", message.id),
        "number": message.number,
        "side": message.side,
    }
    _tell(uow, thread, EventType.SUPPORT_MESSAGE_POSTED, facts, message.at)
    await uow.session.flush()
    if attached:
        uow.session.add_all(
            models.SupportAttachment(message_id=message.id, position=position, upload_id=upload.id)
            for position, upload in enumerate(attached, 1)
        )
        await uow.session.flush()
    await queries.mark_read(
        uow.session,
        thread_id=thread.id,
        reader=viewer.id,
        side=message.side,
        number=message.number,
        now=message.at,
    )


async def _taken(
    uow: UnitOfWork, viewer: Viewer, thread: models.SupportThread, upload_ids: Sequence[UUID | None]
) -> list[models.Upload]:
    """Return the files that come with a message, each once."""
    if len(upload_ids) > support.MOST_ATTACHMENTS:
        raise Refused(InvalidInput("attachment_ids", f"must be {support.MOST_ATTACHMENTS} at most"))
    return [
        await uploads.take(
            uow,
            viewer,
            upload_id=each,
            purpose=UploadPurpose.SUPPORT_ATTACHMENT,
            partner_id=thread.partner_id,
        )
        for each in dict.fromkeys(upload_ids)
    ]


async def _changed(uow: UnitOfWork, thread: models.SupportThread, now: dt.datetime) -> None:
    thread.sequence += 1
    _tell(uow, thread, EventType.SUPPORT_THREAD_CHANGED, {"is_assigned": thread.assignee_id is not None}, now)
    await uow.session.flush()


def _tell(
    uow: UnitOfWork,
    thread: models.SupportThread,
    event_type: EventType,
    facts: dict[str, Any],
    now: dt.datetime,
) -> None:
    payload = {
        "thread_id": global_id("SupportThread", thread.id),
        "category": thread.category,
        "status": thread.status,
        **facts,
    }
    events.record_for_partner(
        uow,
        event_type,
        partner_id=thread.partner_id,
        object_id=thread.id,
        sequence=thread.sequence,
        payload=payload,
        now=now,
    )


async def _locked(uow: UnitOfWork, viewer: Viewer, thread_id: UUID | None) -> models.SupportThread:
    if thread_id is not None:
        thread = await queries.lock_thread(uow.session, thread_id, visible=visible_support_threads(viewer))
        if thread is not None:
            return thread
    shown = global_id("SupportThread", thread_id) if thread_id else ""
    raise Refused(NotFound(noun="support thread", id=shown))


async def _message(uow: UnitOfWork, viewer: Viewer, message_id: UUID) -> models.SupportMessage:
    message = await queries.message_by_id(uow.session, message_id, visible=visible_support_messages(viewer))
    if message is None:
        raise Refused(NotFound(noun="support message", id=global_id("SupportMessage", message_id)))
    return message


async def _partner(uow: UnitOfWork, viewer: Viewer, public_id: str | None) -> models.Partner:
    own = viewer.partners_with(Scope.ASK_SUPPORT)
    if public_id is None and len(own) != 1:
        raise Refused(InvalidInput("partner_id", "is needed by callers with more than one partner, or none"))
    partner_id = next(iter(own)) if public_id is None else local_id("Partner", public_id)
    if partner_id is not None and viewer.may_at(partner_id, Scope.ASK_SUPPORT):
        partner = await uow.session.get(models.Partner, partner_id)
        if partner is not None:
            return partner
    raise Refused(NotFound(noun="partner", id=public_id or ""))


async def _name_of(uow: UnitOfWork, viewer: Viewer) -> str:
    if viewer.signed_in is not None:
        return viewer.signed_in.name[:NAME_LENGTH]
    user = await uow.session.get(models.User, viewer.user_id) if viewer.user_id else None
    return user.name if user else viewer.id


async def _audit(
    uow: UnitOfWork,
    viewer: Viewer,
    thread: models.SupportThread,
    act: str,
    *,
    facts: dict[str, Any],
    now: dt.datetime,
) -> None:
    await audit.record(
        uow,
        viewer,
        partner_id=thread.partner_id,
        act=act,
        object_id=global_id("SupportThread", thread.id),
        facts=facts,
        now=now,
    )
