"""When a partner is best written to, by what was answered before."""

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries import scheduling as scheduling_queries
from db.queries import send_times as queries
from domain import send_times
from domain.introductions import IntroductionStage
from domain.send_times import SuggestedSendTime
from domain.time_suggestions import Party
from permissions.viewer import Viewer
from permissions.visibility import visible_introductions
from services.suggesting_times import hours_of


async def suggested(
    session: AsyncSession, viewer: Viewer, *, introduction_id: UUID, now: dt.datetime
) -> SuggestedSendTime | None:
    """Return when a draft is best sent; None for what is no draft, or none the caller sees. Two statements."""
    meeting = await scheduling_queries.meeting_of(
        session, introduction_id, visible=visible_introductions(viewer)
    )
    if meeting is None or meeting.introduction.stage is not IntroductionStage.DRAFT:
        return None
    return await suggested_for(session, meeting.profile, meeting.hours, now=now)


async def suggested_for(
    session: AsyncSession,
    profile: models.IntroductionProfile,
    hours: models.MeetingHours | None,
    *,
    now: dt.datetime,
) -> SuggestedSendTime:
    """Return when a partner is best written to."""
    mails = await queries.past_mails(session, profile.partner_id, now=now)
    party = Party(ZoneInfo(profile.time_zone), hours_of(hours))
    return send_times.suggest(send_times.responses(mails), party, now=now)
