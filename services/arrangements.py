"""Demos in calendars: what is to be known of them, telling it, and reminding of them.

Calendars follow introductions: whatever changed one, the next round finds that its demo is another than the one
calendars are to know. The calls of vendors happen between `take_untold` and `note_told`, outside any unit of work; a
worker killed in between leaves a lease that ends, and everything is done again with the same keys.
"""

import datetime as dt
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries import arrangements as queries
from db.queries import scheduling as scheduling_queries
from db.unit_of_work import UnitOfWork
from domain import calendar_entries, follow_ups
from domain.calendar_entries import CalendarEntry, CalendarMethod, DemoNews
from domain.envelopes import Invitation
from domain.ids import global_id
from domain.introductions import IntroductionStage
from domain.mail import MailTemplate
from domain.scheduling import Span
from permissions.viewer import SYSTEM
from services import introduction_mail, introductions
from services.ports import Calendar

LEASE = dt.timedelta(seconds=90)
"""How long telling belongs to the worker that took it; longer than it can last."""
PATIENT_TRIES = 5
"""After so many failures of vendors both sides are told all the same: better no room than no demo."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One version of one demo on its way to calendars, taken by one worker."""

    introduction_id: UUID
    entry: CalendarEntry
    news: DemoNews
    attempts: int

    @property
    def is_cancelled(self) -> bool:
        return self.entry.method is CalendarMethod.CANCEL

    @property
    def is_last_try(self) -> bool:
        return self.attempts >= PATIENT_TRIES


async def follow(uow: UnitOfWork, *, domain: str, limit: int, now: dt.datetime) -> int:
    """Raise the sequence of each demo that has another time now, or none any more; return how many there were.

    `domain`: what the UIDs of new entries end in. Locks the introductions until commit.
    """
    found = await queries.lock_unarranged(uow.session, now=now, limit=limit)
    for introduction, arrangement in found:
        is_on = introduction.stage is IntroductionStage.CONFIRMED
        if arrangement is None:
            uow.session.add(_begun(introduction, domain=domain, now=now))
            continue
        if is_on and introduction.scheduled_at and introduction.duration_minutes:
            arrangement.starts_at = introduction.scheduled_at
            arrangement.duration_minutes = introduction.duration_minutes
        arrangement.is_cancelled = not is_on
        arrangement.sequence += 1
        arrangement.arranged_at = now
        arrangement.attempts, arrangement.next_attempt_at = 0, now
    await uow.session.flush()
    return len(found)


async def take_untold(uow: UnitOfWork, calendar: Calendar, *, limit: int, now: dt.datetime) -> list[Telling]:
    """Take the versions that calendars do not know yet; each is this worker's for LEASE."""
    tellings = []
    for row in await queries.lock_untold(uow.session, now=now, limit=limit):
        row.attempts += 1
        row.next_attempt_at = now + LEASE
        meeting = await scheduling_queries.own_meeting_of(uow.session, row.introduction_id)
        tellings.append(
            Telling(
                introduction_id=row.introduction_id,
                entry=entry_of(row, meeting, calendar),
                news=_news(row, meeting.introduction),
                attempts=row.attempts,
            )
        )
    await uow.session.flush()
    return tellings


async def note_told(
    uow: UnitOfWork,
    telling: Telling,
    calendar: Calendar,
    *,
    room_url: str | None,
    file: str,
    now: dt.datetime,
) -> bool:
    """Note that calendars know a version, and post it to both sides; False where a newer one is on its way by then."""
    row = await queries.lock_arrangement(uow.session, telling.introduction_id)
    if row is None:
        return False
    row.room_url = row.room_url or room_url
    is_newest = row.sequence == telling.entry.sequence and row.told_sequence < row.sequence
    if is_newest:
        row.told_sequence = row.sequence
        introduction = await uow.session.get_one(models.Introduction, row.introduction_id)
        await introduction_mail.tell_of_demo(
            uow,
            introduction,
            MailTemplate.DEMO_CANCELLED if telling.is_cancelled else MailTemplate.DEMO_CONFIRMED,
            starts_at=row.starts_at,
            minutes=row.duration_minutes,
            key=str(row.sequence),
            invitation=Invitation(telling.entry.method.value, file),
            calendar_url=None if telling.is_cancelled else _link_to(row, calendar),
            now=now,
        )
    await uow.session.flush()
    return is_newest


