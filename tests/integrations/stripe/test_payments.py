"""The port `Payments` on Stripe, against a server that speaks as Stripe does."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest

from domain.environments import Environment
from domain.errors import GatewayError, Refused
from domain.money import Money
from domain.payments import (
    AccountStatus,
    AccountWish,
    PaymentRefused,
    PaymentStatus,
    PaymentWish,
    PayoutStatus,
    RefundStatus,
)
from integrations.stripe.payments import StripePayments, open_connections
from tests.fixtures.stripe_sandbox import LIVE_KEY, RETURN_URL, TEST_KEY, StripeSandbox

WHOLE_TIME = {
    "since": dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
    "until": dt.datetime(2090, 1, 1, tzinfo=dt.UTC),
}
BELLA = AccountWish("Hotel Bella Vista", "owner@bella-vista.example", "IT", {"partner": "par_1"})


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def wish(
    minor: int = 18_800, card: str | None = "pm_card_visa", return_url: str | None = None
) -> PaymentWish:
    return PaymentWish(
        euros(minor),
        "chk_1",
        "Sunset cruise",
        payment_method=card,
        return_url=return_url,
        metadata={"payment": "p1"},
    )


async def adapter_of(
    sandbox: StripeSandbox, *, key: str = TEST_KEY, environment: Environment = Environment.TEST
) -> AsyncIterator[StripePayments]:
    connections = open_connections()
    yield StripePayments(
        environment,
        key=key,
        webhook_secrets=["whsec_test"],
        connections=connections,
        api_base=sandbox.url,
        retries=0,
    )
    await connections.close_async()


@pytest.fixture
async def payments(stripe_sandbox: StripeSandbox) -> AsyncIterator[StripePayments]:
    async for adapter in adapter_of(stripe_sandbox):
        yield adapter


async def reason(call) -> PaymentRefused:
    with pytest.raises(Refused) as raised:
        await call
    assert isinstance(raised.value.reason, PaymentRefused)
    return raised.value.reason


async def test_a_payment_with_a_card_goes_through(payments):
    paid = await payments.create_payment(wish(), key="k1")

    assert (paid.status, paid.amount, paid.received_minor) == (PaymentStatus.SUCCEEDED, euros(18_800), 18_800)
    assert (paid.failure, paid.action_url, paid.metadata) == (None, None, {"payment": "p1"})
    assert paid.charge_id is not None
    assert await payments.payment(paid.id) == paid


async def test_the_same_key_pays_once(payments):
    first, again = [await payments.create_payment(wish(), key="k1") for _ in range(2)]

    assert first.id == again.id
    assert [each.id async for each in payments.list_payments(**WHOLE_TIME)] == [first.id]


async def test_the_same_key_with_another_wish_is_a_bug_of_ours(payments):
    await payments.create_payment(wish(), key="k1")

    with pytest.raises(GatewayError) as raised:
        await payments.create_payment(wish(18_801), key="k1")

    assert (raised.value.vendor, raised.value.retryable) == ("stripe", False)


@pytest.mark.parametrize(
    ("card", "code", "decline"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ],
)
async def test_a_declined_card_is_part_of_the_payment_and_another_may_follow(payments, card, code, decline):
    declined = await payments.create_payment(wish(card=card), key="k1")

    assert (declined.status, declined.received_minor) == (PaymentStatus.REQUIRES_PAYMENT_METHOD, 0)
    assert declined.failure == PaymentRefused(code, decline)
    paid = await payments.confirm_payment(
        declined.id, payment_method="pm_card_visa", return_url=RETURN_URL, key="k2"
    )
    assert (paid.id, paid.status, paid.failure) == (declined.id, PaymentStatus.SUCCEEDED, None)


async def test_without_a_card_the_buyers_browser_goes_on(payments):
    open_one = await payments.create_payment(wish(card=None), key="k1")

    assert (open_one.status, open_one.charge_id) == (PaymentStatus.REQUIRES_PAYMENT_METHOD, None)
    assert open_one.client_secret is not None
    assert (await payments.cancel_payment(open_one.id, key="k2")).status is PaymentStatus.CANCELED


async def test_a_bank_that_asks_is_an_address_to_go_to(payments):
    asked = await payments.create_payment(
        wish(card="pm_card_authenticationRequired", return_url=RETURN_URL), key="k1"
    )

    assert asked.status is PaymentStatus.REQUIRES_ACTION
    assert asked.action_url.startswith("http://127.0.0.1:")


async def test_refunds_are_told_with_the_payment_and_never_exceed_it(payments):
    paid = await payments.create_payment(wish(10_000), key="k1")

    refund = await payments.refund(paid.id, euros(4_000), metadata={"refund": "r1"}, key="k2")
    await payments.refund(paid.id, euros(6_000), metadata={}, key="k3")
    refused = await reason(payments.refund(paid.id, euros(1), metadata={}, key="k4"))

    assert (refund.payment_id, refund.amount, refund.status) == (
        paid.id,
        euros(4_000),
        RefundStatus.SUCCEEDED,
    )
    assert await payments.refund_of(refund.id) == refund
    assert (await payments.payment(paid.id)).refunded_minor == 10_000
    assert refused.reason == "charge_already_refunded"
    assert len([each async for each in payments.list_refunds(**WHOLE_TIME)]) == 2


async def test_an_account_is_made_asked_for_its_papers_and_enabled(payments, stripe_sandbox):
    account = await payments.create_account(BELLA, key="k1")
    link = await payments.account_link(account.id, return_url=RETURN_URL, refresh_url=RETURN_URL)

    assert (account.status, account.metadata) == (AccountStatus.PENDING, {"partner": "par_1"})
    assert account.missing != ()
    assert link.startswith(f"{stripe_sandbox.url}/")
    assert (await payments.create_account(BELLA, key="k1")).id == account.id
    stripe_sandbox.control(
        f"accounts/{account.id}/onboard", {"outcome": "complete", "bank_account": "DE89370400440532013000"}
    )
    enabled = await payments.account(account.id)
    assert (enabled.status, enabled.missing) == (AccountStatus.ENABLED, ())


async def test_an_account_nobody_knows_is_refused(payments):
    assert (await reason(payments.account("acct_nobody"))).reason in {
        "not_found",
        "resource_missing",
        "account_invalid",
    }


async def test_a_part_is_transferred_taken_back_and_paid_out(payments, stripe_sandbox):
    account = stripe_sandbox.enabled_account()
    paid = await payments.create_payment(wish(10_000), key="k1")
    given = {"charge_id": paid.charge_id, "group": "chk_1", "metadata": {"leg": "l1"}}

    transfer = await payments.transfer(account, euros(7_000), **given, key="k2")
    too_much = await reason(payments.transfer(account, euros(3_001), **given, key="k3"))
    reversal = await payments.reverse_transfer(transfer.id, euros(2_000), key="k4")

    assert (transfer.account_id, transfer.amount, transfer.group) == (account, euros(7_000), "chk_1")
    assert too_much.reason
    assert (reversal.transfer_id, reversal.amount) == (transfer.id, euros(2_000))
    (listed,) = [each async for each in payments.list_transfers(**WHOLE_TIME)]
    assert (listed.reversed_minor, listed.metadata) == (2_000, {"leg": "l1"})
    assert await payments.balance(account) == {"EUR": 5_000}
    assert await payments.balance() == {"EUR": 5_000}
    payout = await payments.pay_out(account, euros(5_000), metadata={"payout": "po1"}, key="k5")
    stripe_sandbox.settle()
    ended = await payments.payout(account, payout.id)
    assert (payout.account_id, ended.status, ended.amount) == (account, PayoutStatus.PAID, euros(5_000))
    assert [each.id async for each in payments.list_payouts(account, **WHOLE_TIME)] == [payout.id]


async def test_a_list_tells_what_stripe_kept_of_each_payment(payments, stripe_sandbox):
    stripe_sandbox.options.fee_bps, stripe_sandbox.options.fee_minor = 150, 25
    paid = await payments.create_payment(wish(10_000), key="k1")
    asked_for = await payments.create_payment(wish(5_000, card=None), key="k2")

    fees = {each.id: each.fee async for each in payments.list_payments(**WHOLE_TIME)}

    assert fees == {paid.id: euros(175), asked_for.id: None}
    assert paid.fee is None
    assert await payments.balance() == {"EUR": 9_825}


async def test_a_list_goes_on_over_its_pages(payments, stripe_sandbox):
    for number in range(103):
        await payments.create_payment(wish(100 + number, card=None), key=f"k{number}")

    amounts = [each.amount.minor async for each in payments.list_payments(**WHOLE_TIME)]

    assert sorted(amounts) == list(range(100, 203))


async def test_a_wrong_key_is_mended_on_our_side(stripe_sandbox):
    async for adapter in adapter_of(stripe_sandbox, key="sk_test_wrong"):
        with pytest.raises(GatewayError) as raised:
            await adapter.payment("pi_1")

        assert raised.value.retryable
        assert "sk_test_wrong" not in str(raised.value)


async def test_what_is_of_test_is_not_there_in_live(payments, stripe_sandbox):
    paid = await payments.create_payment(wish(), key="k1")
    async for live in adapter_of(stripe_sandbox, key=LIVE_KEY, environment=Environment.LIVE):
        assert (await reason(live.payment(paid.id))).reason == "resource_missing"


async def test_a_provider_that_is_away_may_come_back(stripe_sandbox):
    connections = open_connections()
    away = StripePayments(
        Environment.TEST,
        key=TEST_KEY,
        webhook_secrets=[],
        connections=connections,
        api_base="http://127.0.0.1:1",
        retries=0,
    )

    with pytest.raises(GatewayError) as raised:
        await away.payment("pi_1")

    assert (raised.value.reference, raised.value.retryable) == ("not reached", True)
    await connections.close_async()
