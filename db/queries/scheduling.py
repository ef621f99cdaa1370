"""Questions about times of demos: what was proposed, what is taken, what became of demos so far."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import One, Visible
from domain.introductions import IntroductionStage, ShowStatus
from domain.scheduling import SlotStatus

NEWEST_SLOTS = Keyset((models.DemoSlot.id,), is_descending=True)
RECENT_DEMOS = 2_000
"""How many of the last demos are looked at for what has worked."""


@question
def page_slots(
    *, visible: Visible, window: Window, introduction_id: UUID | None, status: SlotStatus | None
) -> Page[models.DemoSlot]:
    """Describe the times proposed for an introduction, the newest first; none without an introduction."""
    slot = models.DemoSlot
    statement = select(slot).where(visible, slot.introduction_id == introduction_id)
    if status is not None:
        statement = statement.where(slot.status == status)
    return Page(statement, NEWEST_SLOTS, window)


@question
def page_slots_of(*, visible: Visible, window: Window, introduction_id: UUID) -> Page[models.DemoSlot]:
    """Describe the times proposed for one introduction of several, the newest first."""
    slot = models.DemoSlot
    return Page(
        select(slot).where(visible),
        NEWEST_SLOTS,
        window,
        owner=slot.introduction_id,
        owner_id=introduction_id,
    )


@question
def arrangement_of(introduction_id: UUID, *, visible: Visible) -> One[models.DemoArrangement]:
    """Describe what calendars are to know of an introduction's demo."""
    arrangement = models.DemoArrangement
    return One(select(arrangement).where(visible, arrangement.introduction_id == introduction_id))


@question
def meeting_hours_of(partner_id: UUID, *, visible: Visible) -> One[models.MeetingHours]:
    """Describe when a partner's people meet; nothing where they never said."""
    return One(select(models.MeetingHours).where(visible, models.MeetingHours.partner_id == partner_id))


async def slot_by_id(session: AsyncSession, slot_id: UUID, *, visible: Visible) -> models.DemoSlot | None:
    """Load a proposed time, to learn whose it is: what is decided on is read again under its introduction's lock."""
    statement = select(models.DemoSlot).where(visible, models.DemoSlot.id == slot_id)
    return (await session.scalars(statement)).one_or_none()


async def slots_of(
    session: AsyncSession, introduction_id: UUID, *, statuses: Collection[SlotStatus]
) -> list[models.DemoSlot]:
    """Load the proposed times of a locked introduction, as they are now, the soonest first."""
    slot = models.DemoSlot
    statement = (
        select(slot)
        .where(slot.introduction_id == introduction_id, slot.status.in_(statuses))
        .order_by(slot.starts_at, slot.id)
        .execution_options(populate_existing=True)
    )
    return list((await session.scalars(statement)).all())


async def last_round(session: AsyncSession, introduction_id: UUID) -> int:
    """Return how many proposals there were; 0 for none."""
    slot = models.DemoSlot
    statement = select(func.coalesce(func.max(slot.round), 0)).where(slot.introduction_id == introduction_id)
    return (await session.scalars(statement)).one()


async def is_any_taken(
    session: AsyncSession,
    party_ids: Collection[UUID],
    cells: Collection[dt.datetime],
    *,
    but_for: UUID,
) -> dt.datetime | None:
    """Return the first of some quarters of an hour that one of the parties has given to another introduction."""
    cell = models.DemoCell
    statement = select(func.min(cell.starts_at)).where(
        cell.party_id.in_(party_ids), cell.starts_at.in_(cells), cell.introduction_id != but_for
    )
    return (await session.scalars(statement)).one()


