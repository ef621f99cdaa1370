"""What documents say, and documents on their way."""

import datetime as dt
from typing import Any

from domain.documents import (
    BillingDocumentKind,
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
from domain.pricing import CustomerType

AT = dt.datetime(2026, 11, 24, 15, 4, tzinfo=dt.UTC)
DAY = dt.date(2026, 12, 24)
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
