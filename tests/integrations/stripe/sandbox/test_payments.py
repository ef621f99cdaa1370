"""Payments, as the official SDK sees them."""

from typing import Any

import pytest
import stripe

from tests.fixtures.stripe_sandbox import RETURN_URL, StripeSandbox

HOSTED = {"currency": "eur", "confirm": True, "return_url": RETURN_URL}


def test_a_payment_goes_through_at_once(stripe_sandbox: StripeSandbox):
    paid = stripe_sandbox.paid(12_345, transfer_group="checkout_1", metadata={"payment": "pay_1"})

    assert (paid.status, paid.amount, paid.amount_received, paid.currency) == (
        "succeeded",
        12_345,
        12_345,
        "eur",
    )
    assert (paid.transfer_group, paid.metadata["payment"], paid.livemode) == ("checkout_1", "pay_1", False)
    charge: Any = paid.latest_charge
    assert (charge.amount, charge.paid, charge.payment_intent) == (12_345, True, paid.id)
    assert charge.payment_method_details.card.last4 == "4242"
    transaction: Any = charge.balance_transaction
    assert isinstance(transaction, stripe.BalanceTransaction)
    assert (transaction.amount, transaction.fee, transaction.net, transaction.type) == (
        12_345,
        0,
        12_345,
        "charge",
    )


async def test_it_is_asked_asynchronously_too(stripe_sandbox: StripeSandbox):
    async with stripe_sandbox.async_client() as client:
        made = await client.v1.payment_intents.create_async(
            {
                "amount": 900,
                "currency": "eur",
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            }
        )
        paid = await client.v1.payment_intents.confirm_async(
            made.id, {"payment_method": "pm_card_mastercard"}
        )

    assert (made.status, paid.status) == ("requires_payment_method", "succeeded")


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
        ("pm_card_radarBlock", "card_declined", "fraudulent"),
    ],
)
def test_a_refused_card_is_a_card_error(
    stripe_sandbox: StripeSandbox, card: str, code: str, decline_code: str
):
    with pytest.raises(stripe.CardError) as refused:
        stripe_sandbox.paid(5_000, card=card)

    error: Any = refused.value.error
    assert (refused.value.http_status, refused.value.code, error.decline_code) == (402, code, decline_code)
    intent: Any = stripe_sandbox.client().v1.payment_intents.retrieve(error.payment_intent.id)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.code == code
    assert stripe_sandbox.client().v1.charges.retrieve(error.charge).status == "failed"


