"""Questions about what is written to partners' addresses."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import Visible
from db.types import new_id
from domain.introductions import OPEN_STAGES, IntroductionStage

NEWEST_MESSAGES = Keyset((models.PartnerMessage.id,), is_descending=True)


@question
def page_partner_messages(
    *, visible: Visible, window: Window, partner_id: UUID
) -> Page[models.PartnerMessage]:
    """Describe what was written to a partner's address, the newest first."""
    message = models.PartnerMessage
    return Page(select(message).where(visible, message.partner_id == partner_id), NEWEST_MESSAGES, window)


async def lock_profiles(
    session: AsyncSession, subdomains: Collection[str]
) -> list[tuple[models.IntroductionProfile, models.Partner]]:
    """Lock the profiles of subdomains until commit, with their partners, in the order of the partners' ids."""
    profile, partner = models.IntroductionProfile, models.Partner
    statement = (
        select(profile, partner)
        .join(partner, partner.id == profile.partner_id)
        .where(profile.subdomain.in_(list(subdomains)))
        .order_by(profile.partner_id)
        .with_for_update(of=profile, key_share=True)
    )
    return [(row[0], row[1]) for row in await session.execute(statement)]


async def lock_open_between(
    session: AsyncSession, subdomains: Collection[str], contact_email: str
) -> models.Introduction | None:
    """Lock the newest open introduction of one of these hosts' partners with whoever has this address."""
    introduction, profile, contractor = models.Introduction, models.IntroductionProfile, models.Contractor
    statement = (
        select(introduction)
        .join(profile, profile.partner_id == introduction.partner_id)
        .join(contractor, contractor.id == introduction.contractor_id)
        .where(
            profile.subdomain.in_(list(subdomains)),
            func.lower(contractor.contact_email) == contact_email,
            introduction.stage.in_(OPEN_STAGES),
            introduction.stage != IntroductionStage.DRAFT,
        )
        .order_by(introduction.id.desc())
        .limit(1)
        .with_for_update(of=introduction, key_share=True)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).one_or_none()


async def count_forwarded(session: AsyncSession, partner_id: UUID, *, since: dt.datetime) -> int:
    """Count the messages that went on to a partner's inbox since a moment."""
    message = models.PartnerMessage
    statement = select(func.count()).where(
        message.partner_id == partner_id, message.is_forwarded, message.received_at > since
    )
    return await session.scalar(statement) or 0


async def insert_partner_message(
    session: AsyncSession,
    *,
    partner_id: UUID,
    message_id: str,
    sender: str,
    subject: str,
    text: str,
    is_forged: bool,
    is_forwarded: bool,
    now: dt.datetime,
) -> UUID | None:
    """Keep a message and return its id; None where it was kept before."""
    message = models.PartnerMessage
    written = insert(message).values(
        id=new_id(),
        partner_id=partner_id,
        message_id=message_id,
        sender=sender,
        subject=subject,
        text=text,
        is_forged=is_forged,
        is_forwarded=is_forwarded,
        received_at=now,
    )
    once = written.on_conflict_do_nothing(index_elements=[message.partner_id, message.message_id])
    found: UUID | None = await session.scalar(once.returning(message.id))
    return found


async def purge_partner_messages(session: AsyncSession, *, before: dt.datetime, limit: int) -> int:
    """Delete messages received before a moment; return how many."""
    message = models.PartnerMessage
    old = select(message.id).where(message.received_at < before).limit(limit)
    result = await session.execute(
        delete(message).where(message.id.in_(old)), execution_options={"synchronize_session": False}
    )
    assert isinstance(result, CursorResult)
    return result.rowcount
