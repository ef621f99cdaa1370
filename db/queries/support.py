"""Questions about support threads: lists, messages, how far somebody has read."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import One, Visible
from domain.support import SupportCategory, SupportSide, SupportStatus

NEWEST_ACTIVITY = Keyset((models.SupportThread.last_message_id,), is_descending=True)
OLDEST_MESSAGES = Keyset((models.SupportMessage.number,))
"""Of one thread."""


@question
def page_threads(
    *,
    visible: Visible,
    window: Window,
    partner_id: UUID | None,
    status: SupportStatus | None,
    category: SupportCategory | None,
    assignee_id: UUID | None,
    is_assigned: bool | None,
) -> Page[models.SupportThread]:
    """Describe threads, the newest activity first."""
    thread = models.SupportThread
    statement = select(thread).where(visible)
    if partner_id is not None:
        statement = statement.where(thread.partner_id == partner_id)
    if status is not None:
        statement = statement.where(thread.status == status)
    if category is not None:
        statement = statement.where(thread.category == category)
    if assignee_id is not None:
        statement = statement.where(thread.assignee_id == assignee_id)
    if is_assigned is not None:
        assignee = thread.assignee_id
        statement = statement.where(assignee.is_not(None) if is_assigned else assignee.is_(None))
    return Page(statement, NEWEST_ACTIVITY, window)


@question
def thread_by_id(thread_id: UUID, *, visible: Visible) -> One[models.SupportThread]:
    """Describe one thread."""
    return One(select(models.SupportThread).where(visible, models.SupportThread.id == thread_id))


@question
def page_messages(*, visible: Visible, window: Window, thread_id: UUID) -> Page[models.SupportMessage]:
    """Describe a thread's messages, oldest first."""
    return Page(
        select(models.SupportMessage).where(visible),
        OLDEST_MESSAGES,
        window,
        owner=models.SupportMessage.thread_id,
        owner_id=thread_id,
    )


@question
def read_mark(*, visible: Visible, thread_id: UUID, reader: str) -> One[models.SupportRead]:
    """Describe how far somebody has read a thread."""
    mark = models.SupportRead
    return One(select(mark).where(visible, mark.thread_id == thread_id, mark.reader == reader))


@question
def unread(*, messages: Any, thread_id: Any, reader: str) -> ColumnElement[int]:
    """Describe how many of a thread's messages come after the last one somebody has read: of a row's columns."""
    mark = models.SupportRead
    read_to = select(mark.number).where(mark.thread_id == thread_id, mark.reader == reader)
    left: ColumnElement[int] = messages - func.coalesce(read_to.correlate_except(mark).scalar_subquery(), 0)
    return left


async def marks_of(
    session: AsyncSession, thread_ids: Collection[UUID], readers: Collection[str]
) -> list[models.SupportRead]:
    """Load how far each of some people has read each of some threads; in no order, none where nothing was read."""
    mark = models.SupportRead
    statement = select(mark).where(mark.thread_id.in_(thread_ids), mark.reader.in_(readers))
    return list((await session.scalars(statement)).all())


async def lock_thread(
    session: AsyncSession, thread_id: UUID, *, visible: Visible
) -> models.SupportThread | None:
    """Lock a thread against other changes; how far somebody has read it may still be noted."""
    statement = select(models.SupportThread).where(visible, models.SupportThread.id == thread_id)
    return (await session.scalars(statement.with_for_update(key_share=True))).one_or_none()


async def message_by_id(
    session: AsyncSession, message_id: UUID, *, visible: Visible
) -> models.SupportMessage | None:
    """Load one message."""
    statement = select(models.SupportMessage).where(visible, models.SupportMessage.id == message_id)
    return (await session.scalars(statement)).one_or_none()


async def mark_read(
    session: AsyncSession, *, thread_id: UUID, reader: str, side: SupportSide, number: int, now: dt.datetime
) -> None:
    """Note that somebody has read a thread up to a message; who has read more already stays there."""
    mark = models.SupportRead
    statement = insert(mark).values(thread_id=thread_id, reader=reader, side=side, number=number, at=now)
    further = {
        "number": statement.excluded.number,
        "at": statement.excluded.at,
        "side": statement.excluded.side,
    }
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[mark.thread_id, mark.reader],
            set_=further,
            where=mark.number < statement.excluded.number,
        )
    )


async def lock_unmailed(
    session: AsyncSession, *, quiet_since: dt.datetime, limit: int
) -> list[models.SupportThread]:
    """Lock threads with messages nobody was mailed of, where nothing was written lately; the quietest first.

    What another worker is busy with is skipped.
    """
    thread = models.SupportThread
    statement = (
        select(thread)
        .where(thread.mailed_number < thread.message_count, thread.last_message_at <= quiet_since)
        .order_by(thread.last_message_at)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return list((await session.scalars(statement)).all())


async def newest_by_side(
    session: AsyncSession, thread_id: UUID, *, after: int
) -> dict[SupportSide, models.SupportMessage]:
    """Load the newest message of each side beyond a number."""
    message = models.SupportMessage
    statement = (
        select(message)
        .where(message.thread_id == thread_id, message.number > after)
        .order_by(message.side, message.number.desc())
        .ext(distinct_on(message.side))
    )
    return {each.side: each for each in (await session.scalars(statement)).all()}


async def authors_of(session: AsyncSession, thread_id: UUID) -> set[str]:
    """Load who wrote in a thread."""
    message = models.SupportMessage
    statement = select(message.author).where(message.thread_id == thread_id).distinct()
    return set((await session.scalars(statement)).all())


async def caretaker_of(session: AsyncSession, thread: models.SupportThread) -> models.User | None:
    """Load who takes care of a thread for the platform: its assignee, else the account manager of the case."""
    case, user = models.OnboardingCase, models.User
    manager = select(case.account_manager_id).where(case.partner_id == thread.partner_id).scalar_subquery()
    taker = manager if thread.assignee_id is None else literal(thread.assignee_id)
    return (await session.scalars(select(user).where(user.id == taker))).one_or_none()
