"""Transfers to connected accounts, and their reversals."""

from integrations.stripe.sandbox import money, shapes
from integrations.stripe.sandbox.account_forms import is_able
from integrations.stripe.sandbox.calls import Answer, Call
from integrations.stripe.sandbox.errors import RefusedError, insufficient_balance, no_such
from integrations.stripe.sandbox.lists import PAGING, page
from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.worlds import World

CREATE = frozenset({
    "amount", "currency", "description", "destination", "expand", "metadata", "source_transaction", "source_type",
    "transfer_group",
})  # fmt: skip


def create(call: Call) -> Answer:
    """Give money to a connected account: out of what is available, or out of one charge.

    Refuses balance_insufficient, insufficient_capabilities_for_transfer, and more than the charge was.
    """
    sent = call.parameters
    sent.only(CREATE)
    world = call.world
    amount, currency = sent.amount(), sent.currency()
    destination = _destination(world, sent.needed("destination"))
    source_id = sent.text("source_transaction")
    group = sent.text("transfer_group")
    available_at = None
    if source_id:
        source = world.find("charge", source_id, param="source_transaction")
        available_at = _take_from(world, source, amount, currency)
        group = group or source.fields.get("transfer_group") or f"group_{source_id}"
    else:
        money.need_available(world, world.account, amount, currency)
    transfer = world.make(
        "transfer",
        "tr",
        {
            "amount": amount,
            "currency": currency,
            "description": sent.text("description"),
            "destination": destination.id,
            "metadata": sent.metadata(),
            "source_transaction": source_id,
            "transfer_group": group,
        },
        ref1=group,
        ref2=destination.id,
    )
    taken = money.move(
        world,
        account=world.account,
        type="transfer",
        amount=-amount,
        currency=currency,
        source=transfer.id,
        available_at=available_at,
    )
    payment = world.make(
        "charge",
        "py",
        {"amount": amount, "amount_captured": amount, "currency": currency, "source_transfer": transfer.id},
        account=destination.id,
        ref1=transfer.id,
    )
    arrived = money.move(
        world,
        account=destination.id,
        type="payment",
        amount=amount,
        currency=currency,
        source=payment.id,
        available_at=available_at,
    )
    world.change(payment, balance_transaction=arrived.id)
    world.change(transfer, balance_transaction=taken.id, destination_payment=payment.id)
    world.emit("transfer.created", transfer)
    return transfer


def retrieve(call: Call) -> Answer:
    call.parameters.only({"expand"})
    return call.world.find("transfer", call.ids[0])


def update(call: Call) -> Answer:
    sent = call.parameters
    sent.only({"description", "expand", "metadata"})
    transfer = call.world.find("transfer", call.ids[0])
    changed = {"description": sent.text("description")} if "description" in sent else {}
    previous = call.world.change(transfer, metadata=sent.metadata(transfer.fields.get("metadata")), **changed)
    call.world.emit("transfer.updated", transfer, previous=previous)
    return transfer


def list_all(call: Call) -> Answer:
    sent = call.parameters
    sent.only(PAGING | {"destination", "transfer_group"})
    return page(
        call, "transfer", refs={"ref1": sent.text("transfer_group"), "ref2": sent.text("destination")}
    )


def reverse(call: Call) -> Answer:
    """Take a transfer back, in part or what is left. Refuses more than is left, balance_insufficient."""
    sent = call.parameters
    sent.only({"amount", "description", "expand", "metadata", "refund_application_fee"})
    world = call.world
    transfer = world.find("transfer", call.ids[0])
    total, taken_back = transfer.fields["amount"], transfer.fields.get("amount_reversed", 0)
    left = total - taken_back
    if left == 0:
        raise RefusedError(f"Transfer {transfer.id} is already fully reversed.", param="id")
    amount = sent.amount() if "amount" in sent else left
    if amount > left:
        raise RefusedError(
            f"Transfer reversal amount ({amount}) is greater than unreversed amount on transfer ({left})",
            param="amount",
        )
    currency, account = transfer.fields.get("currency", "eur"), transfer.fields["destination"]
    source_id = transfer.fields.get("source_transaction")
    if (
        source_id is None
        and sum(world.store.balance(live=world.live, account=account, currency=currency)) < amount
    ):
        raise insufficient_balance(
            f"The connected account {account} does not have enough funds for this transfer reversal."
        )
    reversal = world.make(
        "transfer_reversal",
        "trr",
        {"amount": amount, "currency": currency, "metadata": sent.metadata(), "transfer": transfer.id},
        ref1=transfer.id,
    )
    returned = money.move(
        world,
        account=world.account,
        type="transfer_refund",
        amount=amount,
        currency=currency,
        source=reversal.id,
    )
    refund = world.make(
        "refund",
        "pyr",
        {"amount": amount, "charge": transfer.fields["destination_payment"], "currency": currency},
        account=account,
        ref1=transfer.fields["destination_payment"],
    )
    gone = money.move(
        world, account=account, type="payment_refund", amount=-amount, currency=currency, source=refund.id
    )
    world.change(refund, balance_transaction=gone.id, source_transfer_reversal=reversal.id)
    world.change(reversal, balance_transaction=returned.id, destination_payment_refund=refund.id)
    if source_id is not None:
        source = world.find("charge", source_id)
        world.change(source, _transferred=source.fields["_transferred"] - amount)
    previous = world.change(transfer, amount_reversed=taken_back + amount, reversed=amount == left)
    world.emit("transfer.reversed", transfer, previous=previous)
    return reversal


def retrieve_reversal(call: Call) -> Answer:
    call.parameters.only({"expand"})
    reversal = call.world.find("transfer_reversal", call.ids[1])
    if reversal.fields["transfer"] != call.ids[0]:
        raise no_such("transfer reversal", call.ids[1], "id")
    return reversal


def list_reversals(call: Call) -> Answer:
    call.parameters.only({"ending_before", "expand", "limit", "starting_after"})
    call.world.find("transfer", call.ids[0])
    return page(call, "transfer_reversal", refs={"ref1": call.ids[0]})


def _destination(world: World, id: str) -> Thing:
    account = world.store.get(id)
    if account is None or account.kind != "account" or account.live != world.live:
        raise no_such("destination", id, "destination", status=400)
    if not is_able(account.fields):
        raise RefusedError(
            "Your destination account needs to have at least one of the following capabilities enabled: transfers, "
            "crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )
    return account


def _take_from(world: World, source: Thing, amount: int, currency: str) -> float | None:
    """Take out of one charge; return when its money is available. Refuses more than it has left."""
    form = shapes.shown(source)
    if form["status"] != "succeeded":
        raise RefusedError(
            f"The charge {source.id} did not succeed and can not be the source of a transfer.",
            param="source_transaction",
        )
    if form["currency"] != currency:
        raise RefusedError(
            f"The currency of source_transaction's balance transaction ({form['currency']}) must be the same as the "
            f"transfer currency ({currency})",
            param="currency",
        )
    before = source.fields.get("_transferred", 0)
    if before + amount > form["amount"]:
        raise RefusedError(
            f"Transfers using this transaction as a source must not exceed the source amount of {form['amount']}. "
            f"(There already exist transfers using this source, totalling {before}.)",
            code="balance_insufficient",
            param="amount",
        )
    world.change(source, _transferred=before + amount)
    transaction = world.store.get(form["balance_transaction"])
    return float(transaction.fields.get("available_on", 0)) if transaction else None
