"""What is written to a partner's own address and answers nothing of ours: kept, and handed on to its inbox (ADR 43)."""

import datetime as dt
from uuid import UUID

import structlog

from db import models
from db.queries import introduction_mail as mail_queries
from db.queries import partner_inbox as queries
from db.unit_of_work import UnitOfWork
from domain import introduction_mail as rules
from domain.envelopes import Envelope
from domain.errors import Refused
from domain.introduction_mail import InboundMail
from domain.mail import LINK, LONGEST_ADDRESS, NAME, MailTemplate, check_address, shown_note
from services import mail as mails

log = structlog.get_logger(__name__)


async def take_in(uow: UnitOfWork, mail: InboundMail, *, domain: str, now: dt.datetime) -> int | None:
    """Keep a mail for each partner it is written to; return for how many it is new, None where it is to none.

    It goes on to the partner's inbox as a mail of ours that quotes it, and answers to that go to its sender. What its
    sender's domain does not vouch for, what the partner wrote itself, and what is too much for an hour, stays here.
    Locks the profiles until commit.
    """
    subdomains = rules.subdomains_in(mail, domain)
    found = await queries.lock_profiles(uow.session, subdomains) if subdomains else []
    if not found:
        return None
    return sum([await _keep(uow, profile, partner, mail, now) for profile, partner in found])


async def _keep(
    uow: UnitOfWork,
    profile: models.IntroductionProfile,
    partner: models.Partner,
    mail: InboundMail,
    now: dt.datetime,
) -> bool:
    reply_to = _address_of(mail.sender)
    is_forwarded = (
        profile.intro_email is not None
        and reply_to is not None
        and not mail.is_forged
        and not await _is_own(uow, profile, mail.sender)
        and await _has_room(uow, partner.id, now)
    )
    message_id = await queries.insert_partner_message(
        uow.session,
        partner_id=partner.id,
        message_id=mail.message_id,
        sender=mail.sender[:LONGEST_ADDRESS],
        subject=mail.subject,
        text=shown_note(mail.text),
        is_forged=mail.is_forged,
        is_forwarded=is_forwarded,
        now=now,
    )
    if message_id is None:
        return False
    log.info("partner_inbox.kept", partner_id=str(partner.id), is_forwarded=is_forwarded)
    if is_forwarded:
        assert profile.intro_email is not None
        await mails.post(
            uow,
            template=MailTemplate.PARTNER_MESSAGE,
            to=profile.intro_email,
            locale=partner.locale,
            facts={
                "partner": partner.name,
                "author": mail.sender,
                "subject": mail.subject,
                "excerpt": mail.text,
                NAME: partner.name,
                LINK: "/introductions",
            },
            key=f"partner-message:{message_id.hex}",
            partner_id=partner.id,
            now=now,
            envelope=Envelope(reply_to=reply_to),
        )
    return True


async def _is_own(uow: UnitOfWork, profile: models.IntroductionProfile, sender: str) -> bool:
    """Tell whether the partner wrote it: handed on, it would come back to it, and perhaps for ever."""
    people = await mail_queries.people_of(uow.session, profile.partner_id)
    return sender in {each.lower() for each in (*people, profile.intro_email or "")}


async def _has_room(uow: UnitOfWork, partner_id: UUID, now: dt.datetime) -> bool:
    since = now - dt.timedelta(hours=1)
    taken = await queries.count_forwarded(uow.session, partner_id, since=since)
    return taken < rules.FORWARDED_AN_HOUR


def _address_of(sender: str) -> str | None:
    try:
        return check_address(sender)
    except Refused:
        return None
