"""Documents in the making: taken with what they say and their numbers, and noted when their file is kept.

Taking and noting are units of work; writing the file, between them, is none. A worker killed in between leaves an
attempt that ends, and the same file is written again to the same place.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from db import models
from db.queries import documents as queries
from db.queries.documents import Sold
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import documents, mail
from domain.documents import (
    LEASE,
    MAILED_LIFE,
    MOST_MOVEMENTS,
    MOVEMENTS,
    OF_SALES,
    SERIES,
    BillingDocumentKind,
    BillingDocumentStatus,
    Content,
    Deduction,
    DeductionKind,
    Line,
    Movement,
    MovementKind,
    PaidOut,
    Paper,
    Party,
    Sale,
    Statement,
)
from domain.environments import Environment
from domain.errors import NotFound, Refused
from domain.events import EventType
from domain.ids import global_id
from domain.jobs import LONGEST_ERROR
from domain.mail import MailTemplate
from domain.packages import localized
from domain.partners import MemberRole
from services import dead_letters
from services import mail as mails
from services.documents import link_to
from services.ports import Storage

REMAKE = "documents.remake"
"""The job that a failed document's letter stands for."""
NEVER_NOTED = "never noted"
MAILED = (MemberRole.OWNER, MemberRole.ADMIN, MemberRole.FINANCE)
"""Who of a partner is told of what it was not asked for."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at one document, taken by one worker."""

    document_id: UUID
    number: int
    paper: Paper

    @property
    def key(self) -> str:
        """Where its file is kept: the same for every attempt."""
        return f"documents/{self.document_id.hex}/{self.paper.file_name}"


@dataclass(frozen=True, slots=True)
class Made:
    """A file that is kept."""

    byte_size: int
    sha256: str


def made_of(file: bytes) -> Made:
    return Made(len(file), hashlib.sha256(file).hexdigest())


async def take_due(uow: UnitOfWork, *, limit: int, now: dt.datetime) -> list[Attempt]:
    """Take the documents to be made now, oldest first; each is this worker's for LEASE.

    What they say and their numbers are written down here, once. One whose parts do not add up, or that ended
    every worker that took it, has failed. Locks the counters of their series.
    """
    taken = []
    for row in await queries.lock_due(uow.session, now=now, limit=limit):
        if row.attempts >= documents.MAX_ATTEMPTS:
            await _give_up(uow, row, NEVER_NOTED, now)
            continue
        row.attempts += 1
        row.next_attempt_at = now + LEASE
        taken.append(row)
    # A credit note names the receipt it takes back, which may be here too.
    notes = [row for row in taken if row.kind is BillingDocumentKind.CREDIT_NOTE]
    for rows in ([row for row in taken if row not in notes], notes):
        await _gather(uow, [row for row in rows if row.content is None], now)
        told = [row for row in rows if row.content is not None]
        await _number(uow, [row for row in told if row.number is None and row.kind in SERIES])
        await uow.session.flush()
    return [Attempt(row.id, row.attempts, _paper(row)) for row in taken if row.content is not None]


async def note_made(
    uow: UnitOfWork, storage: Storage, *, attempt: Attempt, made: Made, now: dt.datetime
) -> bool:
    """Note that a document's file is kept: tells of it, and mails who waits. False where that was noted before.

    It counts whenever it comes: the file is the same, whichever attempt wrote it.
    """
    row = await queries.lock_document(uow.session, attempt.document_id)
    if row is None or row.status is BillingDocumentStatus.READY:
        return False
    row.status, row.ready_at, row.last_error = BillingDocumentStatus.READY, now, None
    row.key, row.file_name = attempt.key, attempt.paper.file_name
    row.byte_size, row.sha256 = made.byte_size, made.sha256
    await _mail(uow, storage, row, attempt.paper, now)
    row.notice = None
    uow.session.add(_event(row, now))
    await uow.session.flush()
    return True


async def note_failure(
    uow: UnitOfWork, *, attempt: Attempt, error: str, now: dt.datetime
) -> BillingDocumentStatus | None:
    """Note an attempt that failed and return what the document is now; None where it is another attempt's by now."""
    row = await queries.lock_document(uow.session, attempt.document_id)
    if row is None or row.status is not BillingDocumentStatus.REQUESTED or row.attempts != attempt.number:
        return None
    pause = documents.pause_after(row.attempts)
    if pause is None:
        await _give_up(uow, row, error, now)
    else:
        row.next_attempt_at, row.last_error = now + pause, error[:LONGEST_ERROR]
    await uow.session.flush()
    return row.status


