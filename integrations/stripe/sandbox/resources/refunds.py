"""Refunds of charges."""

from typing import Any

from integrations.stripe.sandbox import money
from integrations.stripe.sandbox.calls import Answer, Call
from integrations.stripe.sandbox.cards import BY_NUMBER
from integrations.stripe.sandbox.errors import RefusedError, invalid_parameter
from integrations.stripe.sandbox.lists import PAGING, page
from integrations.stripe.sandbox.parameters import Parameters
from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.worlds import World

CREATE = frozenset({
    "amount", "charge", "currency", "customer", "expand", "instructions_email", "metadata", "origin",
    "payment_intent", "reason", "refund_application_fee", "reverse_transfer",
})  # fmt: skip
REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create(call: Call) -> Answer:
    """Give back a part of a charge, or what is left of it. Refuses charge_already_refunded, charge_disputed."""
    sent = call.parameters
    sent.only(CREATE)
    reason = sent.one_of("reason", REASONS)
    charge = _charge(call.world, sent)
    total, given_back = charge.fields["amount"], charge.fields.get("amount_refunded", 0)
    left = total - given_back
    if charge.fields.get("disputed"):
        raise RefusedError(
            f"Charge {charge.id} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if left == 0:
        raise RefusedError(f"Charge {charge.id} has already been refunded.", code="charge_already_refunded")
    amount = sent.amount() if "amount" in sent else left
    if amount > left:
        raise RefusedError(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
        )
    ending = _ending(charge)
    refund = call.world.make(
        "refund",
        "re" if charge.id.startswith("ch_") else "pyr",
        {
            "amount": amount,
            "charge": charge.id,
            "currency": charge.fields.get("currency", "eur"),
            "metadata": sent.metadata(),
            "payment_intent": charge.fields.get("payment_intent"),
            "reason": reason,
            "status": "pending" if ending == "pending" else "succeeded",
        },
        ref1=charge.id,
        ref2=charge.fields.get("payment_intent"),
    )
    transaction = money.move(
        call.world,
        account=call.world.account,
        type="refund" if charge.id.startswith("ch_") else "payment_refund",
        amount=-amount,
        currency=charge.fields.get("currency", "eur"),
        source=refund.id,
    )
    call.world.change(refund, balance_transaction=transaction.id)
    previous = call.world.change(charge, amount_refunded=given_back + amount, refunded=amount == left)
    call.world.emit("refund.created", refund)
    call.world.emit("charge.refunded", charge, previous=previous)
    if ending != "succeeded":
        call.world.plan(call.world.desk.options.processing_for, "end_refund", refund.id)
    return refund


def retrieve(call: Call) -> Answer:
    call.parameters.only({"expand"})
    return call.world.find("refund", call.ids[0])


def update(call: Call) -> Answer:
    call.parameters.only({"expand", "metadata"})
    refund = call.world.find("refund", call.ids[0])
    previous = call.world.change(refund, metadata=call.parameters.metadata(refund.fields.get("metadata")))
    call.world.emit("refund.updated", refund, previous=previous)
    return refund


def list_all(call: Call) -> Answer:
    sent = call.parameters
    sent.only(PAGING | {"charge", "payment_intent"})
    return page(call, "refund", refs={"ref1": sent.text("charge"), "ref2": sent.text("payment_intent")})


def end(world: World, refund_id: str) -> None:
    """End a refund whose bank has taken its time: it arrives, or comes back."""
    refund = world.store.get(refund_id)
    if refund is None or refund.fields.get("status", "succeeded") not in {"pending", "succeeded"}:
        return
    charge = world.find("charge", refund.fields["charge"])
    if _ending(charge) == "pending":
        previous = world.change(refund, status="succeeded")
        world.emit("refund.updated", refund, previous=previous)
        return
    amount = refund.fields["amount"]
    transaction = money.move(
        world,
        account=world.account,
        type="refund_failure",
        amount=amount,
        currency=refund.fields.get("currency", "eur"),
        source=refund.id,
    )
    previous = world.change(
        refund,
        status="failed",
        failure_reason="expired_or_canceled_card",
        failure_balance_transaction=transaction.id,
    )
    world.change(charge, amount_refunded=charge.fields["amount_refunded"] - amount, refunded=False)
    world.emit("refund.updated", refund, previous=previous)
    world.emit("refund.failed", refund, previous=previous)
    world.emit("charge.refund.updated", refund, previous=previous)


def _ending(charge: Thing) -> str:
    number = charge.fields.get("_number")
    return BY_NUMBER[number].refund if number else "succeeded"


def _charge(world: World, sent: Parameters) -> Thing:
    charge_id, intent_id = sent.text("charge"), sent.text("payment_intent")
    if charge_id:
        charge: Thing | None = world.find("charge", charge_id, param="charge")
    elif intent_id:
        intent = world.find("payment_intent", intent_id, param="payment_intent")
        latest: Any = intent.fields.get("latest_charge")
        charge = world.store.get(latest) if latest else None
        if charge is None or charge.fields.get("status", "succeeded") != "succeeded":
            raise RefusedError(
                f"This PaymentIntent ({intent.id}) does not have a successful charge to refund.",
                param="payment_intent",
            )
    else:
        raise invalid_parameter(
            "One of the following params should be provided for this request: payment_intent or charge.",
            "payment_intent",
            "parameter_missing",
        )
    assert charge is not None
    if charge.fields.get("status", "succeeded") != "succeeded":
        raise RefusedError(f"Charge {charge.id} is not successful; cannot issue a refund.", param="charge")
    return charge
