"""Charges: what a payment intent has led to."""

from typing import Any

from integrations.stripe.sandbox.calls import Answer, Call
from integrations.stripe.sandbox.lists import PAGING, page

UPDATE = frozenset({
    "customer", "description", "expand", "fraud_details", "metadata", "receipt_email", "shipping", "transfer_group"
})  # fmt: skip


def retrieve(call: Call) -> Answer:
    call.parameters.only({"expand"})
    return call.world.find("charge", call.ids[0])


def update(call: Call) -> Answer:
    sent = call.parameters
    sent.only(UPDATE)
    charge = call.world.find("charge", call.ids[0])
    changed: dict[str, Any] = {
        name: sent.text(name) for name in ("description", "receipt_email", "transfer_group") if name in sent
    }
    if "transfer_group" in sent:
        charge.ref2 = changed["transfer_group"]
    if "metadata" in sent:
        changed["metadata"] = sent.metadata(charge.fields.get("metadata"))
    previous = call.world.change(charge, **changed)
    call.world.emit("charge.updated", charge, previous=previous)
    return charge


def list_all(call: Call) -> Answer:
    sent = call.parameters
    sent.only(PAGING | {"customer", "payment_intent", "transfer_group"})
    return page(
        call,
        "charge",
        refs={"ref1": sent.text("payment_intent"), "ref2": sent.text("transfer_group")},
        fields={"customer": sent.text("customer")},
    )
