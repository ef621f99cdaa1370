"""Payment intents: made, changed, called off. How one is paid: `confirmations.py`."""

from typing import Any

from integrations.stripe.sandbox import shapes
from integrations.stripe.sandbox.calls import Answer, Call
from integrations.stripe.sandbox.errors import RefusedError, forbidden, unexpected_state
from integrations.stripe.sandbox.lists import PAGING, page
from integrations.stripe.sandbox.parameters import Parameters, check_chargeable
from integrations.stripe.sandbox.resources import confirmations, payment_methods
from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.worlds import chance

UNSUPPORTED = frozenset({"application_fee_amount", "confirmation_token", "transfer_data"})
CONFIRM = frozenset({
    "allowed_payment_method_types", "amount_details", "amount_to_confirm", "capture_method", "confirmation_token",
    "error_on_requires_action", "excluded_payment_method_types", "expand", "hooks", "mandate", "mandate_data",
    "off_session", "payment_details", "payment_method", "payment_method_data", "payment_method_options",
    "radar_options", "receipt_email", "return_url", "setup_future_usage", "shipping", "use_stripe_sdk",
})  # fmt: skip
UPDATE = frozenset({
    "allowed_payment_method_types", "amount", "amount_details", "application_fee_amount", "capture_method",
    "currency", "customer", "customer_account", "description", "excluded_payment_method_types", "expand", "hooks",
    "metadata", "payment_details", "payment_method", "payment_method_configuration", "payment_method_data",
    "payment_method_options", "payment_method_types", "receipt_email", "setup_future_usage", "shipping",
    "statement_descriptor", "statement_descriptor_suffix", "transfer_data", "transfer_group",
})  # fmt: skip
CREATE = (
    UPDATE | CONFIRM | {"automatic_payment_methods", "confirm", "confirmation_method", "on_behalf_of"}
) - {"amount_to_confirm"}
PLAIN = (
    "customer", "description", "on_behalf_of", "receipt_email", "setup_future_usage", "statement_descriptor",
    "statement_descriptor_suffix", "transfer_group",
)  # fmt: skip
CANCELABLE = ("requires_payment_method", "requires_confirmation", "requires_action", "requires_capture")
REASONS = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")


def create(call: Call) -> Answer:
    """Make one, and pay it at once with `confirm=true`."""
    sent = call.parameters
    sent.only(CREATE)
    _check_supported(sent)
    amount, currency = sent.amount(), sent.currency()
    check_chargeable(amount, currency)
    types = sent.texts("payment_method_types")
    allowed = sent.texts("allowed_payment_method_types")
    automatic = sent.under("automatic_payment_methods")
    redirects = automatic.one_of("allow_redirects", ("always", "never"), "always")
    intent = call.world.make(
        "payment_intent",
        "pi",
        {
            "amount": amount,
            "currency": currency,
            "automatic_payment_methods": None if types else {"allow_redirects": redirects, "enabled": True},
            "payment_method_types": types or allowed or ["card"],
            "metadata": sent.metadata(),
            "shipping": sent.raw("shipping"),
            **{name: sent.text(name) for name in PLAIN},
        },
        ref1=sent.text("transfer_group"),
    )
    intent.fields["client_secret"] = f"{intent.id}_secret_{chance(12)}"
    method = _use(call, intent)
    call.world.change(intent)
    call.world.emit("payment_intent.created", intent)
    if sent.boolean("confirm"):
        confirmations.confirm(call.world, intent, sent, method=method)
    return intent


def retrieve(call: Call) -> Answer:
    call.parameters.only({"client_secret", "expand"})
    return _found(call)