def test_after_a_refused_card_another_one_pays(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    made = client.v1.payment_intents.create({"amount": 5_000, "currency": "eur"})
    with pytest.raises(stripe.CardError):
        client.v1.payment_intents.confirm(
            made.id, {"payment_method": "pm_card_chargeDeclined", "return_url": RETURN_URL}
        )

    paid = client.v1.payment_intents.confirm(
        made.id, {"payment_method": "pm_card_visa", "return_url": RETURN_URL}
    )

    assert (paid.status, paid.last_payment_error) == ("succeeded", None)


def test_a_card_that_asks_its_owner_waits_for_the_answer(stripe_sandbox: StripeSandbox):
    asked: Any = stripe_sandbox.paid(5_000, card="pm_card_authenticationRequired")

    assert asked.status == "requires_action"
    assert asked.next_action.type == "redirect_to_url"
    page = asked.next_action.redirect_to_url.url
    path = page.removeprefix(stripe_sandbox.url)
    assert "Is it you who pays 50.00 EUR?" in stripe_sandbox.call("GET", path)[2]
    status, headers, _ = stripe_sandbox.call("POST", path, "answer=complete")
    assert (status, headers["location"].partition("?")[0]) == (303, RETURN_URL)
    assert f"payment_intent={asked.id}" in headers["location"]
    assert stripe_sandbox.client().v1.payment_intents.retrieve(asked.id).status == "succeeded"


def test_an_owner_who_says_no_does_not_pay(stripe_sandbox: StripeSandbox):
    asked = stripe_sandbox.paid(5_000, card="pm_card_threeDSecure2Required")

    stripe_sandbox.control(f"payment_intents/{asked.id}/authenticate", {"passes": False})

    intent: Any = stripe_sandbox.client().v1.payment_intents.retrieve(asked.id)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"


def test_without_its_owner_such_a_card_is_refused(stripe_sandbox: StripeSandbox):
    with pytest.raises(stripe.CardError) as refused:
        stripe_sandbox.paid(5_000, card="pm_card_authenticationRequired", off_session=True)

    assert refused.value.code == "authentication_required"


@pytest.mark.parametrize(
    ("iban", "status"),
    [("AT611904300234573201", "succeeded"), ("AT861904300235473202", "requires_payment_method")],
)
def test_a_bank_takes_its_time(stripe_sandbox: StripeSandbox, iban: str, status: str):
    client = stripe_sandbox.client()
    made = client.v1.payment_intents.create(
        {
            "amount": 5_000,
            "currency": "eur",
            "allowed_payment_method_types": ["sepa_debit"],
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "payment_method_data": {
                "type": "sepa_debit",
                "sepa_debit": {"iban": iban},
                "billing_details": {"name": "Mei Chan", "email": "mei@example.com"},
            },
            "confirm": True,
        }
    )

    stripe_sandbox.settle()

    assert (made.status, client.v1.payment_intents.retrieve(made.id).status) == ("processing", status)


def test_a_number_that_was_typed_in_pays(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    method: Any = client.v1.payment_methods.create(
        {
            "type": "card",
            "card": {"number": "5555 5555 5555 4444", "exp_month": 12, "exp_year": 2034, "cvc": "123"},
        }
    )

    paid = stripe_sandbox.paid(700, card=method.id)

    assert (method.card.brand, method.card.last4) == ("mastercard", "4444")
    assert (paid.status, paid.payment_method) == ("succeeded", method.id)


def test_a_number_that_is_none_is_refused(stripe_sandbox: StripeSandbox):
    with pytest.raises(stripe.CardError) as refused:
        stripe_sandbox.client().v1.payment_methods.create(
            {"type": "card", "card": {"number": "4242424242424241", "exp_month": 12, "exp_year": 2034}}
        )

    assert refused.value.code == "incorrect_number"


def test_a_payment_that_may_redirect_needs_an_address_to_return_to(stripe_sandbox: StripeSandbox):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_sandbox.client().v1.payment_intents.create(
            {"amount": 900, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
        )

    assert refused.value.param == "return_url"
    assert stripe_sandbox.client().v1.payment_intents.list().data == []


def test_what_is_called_off_is_not_paid(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    made = client.v1.payment_intents.create({"amount": 900, "currency": "eur"})

    canceled = client.v1.payment_intents.cancel(made.id, {"cancellation_reason": "abandoned"})

    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.confirm(
            made.id, {"payment_method": "pm_card_visa", "return_url": RETURN_URL}
        )
    assert refused.value.code == "payment_intent_unexpected_state"
    error: Any = refused.value.error
    assert error.payment_intent.status == "canceled"


def test_what_is_paid_is_neither_paid_again_nor_called_off(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    paid = stripe_sandbox.paid()

    for again in (
        lambda: client.v1.payment_intents.confirm(paid.id, {"payment_method": "pm_card_visa"}),
        lambda: client.v1.payment_intents.cancel(paid.id),
        lambda: client.v1.payment_intents.update(paid.id, {"amount": 1}),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            again()
        assert refused.value.code == "payment_intent_unexpected_state"


def test_before_it_is_paid_a_payment_changes(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    made = client.v1.payment_intents.create(
        {"amount": 900, "currency": "eur", "metadata": {"kept": "a", "gone": "b"}}
    )

    client.v1.payment_intents.update(made.id, {"amount": 1_100, "metadata": {"gone": "", "added": "c"}})

    changed = client.v1.payment_intents.retrieve(made.id)
    assert (changed.amount, changed.metadata.to_dict()) == (1_100, {"kept": "a", "added": "c"})


def test_fees_and_the_days_until_money_is_there_can_be_set(stripe_sandbox: StripeSandbox):
    stripe_sandbox.options.fee_bps, stripe_sandbox.options.fee_minor = 150, 25
    stripe_sandbox.options.funds_after = 3_600

    charge: Any = stripe_sandbox.paid(10_000).latest_charge

    transaction = charge.balance_transaction
    assert (transaction.fee, transaction.net, transaction.status) == (175, 9_825, "pending")
    balance = stripe_sandbox.client().v1.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (0, 9_825)
    stripe_sandbox.settle()
    balance = stripe_sandbox.client().v1.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (9_825, 0)


def test_a_browser_pays_with_a_publishable_key(stripe_sandbox: StripeSandbox):
    made = stripe_sandbox.client().v1.payment_intents.create({"amount": 900, "currency": "eur"})
    browser = stripe_sandbox.client(key=stripe_sandbox.publishable_key())
    sent: Any = {
        "client_secret": made.client_secret,
        "payment_method": "pm_card_visa",
        "return_url": RETURN_URL,
    }

    paid = browser.v1.payment_intents.confirm(made.id, sent)

    assert paid.status == "succeeded"
    with pytest.raises(stripe.PermissionError):
        browser.v1.payment_intents.confirm(made.id, sent | {"client_secret": "guessed"})
    with pytest.raises(stripe.PermissionError):
        browser.v1.payment_intents.list()


def test_a_person_pays_on_the_hosted_page(stripe_sandbox: StripeSandbox):
    made = stripe_sandbox.client().v1.payment_intents.create({"amount": 4_500, "currency": "eur"})
    page = f"/pay/{made.id}?client_secret={made.client_secret}&return_url={RETURN_URL}"

    refused = stripe_sandbox.call("POST", page, "payment_method=pm_card_chargeDeclined")
    paid = stripe_sandbox.call("POST", page, "payment_method=pm_card_visa")

    assert (refused[0], "Your card was declined." in refused[2]) == (200, True)
    assert (paid[0], paid[1]["location"].partition("?")[0]) == (303, RETURN_URL)
    assert stripe_sandbox.call("GET", f"/pay/{made.id}?client_secret=guessed")[0] == 404
