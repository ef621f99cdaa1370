"""Mails of an introduction: to the partner, the contractor and the platform, all in one conversation.

Each is posted with the act it tells of, once for what it tells, however often the act is tried. Whoever has no address
(any more) is not written to, and that stops nothing.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from db import models
from db.queries import introduction_mail as queries
from db.queries import mail as mail_queries
from db.queries.introduction_mail import Parties
from db.unit_of_work import UnitOfWork
from domain.envelopes import Envelope, Invitation, MailParty, Thread
from domain.ids import global_id
from domain.introduction_mail import SuppressedBecause
from domain.introductions import IntroductionStage
from domain.mail import CALENDAR, LINK, NAME, MailTemplate, address_digest
from domain.turns import TurnWord
from services import mail, matching

BOTH = (MailParty.PARTNER, MailParty.CONTRACTOR)
DEMO_MAILS = frozenset({MailTemplate.DEMO_CONFIRMED, MailTemplate.DEMO_CANCELLED, MailTemplate.DEMO_REMINDER})


async def send_introduction(
    uow: UnitOfWork,
    introduction: models.Introduction,
    *,
    now: dt.datetime,
    number: int = 1,
    due_at: dt.datetime | None = None,
) -> bool:
    """Introduce the contractor to the partner by mail: to the partner, the contractor and the platform in copy (S3-051).

    It says why the two fit. `number`: the desk sends it again with the next one, also to an address that was written
    to no more. `due_at`: it waits for that time. True where it was posted now.
    """
    parties = await _parties(uow, introduction)
    contractor = parties.contractor
    if number > 1 and parties.profile.intro_email is not None:
        await mail_queries.lift_suppressions(uow.session, [address_digest(parties.profile.intro_email)])
    copies = (contractor.contact_email,) if contractor.contact_email is not None else ()
    facts = {
        "contact": contractor.contact_name or "",
        "industry": contractor.industry,
        "region": contractor.region,
        "needs": ", ".join(shown_code(each) for each in contractor.needs),
        "reasons": "\n".join(matching.speaking_for(contractor, parties.profile, parties.partner, now=now)),
    }
    envelope = Envelope(
        thread=thread_of(introduction, parties, to=MailParty.PARTNER, is_first=number == 1),
        cc=copies,
        is_copied=True,
    )
    return await _post(
        uow,
        introduction,
        parties,
        MailTemplate.INTRODUCTION,
        facts=facts,
        envelope=envelope,
        key=f"sent:{number}",
        now=now,
        due_at=due_at,
    )


async def withdraw_introduction(uow: UnitOfWork, introduction: models.Introduction) -> None:
    """Do not introduce the contractor any more, if the mail still waits for its time."""
    await mail.withdraw_unsent(uow, _key(introduction, "sent:1"))


async def send_reminder(
    uow: UnitOfWork, introduction: models.Introduction, *, now: dt.datetime, hours: int = 24, number: int = 1
) -> bool:
    """Remind the partner that a contractor waits (S3-053). `number`: each is sent once."""
    parties = await _parties(uow, introduction)
    facts = {"industry": parties.contractor.industry, "hours": str(hours)}
    return await _to(
        uow,
        introduction,
        parties,
        MailParty.PARTNER,
        MailTemplate.INTRODUCTION_REMINDER,
        facts=facts,
        key=f"reminder:{number}",
        now=now,
    )


async def tell_platform(
    uow: UnitOfWork, introduction: models.Introduction, *, now: dt.datetime, hours: int = 48
) -> bool:
    """Tell the platform's own mailbox that the partner did not answer (S3-054)."""
    parties = await _parties(uow, introduction)
    return await _to(
        uow,
        introduction,
        parties,
        MailParty.PLATFORM,
        MailTemplate.INTRODUCTION_OVERDUE,
        facts={"hours": str(hours)},
        key="overdue",
        now=now,
    )


