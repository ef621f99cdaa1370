"""Questions about when partners were written to, and answered."""

import datetime as dt
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.send_times import ANSWERED_WITHIN, PastMail

RECENT_MAILS = 2_000


async def past_mails(session: AsyncSession, partner_id: UUID, *, now: dt.datetime) -> list[PastMail]:
    """Load the last RECENT_MAILS introductions of all partners that were mailed a day ago at least."""
    introduction, profile = models.Introduction, models.IntroductionProfile
    mailed_at = func.coalesce(introduction.mail_due_at, introduction.introduction_sent_at)
    statement = (
        select(
            introduction.partner_id,
            mailed_at.label("mailed_at"),
            profile.time_zone,
            func.coalesce(introduction.partner_responded_at <= mailed_at + ANSWERED_WITHIN, False).label(
                "is_answered"
            ),
        )
        .join(profile, profile.partner_id == introduction.partner_id)
        .where(introduction.introduction_sent_at.is_not(None), mailed_at <= now - ANSWERED_WITHIN)
        .order_by(introduction.id.desc())
        .limit(RECENT_MAILS)
    )
    return [
        PastMail(row.partner_id == partner_id, row.mailed_at, row.time_zone, row.is_answered)
        for row in await session.execute(statement)
    ]
