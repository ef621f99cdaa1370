"""Demos that are over, and who says something about them."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.introductions import IntroductionStage
from permissions.viewer import SIGNED_IN, Viewer
from tests.factories.introductions import make_contractor, make_introduction, make_profile, make_user
from tests.factories.partners import make_partner
from tests.factories.times import NOW
from tests.factories.viewers import member_of, newcomer


@dataclass(frozen=True)
class Pair:
    """A partner and a contractor, those who speak for them, and their introduction."""

    partner: models.Partner
    contractor: models.Contractor
    introduction: models.Introduction
    member: Viewer
    person: Viewer


async def make_pair(
    session: AsyncSession,
    *,
    partner: models.Partner | None = None,
    stage: IntroductionStage = IntroductionStage.CONFIRMED,
    **facts: Any,
) -> Pair:
    """Two whose demo of half an hour was to begin an hour before NOW; sent 48 hours before NOW, answered in one hour."""
    if partner is None:
        partner = await make_partner(session)
        await make_profile(session, partner)
    user = await make_user(session)
    contractor = await make_contractor(session, user_id=user.id)
    hour = dt.timedelta(hours=1)
    introduction = await make_introduction(
        session,
        partner,
        contractor,
        stage=stage,
        **{
            "introduction_sent_at": NOW - 48 * hour,
            "partner_responded_at": NOW - 47 * hour,
            "booking_confirmed_at": NOW - 24 * hour,
            "scheduled_at": NOW - hour,
            "duration_minutes": 30,
            **facts,
        },
    )
    return Pair(partner, contractor, introduction, member_of(partner), person_of(user))


def person_of(user: models.User) -> Viewer:
    """The signed-in person of an account that belongs to no partner."""
    return replace(newcomer(), id=f"user:{user.id}", user_id=user.id, scopes=SIGNED_IN)
