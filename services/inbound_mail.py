"""Mail that comes in: found to be of an introduction, kept with it, and a partner's first one stops the clock.

Whoever posts it, and however often: a mail is kept once. Nobody is believed to be a party for knowing the address: the
sender's must be one of theirs.
"""

import datetime as dt
from enum import StrEnum

import structlog

from db import models
from db.queries import introduction_mail as queries
from db.queries import partner_inbox as inbox_queries
from db.queries.introduction_mail import Parties
from db.unit_of_work import UnitOfWork
from domain import introduction_mail as rules
from domain.envelopes import MailParty
from domain.introduction_mail import InboundMail, MessageAuthor
from domain.introductions import IntroductionStage, ResponseChannel
from domain.mail import LONGEST_ADDRESS, address_digest, shown_note
from services import introduction_mail, introductions, mail_events, partner_inbox

log = structlog.get_logger(__name__)


class Received(StrEnum):
    """What came of a mail: KEPT ones are read in their conversation, ROUTED ones by the partner they are written to."""

    KEPT = "KEPT"
    KNOWN = "KNOWN"
    AUTOMATIC = "AUTOMATIC"
    UNSUBSCRIBED = "UNSUBSCRIBED"
    REPORT = "REPORT"
    ROUTED = "ROUTED"
    UNMATCHED = "UNMATCHED"


async def receive(uow: UnitOfWork, mail: InboundMail, *, domain: str, now: dt.datetime) -> Received:
    """Take in a mail and return what came of it. Locks the introduction it is of. `domain`: below which partners are.

    A stranger's is kept and marks nothing; a machine's is not kept, but for reports that a mail did not arrive. What
    answers nothing, but is written to a partner's address, is that partner's (ADR 43).
    """
    tokens = rules.tokens_in(mail)
    found = await queries.lock_by_tokens(uow.session, tokens) if tokens else []
    if not found:
        return await _route(uow, mail, domain, now)
    # A mail that quotes several conversations is of the one it was sent to.
    introduction = min(found, key=lambda each: tokens.index(each.reply_token))
    parties = await queries.parties_of(uow.session, introduction.id)
    if mail.failed:
        return await _note_report(uow, introduction, parties, mail, now)
    if mail.is_automatic:
        return Received.AUTOMATIC
    return await _keep(uow, introduction, parties, mail, now)


async def _route(uow: UnitOfWork, mail: InboundMail, domain: str, now: dt.datetime) -> Received:
    if mail.is_automatic or mail.failed:
        return Received.AUTOMATIC
    if rules.is_unsubscribing(mail):
        # From what, only a conversation tells; and anybody can write in another's name.
        return Received.UNSUBSCRIBED
    subdomains = rules.subdomains_in(mail, domain)
    if subdomains and mail.sender and not mail.is_forged:
        # A contractor that is introduced to the partner began a new mail in place of answering.
        introduction = await inbox_queries.lock_open_between(uow.session, subdomains, mail.sender)
        if introduction is not None:
            parties = await queries.parties_of(uow.session, introduction.id)
            return await _keep(uow, introduction, parties, mail, now)
    kept = await partner_inbox.take_in(uow, mail, domain=domain, now=now)
    if kept is None:
        log.info("inbound_mail.unmatched")
        return Received.UNMATCHED
    return Received.ROUTED if kept else Received.KNOWN


async def _keep(
    uow: UnitOfWork,
    introduction: models.Introduction,
    parties: Parties,
    mail: InboundMail,
    now: dt.datetime,
) -> Received:
    author = await _author(uow, introduction, parties, mail)
    if rules.is_unsubscribing(mail):
        if author is not MessageAuthor.STRANGER:
            await introduction_mail.unsubscribe(uow, address_digest(mail.sender), now=now)
        return Received.UNSUBSCRIBED
    is_response = author is MessageAuthor.PARTNER and introduction.stage is IntroductionStage.INTRODUCED
    text = shown_note(mail.text)
    message_id = await queries.insert_message(
        uow.session,
        introduction_id=introduction.id,
        message_id=mail.message_id,
        author=author,
        sender=(mail.sender or "unknown")[:LONGEST_ADDRESS] if author is MessageAuthor.STRANGER else None,
        text=text,
        is_response=is_response,
        now=now,
    )
    if message_id is None:
        return Received.KNOWN
    if is_response:
        await introductions.note_response(uow, introduction, now=now, how=ResponseChannel.MAIL)
    elif author is not MessageAuthor.STRANGER:
        await introductions.changed(uow, introduction, now=now)
    other = _who_missed_it(author, parties, mail)
    if other is not None and text:
        await introduction_mail.pass_on(
            uow, introduction, message_id=message_id, text=text, to=other, now=now
        )
    return Received.KEPT


async def _author(
    uow: UnitOfWork, introduction: models.Introduction, parties: Parties, mail: InboundMail
) -> MessageAuthor:
    people = await queries.people_of(uow.session, introduction.partner_id)
    inbox = parties.profile.intro_email
    return rules.author_of(
        mail,
        partner=[*people, inbox] if inbox else people,
        contractor=parties.contractor.contact_email,
    )


def _who_missed_it(author: MessageAuthor, parties: Parties, mail: InboundMail) -> MailParty | None:
    """Return the other side, where it was not among those the mail went to; None for a stranger's."""
    if author is MessageAuthor.STRANGER:
        return None
    is_partners = author is MessageAuthor.PARTNER
    other = MailParty.CONTRACTOR if is_partners else MailParty.PARTNER
    address = parties.contractor.contact_email if is_partners else parties.profile.intro_email
    return None if address is None or address.lower() in mail.recipients else other


async def _note_report(
    uow: UnitOfWork,
    introduction: models.Introduction,
    parties: Parties,
    mail: InboundMail,
    now: dt.datetime,
) -> Received:
    addresses = {
        MailParty.PARTNER: parties.profile.intro_email,
        MailParty.CONTRACTOR: parties.contractor.contact_email,
    }
    reports = [
        (party, mail.message_id, status)
        for failed, status in mail.failed
        for party, address in addresses.items()
        if address is not None and failed == address.lower() and not status.startswith("2")
    ]
    await mail_events.note_report(uow, introduction.id, reports, now=now)
    return Received.REPORT
