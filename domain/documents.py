"""Documents about money: which there are, what each says, how it is numbered, and that its figures add up.

What a document says is frozen when it is asked for; whoever writes it needs nothing else, and writes the same again.
No taxes are told apart: prices include whatever the seller owes, and the document says so.
"""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from domain.checkouts import RefundReason
from domain.environments import Environment
from domain.errors import InvalidInput, Refusal, Refused
from domain.ledger import EntryKind
from domain.money import EXPONENTS
from domain.pricing import CustomerType


class BillingDocumentKind(StrEnum):
    """RECEIPT and INVOICE: a sale to a buyer. CREDIT_NOTE: what a buyer got back. PAYOUT_STATEMENT: how a payout came
    about. ACCOUNT_STATEMENT: a partner's account over some days.
    """

    RECEIPT = "RECEIPT"
    INVOICE = "INVOICE"
    CREDIT_NOTE = "CREDIT_NOTE"
    PAYOUT_STATEMENT = "PAYOUT_STATEMENT"
    ACCOUNT_STATEMENT = "ACCOUNT_STATEMENT"


class DocumentFormat(StrEnum):
    """What kind of file a document is."""

    PDF = "PDF"
    CSV = "CSV"
    XLSX = "XLSX"


class BillingDocumentStatus(StrEnum):
    """REQUESTED until its file is kept; FAILED when nobody tries any more."""

    REQUESTED = "REQUESTED"
    READY = "READY"
    FAILED = "FAILED"


class DeductionKind(StrEnum):
    """Why less is paid than the lines add up to."""

    DISCOUNT = "DISCOUNT"
    COUPON = "COUPON"
    ROUNDING = "ROUNDING"


class MovementKind(StrEnum):
    """What changed a partner's balance."""

    SALE = "SALE"
    REFUND = "REFUND"
    PAYOUT = "PAYOUT"
    PAYOUT_RETURNED = "PAYOUT_RETURNED"
    DISPUTE = "DISPUTE"
    DISPUTE_WON = "DISPUTE_WON"
    FEE = "FEE"
    SPONSORSHIP = "SPONSORSHIP"
    ADJUSTMENT = "ADJUSTMENT"


SERIES = MappingProxyType(
    {
        BillingDocumentKind.RECEIPT: "R",
        BillingDocumentKind.INVOICE: "I",
        BillingDocumentKind.CREDIT_NOTE: "C",
        BillingDocumentKind.PAYOUT_STATEMENT: "P",
    }
)
"""Kinds that are numbered, with the letter of their numbers; an account statement is told by its days."""

MOVEMENTS = MappingProxyType(
    {
        EntryKind.SALE: MovementKind.SALE,
        EntryKind.REFUND: MovementKind.REFUND,
        EntryKind.PAYOUT: MovementKind.PAYOUT,
        EntryKind.PAYOUT_RETURNED: MovementKind.PAYOUT_RETURNED,
        EntryKind.DISPUTE: MovementKind.DISPUTE,
        EntryKind.DISPUTE_LOST: MovementKind.DISPUTE,
        EntryKind.DISPUTE_WON: MovementKind.DISPUTE_WON,
        EntryKind.PROVIDER_FEE: MovementKind.FEE,
        EntryKind.SPONSORSHIP: MovementKind.SPONSORSHIP,
    }
)
"""Kind of a journal's entry -> what partners are told it is; ADJUSTMENT for all others."""

OF_SALES = frozenset(
    {BillingDocumentKind.RECEIPT, BillingDocumentKind.INVOICE, BillingDocumentKind.CREDIT_NOTE}
)

LONGEST_PERIOD_DAYS = 366
MOST_MOVEMENTS = 20_000
"""Of one statement: a file that people open, and a row of the database."""

LEASE = dt.timedelta(minutes=2)
"""How long a document in the making belongs to its worker; longer than any can take."""
MAX_ATTEMPTS = 8
ATTEMPT_PAUSE = dt.timedelta(seconds=30)
"""How long a document rests after its first failed attempt; twice as long after each further one."""
DOWNLOAD_LIFE = dt.timedelta(minutes=5)
"""How long a link to a document holds."""
MAILED_LIFE = dt.timedelta(days=7)
"""How long a link in a mail holds; S3 allows no more."""
SETTLING = dt.timedelta(minutes=10)
"""How long after its last day a statement is not made: what was under way at midnight is committed by then."""


@dataclass(frozen=True, slots=True)
class DocumentTooLarge(Refusal):
    """The statement would have more entries than one document may have."""

    code: ClassVar[str] = "DOCUMENT_TOO_LARGE"
    hint: ClassVar[str | None] = "Ask for fewer days at a time."
    max: int

    @property
    def message(self) -> str:
        return f"A statement has at most {self.max} entries."


