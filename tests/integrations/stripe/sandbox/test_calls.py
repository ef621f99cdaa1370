"""How calls are made: keys, idempotency, lists, expansion, complaints, faults."""

from typing import Any

import pytest
import stripe
import stripe.params

from integrations.stripe.sandbox.forms import decode
from integrations.stripe.sandbox.resources import charges, payment_intents, payouts, refunds, transfers
from tests.fixtures.stripe_sandbox import LIVE_KEY, RETURN_URL, TEST_KEY, StripeSandbox

NEW: Any = {"amount": 900, "currency": "eur"}


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("sk_test_of_somebody_else_1234", "Invalid API Key provided: sk_test_************1234"),
        ("nonsense", "Invalid"),
    ],
)
def test_an_unknown_key_is_refused(stripe_sandbox: StripeSandbox, key: str, message: str):
    with pytest.raises(stripe.AuthenticationError, match=message.replace("*", r"\*")) as refused:
        stripe_sandbox.client(key=key).v1.balance.retrieve()

    assert refused.value.request_id is not None
    assert refused.value.request_id.startswith("req_")


def test_the_two_worlds_never_mix(stripe_sandbox: StripeSandbox):
    live = stripe_sandbox.paid(live=True)

    assert live.livemode is True
    with pytest.raises(stripe.InvalidRequestError, match="a similar object exists in live mode") as refused:
        stripe_sandbox.client().v1.payment_intents.retrieve(live.id)
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    assert stripe_sandbox.client().v1.payment_intents.list().data == []
    assert stripe_sandbox.client().v1.balance.retrieve().available[0].amount == 0


def test_a_restricted_key_does_what_it_may(stripe_sandbox: StripeSandbox):
    made: str = stripe_sandbox.control("keys", {"permissions": ["refund_write", "payment_intent_read"]})[
        "key"
    ]
    client = stripe_sandbox.client(key=made)

    assert client.v1.payment_intents.list().data == []
    assert client.v1.refunds.list().data == []
    with pytest.raises(stripe.PermissionError, match="rak_payment_intent_write"):
        client.v1.payment_intents.create(NEW)


def test_an_account_that_is_not_connected_is_none_of_ours(stripe_sandbox: StripeSandbox):
    with pytest.raises(stripe.PermissionError, match="does not have access to account 'acct_unknown'"):
        stripe_sandbox.client().v1.balance.retrieve(options={"stripe_account": "acct_unknown"})


