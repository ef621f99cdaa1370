"""Mails: posted with the act they tell of, taken by the worker, and noted when they are sent.

The sending itself happens between the last two, outside any unit of work. A worker killed in between leaves a lease
that ends, and the mail is sent again under the same Message-ID: receivers know it for the same one.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from db import models
from db.queries import mail as queries
from db.session import Sessions
from db.unit_of_work import UnitOfWork
from domain import introduction_mail, mail
from domain.envelopes import ALONE, Envelope, MailParty, envelope_of, stored, without
from domain.errors import GatewayError, NotFound, Refused
from domain.introduction_mail import SuppressedBecause
from domain.jobs import LONGEST_ERROR
from domain.mail import MailStatus, MailTemplate, Message, RefusedAddress
from domain.partners import MemberRole
from services import dead_letters

RESEND = "mail.resend"
"""The job that a failed mail's letter stands for."""
NEVER_NOTED = "never noted"
SUPPRESSED = "suppressed"
WITHDRAWN = "withdrawn"
RECIPIENTS_LEFT = "some recipients refused for now"
IN_CHARGE = (MemberRole.OWNER, MemberRole.ADMIN)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of one mail, taken by one worker."""

    number: int
    message: Message
    is_left_out: bool = False
    """Nobody is written to at the recipient's address (any more)."""
    is_suppressed: bool = False
    """It is not to be sent, and has failed already: its recipient is left out, and nobody is in copy."""


async def post(
    uow: UnitOfWork,
    *,
    template: MailTemplate,
    to: str,
    locale: str,
    facts: Mapping[str, str],
    key: str,
    partner_id: UUID | None,
    now: dt.datetime,
    envelope: Envelope = ALONE,
    due_at: dt.datetime | None = None,
) -> bool:
    """Put a mail on its way, in the same transaction; once for each `key`, whoever posts it again: True for the first.

    It goes out at `due_at`, without one at once.

    `facts` are those of `domain.mail.NEEDED`, `name` besides (whom it greets). An address that is none does not stop
    the act: the mail is noted as FAILED. Check it with `domain.mail.check_address` where a person enters it.
    Raises ValueError for missing or unknown facts.
    """
    if len(key) > mail.LONGEST_KEY:
        raise ValueError(f"A mail's key has at most {mail.LONGEST_KEY} characters: {key!r}")
    checked = mail.check_facts(template, facts)
    status, error = MailStatus.PENDING, None
    is_to_platform = envelope.thread is not None and envelope.thread.to is MailParty.PLATFORM
    try:
        to = "" if is_to_platform else mail.check_address(to)
    except Refused:
        status, error = MailStatus.FAILED, mail.NOT_AN_ADDRESS
    is_new = await queries.insert_mail(
        uow.session,
        key=key,
        template=template,
        partner_id=partner_id,
        recipient=mail.shown_line(to)[: mail.LONGEST_ADDRESS],
        locale=mail.locale_of(locale),
        facts=checked if error is None else {},
        envelope=stored(envelope),
        status=status,
        error=error,
        now=now,
        due_at=due_at or now,
    )
    if is_new and error:
        log.warning("mail.not_posted", template=template.value, key=key, error=error)
    return is_new and error is None


async def post_to_team(
    uow: UnitOfWork,
    *,
    template: MailTemplate,
    partner_id: UUID,
    facts: Mapping[str, str],
    key: str,
    now: dt.datetime,
    roles: Collection[MemberRole] = IN_CHARGE,
) -> int:
    """Put a mail on its way to each member with one of the roles, in the partner's language; return how many.

    `partner` and `name` are filled in. Each member's mail is posted once for each `key`.
    """
    team = await queries.team_of(uow.session, partner_id, roles)
    for person in team:
        await post(
            uow,
            template=template,
            to=person.email,
            locale=person.locale,
            facts={"partner": person.partner, mail.NAME: person.name, **facts},
            key=f"{key}:{person.user_id.hex}",
            partner_id=partner_id,
            now=now,
        )
    return len(team)


async def is_any_waiting(sessions: Sessions) -> bool:
    """Tell whether there is a mail to be sent, now or later."""
    records = await sessions.fetch(queries.WAITING)
    return bool(records[0][0])


