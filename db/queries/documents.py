"""Questions about documents: lists, what is to be made, and what they are made of."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import MAX_PAGE, Keyset, Page, Window
from db.questions import question
from db.rows import One, Rows, Visible
from db.written import row
from domain.documents import MOST_MOVEMENTS, BillingDocumentKind, BillingDocumentStatus
from domain.environments import Environment
from domain.ledger import AccountKind, EntryKind

NEWEST_DOCUMENTS = Keyset((models.Document.id,), is_descending=True)
OWN = (AccountKind.PARTNER_PENDING, AccountKind.PARTNER_AVAILABLE)
"""The accounts that together are what the platform owes a partner."""


@dataclass(frozen=True, slots=True)
class Sold:
    """What a document of a sale is made of."""

    checkout: models.Checkout
    seller: models.Partner
    coupon_code: str | None
    booking_code: str | None
    payment_reference: str | None
    lines: list[models.ReservationLine]
    names: dict[UUID, dict[str, Any]]
    """Package -> its names by locale."""


@dataclass(frozen=True, slots=True)
class Account:
    """What the platform owes a partner in an environment and a currency."""

    partner_id: UUID
    environment: Environment
    currency: str


@dataclass(frozen=True, slots=True)
class Posted:
    """One entry of a partner's account; positive where it is the partner's gain."""

    at: dt.datetime
    kind: EntryKind
    amount_minor: int
    reference: str


@question
def page_documents(
    *, visible: Visible, window: Window, partner_id: UUID | None, kind: BillingDocumentKind | None
) -> Page[models.Document]:
    """Describe documents, newest first."""
    statement = select(models.Document).where(visible)
    if partner_id is not None:
        statement = statement.where(models.Document.partner_id == partner_id)
    if kind is not None:
        statement = statement.where(models.Document.kind == kind)
    return Page(statement, NEWEST_DOCUMENTS, window)


@question
def document_by_id(document_id: UUID, *, visible: Visible) -> One[models.Document]:
    """Describe one document."""
    return One(select(models.Document).where(visible, models.Document.id == document_id))


@question
def documents_of_checkout(token_hash: bytes, *, visible: Visible) -> Rows[models.Document]:
    """Describe the documents of the checkout with this secret, oldest first: a handful, 100 at most."""
    checkout = models.Checkout
    statement = (
        select(models.Document)
        .join(checkout, checkout.id == models.Document.checkout_id)
        .where(visible, checkout.token_hash == token_hash)
        .order_by(models.Document.id)
        .limit(MAX_PAGE)
    )
    return Rows(statement)


async def insert_document(session: AsyncSession, values: dict[str, Any]) -> tuple[models.Document, bool]:
    """Write a document unless there is one about this; return which one is there, and whether it is new."""
    document = models.Document
    written = insert(document).values(**values)
    keys = [document.kind, document.subject_id, document.format]
    if await session.scalar(written.on_conflict_do_nothing(index_elements=keys).returning(document.id)):
        return row(document, values), True
    statement = select(document).where(
        document.kind == values["kind"],
        document.subject_id == values["subject_id"],
        document.format == values["format"],
    )
    return (await session.scalars(statement)).one(), False


async def lock_due(session: AsyncSession, *, now: dt.datetime, limit: int) -> list[models.Document]:
    """Lock the documents to be made now, oldest first; what another worker is busy with is skipped."""
    document = models.Document
    statement = (
        select(document)
        .where(document.status == BillingDocumentStatus.REQUESTED, document.next_attempt_at <= now)
        .order_by(document.next_attempt_at, document.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list((await session.scalars(statement)).all())


async def lock_document(session: AsyncSession, document_id: UUID) -> models.Document | None:
    """Lock one document, and read it anew."""
    statement = select(models.Document).where(models.Document.id == document_id).with_for_update()
    return (await session.scalars(statement, execution_options={"populate_existing": True})).one_or_none()


async def next_numbers(
    session: AsyncSession,
    *,
    partner_id: UUID,
    environment: Environment,
    kind: BillingDocumentKind,
    year: int,
    count: int,
) -> range:
    """Take the next numbers of a series. Locks it until commit: what is rolled back leaves no gap."""
    counter = models.DocumentCounter
    written = insert(counter).values(
        partner_id=partner_id, environment=environment, kind=kind, year=year, last=count
    )
    statement = written.on_conflict_do_update(
        index_elements=[counter.partner_id, counter.environment, counter.kind, counter.year],
        set_={"last": counter.last + count},
    ).returning(counter.last)
    last = (await session.scalars(statement)).one()
    return range(last - count + 1, last + 1)


async def sold(session: AsyncSession, checkout_ids: Collection[UUID]) -> dict[UUID, Sold]:
    """Load what documents of these sales are made of, by checkout; two statements."""
    checkout, quote, payment, booking = models.Checkout, models.Quote, models.Payment, models.Booking
    heads = (
        select(checkout, models.Partner, quote.coupon_code, booking.confirmation_code, payment.provider_id)
        .join(models.Partner, models.Partner.id == checkout.partner_id)
        .join(quote, quote.id == checkout.quote_id)
        .outerjoin(booking, booking.id == checkout.booking_id)
        .outerjoin(payment, payment.checkout_id == checkout.id)
        .where(checkout.id.in_(checkout_ids))
    )
    found = {
        row.id: Sold(row, seller, coupon, code, payment_id, [], {})
        for row, seller, coupon, code, payment_id in (await session.execute(heads)).all()
    }
    line, package = models.ReservationLine, models.Package
    lines = (
        select(checkout.id, line, package.names)
        .join(line, line.reservation_id == checkout.reservation_id)
        .join(package, package.id == line.package_id)
        # What a bundle is made of has no price of its own.
        .where(checkout.id.in_(checkout_ids), line.component_of.is_(None))
        .order_by(checkout.id, line.position)
    )
    for checkout_id, sold, names in (await session.execute(lines)).all():
        found[checkout_id].lines.append(sold)
        found[checkout_id].names[sold.package_id] = names
    return found


async def refunds(session: AsyncSession, refund_ids: Collection[UUID]) -> dict[UUID, models.Refund]:
    """Load refunds by id."""
    statement = select(models.Refund).where(models.Refund.id.in_(refund_ids))
    return {row.id: row for row in (await session.scalars(statement)).all()}


async def numbers_of_receipts(session: AsyncSession, checkout_ids: Collection[UUID]) -> dict[UUID, str]:
    """Load the numbers of receipts that are numbered, by checkout."""
    document = models.Document
    statement = select(document.checkout_id, document.number).where(
        document.checkout_id.in_(checkout_ids),
        document.kind == BillingDocumentKind.RECEIPT,
        document.number.is_not(None),
    )
    rows = (await session.execute(statement)).all()
    return {row.checkout_id: row.number for row in rows}


async def payout(session: AsyncSession, payout_id: UUID) -> models.Payout | None:
    """Load a payout."""
    return await session.get(models.Payout, payout_id)


async def partner(session: AsyncSession, partner_id: UUID) -> models.Partner:
    """Load a partner."""
    return await session.get_one(models.Partner, partner_id)


async def balance_before(session: AsyncSession, account: Account, *, before: dt.datetime) -> int:
    """Return what the platform owed a partner just before a moment, of what was posted with earlier times."""
    entry, posting, ledger = models.JournalEntry, models.Posting, models.LedgerAccount
    statement = (
        select(func.coalesce(-func.sum(posting.amount_minor), 0))
        .join(entry, entry.id == posting.entry_id)
        .join(ledger, ledger.id == posting.account_id)
        .where(*_own(account), entry.at < before)
    )
    return int(await session.scalar(statement) or 0)


async def posted(
    session: AsyncSession, account: Account, *, since: dt.datetime, until: dt.datetime
) -> Sequence[Posted]:
    """Load what changed what the platform owes a partner, oldest first; one more than MOST_MOVEMENTS at most.

    What only moves between the partner's accounts (a release, its reversal) is left out.
    """
    entry, posting, ledger = models.JournalEntry, models.Posting, models.LedgerAccount
    amount = -func.sum(posting.amount_minor)
    sums = (
        select(entry.id, amount.label("amount"))
        .join(posting, posting.entry_id == entry.id)
        .join(ledger, ledger.id == posting.account_id)
        .where(*_own(account), entry.at >= since, entry.at < until)
        .group_by(entry.id)
        .having(amount != 0)
        .subquery()
    )
    reference = func.coalesce(models.Booking.confirmation_code, models.Payout.provider_id, "")
    statement = (
        select(entry.at, entry.kind, sums.c.amount, reference)
        .join(sums, sums.c.id == entry.id)
        .outerjoin(models.Checkout, models.Checkout.id == entry.checkout_id)
        .outerjoin(models.Booking, models.Booking.id == models.Checkout.booking_id)
        .outerjoin(models.Payout, models.Payout.id == entry.source_id)
        .order_by(entry.at, entry.id)
        .limit(MOST_MOVEMENTS + 1)
    )
    return [
        Posted(at, kind, int(minor), text)
        for at, kind, minor, text in (await session.execute(statement)).all()
    ]


def _own(account: Account) -> list[Any]:
    ledger = models.LedgerAccount
    return [
        ledger.partner_id == account.partner_id,
        ledger.environment == account.environment,
        ledger.currency == account.currency,
        ledger.kind.in_(OWN),
    ]
