"""Questions about the conversations of introductions: who is in one, what was written, what became of its mails."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import Visible
from db.types import new_id
from domain.envelopes import MailParty
from domain.introduction_mail import MailEventKind, MessageAuthor
from domain.mail import MailTemplate

OLDEST_MESSAGES = Keyset((models.IntroductionMessage.id,))
OLDEST_EVENTS = Keyset((models.IntroductionMailEvent.id,))
"""Both of one introduction, as they came in."""


@dataclass(frozen=True, slots=True)
class Parties:
    """The two of an introduction, and what the partner wishes for its introductions."""

    contractor: models.Contractor
    partner: models.Partner
    profile: models.IntroductionProfile


@question
def page_messages(
    *, visible: Visible, window: Window, introduction_id: UUID
) -> Page[models.IntroductionMessage]:
    """Describe what was written in a conversation, oldest first."""
    return Page(
        select(models.IntroductionMessage).where(visible),
        OLDEST_MESSAGES,
        window,
        owner=models.IntroductionMessage.introduction_id,
        owner_id=introduction_id,
    )


@question
def page_events(
    *, visible: Visible, window: Window, introduction_id: UUID
) -> Page[models.IntroductionMailEvent]:
    """Describe what became of a conversation's mails, what was heard first at the front."""
    return Page(
        select(models.IntroductionMailEvent).where(visible),
        OLDEST_EVENTS,
        window,
        owner=models.IntroductionMailEvent.introduction_id,
        owner_id=introduction_id,
    )


async def parties_of(session: AsyncSession, introduction_id: UUID) -> Parties:
    """Load the two of an introduction."""
    introduction, contractor = models.Introduction, models.Contractor
    partner, profile = models.Partner, models.IntroductionProfile
    statement = (
        select(contractor, partner, profile)
        .select_from(introduction)
        .join(contractor, contractor.id == introduction.contractor_id)
        .join(partner, partner.id == introduction.partner_id)
        .join(profile, profile.partner_id == introduction.partner_id)
        .where(introduction.id == introduction_id)
    )
    return Parties(*(await session.execute(statement)).one())


async def profile_of(
    session: AsyncSession, partner_id: UUID, *, visible: Visible
) -> tuple[models.Partner, models.IntroductionProfile] | None:
    """Load a partner with its profile; None where it has none."""
    partner, profile = models.Partner, models.IntroductionProfile
    statement = (
        select(partner, profile)
        .join(profile, profile.partner_id == partner.id)
        .where(visible, partner.id == partner_id)
    )
    found = (await session.execute(statement)).one_or_none()
    return None if found is None else (found[0], found[1])


async def lock_by_tokens(session: AsyncSession, tokens: Collection[str]) -> list[models.Introduction]:
    """Lock the introductions with these tokens until commit, in the order of their ids."""
    introduction = models.Introduction
    statement = (
        select(introduction).where(introduction.reply_token.in_(list(tokens))).order_by(introduction.id)
    )
    locked = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    return list((await session.scalars(locked)).all())


async def lock_introduction(session: AsyncSession, introduction_id: UUID) -> models.Introduction | None:
    """Lock an introduction until commit, for what comes from nobody: mails that were sent, and came back."""
    statement = select(models.Introduction).where(models.Introduction.id == introduction_id)
    locked = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    return (await session.scalars(locked)).one_or_none()


async def people_of(session: AsyncSession, partner_id: UUID) -> list[str]:
    """Load the addresses of a partner's members."""
    member, user = models.PartnerMember, models.User
    statement = (
        select(user.email).join(member, member.user_id == user.id).where(member.partner_id == partner_id)
    )
    return list((await session.scalars(statement)).all())


async def mails_by_id(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, models.Mail]:
    """Load mails by their ids."""
    statement = select(models.Mail).where(models.Mail.id.in_(list(ids)))
    return {each.id: each for each in (await session.scalars(statement)).all()}


async def forget_texts_of(session: AsyncSession, contractor_id: UUID) -> None:
    """Empty what a contractor wrote in its conversations; that it wrote stays."""
    message, introduction = models.IntroductionMessage, models.Introduction
    own = select(introduction.id).where(introduction.contractor_id == contractor_id)
    statement = update(message).where(
        message.introduction_id.in_(own), message.author == MessageAuthor.CONTRACTOR
    )
    await session.execute(statement.values(text=""), execution_options={"synchronize_session": False})


async def introductions_of(session: AsyncSession, contractor_id: UUID) -> list[UUID]:
    """Load the ids of a contractor's introductions."""
    introduction = models.Introduction
    statement = select(introduction.id).where(introduction.contractor_id == contractor_id)
    return list((await session.scalars(statement)).all())


async def insert_message(
    session: AsyncSession,
    *,
    introduction_id: UUID,
    message_id: str,
    author: MessageAuthor,
    sender: str | None,
    text: str,
    is_response: bool,
    now: dt.datetime,
) -> UUID | None:
    """Keep a mail that came in and return its id; None where it was kept before."""
    message = models.IntroductionMessage
    written = insert(message).values(
        id=new_id(),
        introduction_id=introduction_id,
        message_id=message_id,
        author=author,
        sender=sender,
        text=text,
        is_response=is_response,
        received_at=now,
    )
    written_once = written.on_conflict_do_nothing(
        index_elements=[message.introduction_id, message.message_id]
    )
    found: UUID | None = await session.scalar(written_once.returning(message.id))
    return found


async def purge_events(session: AsyncSession, *, before: dt.datetime, limit: int) -> int:
    """Delete what was heard of mails before a moment; return how much that was."""
    event = models.IntroductionMailEvent
    old = select(event.id).where(event.received_at < before).limit(limit)
    result = await session.execute(
        delete(event).where(event.id.in_(old)), execution_options={"synchronize_session": False}
    )
    assert isinstance(result, CursorResult)
    return result.rowcount


async def insert_event(
    session: AsyncSession,
    *,
    provider_event_id: str,
    introduction_id: UUID,
    template: MailTemplate,
    party: MailParty,
    kind: MailEventKind,
    detail: str,
    happened_at: dt.datetime,
    now: dt.datetime,
) -> bool:
    """Keep what became of a mail; tell whether it is news."""
    event = models.IntroductionMailEvent
    written = insert(event).values(
        id=new_id(),
        provider_event_id=provider_event_id,
        introduction_id=introduction_id,
        template=template,
        party=party,
        kind=kind,
        detail=detail,
        happened_at=happened_at,
        received_at=now,
    )
    result = await session.execute(written.on_conflict_do_nothing(index_elements=[event.provider_event_id]))
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)