async def take_due(
    uow: UnitOfWork,
    *,
    domain: str,
    limit: int,
    now: dt.datetime,
    mail_domain: str = "",
    admin: str = "",
) -> list[Attempt]:
    """Take the mails to be sent now, oldest first; each is this worker's for LEASE.

    At most IN_FLIGHT are under way in all workers, so that a slow server does not keep them all busy. A mail that
    was taken MAX_ATTEMPTS times and never noted ends whoever sends it: it is given up. Whoever is written to no more is
    left out; where nobody is left, the mail has failed.
    `domain`: what new Message-IDs end in, `mail_domain`: those of conversations, `admin`: who of the platform gets
    what it is to get. Locks the mails until commit.
    """
    room = mail.IN_FLIGHT - await queries.count_under_way(uow.session, now=now)
    if room <= 0:
        return []
    attempts = []
    rows = await queries.lock_due(uow.session, now=now, limit=min(limit, room))
    for row in rows:
        _address_platform(row, admin)
    suppressed = await _suppressed(uow, rows)
    for row in rows:
        if row.attempts >= mail.MAX_ATTEMPTS:
            await _give_up(uow, row, NEVER_NOTED, now)
            continue
        envelope = without(envelope_of(row.envelope), suppressed[row.id])
        thread = envelope.thread
        row.message_id = row.message_id or (
            introduction_mail.message_id(thread, row.id, mail_domain)
            if thread is not None
            else mail.message_id(row.id, domain)
        )
        is_left_out = row.recipient in suppressed[row.id] and envelope.left is None
        if is_left_out:
            # As when a mail server refuses it alone: who is in copy gets it all the same.
            envelope = replace(envelope, left=(*envelope.cc, *envelope.bcc))
        row.envelope = stored(envelope)
        is_suppressed = is_left_out and not envelope.left
        if is_suppressed:
            row.status, row.last_error = MailStatus.FAILED, SUPPRESSED
        else:
            row.attempts += 1
            row.leased_until = now + mail.LEASE
        message = Message(
            id=row.id,
            message_id=row.message_id,
            to=row.recipient,
            template=row.template,
            locale=row.locale,
            facts=row.facts,
            posted_at=row.created_at,
            envelope=envelope,
        )
        attempts.append(Attempt(row.attempts, message, is_left_out, is_suppressed))
    await uow.session.flush()
    return attempts


def _address_platform(row: models.Mail, admin: str) -> None:
    """Put the platform's address where it is written to or in copy: only whoever sends knows it."""
    row.recipient = row.recipient or admin
    told = row.envelope or {}
    if "is_copied" in told:
        # A new value: what is changed within one is not written.
        kept = {name: each for name, each in told.items() if name != "is_copied"}
        row.envelope = kept | ({"bcc": [admin]} if admin else {})


async def _suppressed(uow: UnitOfWork, rows: Collection[models.Mail]) -> dict[UUID, set[str]]:
    """Return, of each mail, which of its addresses are not written to."""
    addresses = {row.id: _addresses(row) for row in rows}
    digests = {each: mail.address_digest(each) for those in addresses.values() for each in those}
    because = await queries.suppressions(uow.session, digests.values()) if digests else {}

    def is_left_out(address: str, template: MailTemplate) -> bool:
        found = because.get(digests[address])
        return found is not None and (
            found is not SuppressedBecause.UNSUBSCRIBED or template in mail.DISPENSABLE
        )

    return {row.id: {each for each in addresses[row.id] if is_left_out(each, row.template)} for row in rows}


def _addresses(row: models.Mail) -> list[str]:
    told = row.envelope or {}
    return [row.recipient, *told.get("cc", ()), *told.get("bcc", ())]


