"""Introductions with both their sides, and what was proposed, arranged and followed up of them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain.follow_ups import FollowUpResult, FollowUpStep
from domain.ids import global_id, local_id
from domain.introductions import IntroductionStage
from domain.scheduling import SlotSide, SlotStatus
from permissions.viewer import SIGNED_IN, Viewer
from tests.factories.introductions import make_contractor, make_introduction, make_profile, make_user
from tests.factories.partners import make_partner
from tests.factories.times import DAY, NOW
from tests.factories.viewers import VERA, member_of


@dataclass(frozen=True, slots=True)
class Pair:
    """A contractor introduced to a partner, and who acts for either."""

    partner: models.Partner
    contractor: models.Contractor
    introduction: models.Introduction
    for_partner: Viewer
    for_contractor: Viewer


async def make_pair(
    session: AsyncSession,
    *,
    partner: models.Partner | None = None,
    contractor: models.Contractor | None = None,
    stage: IntroductionStage = IntroductionStage.INTRODUCED,
    at: dt.datetime = NOW,
    zone: str = "Asia/Hong_Kong",
    **facts: Any,
) -> Pair:
    """A contractor in Rome and a partner in Hong Kong, who prefers demos of 30 minutes."""
    if partner is None:
        partner = await make_partner(session)
        await make_profile(session, partner, time_zone=zone)
    if contractor is None:
        user = await make_user(session)
        contractor = await make_contractor(session, user_id=user.id)
    introduction = await make_introduction(session, partner, contractor, stage=stage, at=at, **facts)
    return Pair(partner, contractor, introduction, member_of(partner), person_of(contractor))


def person_of(contractor: models.Contractor) -> Viewer:
    """Whoever a contractor belongs to."""
    return Viewer(
        id=f"user:{contractor.user_id}", user_id=contractor.user_id, scopes=SIGNED_IN, signed_in=VERA
    )


async def make_slot(
    session: AsyncSession, introduction: models.Introduction, **facts: Any
) -> models.DemoSlot:
    """A time that the partner proposed for the day after tomorrow."""
    slot = models.DemoSlot(
        **{
            "id": new_id(),
            "introduction_id": introduction.id,
            "round": 1,
            "side": SlotSide.PARTNER,
            "starts_at": NOW + 2 * DAY,
            "duration_minutes": 30,
            "time_zone": "Europe/Rome",
            "status": SlotStatus.OPEN,
            "proposed_by": "user:vera",
            "proposed_at": NOW,
            **facts,
        }
    )
    session.add(slot)
    await session.flush()
    return slot


async def make_arrangement(
    session: AsyncSession, introduction: models.Introduction, **facts: Any
) -> models.DemoArrangement:
    """What calendars know of a confirmed demo; everybody was told."""
    assert introduction.scheduled_at is not None
    arrangement = models.DemoArrangement(
        **{
            "introduction_id": introduction.id,
            "uid": f"demo-{introduction.id.hex}@interline.example",
            "sequence": 0,
            "told_sequence": 0,
            "starts_at": introduction.scheduled_at,
            "duration_minutes": introduction.duration_minutes,
            "is_cancelled": False,
            "room_url": "https://interline.example/rooms/abc",
            "arranged_at": NOW,
            "next_attempt_at": NOW,
            **facts,
        }
    )
    session.add(arrangement)
    await session.flush()
    return arrangement


async def make_follow_up(
    session: AsyncSession, introduction: models.Introduction, **facts: Any
) -> models.IntroductionFollowUp:
    """The reminder of a partner, a day after it was introduced."""
    follow_up = models.IntroductionFollowUp(
        **{
            "introduction_id": introduction.id,
            "step": FollowUpStep.REMIND_PARTNER,
            "result": FollowUpResult.DONE,
            "due_at": NOW + DAY,
            "taken_at": NOW + DAY,
            **facts,
        }
    )
    session.add(follow_up)
    await session.flush()
    return follow_up


async def make_meeting_hours(
    session: AsyncSession, partner: models.Partner, **facts: Any
) -> models.MeetingHours:
    """Office hours, which follow-ups wait for."""
    hours = models.MeetingHours(
        **{
            "partner_id": partner.id,
            "opens": 9 * 60,
            "closes": 17 * 60,
            "days": [1, 2, 3, 4, 5],
            "are_reminders_within": True,
            "updated_at": NOW,
            **facts,
        }
    )
    session.add(hours)
    await session.flush()
    return hours


async def make_scheduling_scene(session: AsyncSession, introduced: dict[str, str]) -> dict[str, str]:
    """One of each, of the introductions there are, to be moved as the contractor asks; public ids by what they are of."""
    introduction, confirmed = [
        await session.get_one(models.Introduction, local_id("Introduction", introduced[name]))
        for name in ("introduction", "confirmed_introduction")
    ]
    slot = await make_slot(session, confirmed, side=SlotSide.CONTRACTOR)
    await make_arrangement(session, confirmed)
    await make_follow_up(session, introduction)
    partner = await session.get_one(models.Partner, introduction.partner_id)
    await make_meeting_hours(session, partner)
    return {"demo_slot": global_id("DemoSlot", slot.id)}