async def send_alternatives(
    uow: UnitOfWork, introduction: models.Introduction, *, alternatives: Sequence[str], now: dt.datetime
) -> bool:
    """Name other partners to the contractor, a line each; where there are none, nothing is sent (S3-055)."""
    if not alternatives:
        return False
    parties = await _parties(uow, introduction)
    return await _to(
        uow,
        introduction,
        parties,
        MailParty.CONTRACTOR,
        MailTemplate.INTRODUCTION_ALTERNATIVES,
        facts={"alternatives": "\n".join(alternatives)},
        key="alternatives",
        now=now,
    )


async def tell_contractor(
    uow: UnitOfWork,
    introduction: models.Introduction,
    *,
    now: dt.datetime,
    stage: IntroductionStage | None = None,
) -> bool:
    """Tell the contractor where its introduction stands (S3-023): once for each time it comes to a stage."""
    stage = stage or introduction.stage
    parties = await _parties(uow, introduction)
    return await _to(
        uow,
        introduction,
        parties,
        MailParty.CONTRACTOR,
        MailTemplate.INTRODUCTION_STATUS,
        facts={"stage": stage.value},
        key=f"status:{stage}:{introduction.sequence}",
        now=now,
    )


async def tell_of_turn(
    uow: UnitOfWork,
    introduction: models.Introduction,
    party: MailParty,
    word: TurnWord,
    *,
    key: str,
    now: dt.datetime,
) -> bool:
    """Tell one side that it is its turn to find a time for the demo. `key`: what makes it another turn than before."""
    parties = await _parties(uow, introduction)
    return await _to(
        uow,
        introduction,
        parties,
        party,
        MailTemplate.INTRODUCTION_STATUS,
        facts={"stage": word.value},
        key=key,
        now=now,
    )


async def tell_of_demo(
    uow: UnitOfWork,
    introduction: models.Introduction,
    template: MailTemplate,
    *,
    starts_at: dt.datetime,
    minutes: int,
    key: str,
    now: dt.datetime,
    invitation: Invitation | None = None,
    calendar_url: str | None = None,
    link: str | None = None,
) -> int:
    """Tell both sides of their demo, each by its own clock; return how many were written to.

    `template`: DEMO_CONFIRMED, DEMO_CANCELLED or DEMO_REMINDER. `key`: what makes it another one than before. `link`:
    where the demo is held, if not the introduction's own page. `calendar_url`: where its file for calendars is.
    """
    if template not in DEMO_MAILS:
        raise ValueError(f"{template} tells of no demo.")
    parties = await _parties(uow, introduction)
    told = 0
    for party in BOTH:
        zone = _zone(parties, party)
        there = starts_at.astimezone(ZoneInfo(zone))
        facts = {"demo_on": there.date().isoformat(), "demo_time": f"{there:%H:%M}", "zone": zone}
        facts |= {} if template is MailTemplate.DEMO_CANCELLED else {"minutes": str(minutes)}
        facts |= {LINK: link} if link else {}
        facts |= {CALENDAR: calendar_url} if calendar_url else {}
        told += await _to(
            uow,
            introduction,
            parties,
            party,
            template,
            facts=facts,
            key=f"{template}:{key}",
            invitation=invitation,
            now=now,
        )
    return told


async def ask_feedback(
    uow: UnitOfWork,
    introduction: models.Introduction,
    party: MailParty,
    *,
    now: dt.datetime,
    number: int = 1,
) -> bool:
    """Ask one side how the demo was (S3-032): of each demo, each `number` is sent once."""
    parties = await _parties(uow, introduction)
    held_at = introduction.scheduled_at or introduction.held_at or now
    there = held_at.astimezone(ZoneInfo(_zone(parties, party)))
    return await _to(
        uow,
        introduction,
        parties,
        party,
        MailTemplate.FEEDBACK_ASKED,
        facts={"demo_on": there.date().isoformat()},
        key=f"feedback:{int(held_at.timestamp())}:{number}",
        now=now,
    )