async def note_sent(
    uow: UnitOfWork,
    *,
    attempt: Attempt,
    now: dt.datetime,
    refused: Sequence[RefusedAddress] = (),
    chance: float = 0.5,
) -> MailStatus | None:
    """Note that a mail was sent, and forget what it told. None where that was noted before, or it is purged.

    It counts whenever it comes: a server that took the mail has it, whatever another attempt said since. Whom it was
    `refused` for, for now, is tried again alone.
    """
    row = await queries.lock_mail(uow.session, attempt.message.id)
    if row is None or row.status is MailStatus.SENT:
        return None
    left = tuple(each.address for each in refused if not each.is_final)
    next_at = mail.next_attempt_at(row.attempts, now, chance=chance) if left else None
    row.leased_until = None
    if next_at is not None:
        row.envelope = stored(replace(envelope_of(row.envelope), left=left))
        row.next_attempt_at, row.last_error = next_at, RECIPIENTS_LEFT
    else:
        row.status, row.sent_at, row.last_error, row.facts = MailStatus.SENT, now, None, {}
        row.envelope = stored(replace(envelope_of(row.envelope), left=None, invitation=None))
    await uow.session.flush()
    return row.status


async def note_failure(
    uow: UnitOfWork, *, attempt: Attempt, problem: GatewayError, chance: float, now: dt.datetime
) -> MailStatus | None:
    """Note an attempt that failed and return what the mail is now; None where it is another attempt's by now.

    What may succeed later is tried again after a pause; what was refused for good, or failed too often, becomes
    a dead letter.
    """
    row = await queries.lock_mail(uow.session, attempt.message.id)
    if row is None or row.status is not MailStatus.PENDING or row.attempts != attempt.number:
        return None
    row.leased_until, row.last_error = None, problem.reference[:LONGEST_ERROR]
    next_at = mail.next_attempt_at(row.attempts, now, chance=chance) if problem.retryable else None
    if next_at is not None:
        row.next_attempt_at = next_at
    else:
        await _give_up(uow, row, row.last_error, now)
    await uow.session.flush()
    return row.status


async def _give_up(uow: UnitOfWork, row: models.Mail, error: str, now: dt.datetime) -> None:
    row.status, row.leased_until, row.last_error = MailStatus.FAILED, None, error
    await dead_letters.bury(
        uow,
        job=RESEND,
        key=row.id.hex,
        payload={"mail_id": row.id.hex},
        error=error,
        attempts=row.attempts,
        now=now,
    )


async def resend(uow: UnitOfWork, *, mail_id: UUID, now: dt.datetime) -> None:
    """Put a failed mail on its way anew; one that has not failed stays as it is. Refuses: NotFound.

    A mail whose address is none has no facts and can not be sent: it stays as it is too. An address that was written
    to no more is written to again.
    """
    row = await queries.lock_mail(uow.session, mail_id)
    if row is None:
        raise Refused(NotFound(noun="mail", id=mail_id.hex))
    if row.status is MailStatus.FAILED and row.facts:
        row.status, row.attempts, row.next_attempt_at = MailStatus.PENDING, 0, now
        # Whoever has it sent again says that somebody is there.
        await queries.lift_suppressions(uow.session, {mail.address_digest(each) for each in _addresses(row)})
        await uow.session.flush()


async def withdraw(uow: UnitOfWork, address: str) -> int:
    """Send what waits to nobody at this address; return how many mails that were. For who is erased.

    Where others are written to as well, those still are.
    """
    rows = await queries.lock_pending_to(uow.session, address)
    for row in rows:
        if row.recipient == address:
            row.status, row.last_error, row.facts, row.envelope = MailStatus.FAILED, WITHDRAWN, {}, None
            row.recipient = ""
        else:
            row.envelope = stored(without(envelope_of(row.envelope), [address]))
    await uow.session.flush()
    return len(rows)


async def withdraw_unsent(uow: UnitOfWork, key: str) -> None:
    """Do not send the mail of a key, if it still waits for its time."""
    await queries.withdraw_unsent(uow.session, key, WITHDRAWN)


async def withdraw_about(uow: UnitOfWork, introduction_ids: Collection[UUID]) -> int:
    """Send nobody what was not sent yet of these introductions; return how many mails. For who is erased.

    Whoever it goes to: it may name the one who is erased, or have what it wrote.
    """
    rows = await queries.lock_unsent_about(uow.session, introduction_ids)
    for row in rows:
        row.status, row.last_error, row.facts, row.envelope = MailStatus.FAILED, WITHDRAWN, {}, None
        row.recipient = ""
    await uow.session.flush()
    return len(rows)


async def count_waiting(sessions: Sessions) -> int:
    """Return how many mails are still to be sent."""
    async with sessions.read() as session:
        return await queries.count_waiting(session)
