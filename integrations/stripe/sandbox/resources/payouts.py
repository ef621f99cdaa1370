"""Payouts to bank accounts, out of what is available."""

from typing import Any

from integrations.stripe.sandbox import money
from integrations.stripe.sandbox.calls import Answer, Call
from integrations.stripe.sandbox.cards import FAILING_BANK_ACCOUNTS, FAILURES
from integrations.stripe.sandbox.errors import RefusedError, invalid_parameter
from integrations.stripe.sandbox.lists import PAGING, page
from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.worlds import World

CREATE = frozenset({
    "amount", "currency", "description", "destination", "expand", "metadata", "method", "payout_method",
    "source_type", "statement_descriptor",
})  # fmt: skip
WHOLE_UNITS = frozenset({"huf", "twd", "ugx"})
"""Paid out in whole units only (https://docs.stripe.com/currencies#special-cases, 2026-11)."""


def create(call: Call) -> Answer:
    """Pay out. Refuses balance_insufficient, payouts_not_allowed, and a missing bank account."""
    sent = call.parameters
    sent.only(CREATE)
    world = call.world
    amount, currency = sent.amount(), sent.currency()
    if currency in WHOLE_UNITS and amount % 100:
        raise invalid_parameter(
            f"Payouts in {currency} must be evenly divisible by 100.", "amount", "parameter_invalid_integer"
        )
    bank = _bank(world, currency, sent.text("destination"))
    money.need_available(world, world.account, amount, currency)
    payout = world.make(
        "payout",
        "po",
        {
            "amount": amount,
            "arrival_date": int(world.now + world.desk.options.payout_after),
            "currency": currency,
            "description": sent.text("description"),
            "destination": bank["id"] if bank else None,
            "metadata": sent.metadata(),
            "statement_descriptor": sent.text("statement_descriptor"),
            "status": "pending",
            "_number": bank["_number"] if bank else "",
        },
    )
    taken = money.move(
        world,
        account=world.account,
        type="payout",
        amount=-amount,
        currency=currency,
        source=payout.id,
        payout=payout.id,
        description="STRIPE PAYOUT",
    )
    world.change(payout, balance_transaction=taken.id)
    world.emit("payout.created", payout)
    world.plan(world.desk.options.payout_after, "payout", payout.id)
    return payout


def retrieve(call: Call) -> Answer:
    call.parameters.only({"expand"})
    return call.world.find("payout", call.ids[0])


def update(call: Call) -> Answer:
    call.parameters.only({"expand", "metadata"})
    payout = call.world.find("payout", call.ids[0])
    previous = call.world.change(payout, metadata=call.parameters.metadata(payout.fields.get("metadata")))
    call.world.emit("payout.updated", payout, previous=previous)
    return payout


def cancel(call: Call) -> Answer:
    call.parameters.only({"expand"})
    payout = call.world.find("payout", call.ids[0])
    status = payout.fields.get("status", "pending")
    if status != "pending":
        raise RefusedError(f"Payouts with status {status} cannot be canceled.", param="id")
    returned = _give_back(call.world, payout, "payout_cancel")
    previous = call.world.change(payout, status="canceled", failure_balance_transaction=returned.id)
    call.world.emit("payout.canceled", payout, previous=previous)
    return payout


def list_all(call: Call) -> Answer:
    sent = call.parameters
    sent.only(PAGING | {"arrival_date", "destination", "status"})
    status = sent.one_of("status", ("canceled", "failed", "in_transit", "paid", "pending"))
    return page(
        call,
        "payout",
        fields={
            "destination": sent.text("destination"),
            "status": "" if status == "pending" else status,
        },
    )


def end(world: World, payout_id: str) -> None:
    """Let a payout arrive, or come back from a bank account that takes none."""
    payout = world.store.get(payout_id)
    if payout is None or payout.fields.get("status", "pending") != "pending":
        return
    code = FAILING_BANK_ACCOUNTS.get(payout.fields.get("_number", ""))
    if code is None:
        previous = world.change(
            payout, status="paid", trace_id={"status": "supported", "value": payout.id[-12:]}
        )
        world.emit("payout.paid", payout, previous=previous)
        return
    returned = _give_back(world, payout, "payout_failure")
    previous = world.change(
        payout,
        status="failed",
        failure_code=code,
        failure_message=FAILURES[code],
        failure_balance_transaction=returned.id,
    )
    world.emit("payout.failed", payout, previous=previous)


def _give_back(world: World, payout: Thing, type: str) -> Thing:
    return money.move(
        world,
        account=world.account,
        type=type,
        amount=payout.fields["amount"],
        currency=payout.fields.get("currency", "eur"),
        source=payout.id,
    )


def _bank(world: World, currency: str, id: str | None) -> dict[str, Any] | None:
    """Return where the money goes; None for the platform itself, which needs no bank account here."""
    if world.account == world.desk.platform:
        return None
    account = world.store.get(world.account)
    assert account is not None
    banks: list[dict[str, Any]] = account.fields.get("_banks", [])
    for each in banks:
        if id == each["id"] or (id is None and each["currency"] == currency and each["default_for_currency"]):
            return each
    if id is not None:
        raise RefusedError(f"No such external account: '{id}'", code="resource_missing", param="destination")
    raise RefusedError(
        f"Sorry, you don't have any external accounts in that currency ({currency}).", param="currency"
    )
