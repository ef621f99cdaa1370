"""How a payment intent is paid: at once, after the owner's authentication, later, or not."""

from typing import Any

from integrations.stripe.sandbox import money, shapes
from integrations.stripe.sandbox.cards import BY_NUMBER, Decline, Instrument
from integrations.stripe.sandbox.errors import RefusedError, invalid_parameter, unexpected_state
from integrations.stripe.sandbox.parameters import Parameters
from integrations.stripe.sandbox.resources import payment_methods
from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.worlds import World

OVER = {
    "succeeded": "it has already succeeded after being previously confirmed",
    "canceled": "it has a status of canceled",
    "processing": "it has a status of processing",
}
AUTHENTICATION_NEEDED = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)
AUTHENTICATION_FAILED = Decline(
    "payment_intent_authentication_failure",
    None,
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod "
    "to attempt to fulfill this PaymentIntent again.",
)


def confirm(world: World, intent: Thing, sent: Parameters, *, method: Thing | None = None) -> None:
    """Try to pay, with `method` or what was sent or is there.

    Refuses card errors, which leave the failed attempt behind, and payment_intent_unexpected_state.
    """
    status = intent.fields.get("status", "requires_payment_method")
    if status in OVER:
        raise unexpected_state(
            f"You cannot confirm this PaymentIntent because {OVER[status]}.", shapes.shown(intent)
        )
    method = method or _method(world, intent, sent)
    return_url = sent.text("return_url")
    if return_url is None and _may_redirect(intent) and not sent.boolean("off_session"):
        raise invalid_parameter(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of "
            "these payment methods might redirect your customer off of your page, you must provide a `return_url`. "
            "If you don't want to accept redirect-based payment methods, set "
            "`automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to "
            "`never` when creating Setup Intents and Payment Intents.",
            "return_url",
        )
    intent.fields |= {"payment_method": method.id, "_return_url": return_url, "last_payment_error": None}
    if sent.text("receipt_email"):
        intent.fields["receipt_email"] = sent.text("receipt_email")
    used = BY_NUMBER[method.fields["_number"]]
    if used.needs_authentication:
        if sent.raw("off_session") == "true" or sent.boolean("error_on_requires_action"):
            _refuse(world, intent, method, AUTHENTICATION_NEEDED)
        _ask_for_authentication(world, intent)
    elif used.is_slow:
        previous = world.change(intent, status="processing", next_action=None)
        world.emit("payment_intent.processing", intent, previous=previous)
        world.plan(world.desk.options.processing_for, "settle", intent.id)
    elif used.decline:
        _refuse(world, intent, method, used.decline)
    else:
        succeed(world, intent, method, used)


def authenticate(world: World, intent: Thing, *, passes: bool) -> None:
    """Go on after the owner of the card was asked; nothing happens where nobody is asked any more."""
    if intent.fields.get("status") != "requires_action":
        return
    method = world.find("payment_method", intent.fields["payment_method"])
    used = BY_NUMBER[method.fields["_number"]]
    intent.fields["next_action"] = None
    if not passes:
        fail(world, intent, method, AUTHENTICATION_FAILED, has_charge=False)
    elif used.decline:
        fail(world, intent, method, used.decline)
    else:
        succeed(world, intent, method, used)


def settle(world: World, intent_id: str) -> None:
    """End a slow payment."""
    intent = world.store.get(intent_id)
    if intent is None or intent.fields.get("status") != "processing":
        return
    method = world.find("payment_method", intent.fields["payment_method"])
    used = BY_NUMBER[method.fields["_number"]]
    if used.decline:
        fail(world, intent, method, used.decline)
    else:
        succeed(world, intent, method, used)


def succeed(world: World, intent: Thing, method: Thing, used: Instrument) -> None:
    """Take the money."""
    amount, currency = intent.fields["amount"], intent.fields.get("currency", "eur")
    charge = _charge(world, intent, method, amount_captured=amount, outcome=_outcome(None))
    waits = 0.0 if used.skips_pending else world.desk.options.funds_after
    transaction = money.move(
        world,
        account=world.account,
        type="charge" if used.type == "card" else "payment",
        amount=amount,
        currency=currency,
        fee=money.fee_of(world, amount),
        source=charge.id,
        available_at=world.now + waits,
        description=intent.fields.get("description"),
    )
    world.change(charge, balance_transaction=transaction.id)
    previous = world.change(
        intent, status="succeeded", amount_received=amount, latest_charge=charge.id, next_action=None
    )
    world.emit("charge.succeeded", charge)
    world.emit("payment_intent.succeeded", intent, previous=previous)
    if used.dispute:
        world.plan(world.desk.options.dispute_after, "dispute", charge.id)


