"""Stripe's objects in our words: API version 2026-10-28.endive."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import stripe

from domain.money import Money
from domain.payments import (
    AccountStatus,
    DisputeStatus,
    PaymentRefused,
    PaymentStatus,
    PayoutStatus,
    ProviderAccount,
    ProviderDispute,
    ProviderPayment,
    ProviderPayout,
    ProviderRefund,
    ProviderReversal,
    ProviderTransfer,
    RefundStatus,
)

PAYMENT_STATUS = {
    "requires_payment_method": PaymentStatus.REQUIRES_PAYMENT_METHOD,
    "requires_confirmation": PaymentStatus.REQUIRES_PAYMENT_METHOD,
    "requires_action": PaymentStatus.REQUIRES_ACTION,
    "processing": PaymentStatus.PROCESSING,
    "requires_capture": PaymentStatus.PROCESSING,
    "succeeded": PaymentStatus.SUCCEEDED,
    "canceled": PaymentStatus.CANCELED,
}
REFUND_STATUS = {
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.PENDING,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}
PAYOUT_STATUS = {
    "pending": PayoutStatus.PENDING,
    "in_transit": PayoutStatus.IN_TRANSIT,
    "paid": PayoutStatus.PAID,
    "failed": PayoutStatus.FAILED,
    "canceled": PayoutStatus.CANCELED,
}
DISPUTE_STATUS = {
    "needs_response": DisputeStatus.OPEN,
    "under_review": DisputeStatus.OPEN,
    "won": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
    # Questions of a bank take no money: whatever becomes of them, it is still ours.
    "warning_needs_response": DisputeStatus.WON,
    "warning_under_review": DisputeStatus.WON,
    "warning_closed": DisputeStatus.WON,
    "prevented": DisputeStatus.WON,
}
CLOSED = frozenset({"rejected", "unsupported"})
"""Statuses of a capability that no answer of the payee changes."""
DUE = frozenset({"currently_due", "past_due"})


def payment(said: stripe.PaymentIntent) -> ProviderPayment:
    """Read a PaymentIntent. What was refunded is told where its charge is expanded, else 0; so is its fee, else None."""
    status = PAYMENT_STATUS[said.status]
    charge = said.latest_charge
    return ProviderPayment(
        id=said.id,
        status=status,
        amount=money(said.amount, said.currency),
        received_minor=said.amount_received,
        refunded_minor=charge.amount_refunded if isinstance(charge, stripe.Charge) else 0,
        created_at=at(said.created),
        client_secret=said.client_secret,
        charge_id=id_of(charge),
        action_url=_action_url(said) if status is PaymentStatus.REQUIRES_ACTION else None,
        failure=_failure(said) if status is PaymentStatus.REQUIRES_PAYMENT_METHOD else None,
        metadata=metadata(said.metadata),
        fee=_fee(charge),
    )


def _fee(charge: str | stripe.Charge | None) -> Money | None:
    """Read what Stripe kept of a charge. A new charge has no balance transaction yet."""
    moved = charge.balance_transaction if isinstance(charge, stripe.Charge) else None
    return money(moved.fee, moved.currency) if isinstance(moved, stripe.BalanceTransaction) else None


def refund(said: stripe.Refund) -> ProviderRefund:
    """Read a refund of a PaymentIntent."""
    return ProviderRefund(
        id=said.id,
        payment_id=id_of(said.payment_intent) or "",
        status=REFUND_STATUS[said.status or "pending"],
        amount=money(said.amount, said.currency),
        created_at=at(said.created),
        failure_reason=getattr(said, "failure_reason", None),
        metadata=metadata(said.metadata),
    )


def transfer(said: stripe.Transfer) -> ProviderTransfer:
    """Read a transfer."""
    return ProviderTransfer(
        id=said.id,
        account_id=id_of(said.destination) or "",
        amount=money(said.amount, said.currency),
        reversed_minor=said.amount_reversed,
        created_at=at(said.created),
        group=said.transfer_group,
        metadata=metadata(said.metadata),
    )


def reversal(said: Any) -> ProviderReversal:
    """Read the reversal of a transfer."""
    return ProviderReversal(
        id=said.id,
        transfer_id=id_of(said.transfer) or "",
        amount=money(said.amount, said.currency),
        created_at=at(said.created),
    )


def payout(said: stripe.Payout, account_id: str) -> ProviderPayout:
    """Read a payout of an account."""
    return ProviderPayout(
        id=said.id,
        account_id=account_id,
        status=PAYOUT_STATUS[said.status],
        amount=money(said.amount, said.currency),
        created_at=at(said.created),
        arrives_on=at(said.arrival_date).date() if said.arrival_date else None,
        failure_reason=said.failure_code,
        metadata=metadata(said.metadata),
    )


def dispute(said: stripe.Dispute) -> ProviderDispute:
    """Read a dispute; one that takes no money counts as WON."""
    return ProviderDispute(
        id=said.id,
        payment_id=id_of(said.payment_intent),
        charge_id=id_of(said.charge) or "",
        status=DISPUTE_STATUS[said.status],
        amount=money(said.amount, said.currency),
        reason=said.reason,
        created_at=at(said.created),
    )


def account(said: Any) -> ProviderAccount:
    """Read an account of /v2, with its recipient configuration and requirements.

    ENABLED: it can be transferred to. RESTRICTED: an answer of the payee's did not do. PENDING: anything else that an
    answer of somebody's ends.
    """
    read: dict[str, Any] = said.to_dict()
    entries = (read.get("requirements") or {}).get("entries") or []
    due = [each for each in entries if _is_due(each)]
    configuration = (read.get("configuration") or {}).get("recipient") or {}
    balance = (configuration.get("capabilities") or {}).get("stripe_balance") or {}
    capability = (balance.get("stripe_transfers") or {}).get("status")
    if read.get("closed") or capability in CLOSED:
        status = AccountStatus.DISABLED
    elif capability == "active":
        status = AccountStatus.ENABLED
    elif any(each.get("errors") for each in due):
        status = AccountStatus.RESTRICTED
    else:
        status = AccountStatus.PENDING
    missing = sorted({str(each.get("description", "")) for each in due})
    return ProviderAccount(read["id"], status, tuple(missing), read.get("metadata") or {})


def money(minor: int, currency: str) -> Money:
    """Return an amount with its currency as ISO 4217 writes it."""
    return Money(minor, currency.upper())


def at(seconds: int) -> dt.datetime:
    """Return a moment of Stripe's."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def metadata(said: Any) -> Mapping[str, str]:
    """Return what we once wrote to an object."""
    return said.to_dict() if said else {}


def id_of(said: Any) -> str | None:
    """Return the id of an object that may be expanded."""
    return said if said is None or isinstance(said, str) else str(said.id)


def _is_due(entry: dict[str, Any]) -> bool:
    if entry.get("awaiting_action_from") == "stripe":
        return False
    deadline = entry.get("minimum_deadline") or {}
    return deadline.get("status") in DUE


def _action_url(said: stripe.PaymentIntent) -> str | None:
    action = said.next_action
    redirect = getattr(action, "redirect_to_url", None) if action else None
    return redirect.url if redirect else None


def _failure(said: stripe.PaymentIntent) -> PaymentRefused | None:
    error = said.last_payment_error
    if error is None:
        return None
    return PaymentRefused(getattr(error, "code", None) or error.type, getattr(error, "decline_code", None))