async def remind(uow: UnitOfWork, calendar: Calendar, *, limit: int, now: dt.datetime) -> int:
    """Remind both sides of demos that begin within a day, once for each time a demo has; return how many there were.

    One that was confirmed later than that, or when no worker was there, is reminded of at once, flagged late (A-14).
    """
    found = await queries.lock_unreminded(
        uow.session, now=now, before=now + follow_ups.DEMO_REMINDER, limit=limit
    )
    for arrangement, introduction in found:
        arrangement.reminded_for, arrangement.reminded_at = arrangement.starts_at, now
        arrangement.is_reminder_late = follow_ups.is_late(
            arrangement.starts_at - follow_ups.DEMO_REMINDER, now
        )
        await introduction_mail.tell_of_demo(
            uow,
            introduction,
            MailTemplate.DEMO_REMINDER,
            starts_at=arrangement.starts_at,
            minutes=arrangement.duration_minutes,
            key=str(int(arrangement.starts_at.timestamp())),
            link=arrangement.room_url,
            calendar_url=_link_to(arrangement, calendar),
            now=now,
        )
        facts = {"starts_at": arrangement.starts_at, "is_late": arrangement.is_reminder_late}
        await introductions.record(
            uow, SYSTEM, introduction, "introductions.remind_of_demo", facts=facts, now=now
        )
    await uow.session.flush()
    return len(found)


def entry_of(
    row: models.DemoArrangement, meeting: scheduling_queries.Meeting, calendar: Calendar
) -> CalendarEntry:
    """Return what calendars are to know of a demo, as it is now."""
    partner, contractor = meeting.partner, meeting.contractor
    attendees = [calendar.attendee_of(meeting.profile.subdomain, partner.name)]
    if contractor.contact_email is not None:
        name = contractor.contact_name or contractor.name
        attendees.append(calendar_entries.Attendee(name, contractor.contact_email))
    return CalendarEntry(
        uid=row.uid,
        sequence=row.sequence,
        method=CalendarMethod.CANCEL if row.is_cancelled else CalendarMethod.REQUEST,
        span=Span(row.starts_at, row.duration_minutes),
        summary=f"{partner.name} – {contractor.name}",
        description=row.room_url or "",
        organizer=calendar.organizer,
        attendees=tuple(attendees),
        stamp=row.arranged_at,
        room_url=row.room_url,
    )


async def entry_for(session: AsyncSession, introduction_id: UUID, calendar: Calendar) -> CalendarEntry | None:
    """Return what calendars are to know of a demo by now, for whoever may see it; None where there is none."""
    row = await session.get(models.DemoArrangement, introduction_id)
    if row is None:
        return None
    return entry_of(row, await scheduling_queries.own_meeting_of(session, introduction_id), calendar)


def _link_to(row: models.DemoArrangement, calendar: Calendar) -> str:
    ends_at = Span(row.starts_at, row.duration_minutes).ends_at
    return calendar.link_to(row.introduction_id, until=ends_at + calendar_entries.LINK_LIFE)


def _begun(introduction: models.Introduction, *, domain: str, now: dt.datetime) -> models.DemoArrangement:
    assert introduction.scheduled_at is not None
    assert introduction.duration_minutes is not None
    return models.DemoArrangement(
        introduction_id=introduction.id,
        uid=calendar_entries.uid_of(introduction.id, domain),
        sequence=0,
        told_sequence=-1,
        starts_at=introduction.scheduled_at,
        duration_minutes=introduction.duration_minutes,
        is_cancelled=False,
        arranged_at=now,
        attempts=0,
        next_attempt_at=now,
    )


def with_room(entry: CalendarEntry, news: DemoNews, room_url: str) -> tuple[CalendarEntry, DemoNews]:
    """Return what is to be known of a demo that has a room now."""
    return (
        replace(entry, room_url=room_url, description=room_url),
        replace(news, room_url=room_url),
    )


def _news(row: models.DemoArrangement, introduction: models.Introduction) -> DemoNews:
    return DemoNews(
        introduction_id=global_id("Introduction", introduction.id),
        partner_id=global_id("Partner", introduction.partner_id),
        contractor_id=global_id("Contractor", introduction.contractor_id),
        sequence=row.sequence,
        is_cancelled=row.is_cancelled,
        starts_at=row.starts_at,
        minutes=row.duration_minutes,
        room_url=row.room_url,
    )