def test_the_same_key_and_parameters_get_the_same_answer(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()

    first = client.v1.payment_intents.create(NEW, {"idempotency_key": "once"})
    second = client.v1.payment_intents.create(NEW, {"idempotency_key": "once"})

    assert first.id == second.id
    assert (first.last_response.headers.get("idempotent-replayed") if first.last_response else "") is None
    assert second.last_response is not None
    assert second.last_response.headers["idempotent-replayed"] == "true"
    assert len(client.v1.payment_intents.list().data) == 1


def test_the_same_key_with_other_parameters_is_refused(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    client.v1.payment_intents.create(NEW, {"idempotency_key": "once"})

    with pytest.raises(stripe.IdempotencyError) as refused:
        client.v1.payment_intents.create(NEW | {"amount": 901}, {"idempotency_key": "once"})

    assert refused.value.http_status == 400


def test_a_declined_card_is_declined_again_and_a_slip_is_not_kept(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    declined: Any = NEW | {
        "payment_method": "pm_card_chargeDeclined",
        "confirm": True,
        "return_url": RETURN_URL,
    }
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            client.v1.payment_intents.create(declined, {"idempotency_key": "declined"})
    assert len(client.v1.payment_intents.list().data) == 1

    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create({"amount": 900, "currency": ""}, {"idempotency_key": "slip"})
    assert client.v1.payment_intents.create(NEW, {"idempotency_key": "slip"}).amount == 900


@pytest.mark.parametrize(
    ("sent", "param", "code"),
    [
        ({"currency": "eur"}, "amount", "parameter_missing"),
        ({"amount": 900}, "currency", "parameter_missing"),
        ({"amount": "nine", "currency": "eur"}, "amount", "parameter_invalid_integer"),
        ({"amount": 0, "currency": "eur"}, "amount", "parameter_invalid_integer"),
        ({"amount": 49, "currency": "eur"}, "amount", "amount_too_small"),
        ({"amount": 100_000_000, "currency": "eur"}, "amount", "amount_too_large"),
        ({"amount": 900, "currency": ""}, "currency", "parameter_invalid_empty"),
        ({"amount": 900, "currency": "eur", "ammount": 1}, "ammount", "parameter_unknown"),
        (
            {"amount": 900, "currency": "eur", "payment_method": "pm_none"},
            "payment_method",
            "resource_missing",
        ),
        ({"amount": 900, "currency": "eur", "metadata": {"k" * 41: "v"}}, f"metadata[{'k' * 41}]", None),
    ],
)
def test_a_slip_is_told_by_its_parameter(
    stripe_sandbox: StripeSandbox, sent: Any, param: str, code: str | None
):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_sandbox.client().v1.payment_intents.create(sent)

    assert (refused.value.http_status, refused.value.param, refused.value.code) == (400, param, code)
    assert stripe_sandbox.client().v1.payment_intents.list().data == []


def test_an_address_that_is_none_is_told_so(stripe_sandbox: StripeSandbox):
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        stripe_sandbox.client().v1.customers.list()


def test_a_list_comes_page_by_page_in_both_directions(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    made = [client.v1.payment_intents.create(NEW).id for _ in range(7)]
    newest_first = made[::-1]

    first = client.v1.payment_intents.list({"limit": 3})
    second = client.v1.payment_intents.list({"limit": 3, "starting_after": first.data[-1].id})
    back = client.v1.payment_intents.list({"limit": 2, "ending_before": second.data[0].id})

    assert ([each.id for each in first.data], first.has_more) == (newest_first[:3], True)
    assert ([each.id for each in second.data], second.has_more) == (newest_first[3:6], True)
    assert ([each.id for each in back.data], back.has_more) == (newest_first[1:3], True)
    assert [
        each.id for each in client.v1.payment_intents.list({"limit": 2}).auto_paging_iter()
    ] == newest_first
    created = client.v1.payment_intents.retrieve(made[0]).created
    assert client.v1.payment_intents.list({"created": {"gte": created + 60}}).data == []
    assert len(client.v1.payment_intents.list({"created": {"gte": created, "lt": created + 60}}).data) == 7
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.list({"limit": 101})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.list({"starting_after": "pi_none"})


def test_objects_come_in_the_place_of_their_ids(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    paid = stripe_sandbox.paid()

    listed: Any = client.v1.charges.list(
        {
            "payment_intent": paid.id,
            "expand": ["data.payment_intent.payment_method", "data.balance_transaction"],
        }
    )

    assert listed.data[0].payment_intent.payment_method.card.brand == "visa"
    assert listed.data[0].balance_transaction.net == 10_000
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.payment_intents.retrieve(paid.id, {"expand": ["color"]})


def test_brackets_are_lists_and_hashes():
    assert decode(
        "a[b][c]=1&expand[]=x&expand[]=y&list[0][k]=v&list[1][k]=w&metadata[0]=z&empty=&t=a%20b+c"
    ) == {
        "a": {"b": {"c": "1"}},
        "expand": ["x", "y"],
        "list": [{"k": "v"}, {"k": "w"}],
        "metadata": {"0": "z"},
        "empty": "",
        "t": "a b c",
    }


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("PaymentIntentCreateParams", payment_intents.CREATE),
        ("PaymentIntentConfirmParams", payment_intents.CONFIRM),
        ("PaymentIntentUpdateParams", payment_intents.UPDATE),
        ("ChargeUpdateParams", charges.UPDATE),
        ("RefundCreateParams", refunds.CREATE),
        ("TransferCreateParams", transfers.CREATE),
        ("PayoutCreateParams", payouts.CREATE),
    ],
)
def test_every_parameter_of_the_sdk_is_known(name: str, known: frozenset[str]):
    options = {
        *("api_key", "content_type", "headers", "idempotency_key", "max_network_retries"),
        *("stripe_account", "stripe_context", "stripe_version"),
    }

    assert set(getattr(stripe.params, name).__annotations__) - options - known == set()


@pytest.mark.parametrize("fault", ["error_before", "reset_before"])
def test_a_fault_before_leaves_nothing_behind(stripe_sandbox: StripeSandbox, fault: str):
    stripe_sandbox.fault(**{fault: 1})
    with pytest.raises((stripe.APIError, stripe.APIConnectionError)):
        stripe_sandbox.client().v1.payment_intents.create(NEW)

    stripe_sandbox.control("faults", method="DELETE")

    assert stripe_sandbox.client().v1.payment_intents.list().data == []


@pytest.mark.parametrize("fault", ["error_after", "reset_after"])
def test_after_a_fault_the_same_key_gets_the_true_answer(stripe_sandbox: StripeSandbox, fault: str):
    client = stripe_sandbox.client()
    stripe_sandbox.fault(**{fault: 1})
    with pytest.raises((stripe.APIError, stripe.APIConnectionError)):
        client.v1.payment_intents.create(NEW, {"idempotency_key": "once"})
    stripe_sandbox.control("faults", method="DELETE")

    (there,) = client.v1.payment_intents.list().data
    again = client.v1.payment_intents.create(NEW, {"idempotency_key": "once"})

    assert again.id == there.id


def test_the_sdk_retries_what_fails_now_and_then(stripe_sandbox: StripeSandbox):
    stripe_sandbox.fault(error_before=0.2, reset_after=0.2, seed=3)
    client = stripe_sandbox.client(max_network_retries=8)

    made = {client.v1.payment_intents.create(NEW).id for _ in range(10)}

    stripe_sandbox.control("faults", method="DELETE")
    assert {each.id for each in client.v1.payment_intents.list({"limit": 100}).data} == made


def test_too_many_calls_are_told_so(stripe_sandbox: StripeSandbox):
    stripe_sandbox.fault(rate_limited=1)

    with pytest.raises(stripe.RateLimitError):
        stripe_sandbox.client().v1.balance.retrieve()


def test_a_fault_may_be_for_some_calls_only(stripe_sandbox: StripeSandbox):
    stripe_sandbox.control("faults", {"error_before": 1, "only": "/v1/transfers"})

    assert stripe_sandbox.client().v1.payment_intents.create(NEW).amount == 900
    with pytest.raises(stripe.APIError):
        stripe_sandbox.client().v1.transfers.list()


@pytest.mark.parametrize("body", [{"no_such": 1}, {"error_before": "much"}, {"error_before": -1}])
def test_a_fault_that_is_none_is_refused(stripe_sandbox: StripeSandbox, body: Any):
    with pytest.raises(AssertionError):
        stripe_sandbox.control("faults", body)


def test_a_form_of_another_site_turns_nothing_on(stripe_sandbox: StripeSandbox):
    headers = {"content-type": "application/x-www-form-urlencoded"}

    assert stripe_sandbox.call("POST", "/_sandbox/faults", '{"error_before": 1}', headers)[0] == 400
    assert stripe_sandbox.control("faults", method="GET")["error_before"] == 0


def test_secrets_are_never_shown(stripe_sandbox: StripeSandbox):
    stripe_sandbox.paid()
    status, _, page = stripe_sandbox.call("GET", "/")

    assert (status, "100.00 EUR" in page) == (200, True)
    assert TEST_KEY not in page
    assert LIVE_KEY not in page
    assert stripe_sandbox.publishable_key().startswith("pk_test_")