async def remake(uow: UnitOfWork, *, document_id: UUID, now: dt.datetime) -> None:
    """Have a document that failed made anew; one that did not stays as it is. Refuses: NotFound."""
    row = await queries.lock_document(uow.session, document_id)
    if row is None:
        raise Refused(NotFound(noun="document", id=global_id("Document", document_id)))
    if row.status is BillingDocumentStatus.FAILED:
        row.status, row.attempts, row.next_attempt_at = BillingDocumentStatus.REQUESTED, 0, now
        await uow.session.flush()


async def _give_up(uow: UnitOfWork, row: models.Document, error: str, now: dt.datetime) -> None:
    row.status, row.last_error = BillingDocumentStatus.FAILED, error[:LONGEST_ERROR]
    await dead_letters.bury(
        uow,
        job=REMAKE,
        key=row.id.hex,
        payload={"document_id": row.id.hex},
        error=row.last_error,
        attempts=row.attempts,
        partner_id=row.partner_id,
        environment=row.environment,
        now=now,
    )


async def _number(uow: UnitOfWork, rows: Sequence[models.Document]) -> None:
    """Number documents in the order they were asked for. Series are locked in one order, so that nobody waits in a ring."""
    series: dict[tuple[UUID, Environment, BillingDocumentKind, int], list[models.Document]] = defaultdict(
        list
    )
    for row in sorted(rows, key=lambda each: each.id):
        series[row.partner_id, row.environment, row.kind, row.created_at.astimezone(dt.UTC).year].append(row)
    for (partner_id, environment, kind, year), members in sorted(series.items()):
        numbers = await queries.next_numbers(
            uow.session,
            partner_id=partner_id,
            environment=environment,
            kind=kind,
            year=year,
            count=len(members),
        )
        for row, position in zip(members, numbers, strict=True):
            row.number = documents.number_of(kind, environment, year, position)


async def _gather(uow: UnitOfWork, rows: Sequence[models.Document], now: dt.datetime) -> None:
    """Write down what documents say; what does not add up has failed."""
    sales = [row for row in rows if row.kind in OF_SALES]
    ids = {row.checkout_id for row in sales if row.checkout_id is not None}
    notes = [row for row in sales if row.kind is BillingDocumentKind.CREDIT_NOTE]
    session = uow.session
    sold = await queries.sold(session, ids) if ids else {}
    refunds = await queries.refunds(session, [row.subject_id for row in notes]) if notes else {}
    receipts = await queries.numbers_of_receipts(session, ids) if notes else {}
    for row in rows:
        try:
            content: Content
            if row.checkout_id is None:
                content = await _statement(uow, row)
            elif row.kind is BillingDocumentKind.CREDIT_NOTE:
                content = _credit_note(row, sold[row.checkout_id], refunds[row.subject_id], receipts)
            else:
                content = _sale(row, sold[row.checkout_id])
        except ValueError as problem:
            await _give_up(uow, row, str(problem), now)
            continue
        row.content, row.total_minor = documents.told(content), documents.headline_minor(content)


def _sale(row: models.Document, sold: Sold) -> Sale:
    checkout = sold.checkout
    if checkout.paid_at is None:
        raise ValueError("The checkout is not paid.")
    deductions = (
        Deduction(DeductionKind.DISCOUNT, -checkout.discount_minor),
        Deduction(DeductionKind.COUPON, -checkout.coupon_minor, sold.coupon_code),
    )
    return Sale(
        seller=_seller(sold.seller),
        buyer=_buyer(row, checkout),
        currency=checkout.currency,
        lines=tuple(
            Line(
                text=localized(sold.names[line.package_id], (row.locale,)),
                quantity=line.quantity,
                unit_minor=line.unit_amount_minor,
                amount_minor=line.amount_minor,
                customer_type=line.customer_type,
                date=line.date,
            )
            for line in sold.lines
        ),
        deductions=tuple(each for each in deductions if each.amount_minor),
        total_minor=checkout.total_minor,
        at=checkout.paid_at,
        time_zone=checkout.time_zone,
        booking_code=sold.booking_code,
        payment_reference=sold.payment_reference,
    )


