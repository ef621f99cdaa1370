"""Refunds, transfers, reversals, payouts, disputes, balances: what moves, and what does not."""

from typing import Any

import pytest
import stripe

from tests.fixtures.stripe_sandbox import StripeSandbox

TAKES_NONE = "DE62370400440532013001"


def charge_of(intent: stripe.PaymentIntent) -> str:
    charge: Any = intent.latest_charge
    made: str = charge.id
    return made


def available(sandbox: StripeSandbox, account: str | None = None) -> int:
    options: Any = {"stripe_account": account} if account else {}
    return sandbox.client().v1.balance.retrieve(options=options).available[0].amount


def test_a_refund_in_parts_until_nothing_is_left(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    paid = stripe_sandbox.paid(10_000)

    first = client.v1.refunds.create(
        {
            "payment_intent": paid.id,
            "amount": 2_500,
            "reason": "requested_by_customer",
            "metadata": {"leg": "a"},
        }
    )
    after_first = client.v1.charges.retrieve(charge_of(paid))
    with pytest.raises(stripe.InvalidRequestError) as too_much:
        client.v1.refunds.create({"payment_intent": paid.id, "amount": 7_501})
    rest = client.v1.refunds.create({"charge": charge_of(paid)})
    with pytest.raises(stripe.InvalidRequestError) as nothing_left:
        client.v1.refunds.create({"payment_intent": paid.id})

    assert (first.status, first.amount, first.reason, first.charge) == (
        "succeeded",
        2_500,
        "requested_by_customer",
        charge_of(paid),
    )
    assert (after_first.amount_refunded, after_first.refunded) == (2_500, False)
    assert (too_much.value.param, too_much.value.code) == ("amount", None)
    assert rest.amount == 7_500
    assert nothing_left.value.code == "charge_already_refunded"
    charge = client.v1.charges.retrieve(charge_of(paid))
    assert (charge.amount_refunded, charge.refunded) == (10_000, True)
    assert [each.id for each in client.v1.refunds.list({"payment_intent": paid.id}).data] == [
        rest.id,
        first.id,
    ]
    assert available(stripe_sandbox) == 0


@pytest.mark.parametrize(
    ("card", "first", "then", "left"),
    [
        ("pm_card_pendingRefund", "pending", "succeeded", 0),
        ("pm_card_refundFail", "succeeded", "failed", 10_000),
    ],
)
def test_a_refund_may_take_its_time_or_come_back(
    stripe_sandbox: StripeSandbox, card: str, first: str, then: str, left: int
):
    client = stripe_sandbox.client()
    refund = client.v1.refunds.create({"payment_intent": stripe_sandbox.paid(10_000, card=card).id})

    stripe_sandbox.settle()

    assert (refund.status, client.v1.refunds.retrieve(refund.id).status) == (first, then)
    assert available(stripe_sandbox) == left


def test_a_payment_is_divided_among_accounts_and_no_further(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    hotel, guide = stripe_sandbox.enabled_account(), stripe_sandbox.enabled_account()
    paid = stripe_sandbox.paid(10_000, transfer_group="checkout_1")
    sent: Any = {"currency": "eur", "source_transaction": charge_of(paid), "transfer_group": "checkout_1"}

    first = client.v1.transfers.create(sent | {"amount": 6_000, "destination": hotel})
    client.v1.transfers.create(sent | {"amount": 2_500, "destination": guide})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.transfers.create(sent | {"amount": 1_501, "destination": guide})

    assert refused.value.param == "amount"
    assert [available(stripe_sandbox, account) for account in (None, hotel, guide)] == [1_500, 6_000, 2_500]
    listed = client.v1.transfers.list({"transfer_group": "checkout_1"}).data
    assert [each.amount for each in listed] == [2_500, 6_000]
    expanded: Any = client.v1.transfers.retrieve(first.id, {"expand": ["balance_transaction", "destination"]})
    assert (expanded.balance_transaction.net, expanded.balance_transaction.type) == (-6_000, "transfer")
    assert expanded.destination.payouts_enabled is True


def test_a_transfer_is_taken_back_in_parts(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    account = stripe_sandbox.enabled_account()
    transfer = client.v1.transfers.create(
        {
            "amount": 6_000,
            "currency": "eur",
            "destination": account,
            "source_transaction": charge_of(stripe_sandbox.paid(10_000)),
        }
    )

    part = client.v1.transfers.reversals.create(transfer.id, {"amount": 1_000})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.transfers.reversals.create(transfer.id, {"amount": 5_001})
    rest = client.v1.transfers.reversals.create(transfer.id)

    assert (part.amount, rest.amount, rest.transfer) == (1_000, 5_000, transfer.id)
    known = client.v1.transfers.retrieve(transfer.id)
    assert (known.amount_reversed, known.reversed) == (6_000, True)
    assert [each.id for each in known.reversals.data] == [rest.id, part.id]
    assert [available(stripe_sandbox, each) for each in (None, account)] == [10_000, 0]


def test_without_a_source_there_must_be_money(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    account = stripe_sandbox.enabled_account()
    sent: Any = {"amount": 1_000, "currency": "eur", "destination": account}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.transfers.create(sent)
    assert refused.value.code == "balance_insufficient"

    stripe_sandbox.paid(1_000)
    transfer = client.v1.transfers.create(sent)
    client.v1.payouts.create({"amount": 1_000, "currency": "eur"}, {"stripe_account": account})
    with pytest.raises(stripe.InvalidRequestError) as gone:
        client.v1.transfers.reversals.create(transfer.id)
    assert gone.value.code == "balance_insufficient"


def test_who_is_not_onboarded_receives_nothing(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    account = client.v1.accounts.create(
        {"type": "express", "capabilities": {"transfers": {"requested": True}}}
    )

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.transfers.create(
            {
                "amount": 1_000,
                "currency": "eur",
                "destination": account.id,
                "source_transaction": charge_of(stripe_sandbox.paid()),
            }
        )

    assert refused.value.code == "insufficient_capabilities_for_transfer"


def test_a_payout_arrives_or_comes_back(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    good, bad = stripe_sandbox.enabled_account(), stripe_sandbox.enabled_account(bank_account=TAKES_NONE)
    made = {}
    for account in (good, bad):
        sent: Any = {
            "amount": 900,
            "currency": "eur",
            "destination": account,
            "source_transaction": charge_of(stripe_sandbox.paid()),
        }
        client.v1.transfers.create(sent)
        with pytest.raises(stripe.InvalidRequestError) as too_much:
            client.v1.payouts.create({"amount": 901, "currency": "eur"}, {"stripe_account": account})
        assert too_much.value.code == "balance_insufficient"
        made[account] = client.v1.payouts.create(
            {"amount": 900, "currency": "eur", "metadata": {"payout": account}}, {"stripe_account": account}
        )
        assert (made[account].status, available(stripe_sandbox, account)) == ("pending", 0)

    stripe_sandbox.settle()

    paid, failed = (
        client.v1.payouts.retrieve(made[account].id, options={"stripe_account": account})
        for account in (good, bad)
    )
    assert (paid.status, failed.status, failed.failure_code) == ("paid", "failed", "no_account")
    assert [available(stripe_sandbox, account) for account in (good, bad)] == [0, 900]
    history = client.v1.balance_transactions.list({}, {"stripe_account": bad}).data
    assert [(each.type, each.amount) for each in history] == [
        ("payout_failure", 900),
        ("payout", -900),
        ("payment", 900),
    ]
    by_type = client.v1.balance_transactions.list({"type": "payout"}, {"stripe_account": bad}).data
    assert [each.amount for each in by_type] == [-900]


def test_a_payout_that_is_called_off_gives_the_money_back(stripe_sandbox: StripeSandbox):
    stripe_sandbox.options.payout_after = 3_600
    client = stripe_sandbox.client()
    stripe_sandbox.paid(2_000)
    payout = client.v1.payouts.create({"amount": 2_000, "currency": "eur"})

    canceled = client.v1.payouts.cancel(payout.id)

    assert (canceled.status, available(stripe_sandbox)) == ("canceled", 2_000)


@pytest.mark.parametrize(
    ("evidence", "status", "left"), [("winning_evidence", "won", 10_000), ("losing_evidence", "lost", -1_500)]
)
def test_a_dispute_takes_the_money_until_it_is_won(
    stripe_sandbox: StripeSandbox, evidence: str, status: str, left: int
):
    stripe_sandbox.options.dispute_fee_minor = 1_500
    client = stripe_sandbox.client()
    paid = stripe_sandbox.paid(10_000, card="pm_card_createDispute")
    stripe_sandbox.settle()

    (dispute,) = client.v1.disputes.list({"payment_intent": paid.id}).data
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "fraudulent", 10_000)
    assert available(stripe_sandbox) == -1_500
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": paid.id})
    assert refused.value.code == "charge_disputed"

    closed = client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": evidence}})

    assert closed.status == status
    assert available(stripe_sandbox) == (left if status == "lost" else left - 1_500)


def test_a_dispute_is_given_up(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    stripe_sandbox.paid(card="pm_card_createDisputeProductNotReceived")
    stripe_sandbox.settle()
    (dispute,) = client.v1.disputes.list().data

    assert client.v1.disputes.close(dispute.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.disputes.close(dispute.id)


def test_every_balance_is_the_sum_of_its_transactions(stripe_sandbox: StripeSandbox):
    stripe_sandbox.options.fee_bps = 140
    client = stripe_sandbox.client()
    account = stripe_sandbox.enabled_account()
    for amount in (9_999, 12_345, 777):
        paid = stripe_sandbox.paid(amount)
        transfer = client.v1.transfers.create(
            {
                "amount": amount // 2,
                "currency": "eur",
                "destination": account,
                "source_transaction": charge_of(paid),
            }
        )
        client.v1.refunds.create({"payment_intent": paid.id, "amount": amount // 3})
        client.v1.transfers.reversals.create(transfer.id, {"amount": amount // 7})
    client.v1.payouts.create({"amount": 1_000, "currency": "eur"}, {"stripe_account": account})

    for whose in (None, account):
        options: Any = {"stripe_account": whose} if whose else {}
        history = client.v1.balance_transactions.list({"limit": 100}, options).data
        assert sum(each.net for each in history) == available(stripe_sandbox, whose)
        assert all(each.net == each.amount - each.fee for each in history)