def fail(
    world: World, intent: Thing, method: Thing, decline: Decline, *, has_charge: bool = True
) -> dict[str, Any]:
    """Note that the attempt came to nothing; return the error as Stripe tells it."""
    error: dict[str, Any] = {
        "code": decline.code,
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "payment_method": shapes.shown(method),
        "type": "card_error",
    }
    if decline.decline_code is not None:
        error["decline_code"] = decline.decline_code
    if decline.param is not None:
        error["param"] = decline.param
    changed: dict[str, Any] = {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
    }
    if has_charge:
        charge = _charge(
            world,
            intent,
            method,
            paid=False,
            captured=False,
            status="failed",
            failure_code=decline.code,
            failure_message=decline.message,
            outcome=_outcome(decline),
        )
        error["charge"] = changed["latest_charge"] = charge.id
        world.emit("charge.failed", charge)
    previous = world.change(intent, **changed, last_payment_error=error)
    world.emit("payment_intent.payment_failed", intent, previous=previous)
    return error


def _refuse(world: World, intent: Thing, method: Thing, decline: Decline) -> None:
    error = fail(world, intent, method, decline)
    more: dict[str, Any] = {
        name: error[name] for name in ("charge", "decline_code", "payment_method") if name in error
    }
    raise RefusedError(
        decline.message,
        status=402,
        type="card_error",
        code=decline.code,
        param=decline.param,
        keeps_effects=True,
        more={**more, "payment_intent": shapes.shown(intent)},
    )


def _method(world: World, intent: Thing, sent: Parameters) -> Thing:
    chosen = sent.text("payment_method")
    if chosen is not None:
        return payment_methods.named(world, chosen)
    if "payment_method_data" in sent:
        return payment_methods.from_data(world, sent.under("payment_method_data"))
    if intent.fields.get("payment_method"):
        return world.find("payment_method", intent.fields["payment_method"])
    raise unexpected_state(
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
        "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment "
        "method or ConfirmationToken.",
        shapes.shown(intent),
    )


def _may_redirect(intent: Thing) -> bool:
    automatic = intent.fields.get("automatic_payment_methods")
    return bool(automatic and automatic["enabled"] and automatic["allow_redirects"] == "always")


def _ask_for_authentication(world: World, intent: Thing) -> None:
    return_url = intent.fields.get("_return_url")
    url = f"{world.desk.base}/authenticate/{intent.id}?client_secret={intent.fields['client_secret']}"
    if return_url:
        action = {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": url}}
    else:
        action = {
            "type": "use_stripe_sdk",
            "use_stripe_sdk": {"type": "three_d_secure_redirect", "stripe_js": url},
        }
    previous = world.change(intent, status="requires_action", next_action=action)
    world.emit("payment_intent.requires_action", intent, previous=previous)


def _charge(world: World, intent: Thing, method: Thing, **fields: Any) -> Thing:
    copied = (
        "amount", "currency", "customer", "description", "metadata", "on_behalf_of", "receipt_email", "shipping",
        "statement_descriptor", "statement_descriptor_suffix", "transfer_group",
    )  # fmt: skip
    number = method.fields["_number"]
    return world.make(
        "charge",
        "ch" if BY_NUMBER[number].type == "card" else "py",
        {
            **{name: intent.fields[name] for name in copied if name in intent.fields},
            "payment_intent": intent.id,
            "payment_method": method.id,
            "_number": number,
            **(
                {"billing_details": method.fields["billing_details"]}
                if "billing_details" in method.fields
                else {}
            ),
            **fields,
        },
        ref1=intent.id,
        ref2=intent.fields.get("transfer_group"),
    )


def _outcome(decline: Decline | None) -> dict[str, Any]:
    is_blocked = decline is not None and decline.decline_code == "fraudulent"
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network"
        if decline is None
        else "not_sent_to_network"
        if is_blocked
        else "declined_by_network",
        "reason": decline.decline_code if decline else None,
        "risk_level": "highest" if is_blocked else "normal",
        "seller_message": "Payment complete."
        if decline is None
        else "The bank did not return any further details with this decline.",
        "type": "authorized" if decline is None else "blocked" if is_blocked else "issuer_declined",
    }
