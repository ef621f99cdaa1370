"""The wire form of each kind of object: what is there when nothing was said, in Stripe's order."""

from collections.abc import Callable
from typing import Any

from integrations.stripe.sandbox import cards
from integrations.stripe.sandbox.account_forms import form_v1
from integrations.stripe.sandbox.things import Thing

API_VERSION = "2026-10-28.endive"
"""What the SDK is pinned to; snapshots in events have this form."""

_ADDRESS = {
    "city": None,
    "country": None,
    "line1": None,
    "line2": None,
    "postal_code": None,
    "state": None,
}
_BILLING = {"address": _ADDRESS, "email": None, "name": None, "phone": None, "tax_id": None}

TEMPLATES: dict[str, dict[str, Any]] = {
    "payment_intent": {
        "object": "payment_intent",
        "amount": 0,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": None,
        "confirmation_method": "automatic",
        "created": 0,
        "currency": "eur",
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    },
    "payment_method": {
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": _BILLING,
        "created": 0,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    },
    "charge": {
        "object": "charge",
        "amount": 0,
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": _BILLING,
        "calculated_statement_descriptor": "INTERLINE",
        "captured": True,
        "created": 0,
        "currency": "eur",
        "customer": None,
        "description": None,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "on_behalf_of": None,
        "outcome": None,
        "paid": True,
        "payment_intent": None,
        "payment_method": None,
        "payment_method_details": None,
        "presentment_details": None,
        "radar_options": {},
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded",
        "transfer_data": None,
        "transfer_group": None,
    },
    "refund": {
        "object": "refund",
        "amount": 0,
        "balance_transaction": None,
        "charge": None,
        "created": 0,
        "currency": "eur",
        "destination_details": {"card": {"type": "refund", "reference_status": "pending"}, "type": "card"},
        "metadata": {},
        "payment_intent": None,
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    },
    "transfer": {
        "object": "transfer",
        "amount": 0,
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": 0,
        "currency": "eur",
        "description": None,
        "destination": None,
        "destination_payment": None,
        "livemode": False,
        "metadata": {},
        "reversals": None,
        "reversed": False,
        "source_transaction": None,
        "source_type": "card",
        "transfer_group": None,
    },
    "transfer_reversal": {
        "object": "transfer_reversal",
        "amount": 0,
        "balance_transaction": None,
        "created": 0,
        "currency": "eur",
        "destination_payment_refund": None,
        "metadata": {},
        "source_refund": None,
        "transfer": None,
    },
    "balance_transaction": {
        "object": "balance_transaction",
        "amount": 0,
        "available_on": 0,
        "balance_type": "payments",
        "created": 0,
        "currency": "eur",
        "description": None,
        "exchange_rate": None,
        "fee": 0,
        "fee_details": [],
        "net": 0,
        "reporting_category": "charge",
        "source": None,
        "status": "available",
        "type": "charge",
    },
    "payout": {
        "object": "payout",
        "amount": 0,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": 0,
        "automatic": False,
        "balance_transaction": None,
        "created": 0,
        "currency": "eur",
        "description": None,
        "destination": None,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "pending",
        "trace_id": {"status": "pending", "value": None},
        "type": "bank_account",
    },
    "dispute": {
        "object": "dispute",
        "amount": 0,
        "balance_transactions": [],
        "charge": None,
        "created": 0,
        "currency": "eur",
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": None,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": None,
        "payment_method_details": None,
        "reason": "fraudulent",
        "status": "needs_response",
    },
    "bank_account": {
        "object": "bank_account",
        "account": None,
        "account_holder_name": None,
        "account_holder_type": None,
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "STRIPE TEST BANK",
        "country": "DE",
        "currency": "eur",
        "default_for_currency": False,
        "fingerprint": None,
        "future_requirements": None,
        "last4": "0000",
        "metadata": {},
        "requirements": None,
        "routing_number": None,
        "status": "new",
    },
    "webhook_endpoint": {
        "object": "webhook_endpoint",
        "api_version": None,
        "application": None,
        "created": 0,
        "description": None,
        "enabled_events": ["*"],
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": "",
    },
}

HIDDEN = "_"
"""Names of fields that begin so are ours, and go no further."""


def _payment_method(fields: dict[str, Any]) -> dict[str, Any]:
    return cards.details(fields["_number"], on_charge=False)


def _charge(fields: dict[str, Any]) -> dict[str, Any]:
    number = fields.get("_number")
    return {"payment_method_details": cards.details(number, on_charge=True)} if number else {}


_MORE: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "payment_method": _payment_method,
    "charge": _charge,
}


def shown(thing: Thing) -> dict[str, Any]:
    """Return the wire form of an object, nothing expanded."""
    if thing.kind == "account":
        return form_v1(thing)
    template = TEMPLATES[thing.kind]
    form: dict[str, Any] = {"id": thing.id, **template}
    form.update((name, value) for name, value in thing.fields.items() if name[0] != HIDDEN)
    if "created" in template:
        form["created"] = thing.created
    if "livemode" in template:
        form["livemode"] = thing.live
    more = _MORE.get(thing.kind)
    if more is not None:
        form |= more(thing.fields)
    return form