def _credit_note(
    row: models.Document, sold: Sold, refund: models.Refund, receipts: Mapping[UUID, str]
) -> Sale:
    checkout = sold.checkout
    names = {package_id: localized(names, (row.locale,)) for package_id, names in sold.names.items()}
    return Sale(
        seller=_seller(sold.seller),
        buyer=_buyer(row, checkout),
        currency=refund.currency,
        lines=(Line(", ".join(names.values()), 1, refund.amount_minor, refund.amount_minor),),
        total_minor=refund.amount_minor,
        at=refund.ended_at or refund.created_at,
        time_zone=checkout.time_zone,
        booking_code=sold.booking_code,
        payment_reference=refund.provider_id,
        refers_to=receipts.get(checkout.id),
        reason=refund.reason,
    )


async def _statement(uow: UnitOfWork, row: models.Document) -> Statement:
    assert row.starts_on is not None
    assert row.ends_on is not None
    since, until = documents.starts_at(row.starts_on), documents.ends_at(row.ends_on)
    account = queries.Account(row.partner_id, row.environment, row.currency)
    opening = await queries.balance_before(uow.session, account, before=since)
    posted = await queries.posted(uow.session, account, since=since, until=until)
    if len(posted) > MOST_MOVEMENTS:
        raise ValueError(f"A statement has at most {MOST_MOVEMENTS} entries.")
    paid_out = None
    if row.kind is BillingDocumentKind.PAYOUT_STATEMENT:
        payout = await queries.payout(uow.session, row.subject_id)
        if payout is None:
            raise ValueError("There is no such payout.")
        paid_out = PaidOut(payout.amount_minor, payout.arrives_on, payout.provider_id or payout.id.hex)
    return Statement(
        holder=_seller(await queries.partner(uow.session, row.partner_id)),
        currency=row.currency,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        opening_minor=opening,
        movements=tuple(
            Movement(
                each.at, MOVEMENTS.get(each.kind, MovementKind.ADJUSTMENT), each.reference, each.amount_minor
            )
            for each in posted
        ),
        payout=paid_out,
    )


def _seller(partner: models.Partner) -> Party:
    return Party(partner.name, country=partner.country)


def _buyer(row: models.Document, checkout: models.Checkout) -> Party:
    if row.buyer is not None:
        return documents.party_of(row.buyer)
    return Party(checkout.customer_name, (checkout.customer_email,))


def _paper(row: models.Document) -> Paper:
    assert row.content is not None
    return Paper(
        kind=row.kind,
        format=row.format,
        environment=row.environment,
        number=row.number,
        locale=row.locale,
        issued_at=row.created_at,
        content=documents.content_of(row.kind, row.content),
    )


async def _mail(
    uow: UnitOfWork, storage: Storage, row: models.Document, paper: Paper, now: dt.datetime
) -> None:
    """Mail whom the document was asked for; a payout's statement goes to the partner's team."""
    if row.notice is None and row.kind is not BillingDocumentKind.PAYOUT_STATEMENT:
        return
    content = paper.content
    link = (row.notice or {}).get("link") or await link_to(storage, row, until=now + MAILED_LIFE)
    assert link is not None
    if isinstance(content, Sale):
        template = MailTemplate.RECEIPT_READY
        told = {"number": paper.number or "", "booking": content.booking_code or ""}
    else:
        template = MailTemplate.STATEMENT_READY
        told = {"starts_on": content.starts_on.isoformat(), "ends_on": content.ends_on.isoformat()}
    facts = {**told, "document": row.kind.value, mail.LINK: link}
    key = f"document:{row.id.hex}"
    if row.notice is None:
        await mails.post_to_team(
            uow, template=template, partner_id=row.partner_id, facts=facts, key=key, now=now, roles=MAILED
        )
        return
    party = content.seller if isinstance(content, Sale) else content.holder
    await mails.post(
        uow,
        template=template,
        to=row.notice["to"],
        locale=row.locale,
        facts={**facts, "partner": party.name, mail.NAME: row.notice["name"]},
        key=key,
        partner_id=row.partner_id,
        now=now,
    )


def _event(row: models.Document, now: dt.datetime) -> models.Event:
    return models.Event(
        id=new_id(),
        environment=row.environment,
        partner_id=row.partner_id,
        type=EventType.DOCUMENT_READY,
        object_id=row.id,
        sequence=1,
        payload={
            "id": global_id("Document", row.id),
            "kind": row.kind.value,
            "format": row.format.value,
            "number": row.number,
        },
        at=now,
    )
