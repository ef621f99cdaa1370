"""Balances and what has changed them."""

from typing import Any

from integrations.stripe.sandbox.calls import Answer, Call
from integrations.stripe.sandbox.lists import PAGING, page

INTERVALS = ("daily", "manual", "monthly", "weekly")
USUAL: dict[str, Any] = {"delay_days": 2, "interval": "manual"}


def retrieve(call: Call) -> Answer:
    call.parameters.only({"expand"})
    balances = call.world.store.balances(live=call.world.live, account=call.world.account)
    if not balances:
        balances = [("eur", 0, 0)]
    return {
        "object": "balance",
        "available": [_amount(currency, available) for currency, available, _ in balances],
        "connect_reserved": [{"amount": 0, "currency": currency} for currency, _, _ in balances],
        "livemode": call.world.live,
        "pending": [_amount(currency, pending) for currency, _, pending in balances],
        "refund_and_dispute_prefunding": {"available": [], "pending": []},
    }


def settings(call: Call) -> Answer:
    """Answer what is set for an account's balance; of what can be set, the schedule of its payouts is kept."""
    sent = call.parameters
    sent.only({"expand", "payments"})
    interval = sent.under("payments").under("payouts").under("schedule").one_of("interval", INTERVALS)
    account = call.world.store.get(call.world.account)
    kept: dict[str, Any] = account.fields.get("_schedule", USUAL) if account else USUAL
    if interval is not None:
        kept = {**kept, "interval": interval}
        if account is not None:
            call.world.change(account, _schedule=kept)
    return {
        "object": "balance_settings",
        "payments": {
            "debit_negative_balances": True,
            "payouts": {
                "minimum_balance_by_currency": None,
                "schedule": {
                    "interval": kept["interval"],
                    "monthly_payout_days": [],
                    "weekly_payout_days": [],
                },
                "statement_descriptor": None,
                "status": "enabled",
            },
            "settlement_timing": {"delay_days": kept["delay_days"], "delay_days_override": None},
        },
    }


def list_transactions(call: Call) -> Answer:
    sent = call.parameters
    sent.only(PAGING | {"currency", "payout", "source", "type"})
    currency = sent.text("currency")
    return page(
        call,
        "balance_transaction",
        refs={"ref1": sent.text("source"), "ref2": sent.text("payout")},
        # What is usual is not kept with each: `shapes.TEMPLATES`.
        fields={"type": _or_usual(sent.text("type"), "charge"), "currency": _or_usual(currency, "eur")},
    )


def retrieve_transaction(call: Call) -> Answer:
    call.parameters.only({"expand"})
    return call.world.find("balance_transaction", call.ids[0])


def _amount(currency: str, amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def _or_usual(asked: str | None, usual: str) -> str | None:
    return None if asked is None else "" if asked == usual else asked