async def taken_cells(
    session: AsyncSession, party_ids: Collection[UUID], *, since: dt.datetime, until: dt.datetime
) -> list[dt.datetime]:
    """Return the quarters of an hour that one of the parties has given away, in order."""
    cell = models.DemoCell
    statement = (
        select(cell.starts_at)
        .where(cell.party_id.in_(party_ids), cell.starts_at >= since, cell.starts_at < until)
        .order_by(cell.starts_at)
        .distinct()
    )
    return list((await session.scalars(statement)).all())


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who is to meet, with all that says when they can."""

    introduction: models.Introduction
    contractor: models.Contractor
    profile: models.IntroductionProfile
    hours: models.MeetingHours | None
    partner: models.Partner


async def meeting_of(session: AsyncSession, introduction_id: UUID, *, visible: Visible) -> Meeting | None:
    """Load who is to meet, in one statement."""
    row = (await session.execute(_meetings(introduction_id).where(visible))).one_or_none()
    return None if row is None else Meeting(*row)


async def own_meeting_of(session: AsyncSession, introduction_id: UUID) -> Meeting:
    """Load who is to meet, for the platform's own jobs."""
    return Meeting(*(await session.execute(_meetings(introduction_id))).one())


def _meetings(introduction_id: UUID) -> Any:
    introduction, profile, hours = models.Introduction, models.IntroductionProfile, models.MeetingHours
    return (
        select(introduction, models.Contractor, profile, hours, models.Partner)
        .join(models.Contractor, models.Contractor.id == introduction.contractor_id)
        .join(profile, profile.partner_id == introduction.partner_id)
        .join(models.Partner, models.Partner.id == introduction.partner_id)
        .outerjoin(hours, hours.partner_id == introduction.partner_id)
        .where(introduction.id == introduction_id)
    )


@dataclass(frozen=True, slots=True)
class PastDemo:
    """One demo that was booked, and whether it came about."""

    partner_id: UUID
    scheduled_at: dt.datetime
    time_zone: str
    """The contractor's."""
    is_held: bool


async def past_demos(session: AsyncSession, *, before: dt.datetime) -> Sequence[PastDemo]:
    """Load the last RECENT_DEMOS demos of all partners whose fate is known: shown, not shown, or called off."""
    introduction = models.Introduction
    statement = (
        select(
            introduction.partner_id,
            introduction.scheduled_at,
            models.Contractor.time_zone,
            (introduction.show_status == ShowStatus.SHOWED).label("is_held"),
        )
        .join(models.Contractor, models.Contractor.id == introduction.contractor_id)
        .where(
            introduction.scheduled_at < before,
            or_(
                introduction.show_status.in_((ShowStatus.SHOWED, ShowStatus.NO_SHOW)),
                introduction.stage == IntroductionStage.CANCELLED,
            ),
        )
        .order_by(introduction.scheduled_at.desc())
        .limit(RECENT_DEMOS)
    )
    rows = (await session.execute(statement)).all()
    return [PastDemo(row.partner_id, row.scheduled_at, row.time_zone, bool(row.is_held)) for row in rows]


async def close_open_slots(
    session: AsyncSession, introduction_id: UUID, status: SlotStatus, *, now: dt.datetime
) -> None:
    """Decide on all times of a locked introduction that are still open."""
    slot = models.DemoSlot
    await session.execute(
        update(slot)
        .where(slot.introduction_id == introduction_id, slot.status == SlotStatus.OPEN)
        .values(status=status, decided_at=now)
        .execution_options(synchronize_session=False)
    )


async def put_meeting_hours(
    session: AsyncSession,
    *,
    partner_id: UUID,
    opens: int,
    closes: int,
    days: Sequence[int],
    are_reminders_within: bool,
    now: dt.datetime,
) -> models.MeetingHours:
    """Write when a partner's people meet, in place of what they said before."""
    hours = models.MeetingHours
    values = {
        "opens": opens,
        "closes": closes,
        "days": list(days),
        "are_reminders_within": are_reminders_within,
        "updated_at": now,
    }
    statement = (
        insert(hours)
        .values(partner_id=partner_id, **values)
        .on_conflict_do_update(index_elements=[hours.partner_id], set_=values)
        .returning(hours)
    )
    return (await session.scalars(statement, execution_options={"populate_existing": True})).one()