@dataclass(frozen=True, slots=True)
class Party:
    """A seller, a buyer, or whose account it is. `lines` is the address, without name and country."""

    name: str
    lines: tuple[str, ...] = ()
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    tax_number: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was sold."""

    text: str
    quantity: int
    unit_minor: int
    amount_minor: int
    customer_type: CustomerType | None = None
    date: dt.date | None = None
    """The day it is for."""


@dataclass(frozen=True, slots=True)
class Deduction:
    """Why the total is not the sum of the lines; negative where less is paid."""

    kind: DeductionKind
    amount_minor: int
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Sale:
    """What a receipt, an invoice or a credit note says; a credit note's amounts are what was given back."""

    seller: Party
    buyer: Party
    currency: str
    lines: tuple[Line, ...]
    total_minor: int
    at: dt.datetime
    """When it was paid, or given back."""
    time_zone: str
    deductions: tuple[Deduction, ...] = ()
    booking_code: str | None = None
    payment_reference: str | None = None
    refers_to: str | None = None
    """The number of the document that a credit note takes back."""
    reason: RefundReason | None = None
    """Of a credit note."""

    def __post_init__(self) -> None:
        made = sum(each.amount_minor for each in self.lines)
        made += sum(each.amount_minor for each in self.deductions)
        if made != self.total_minor:
            raise ValueError(f"The document's parts make {made}, not {self.total_minor}.")


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry of a partner's account; positive where it is the partner's gain."""

    at: dt.datetime
    kind: MovementKind
    reference: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PaidOut:
    """The payout that a statement explains."""

    amount_minor: int
    arrives_on: dt.date | None
    reference: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a statement says: a partner's account in one currency, from one day to another, both included."""

    holder: Party
    currency: str
    starts_on: dt.date
    ends_on: dt.date
    opening_minor: int
    movements: tuple[Movement, ...]
    """Oldest first."""
    time_zone: str = "UTC"
    payout: PaidOut | None = None

    @property
    def closing_minor(self) -> int:
        return self.opening_minor + sum(each.amount_minor for each in self.movements)

    @property
    def balances(self) -> list[int]:
        """The balance after each movement."""
        balance, found = self.opening_minor, []
        for each in self.movements:
            balance += each.amount_minor
            found.append(balance)
        return found

    @property
    def sums(self) -> dict[MovementKind, int]:
        """What each kind of movement adds up to, in the order of MovementKind; only kinds that are there."""
        found = dict.fromkeys((each for each in MovementKind), 0)
        for each in self.movements:
            found[each.kind] += each.amount_minor
        there = {each.kind for each in self.movements}
        return {kind: amount for kind, amount in found.items() if kind in there}


Content = Sale | Statement


def headline_minor(content: Content) -> int:
    """Return the one amount a document is about: paid, given back, paid out, or an account's closing balance."""
    if isinstance(content, Sale):
        return content.total_minor
    return content.payout.amount_minor if content.payout else content.closing_minor


@dataclass(frozen=True, slots=True)
class Paper:
    """A document, ready to be written: written again it is the same, byte for byte."""

    kind: BillingDocumentKind
    format: DocumentFormat
    environment: Environment
    number: str | None
    locale: str
    issued_at: dt.datetime
    content: Content = field(repr=False)

    @property
    def file_name(self) -> str:
        """What the file is called: `R-2026-000042.pdf`, `statement-2026-11-01-2026-11-30-EUR.csv`."""
        if self.number is not None:
            name = self.number
        elif isinstance(self.content, Statement):
            days = f"{self.content.starts_on}-{self.content.ends_on}"
            name = f"statement-{days}-{self.content.currency}"
        else:
            name = self.kind.lower()
        return f"{name}.{self.format.lower()}"


def number_of(kind: BillingDocumentKind, environment: Environment, year: int, position: int) -> str | None:
    """Return the number of a document, `R-2026-000042`; `TEST-…` in TEST, None for what is not numbered."""
    letter = SERIES.get(kind)
    if letter is None:
        return None
    mark = "TEST-" if environment is Environment.TEST else ""
    return f"{mark}{letter}-{year}-{position:06}"


def check_format(kind: BillingDocumentKind, format: DocumentFormat) -> None:
    """Let a format pass that the kind has: sales are PDF only. Raises ValueError: the callers are our own."""
    if kind in OF_SALES and format is not DocumentFormat.PDF:
        raise ValueError(f"A {kind} is a PDF.")


def check_period(starts_on: dt.date, ends_on: dt.date, *, today: dt.date) -> None:
    """Let days pass that are over: what they hold does not change any more. Refuses: InvalidInput."""
    if ends_on < starts_on:
        raise Refused(InvalidInput("ends_on", "must not be before starts_on"))
    if ends_on >= today:
        raise Refused(InvalidInput("ends_on", "must be a day that is over (UTC)"))
    if (ends_on - starts_on).days >= LONGEST_PERIOD_DAYS:
        raise Refused(InvalidInput("ends_on", f"must be within {LONGEST_PERIOD_DAYS} days"))


def starts_at(day: dt.date) -> dt.datetime:
    """Return the first moment of a day; days of accounts are days of UTC."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def ends_at(day: dt.date) -> dt.datetime:
    """Return the first moment after a day."""
    return starts_at(day + dt.timedelta(days=1))


def check_currency(currency: str) -> str:
    """Refuses: InvalidInput."""
    if currency not in EXPONENTS:
        raise Refused(InvalidInput("currency", f"must be one of {', '.join(sorted(EXPONENTS))}"))
    return currency


def pause_after(attempts: int) -> dt.timedelta | None:
    """Return how long a document rests after so many failed attempts; None when it has failed for good."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return ATTEMPT_PAUSE * (1 << (attempts - 1))
