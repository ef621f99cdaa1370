"""When the two sides of an introduction could meet: from what is known of both, of their demos, and of all before."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries import scheduling as queries
from db.queries.scheduling import PastDemo
from db.unit_of_work import UnitOfWork
from domain import scheduling, time_suggestions
from domain.contractors import Weekday
from domain.errors import NotFound, Refused
from domain.ids import global_id
from domain.scheduling import GRID, Span
from domain.time_suggestions import USUAL, Experience, Hours, Party, SuggestedTime, Tally, TimeOfWeek
from permissions import policies
from permissions.viewer import Viewer
from permissions.visibility import visible_introductions

NUMBER = {each.value: number for number, each in enumerate(Weekday, 1)}
"""Days as contractors name them -> as ISO 8601 counts them."""


async def suggested_times(
    session: AsyncSession, viewer: Viewer, *, introduction_id: UUID, most: int, now: dt.datetime
) -> list[SuggestedTime] | None:
    """Return the best times of the next two weeks, the best first; None for what the caller does not see.

    Three statements, however many demos there were.
    """
    meeting = await queries.meeting_of(session, introduction_id, visible=visible_introductions(viewer))
    if meeting is None:
        return None
    parties = (meeting.introduction.partner_id, meeting.introduction.contractor_id)
    taken = await queries.taken_cells(
        session, parties, since=now, until=now + time_suggestions.AHEAD + dt.timedelta(days=1)
    )
    past = await queries.past_demos(session, before=now)
    return time_suggestions.suggest(
        partner=Party(ZoneInfo(meeting.profile.time_zone), hours_of(meeting.hours)),
        contractor=Party(ZoneInfo(meeting.contractor.time_zone), preferred_hours(meeting.contractor)),
        busy=[Span(each, int(GRID.total_seconds()) // 60) for each in taken],
        minutes=scheduling.on_grid(
            meeting.introduction.duration_minutes or meeting.profile.preferred_demo_duration
        ),
        experience=experience_of(past, meeting.introduction.partner_id),
        now=now,
        most=most,
    )


async def set_meeting_hours(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    opens: int,
    closes: int,
    days: Sequence[Weekday],
    are_reminders_within: bool,
    now: dt.datetime,
) -> models.MeetingHours:
    """Say when a partner's people meet, on the clock of its introduction profile, and whether follow-ups wait for that.

    Refuses: NotFound, Forbidden, InvalidInput.
    """
    hours = time_suggestions.check_hours(opens, closes, [NUMBER[each] for each in days])
    if partner_id is not None:
        policies.may_manage_introductions(viewer, partner_id)
    profile = await uow.session.get(models.IntroductionProfile, partner_id) if partner_id else None
    if profile is None:
        shown = global_id("Partner", partner_id) if partner_id else ""
        raise Refused(NotFound(noun="introduction profile", id=shown))
    return await queries.put_meeting_hours(
        uow.session,
        partner_id=profile.partner_id,
        opens=hours.opens,
        closes=hours.closes,
        days=sorted(hours.days),
        are_reminders_within=are_reminders_within,
        now=now,
    )


def hours_of(row: models.MeetingHours | None) -> Hours:
    """Return a partner's hours as the rules take them; the usual ones where it never said."""
    return USUAL if row is None else Hours(row.opens, row.closes, frozenset(row.days))


def preferred_hours(contractor: models.Contractor) -> Hours:
    """Return a contractor's hours as the rules take them."""
    days = frozenset(NUMBER[each] for each in contractor.preferred_days)
    return Hours(contractor.preferred_from_hour * 60, contractor.preferred_to_hour * 60, days or USUAL.days)


def experience_of(past: Sequence[PastDemo], partner_id: UUID) -> Experience:
    """Return what became of demos, by the time of each contractor's own week."""
    of_partner: dict[TimeOfWeek, Tally] = {}
    of_all: dict[TimeOfWeek, Tally] = {}
    for each in past:
        at = _time_of_week(each)
        if at is not None:
            _count(of_all, at, is_held=each.is_held)
            if each.partner_id == partner_id:
                _count(of_partner, at, is_held=each.is_held)
    return Experience(of_partner, of_all)


def _time_of_week(demo: PastDemo) -> TimeOfWeek | None:
    try:
        there = demo.scheduled_at.astimezone(ZoneInfo(demo.time_zone))
    except ZoneInfoNotFoundError:
        # Zones are given up now and then; what was kept under one tells no hour any more.
        return None
    return there.isoweekday(), there.hour


def _count(tallies: dict[TimeOfWeek, Tally], at: TimeOfWeek, *, is_held: bool) -> None:
    before = tallies.get(at, Tally(0, 0))
    tallies[at] = Tally(before.booked + 1, before.held + is_held)
