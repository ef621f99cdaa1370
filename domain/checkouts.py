"""Checkouts: one purchase on channel DIRECT, from the hold to what was paid, or given up."""

import datetime as dt
import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.errors import Refusal
from domain.payments import PaymentStatus


class CheckoutStatus(StrEnum):
    """OPEN and PROCESSING hold units; the other four are ends, each reached exactly once."""

    OPEN = "OPEN"
    """Units are held; nothing is paid."""
    PROCESSING = "PROCESSING"
    """The buyer has paid as far as it can; the provider has not decided."""
    PAID = "PAID"
    """There is a booking. What was refunded since is told by its amount."""
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    COMPENSATED = "COMPENSATED"
    """It was paid when its units were gone: everything was refunded by itself."""


class RefundReason(StrEnum):
    """Why money goes back to a buyer."""

    CANCELLATION = "CANCELLATION"
    COMPENSATION = "COMPENSATION"
    GOODWILL = "GOODWILL"


LIVE = frozenset({CheckoutStatus.OPEN, CheckoutStatus.PROCESSING})
"""It holds units, and can still be paid."""

CLOSING = dt.timedelta(minutes=2)
"""How long before its hold a checkout ends: time to take the payment back at the provider while nobody else can have
the units."""
OPEN_RELEASE = dt.timedelta(days=7)
"""After a sale without a day its parts are transferred."""


@dataclass(frozen=True, slots=True)
class HoldExpired(Refusal):
    """The checkout's time is over; its units are free again."""

    code: ClassVar[str] = "HOLD_EXPIRED"
    hint: ClassVar[str | None] = "Ask for a new quote, and check out again."
    expired_at: dt.datetime

    @property
    def message(self) -> str:
        return f"The checkout expired at {self.expired_at:%Y-%m-%dT%H:%M:%SZ}."


@dataclass(frozen=True, slots=True)
class CheckoutEnded(Refusal):
    """The checkout has come to its end: there is nothing to pay or to give up any more."""

    code: ClassVar[str] = "CHECKOUT_ENDED"
    hint: ClassVar[str | None] = "A paid one is cancelled as a booking; another one begins with a new quote."
    checkout_status: CheckoutStatus

    @property
    def message(self) -> str:
        return f"The checkout is {self.checkout_status}."


@dataclass(frozen=True, slots=True)
class PaymentUnderWay(Refusal):
    """The payment is being decided; until then the checkout can not be given up."""

    code: ClassVar[str] = "PAYMENT_UNDER_WAY"
    hint: ClassVar[str | None] = "Follow the checkout: it will be paid, or open again."
    checkout_id: str

    @property
    def message(self) -> str:
        return "The payment of this checkout is being processed."


def expires_at(hold_expires_at: dt.datetime) -> dt.datetime:
    """Return when a checkout ends whose hold ends then."""
    return hold_expires_at - CLOSING


def release_on(*, service_on: dt.date | None, booked_on: dt.date) -> dt.date:
    """Return from which day on a sale's parts are transferred: the day after the service, or some time after an open sale."""
    if service_on is None:
        return booked_on + OPEN_RELEASE
    return service_on + dt.timedelta(days=1)


def status_for(payment: PaymentStatus, now_is: CheckoutStatus) -> CheckoutStatus:
    """Return where a live checkout stands with a payment that is not at its end: what a buyer can do is OPEN."""
    if now_is not in LIVE:
        return now_is
    return CheckoutStatus.PROCESSING if payment is PaymentStatus.PROCESSING else CheckoutStatus.OPEN


def token_of(pepper: bytes, checkout_id: UUID) -> str:
    """Return the secret by which a guest finds a checkout again: the same whenever the same call is repeated."""
    digest = hmac.digest(pepper, b"checkout token:" + checkout_id.bytes, hashlib.sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")


def token_hash(token: str) -> bytes:
    """Return what is kept of a checkout's secret."""
    return hashlib.sha256(token.encode()).digest()
