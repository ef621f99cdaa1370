"""Events on their way: signed, in order, tried again; and what can be made to go wrong."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
import stripe
from starlette.responses import Response

from tests.fixtures.receiver import Call, Receiver
from tests.fixtures.stripe_sandbox import StripeSandbox


@pytest.fixture
def listen(stripe_sandbox: StripeSandbox, receiver: Receiver) -> Callable[..., str]:
    """Let the receiver be told; return the secret."""

    def made(*types: str, connect: bool = False, live: bool = False) -> str:
        sent: Any = {"url": receiver.url, "enabled_events": list(types) or ["*"], "connect": connect}
        endpoint = stripe_sandbox.client(live=live).v1.webhook_endpoints.create(sent)
        assert endpoint.secret is not None
        return endpoint.secret

    return made


async def came(receiver: Receiver, count: int) -> list[Call]:
    async with asyncio.timeout(10):
        while len(receiver.calls) < count:  # noqa: ASYNC110 - the receiver has no event for it
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    return receiver.calls


def types_of(calls: list[Call]) -> list[str]:
    return [call.told["type"] for call in calls]


async def test_an_event_is_signed_as_the_sdk_expects(
    stripe_sandbox: StripeSandbox, receiver: Receiver, listen
):
    secret = listen("payment_intent.succeeded")

    paid = await asyncio.to_thread(stripe_sandbox.paid, 4_200)

    (call,) = await came(receiver, 1)
    event = stripe_sandbox.client().construct_event(call.body, call.headers["stripe-signature"], secret)
    assert (event.type, event.livemode, event.data.object["id"]) == (
        "payment_intent.succeeded",
        False,
        paid.id,
    )
    assert (event.data.object["amount_received"], event.data.object["status"]) == (4_200, "succeeded")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe_sandbox.client().construct_event(call.body + b" ", call.headers["stripe-signature"], secret)


async def test_events_about_one_payment_come_in_their_order(
    stripe_sandbox: StripeSandbox, receiver: Receiver, listen
):
    listen()

    await asyncio.to_thread(stripe_sandbox.paid)

    assert types_of(await came(receiver, 3)) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]


async def test_while_a_secret_is_rotated_both_sign(stripe_sandbox: StripeSandbox, receiver: Receiver, listen):
    old = listen("payment_intent.succeeded")
    (endpoint,) = stripe_sandbox.client().v1.webhook_endpoints.list().data
    new: str = stripe_sandbox.control(f"webhook_endpoints/{endpoint.id}/roll", {"old_for": 60})["secret"]

    await asyncio.to_thread(stripe_sandbox.paid)

    (call,) = await came(receiver, 1)
    signature = call.headers["stripe-signature"]
    assert signature.count("v1=") == 2
    for secret in (old, new):
        assert stripe_sandbox.client().construct_event(call.body, signature, secret).type

    stripe_sandbox.control(f"webhook_endpoints/{endpoint.id}/roll", {"old_for": 0})
    await asyncio.to_thread(stripe_sandbox.paid)

    assert (await came(receiver, 2))[1].headers["stripe-signature"].count("v1=") == 1


async def test_what_is_not_taken_comes_again(stripe_sandbox: StripeSandbox, receiver: Receiver, listen):
    listen("payment_intent.succeeded")
    receiver.answer = lambda _: Response(status_code=500 if len(receiver.calls) < 3 else 200)

    await asyncio.to_thread(stripe_sandbox.paid)

    calls = await came(receiver, 3)
    assert len({call.told["id"] for call in calls}) == 1
    event = stripe_sandbox.client().v1.events.retrieve(calls[0].told["id"])
    assert event.pending_webhooks == 0


async def test_what_is_never_taken_is_given_up(stripe_sandbox: StripeSandbox, receiver: Receiver, listen):
    stripe_sandbox.options.retry_after = (0.01, 0.01)
    listen("payment_intent.succeeded")
    receiver.answer_with(410)

    await asyncio.to_thread(stripe_sandbox.paid)

    assert len(await came(receiver, 3)) == 3


async def test_each_endpoint_has_its_own_events(stripe_sandbox: StripeSandbox, receiver: Receiver, listen):
    listen("payment_intent.succeeded")
    listen("payout.paid", connect=True)
    listen("payment_intent.succeeded", live=True)
    account = stripe_sandbox.enabled_account()
    paid: Any = await asyncio.to_thread(stripe_sandbox.paid, 5_000)
    client = stripe_sandbox.client()

    client.v1.transfers.create(
        {
            "amount": 4_000,
            "currency": "eur",
            "destination": account,
            "source_transaction": paid.latest_charge.id,
        }
    )
    client.v1.payouts.create({"amount": 4_000, "currency": "eur"}, {"stripe_account": account})

    calls = await came(receiver, 2)
    assert types_of(calls) == ["payment_intent.succeeded", "payout.paid"]
    assert [call.told.get("account") for call in calls] == [None, account]


async def test_accounts_of_the_second_generation_are_told_of_thinly(
    stripe_sandbox: StripeSandbox, receiver: Receiver
):
    sent: Any = {
        "name": "interline",
        "type": "webhook_endpoint",
        "event_payload": "thin",
        "enabled_events": ["v2.core.account[requirements].updated"],
        "webhook_endpoint": {"url": receiver.url},
        "include": ["webhook_endpoint.url", "webhook_endpoint.signing_secret"],
    }
    destination: Any = stripe_sandbox.client().v2.core.event_destinations.create(sent)

    account = await asyncio.to_thread(stripe_sandbox.enabled_account)

    (call,) = await came(receiver, 1)
    client = stripe_sandbox.client()
    secret = destination.webhook_endpoint.signing_secret
    told: Any = client.parse_event_notification(call.body, call.headers["stripe-signature"], secret)
    assert (told.type, told.related_object.id) == ("v2.core.account[requirements].updated", account)
    assert told.fetch_related_object().display_name == "Hotel Bella Vista"
    assert told.fetch_event().id == told.id


async def test_an_event_comes_twice_if_told_so(stripe_sandbox: StripeSandbox, receiver: Receiver, listen):
    listen("payment_intent.succeeded")
    stripe_sandbox.fault(webhook_twice=1)

    await asyncio.to_thread(stripe_sandbox.paid)

    first, second = await came(receiver, 2)
    assert first.told["id"] == second.told["id"]


async def test_a_dropped_event_comes_at_the_second_try(
    stripe_sandbox: StripeSandbox, receiver: Receiver, listen
):
    listen("payment_intent.succeeded")
    stripe_sandbox.options.retry_after = (0.3,)
    stripe_sandbox.fault(webhook_dropped=1)

    await asyncio.to_thread(stripe_sandbox.paid)

    await asyncio.sleep(0.1)
    assert receiver.calls == []
    assert types_of(await came(receiver, 1)) == ["payment_intent.succeeded"]


async def test_events_come_out_of_order_if_told_so(stripe_sandbox: StripeSandbox, receiver: Receiver, listen):
    listen("payment_intent.succeeded")
    stripe_sandbox.fault(webhook_shuffled=1, shuffle_ms=300, seed=7)
    made = [(await asyncio.to_thread(stripe_sandbox.paid)).id for _ in range(12)]

    calls = await came(receiver, 12)

    told = [json.loads(call.body)["data"]["object"]["id"] for call in calls]
    assert sorted(told) == sorted(made)
    assert told != made


async def test_a_closed_connection_is_opened_anew(stripe_sandbox: StripeSandbox, receiver: Receiver, listen):
    listen("payment_intent.succeeded")
    receiver.answer_with(200, connection="close")

    for _ in range(3):
        await asyncio.to_thread(stripe_sandbox.paid)

    assert len(await came(receiver, 3)) == 3