async def pass_on(
    uow: UnitOfWork,
    introduction: models.Introduction,
    *,
    message_id: UUID,
    text: str,
    to: MailParty,
    now: dt.datetime,
) -> bool:
    """Send what one side wrote to the other, which did not get it."""
    parties = await _parties(uow, introduction)
    author = parties.partner.name if to is MailParty.CONTRACTOR else parties.contractor.name
    return await _to(
        uow,
        introduction,
        parties,
        to,
        MailTemplate.INTRODUCTION_MESSAGE,
        facts={"author": author, "excerpt": text},
        key=f"message:{message_id.hex}",
        now=now,
    )


async def forget_contractor(uow: UnitOfWork, contractor_id: UUID, address: str | None) -> None:
    """Forget what an erased contractor wrote; send nothing that waits to its address, nor what names it to anybody."""
    await queries.forget_texts_of(uow.session, contractor_id)
    await mail.withdraw_about(uow, await queries.introductions_of(uow.session, contractor_id))
    if address is not None:
        await mail.withdraw(uow, address)


async def unsubscribe(uow: UnitOfWork, digest: bytes, *, now: dt.datetime) -> None:
    """Send an address no more of what it can do without; it is known by its digest."""
    await mail_queries.suppress(uow.session, [digest], SuppressedBecause.UNSUBSCRIBED, now=now)


def thread_of(
    introduction: models.Introduction, parties: Parties, *, to: MailParty, is_first: bool = False
) -> Thread:
    """Return the conversation of an introduction, as one of its mails is part of it."""
    return Thread(
        about=introduction.id,
        token=introduction.reply_token,
        subdomain=parties.profile.subdomain,
        name=parties.partner.name,
        is_first=is_first,
        to=to,
    )


def shown_code(code: str) -> str:
    """Return a code as it is read: `BEACH_RESORTS` is `beach resorts`."""
    return code.replace("_", " ").lower()


async def _parties(uow: UnitOfWork, introduction: models.Introduction) -> Parties:
    return await queries.parties_of(uow.session, introduction.id)


def _zone(parties: Parties, party: MailParty) -> str:
    return parties.profile.time_zone if party is MailParty.PARTNER else parties.contractor.time_zone


async def _to(
    uow: UnitOfWork,
    introduction: models.Introduction,
    parties: Parties,
    party: MailParty,
    template: MailTemplate,
    *,
    facts: Mapping[str, str],
    key: str,
    now: dt.datetime,
    invitation: Invitation | None = None,
) -> bool:
    envelope = Envelope(thread=thread_of(introduction, parties, to=party), invitation=invitation)
    return await _post(
        uow,
        introduction,
        parties,
        template,
        facts=facts,
        envelope=envelope,
        key=f"{key}:{party}",
        now=now,
    )


async def _post(
    uow: UnitOfWork,
    introduction: models.Introduction,
    parties: Parties,
    template: MailTemplate,
    *,
    facts: Mapping[str, str],
    envelope: Envelope,
    key: str,
    now: dt.datetime,
    due_at: dt.datetime | None = None,
) -> bool:
    assert envelope.thread is not None
    contractor, partner = parties.contractor, parties.partner
    to, name, locale = {
        MailParty.PARTNER: (parties.profile.intro_email, partner.name, partner.locale),
        MailParty.CONTRACTOR: (contractor.contact_email, contractor.contact_name, contractor.locale),
        MailParty.PLATFORM: ("", None, "en"),
    }[envelope.thread.to]
    if to is None:
        return False
    told = {
        "partner": partner.name,
        "contractor": contractor.name,
        LINK: f"/introductions/{global_id('Introduction', introduction.id)}",
        **({NAME: name} if name else {}),
        **facts,
    }
    return await mail.post(
        uow,
        template=template,
        to=to,
        locale=locale,
        facts=told,
        key=_key(introduction, key),
        partner_id=partner.id,
        now=now,
        envelope=envelope,
        due_at=due_at,
    )


def _key(introduction: models.Introduction, key: str) -> str:
    return f"introduction:{introduction.id.hex}:{key}"
