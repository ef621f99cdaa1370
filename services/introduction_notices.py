"""What the clock and the calendar of an introduction tell by mail: to the partner, the contractor, the staff."""

import datetime as dt
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from db import models
from db.queries import scheduling as queries
from db.queries.scheduling import Meeting
from db.unit_of_work import UnitOfWork
from domain.calendar_entries import CalendarMethod
from domain.ids import global_id
from domain.mail import LINK, NAME, MailTemplate
from services import mail

NOBODY_ELSE = "–"
"""Where no other partner fits."""


async def remind_partner(
    uow: UnitOfWork, meeting: Meeting, *, key: str, hours: int, now: dt.datetime
) -> None:
    """Tell the partner that a contractor waits for its answer."""
    facts = {"industry": meeting.contractor.industry, "hours": str(hours)}
    await _to_partner(uow, meeting, MailTemplate.INTRODUCTION_REMINDER, facts, key=key, now=now)


async def suggest_alternatives(
    uow: UnitOfWork, meeting: Meeting, *, key: str, partners: Sequence[models.Partner], now: dt.datetime
) -> None:
    """Show the contractor who else would fit."""
    names = "\n".join(each.name for each in partners) or NOBODY_ELSE
    await _to_contractor(
        uow,
        meeting,
        MailTemplate.INTRODUCTION_ALTERNATIVES,
        {"alternatives": names},
        key=key,
        now=now,
    )


async def tell_of_demo(
    uow: UnitOfWork,
    arrangement: models.DemoArrangement,
    *,
    method: CalendarMethod,
    file: str,
    now: dt.datetime,
) -> None:
    """Tell both sides when their demo is, or that there is none, with the file for their calendars."""
    meeting = await queries.own_meeting_of(uow.session, arrangement.introduction_id)
    is_on = method is CalendarMethod.REQUEST
    template = MailTemplate.DEMO_CONFIRMED if is_on else MailTemplate.DEMO_CANCELLED
    key = f"demo:{arrangement.introduction_id.hex}:{arrangement.sequence}"
    await _of_demo(uow, arrangement, meeting, template, key=key, invitation=(method, file), now=now)


async def remind_of_demo(uow: UnitOfWork, arrangement: models.DemoArrangement, *, now: dt.datetime) -> None:
    """Remind both sides of their demo."""
    meeting = await queries.own_meeting_of(uow.session, arrangement.introduction_id)
    key = f"demo-reminder:{arrangement.introduction_id.hex}:{int(arrangement.starts_at.timestamp())}"
    await _of_demo(uow, arrangement, meeting, MailTemplate.DEMO_REMINDER, key=key, invitation=None, now=now)


async def _of_demo(
    uow: UnitOfWork,
    arrangement: models.DemoArrangement,
    meeting: Meeting,
    template: MailTemplate,
    *,
    key: str,
    invitation: tuple[CalendarMethod, str] | None,
    now: dt.datetime,
) -> None:
    for post, zone in (
        (_to_partner, meeting.profile.time_zone),
        (_to_contractor, meeting.contractor.time_zone),
    ):
        there = arrangement.starts_at.astimezone(ZoneInfo(zone))
        facts = {"demo_on": f"{there:%Y-%m-%d}", "demo_time": f"{there:%H:%M}", "zone": zone}
        if template is not MailTemplate.DEMO_CANCELLED:
            facts["minutes"] = str(arrangement.duration_minutes)
        if template is MailTemplate.DEMO_REMINDER and arrangement.room_url:
            facts[LINK] = arrangement.room_url
        await post(uow, meeting, template, facts, key=key, invitation=invitation, now=now)


async def _to_partner(
    uow: UnitOfWork,
    meeting: Meeting,
    template: MailTemplate,
    facts: Mapping[str, str],
    *,
    key: str,
    now: dt.datetime,
    invitation: tuple[CalendarMethod, str] | None = None,
) -> None:
    if meeting.profile.intro_email is None:
        return
    await _post(
        uow,
        meeting,
        template,
        facts,
        to=meeting.profile.intro_email,
        name=meeting.partner.name,
        locale=meeting.partner.locale,
        key=f"{key}:partner",
        invitation=invitation,
        now=now,
    )


async def _to_contractor(
    uow: UnitOfWork,
    meeting: Meeting,
    template: MailTemplate,
    facts: Mapping[str, str],
    *,
    key: str,
    now: dt.datetime,
    invitation: tuple[CalendarMethod, str] | None = None,
) -> None:
    # Who was erased is written to no more.
    if meeting.contractor.contact_email is None:
        return
    await _post(
        uow,
        meeting,
        template,
        facts,
        to=meeting.contractor.contact_email,
        name=meeting.contractor.contact_name or "",
        locale=meeting.contractor.locale,
        key=f"{key}:contractor",
        invitation=invitation,
        now=now,
    )


async def _post(
    uow: UnitOfWork,
    meeting: Meeting,
    template: MailTemplate,
    facts: Mapping[str, str],
    *,
    to: str,
    name: str,
    locale: str,
    key: str,
    invitation: tuple[CalendarMethod, str] | None,
    now: dt.datetime,
) -> None:
    told = {
        "partner": meeting.partner.name,
        "contractor": meeting.contractor.name,
        LINK: f"/introductions/{global_id('Introduction', meeting.introduction.id)}",
        NAME: name,
        **facts,
    }
    await mail.post(
        uow,
        template=template,
        to=to,
        locale=locale,
        facts=told,
        key=key,
        partner_id=meeting.partner.id,
        now=now,
    )
