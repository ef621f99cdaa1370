"""What documents say, and documents on their way."""

import datetime as dt
import hashlib
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain.checkouts import CheckoutStatus, RefundReason
from domain.document_json import told
from domain.documents import (
    BillingDocumentKind,
    BillingDocumentStatus,
    Content,
    Deduction,
    DeductionKind,
    DocumentFormat,
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
from domain.inventory import Channel
from domain.ledger import AccountKind, EntryKind
from domain.payments import AccountStatus, PaymentStatus, PayoutStatus, RefundStatus
from domain.pricing import CustomerType
from domain.reservations import ReservationStatus
from tests.factories.inventory import make_allotment
from tests.factories.times import NOW
from tests.fixtures.storage import STORAGE, in_pieces

AT = dt.datetime(2026, 11, 24, 15, 4, tzinfo=dt.UTC)
DAY = dt.date(2026, 12, 24)
DAYS = count()
"""A pool a sale: nothing else is sold out of it."""
SELLER = Party("Victoria Cruises", ("12 Harbour Road", "Wan Chai"), "HK", "HK-554-221")
BUYER = Party("Mei Wong", ("mei@example.com",))


def sale(**facts: Any) -> Sale:
    """Two for 485.00 and one for 242.50, with a discount, a coupon and a cent of rounding."""
    return Sale(
        **{
            "seller": SELLER,
            "buyer": BUYER,
            "currency": "EUR",
            "lines": (
                Line("Venice in three days", 2, 48500, 97000, CustomerType.ADULT, DAY),
                Line("Venice in three days", 1, 24250, 24250, CustomerType.CHILD, DAY),
            ),
            "deductions": (
                Deduction(DeductionKind.DISCOUNT, -6062, "Early booking"),
                Deduction(DeductionKind.COUPON, -5000, "VENICE5"),
                Deduction(DeductionKind.ROUNDING, 1),
            ),
            "total_minor": 110189,
            "at": AT,
            "time_zone": "Europe/Rome",
            "booking_code": "K7QX2M9A",
            "payment_reference": "pi_3QxYt2KZ",
            **facts,
        }
    )


def movement(day: int, kind: MovementKind, amount_minor: int, reference: str = "K7QX2M9A") -> Movement:
    return Movement(dt.datetime(2026, 10, day, 9, 30, tzinfo=dt.UTC), kind, reference, amount_minor)


def statement(**facts: Any) -> Statement:
    """October of a partner: two sales, a refund, a payout."""
    return Statement(
        **{
            "holder": SELLER,
            "currency": "EUR",
            "starts_on": dt.date(2026, 10, 1),
            "ends_on": dt.date(2026, 10, 31),
            "opening_minor": 125000,
            "movements": (
                movement(2, MovementKind.SALE, 1087300),
                movement(9, MovementKind.SALE, 45000, "=1+1"),
                movement(9, MovementKind.REFUND, -12050),
                movement(30, MovementKind.PAYOUT, -1200000, "po_1"),
            ),
            **facts,
        }
    )


def payout_statement() -> Statement:
    return statement(payout=PaidOut(1200000, dt.date(2026, 11, 3), "po_1"))


def paper(
    kind: BillingDocumentKind = BillingDocumentKind.RECEIPT,
    locale: str = "en",
    *,
    content: Content | None = None,
    format: DocumentFormat = DocumentFormat.PDF,
    environment: Environment = Environment.LIVE,
    number: str | None = "R-2026-000042",
) -> Paper:
    """A document ready to be written."""
    made: dict[BillingDocumentKind, Content] = {
        BillingDocumentKind.PAYOUT_STATEMENT: payout_statement(),
        BillingDocumentKind.ACCOUNT_STATEMENT: statement(),
    }
    said = content or made.get(kind) or sale()
    is_numbered = kind is not BillingDocumentKind.ACCOUNT_STATEMENT
    return Paper(kind, format, environment, number if is_numbered else None, locale, AT, said)


async def make_sale(
    session: AsyncSession,
    package: models.Package,
    *,
    units: int = 2,
    unit_minor: int = 28_800,
    discount_minor: int = 0,
    coupon_minor: int = 0,
    token: bytes = b"secret",
    **facts: Any,
) -> models.Checkout:
    """A paid checkout with its quote, reservation, booking and payment."""
    gross = units * unit_minor
    total = gross - discount_minor - coupon_minor
    amounts = {
        "gross_minor": gross,
        "discount_minor": discount_minor,
        "coupon_minor": coupon_minor,
        "total_minor": total,
        "currency": package.currency,
    }
    environment = package.environment
    quote = models.Quote(
        id=new_id(),
        environment=environment,
        actor="anonymous",
        package_id=package.id,
        package_version=1,
        party={"ADULT": units},
        coupon_code="VENICE5" if coupon_minor else None,
        breakdown=[],
        created_at=NOW,
        expires_at=NOW,
        **amounts,
    )
    reservation = models.Reservation(
        id=new_id(),
        environment=environment,
        channel=Channel.DIRECT,
        status=ReservationStatus.ACTIVATED,
        units=units,
        total_minor=total,
        currency=package.currency,
        actor="anonymous",
        created_at=NOW,
        expires_at=NOW,
        ended_at=NOW,
    )
    session.add_all([quote, reservation])
    pool = await make_allotment(
        session, package, channel=Channel.DIRECT, day=DAY + dt.timedelta(days=next(DAYS))
    )
    session.add(
        models.ReservationLine(
            reservation_id=reservation.id,
            position=1,
            allotment_id=pool.id,
            package_id=package.id,
            product_id=package.sku,
            customer_type=CustomerType.ADULT,
            date=DAY,
            quantity=units,
            unit_amount_minor=unit_minor,
            amount_minor=gross,
            currency=package.currency,
            rules=[],
        )
    )
    booking = models.Booking(
        id=new_id(),
        reservation_id=reservation.id,
        environment=environment,
        channel=Channel.DIRECT,
        confirmation_code=new_id().hex[-8:].upper(),
        customer_name="Mei Wong",
        customer_email="mei@example.com",
        customer_phone="+852 1234 5678",
        payment_reference="pi_1",
        total_minor=total,
        currency=package.currency,
        created_at=NOW,
    )
    session.add(booking)
    await session.flush()
    checkout = models.Checkout(
        **{
            "id": new_id(),
            "environment": environment,
            "quote_id": quote.id,
            "reservation_id": reservation.id,
            "booking_id": booking.id,
            "package_id": package.id,
            "partner_id": package.partner_id,
            "status": CheckoutStatus.PAID,
            "token_hash": hashlib.sha256(token).digest(),
            "customer_name": "Mei Wong",
            "customer_email": "mei@example.com",
            "customer_phone": "+852 1234 5678",
            "locale": "it",
            "fee_bps": 1500,
            "cancellation_policy": {},
            "time_zone": "Asia/Hong_Kong",
            "release_on": DAY,
            "created_at": NOW,
            "expires_at": NOW,
            "paid_at": NOW,
            "ended_at": NOW,
            **amounts,
            **facts,
        }
    )
    session.add(checkout)
    await session.flush()
    session.add(
        models.Payment(
            id=new_id(),
            environment=environment,
            checkout_id=checkout.id,
            provider_id=f"pi_{checkout.id.hex[-8:]}",
            status=PaymentStatus.SUCCEEDED,
            amount_minor=total,
            currency=package.currency,
            created_at=NOW,
            succeeded_at=NOW,
        )
    )
    await session.flush()
    return checkout


async def make_refund(
    session: AsyncSession, checkout: models.Checkout, *, amount_minor: int
) -> models.Refund:
    """A refund of a checkout that the provider has made."""
    payment = await session.scalar(select(models.Payment).where(models.Payment.checkout_id == checkout.id))
    assert payment is not None
    refund = models.Refund(
        id=new_id(),
        environment=checkout.environment,
        checkout_id=checkout.id,
        payment_id=payment.id,
        provider_id=f"re_{new_id().hex[-8:]}",
        reason=RefundReason.CANCELLATION,
        status=RefundStatus.SUCCEEDED,
        amount_minor=amount_minor,
        currency=checkout.currency,
        legs=[],
        actor="system",
        created_at=NOW,
        ended_at=NOW,
    )
    session.add(refund)
    await session.flush()
    return refund


async def make_payout(session: AsyncSession, partner: models.Partner, *, amount_minor: int) -> models.Payout:
    """A payout of October that is on its way."""
    account = models.PaymentAccount(
        id=new_id(),
        environment=Environment.LIVE,
        partner_id=partner.id,
        provider_id=f"acct_{new_id().hex[-8:]}",
        status=AccountStatus.ENABLED,
        created_at=NOW,
    )
    session.add(account)
    await session.flush()
    payout = models.Payout(
        id=new_id(),
        environment=Environment.LIVE,
        account_id=account.id,
        provider_id=f"po_{new_id().hex[-8:]}",
        status=PayoutStatus.IN_TRANSIT,
        amount_minor=amount_minor,
        currency="HKD",
        period_start=dt.date(2026, 10, 1),
        period_end=dt.date(2026, 10, 31),
        created_at=NOW,
        arrives_on=dt.date(2026, 11, 20),
    )
    session.add(payout)
    await session.flush()
    return payout


async def make_entry(
    session: AsyncSession,
    partner: models.Partner,
    kind: EntryKind,
    amount_minor: int,
    *,
    at: dt.datetime,
    account: AccountKind = AccountKind.PARTNER_PENDING,
    against: AccountKind = AccountKind.PROVIDER_CASH,
    checkout: models.Checkout | None = None,
    source_id: UUID | None = None,
    currency: str = "HKD",
) -> None:
    """An entry of the journal by which the partner gains an amount, taken from `against`."""
    ids = [
        await _account(session, partner if each.startswith("PARTNER") else None, each, currency)
        for each in (account, against)
    ]
    entry = models.JournalEntry(
        id=new_id(),
        environment=Environment.LIVE,
        kind=kind,
        source_id=source_id or new_id(),
        checkout_id=checkout and checkout.id,
        currency=currency,
        actor="system",
        at=at,
    )
    session.add(entry)
    await session.flush()
    session.add_all(
        models.Posting(entry_id=entry.id, position=position, account_id=account_id, amount_minor=minor)
        for position, (account_id, minor) in enumerate(
            zip(ids, (-amount_minor, amount_minor), strict=True), 1
        )
    )
    await session.flush()


async def _account(
    session: AsyncSession, partner: models.Partner | None, kind: AccountKind, currency: str
) -> UUID:
    account = models.LedgerAccount
    statement = select(account.id).where(
        account.environment == Environment.LIVE,
        account.kind == kind,
        account.currency == currency,
        account.partner_id.is_(None) if partner is None else account.partner_id == partner.id,
    )
    found = await session.scalar(statement)
    if found is not None:
        return found
    made = account(
        id=new_id(),
        environment=Environment.LIVE,
        kind=kind,
        partner_id=partner and partner.id,
        currency=currency,
        created_at=NOW,
    )
    session.add(made)
    await session.flush()
    return made.id


async def make_document(session: AsyncSession, partner: models.Partner, **facts: Any) -> models.Document:
    """The statement of October of a partner, READY, with its file."""
    document_id = new_id()
    said = statement()
    file = b"%PDF-1.7 a statement"
    key = f"documents/{document_id.hex}/statement.pdf"
    document = models.Document(
        **{
            "id": document_id,
            "environment": Environment.LIVE,
            "partner_id": partner.id,
            "kind": BillingDocumentKind.ACCOUNT_STATEMENT,
            "format": DocumentFormat.PDF,
            "subject_id": new_id(),
            "starts_on": said.starts_on,
            "ends_on": said.ends_on,
            "locale": "en",
            "currency": said.currency,
            "total_minor": said.closing_minor,
            "content": told(said),
            "status": BillingDocumentStatus.READY,
            "attempts": 1,
            "next_attempt_at": NOW,
            "key": key,
            "file_name": "statement.pdf",
            "byte_size": len(file),
            "sha256": hashlib.sha256(file).hexdigest(),
            "created_by": "user:vera",
            "created_at": NOW,
            "ready_at": NOW,
            **facts,
        }
    )
    session.add(document)
    await session.flush()
    await STORAGE.write(key, in_pieces(file))
    return document
