"""What became of mails: kept with the introduction they are of, dead addresses written to no more, the desk told.

News comes from the mail server at once, or from a provider later: twice, late, in any order. Each is kept once, and
nothing is concluded from their order.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from db.queries import introduction_mail as queries
from db.queries import mail as mail_queries
from db.unit_of_work import UnitOfWork
from domain.envelopes import Envelope, MailParty, envelope_of, party_of
from domain.errors import GatewayError
from domain.interventions import InterventionKind
from domain.introduction_mail import MailEventKind, MailNews, SuppressedBecause
from domain.introductions import OPEN_STAGES
from domain.mail import MailTemplate, Message, RefusedAddress, address_digest
from services import interventions
from services.mail import SUPPRESSED

LONGEST_DETAIL = 100
NOT_ARRIVED = frozenset({MailEventKind.BOUNCED, MailEventKind.DROPPED})
SUPPRESSING = {
    MailEventKind.COMPLAINED: SuppressedBecause.COMPLAINED,
    MailEventKind.UNSUBSCRIBED: SuppressedBecause.UNSUBSCRIBED,
}


@dataclass(frozen=True, slots=True)
class _Sent:
    """A mail of a conversation, as far as its news needs it."""

    id: UUID
    to: str
    template: MailTemplate
    envelope: Envelope


async def note_handed_over(
    uow: UnitOfWork,
    message: Message,
    *,
    refused: Sequence[RefusedAddress],
    problem: GatewayError | None,
    is_taken: bool,
    tells_later: bool,
    now: dt.datetime,
) -> None:
    """Note what a mail server said at once. `problem`: why a mail was given up; None while it is not.

    Locks the introduction where its mail did not arrive.
    """
    dead = {address_digest(each.address) for each in refused if each.is_dead}
    if dead:
        await mail_queries.suppress(uow.session, dead, SuppressedBecause.BOUNCED, now=now)
    if message.envelope.thread is None:
        return
    news = [
        (each.address, MailEventKind.BOUNCED, each.detail or str(each.code))
        for each in refused
        if each.is_final
    ]
    if is_taken and not tells_later:
        gone = {each.address for each in refused}
        news += [(each, MailEventKind.DELIVERED, "") for each in message.recipients if each not in gone]
    if problem is not None and not news:
        news = [(message.to, MailEventKind.DROPPED, problem.reference)]
    await _keep(uow, message, news, now)


async def note_suppressed(uow: UnitOfWork, message: Message, *, now: dt.datetime) -> None:
    """Note that a mail was not sent to its recipient, who is written to no more."""
    if message.envelope.thread is not None:
        await _keep(uow, message, [(message.to, MailEventKind.DROPPED, SUPPRESSED)], now)


async def receive(uow: UnitOfWork, news: Sequence[MailNews], *, counts_opens: bool, now: dt.datetime) -> int:
    """Keep what a provider tells and return how much of it was new to an introduction.

    Opens are ignored unless they count (A-36). News of mails that are forgotten or of no conversation only stops
    what is sent to dead addresses.
    """
    told = [each for each in news if counts_opens or each.kind is not MailEventKind.OPENED]
    await _suppress(uow, told, now)
    mails = await queries.mails_by_id(uow.session, {each.mail_id for each in told})
    kept, lost = 0, dict[UUID, str]()
    for each in told:
        row = mails.get(each.mail_id)
        if row is None:
            continue
        sent = _Sent(row.id, row.recipient, row.template, envelope_of(row.envelope))
        is_new, reason = await _keep_one(uow, sent, each, now)
        kept += is_new
        if reason is not None and sent.envelope.thread is not None:
            lost[sent.envelope.thread.about] = reason
    await _call_desk(uow, lost, now)
    return kept


async def note_report(
    uow: UnitOfWork, introduction_id: UUID, reports: Sequence[tuple[MailParty, str, str]], *, now: dt.datetime
) -> None:
    """Note delivery reports that came by mail: whom a mail did not reach, the report's id, a status code.

    Anybody can write one, so no address is written to no more for it.
    """
    lost = {}
    for party, report_id, detail in reports:
        is_new = await queries.insert_event(
            uow.session,
            provider_event_id=f"report:{report_id}:{party}"[:200],
            introduction_id=introduction_id,
            template=MailTemplate.INTRODUCTION,
            party=party,
            kind=MailEventKind.BOUNCED,
            detail=detail[:LONGEST_DETAIL],
            happened_at=now,
            now=now,
        )
        if is_new and party is not MailParty.PLATFORM:
            lost[introduction_id] = _reason(MailTemplate.INTRODUCTION, party, detail)
    await _call_desk(uow, lost, now)


async def _suppress(uow: UnitOfWork, news: Sequence[MailNews], now: dt.datetime) -> None:
    by_reason: dict[SuppressedBecause, set[bytes]] = {}
    for each in news:
        because = SuppressedBecause.BOUNCED if each.is_dead else SUPPRESSING.get(each.kind)
        if because is not None:
            by_reason.setdefault(because, set()).add(address_digest(each.address))
    for because in sorted(by_reason):
        await mail_queries.suppress(uow.session, by_reason[because], because, now=now)


async def _keep(
    uow: UnitOfWork, message: Message, news: Sequence[tuple[str, MailEventKind, str]], now: dt.datetime
) -> None:
    lost = {}
    sent = _Sent(message.id, message.to, message.template, message.envelope)
    for address, kind, detail in news:
        party = party_of(message.envelope, address, recipient=message.to)
        event_id = f"{message.id.hex}:{party}:{kind}"
        told = MailNews(event_id, kind, message.id, address, now, detail)
        _, reason = await _keep_one(uow, sent, told, now)
        if reason is not None and message.envelope.thread is not None:
            lost[message.envelope.thread.about] = reason
    await _call_desk(uow, lost, now)


async def _keep_one(
    uow: UnitOfWork, sent: _Sent, news: MailNews, now: dt.datetime
) -> tuple[bool, str | None]:
    """Keep one piece of news; return whether it is new, and what the desk is to hear of it."""
    party = party_of(sent.envelope, news.address, recipient=sent.to)
    thread = sent.envelope.thread
    if party is None or thread is None:
        return False, None
    is_new = await queries.insert_event(
        uow.session,
        provider_event_id=news.event_id[:200],
        introduction_id=thread.about,
        template=sent.template,
        party=party,
        kind=news.kind,
        detail=news.detail[:LONGEST_DETAIL],
        happened_at=news.happened_at,
        now=now,
    )
    is_lost = is_new and news.kind in NOT_ARRIVED and party is not MailParty.PLATFORM
    return is_new, _reason(sent.template, party, news.detail) if is_lost else None


def _reason(template: MailTemplate, party: MailParty, detail: str) -> str:
    return f"The mail {template} did not reach the {party}{f': {detail}' if detail else ''}."


async def _call_desk(uow: UnitOfWork, lost: dict[UUID, str], now: dt.datetime) -> None:
    # In the order of their ids, as everybody locks several.
    for introduction_id in sorted(lost):
        introduction = await queries.lock_introduction(uow.session, introduction_id)
        if introduction is not None and introduction.stage in OPEN_STAGES:
            await interventions.open_intervention(
                uow, introduction, InterventionKind.BOUNCED, reason=lost[introduction_id], now=now
            )