def update(call: Call) -> Answer:
    """Change one that is not paid yet. Refuses payment_intent_unexpected_state."""
    sent = call.parameters
    sent.only(UPDATE)
    _check_supported(sent)
    intent = _found(call)
    status = intent.fields.get("status")
    is_over = status in {"succeeded", "canceled", "processing"}
    if is_over and any(name in sent for name in ("amount", "currency", "payment_method")):
        raise unexpected_state(
            f"This PaymentIntent's amount could not be updated because it has a status of {status}. You may only "
            "update the amount of a PaymentIntent with one of the following statuses: requires_payment_method, "
            "requires_confirmation, requires_action.",
            shapes.shown(intent),
        )
    changed: dict[str, Any] = {name: sent.text(name) for name in PLAIN if name in sent}
    if "amount" in sent:
        changed["amount"] = sent.amount()
    if "currency" in sent:
        changed["currency"] = sent.currency()
    if "amount" in sent or "currency" in sent:
        check_chargeable(
            changed.get("amount", intent.fields["amount"]), changed.get("currency") or _currency(intent)
        )
    if "shipping" in sent:
        changed["shipping"] = sent.raw("shipping")
    if "metadata" in sent:
        changed["metadata"] = sent.metadata(intent.fields.get("metadata"))
    if "transfer_group" in sent:
        intent.ref1 = changed["transfer_group"]
    _use(call, intent)
    call.world.change(intent, **changed)
    return intent


def confirm(call: Call) -> Answer:
    """Pay one. Refuses card errors, payment_intent_unexpected_state."""
    # What a browser sends along.
    call.parameters.only(CONFIRM | {"client_secret", "key"})
    intent = _found(call)
    confirmations.confirm(call.world, intent, call.parameters)
    return intent


def cancel(call: Call) -> Answer:
    """Call one off. Refuses payment_intent_unexpected_state."""
    call.parameters.only({"cancellation_reason", "expand"})
    reason = call.parameters.one_of("cancellation_reason", REASONS)
    intent = _found(call)
    status = intent.fields.get("status", "requires_payment_method")
    if status not in CANCELABLE:
        raise unexpected_state(
            f"You cannot cancel this PaymentIntent because it has a status of {status}. Only a PaymentIntent with "
            "one of the following statuses may be canceled: requires_payment_method, requires_capture, "
            "requires_confirmation, requires_action, processing.",
            shapes.shown(intent),
        )
    previous = call.world.change(
        intent,
        status="canceled",
        canceled_at=int(call.world.now),
        cancellation_reason=reason,
        next_action=None,
    )
    call.world.emit("payment_intent.canceled", intent, previous=previous)
    return intent


def list_all(call: Call) -> Answer:
    call.parameters.only(PAGING | {"customer", "customer_account"})
    return page(call, "payment_intent", fields={"customer": call.parameters.text("customer")})


def _found(call: Call) -> Thing:
    intent = call.world.find("payment_intent", call.ids[0])
    if call.client_secret is not None and call.client_secret != intent.fields["client_secret"]:
        raise forbidden(
            "The client_secret provided does not match any associated PaymentIntent on this account.",
            "payment_intent_invalid_parameter",
        )
    return intent


def _use(call: Call, intent: Thing) -> Thing | None:
    """Take the payment method that was sent, if any."""
    chosen = call.parameters.text("payment_method")
    if chosen is not None:
        method = payment_methods.named(call.world, chosen)
    elif "payment_method_data" in call.parameters:
        method = payment_methods.from_data(call.world, call.parameters.under("payment_method_data"))
    else:
        return None
    intent.fields["payment_method"] = method.id
    if intent.fields.get("status", "requires_payment_method") == "requires_payment_method":
        intent.fields["status"] = "requires_confirmation"
    return method


def _currency(intent: Thing) -> str:
    currency: str = intent.fields.get("currency", "eur")
    return currency


def _check_supported(sent: Parameters) -> None:
    for name in UNSUPPORTED:
        if name in sent:
            raise RefusedError(
                f"This sandbox does separate charges and transfers only: {name} is not supported.", param=name
            )
    if sent.text("capture_method") == "manual":
        raise RefusedError("This sandbox captures at once only.", param="capture_method")
