"""Balances: every change of one is a balance transaction."""

from integrations.stripe.sandbox.errors import insufficient_balance
from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.worlds import World

CATEGORIES = {
    "charge": "charge",
    "payment": "charge",
    "refund": "refund",
    "refund_failure": "refund_failure",
    "payment_refund": "refund",
    "transfer": "transfer",
    "transfer_refund": "transfer_reversal",
    "payout": "payout",
    "payout_failure": "payout_reversal",
    "payout_cancel": "payout_reversal",
    "adjustment": "dispute",
}


def move(
    world: World,
    *,
    account: str,
    type: str,
    amount: int,
    currency: str,
    source: str,
    fee: int = 0,
    available_at: float | None = None,
    payout: str | None = None,
    description: str | None = None,
) -> Thing:
    """Change an account's balance by `amount - fee`. `available_at`: when, if not at once."""
    is_pending = available_at is not None and available_at > world.now
    transaction = world.make(
        "balance_transaction",
        "txn",
        {
            "amount": amount,
            "available_on": int(available_at if available_at is not None and is_pending else world.now),
            "currency": currency,
            "description": description,
            "fee": fee,
            "fee_details": [
                {
                    "amount": fee,
                    "application": None,
                    "currency": currency,
                    "description": "Stripe processing fees",
                    "type": "stripe_fee",
                }
            ]
            if fee
            else [],
            "net": amount - fee,
            "reporting_category": CATEGORIES[type],
            "source": source,
            "status": "pending" if is_pending else "available",
            "type": type,
        },
        ref1=source,
        ref2=payout,
        account=account,
    )
    if is_pending and available_at is not None:
        world.store.change_balance(live=world.live, account=account, currency=currency, pending=amount - fee)
        world.plan(available_at - world.now, "release", transaction.id)
    else:
        world.store.change_balance(
            live=world.live, account=account, currency=currency, available=amount - fee
        )
    return transaction


def release(world: World, transaction_id: str) -> None:
    """Make money available whose time has come."""
    transaction = world.store.get(transaction_id)
    if transaction is None or transaction.fields.get("status") != "pending":
        return
    net, currency = transaction.fields["net"], transaction.fields.get("currency", "eur")
    world.store.change_balance(
        live=world.live, account=transaction.account, currency=currency, available=net, pending=-net
    )
    world.change(transaction, status="available")


def available(world: World, account: str, currency: str) -> int:
    return world.store.balance(live=world.live, account=account, currency=currency)[0]


def need_available(world: World, account: str, amount: int, currency: str) -> None:
    """Refuse what is more than there is."""
    if amount > available(world, account, currency):
        raise insufficient_balance(
            "You have insufficient available funds in your Stripe account. Try adding funds directly to your "
            "available balance by creating Charges using the 4000000000000077 test card. See: "
            "https://stripe.com/docs/testing#available-balance"
        )


def fee_of(world: World, amount: int) -> int:
    """Return what Stripe keeps of a charge, rounded half up."""
    options = world.desk.options
    return (amount * options.fee_bps + 5_000) // 10_000 + options.fee_minor
