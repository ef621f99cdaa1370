"""Payments: what we ask a payment provider for, and what it tells us, in our words.

The provider holds all money: the platform's balance and those of the connected accounts. A buyer pays the platform
(a charge); parties get their parts by transfers out of that charge, and banks by payouts (A-18: separate charges and
transfers). Amounts are in minor units.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from domain.errors import Refusal
from domain.money import Money


class PaymentStatus(StrEnum):
    """Where a payment stands. Only SUCCEEDED and CANCELED are ends; REQUIRES_PAYMENT_METHOD follows a decline, too."""

    REQUIRES_PAYMENT_METHOD = "REQUIRES_PAYMENT_METHOD"
    REQUIRES_ACTION = "REQUIRES_ACTION"
    """The buyer has to confirm with its bank (strong customer authentication)."""
    PROCESSING = "PROCESSING"
    SUCCEEDED = "SUCCEEDED"
    CANCELED = "CANCELED"


class RefundStatus(StrEnum):
    """PENDING until the provider has decided."""

    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class DisputeStatus(StrEnum):
    """A buyer's bank took a payment back; the money is gone while it is OPEN, and back when it is WON."""

    OPEN = "OPEN"
    WON = "WON"
    LOST = "LOST"


class TransferStatus(StrEnum):
    """PENDING until the provider has done it."""

    PENDING = "PENDING"
    DONE = "DONE"
    FAILED = "FAILED"


class PayoutStatus(StrEnum):
    """From a connected account to its bank. FAILED and CANCELED ones came back to the account."""

    PENDING = "PENDING"
    IN_TRANSIT = "IN_TRANSIT"
    PAID = "PAID"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


class AccountStatus(StrEnum):
    """Whether a payee can be paid by the provider: only an ENABLED one can."""

    PENDING = "PENDING"
    """The payee has not finished the provider's form."""
    ENABLED = "ENABLED"
    RESTRICTED = "RESTRICTED"
    """The provider asks for more, and pays nothing meanwhile."""
    DISABLED = "DISABLED"


@dataclass(frozen=True, slots=True)
class PaymentRefused(Refusal):
    """The provider refuses for good: the card was declined, or the request can never pass."""

    code: ClassVar[str] = "PAYMENT_REFUSED"
    hint: ClassVar[str | None] = "Pay with another card, or ask the bank."
    reason: str
    """The provider's code: `card_declined`, `charge_already_refunded`, `balance_insufficient`…"""
    decline_reason: str | None = None
    """The bank's code where there is one: `insufficient_funds`…"""

    @property
    def message(self) -> str:
        return f"The payment was refused: {self.decline_reason or self.reason}."


@dataclass(frozen=True, slots=True)
class PaymentWish:
    """What a buyer shall pay."""

    amount: Money
    group: str
    """Binds the charge and its transfers together; the checkout's public id."""
    description: str
    receipt_email: str | None = None
    payment_method: str | None = None
    """Confirmed at once with it; None leaves that to the buyer's browser."""
    return_url: str | None = None
    """Where the buyer comes back to from its bank."""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProviderPayment:
    """A payment as the provider has it."""

    id: str
    status: PaymentStatus
    amount: Money
    received_minor: int
    refunded_minor: int
    created_at: dt.datetime
    client_secret: str | None = None
    charge_id: str | None = None
    action_url: str | None = None
    """Where the buyer confirms with its bank, while it REQUIRES_ACTION."""
    failure: PaymentRefused | None = None
    """Why the last try failed."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    fee: Money | None = None
    """What the provider kept of it, in the currency of its balance; told in lists, and there a while after it was paid."""


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    """A refund as the provider has it."""

    id: str
    payment_id: str
    status: RefundStatus
    amount: Money
    created_at: dt.datetime
    failure_reason: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProviderTransfer:
    """A transfer to a connected account as the provider has it."""

    id: str
    account_id: str
    amount: Money
    reversed_minor: int
    created_at: dt.datetime
    group: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProviderReversal:
    """Money taken back from a transfer."""

    id: str
    transfer_id: str
    amount: Money
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ProviderPayout:
    """A payout of a connected account to its bank as the provider has it."""

    id: str
    account_id: str
    status: PayoutStatus
    amount: Money
    created_at: dt.datetime
    arrives_on: dt.date | None = None
    failure_reason: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProviderDispute:
    """A dispute as the provider has it."""

    id: str
    payment_id: str | None
    charge_id: str
    status: DisputeStatus
    amount: Money
    reason: str
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class AccountWish:
    """Whom an account at the provider is for."""

    name: str
    email: str
    country: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProviderAccount:
    """A payee's account as the provider has it. `missing` names what the provider still asks for."""

    id: str
    status: AccountStatus
    missing: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """News of the provider: something happened to one of its objects, which may be old news by now."""

    id: str
    type: str
    object_id: str
    created_at: dt.datetime
    account_id: str | None
    """The connected account it happened at; None for the platform's own."""
    is_live: bool
    data: Mapping[str, object]
    """The object as it was then."""
