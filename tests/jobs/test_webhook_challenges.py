"""Endpoints prove themselves to a real receiver before they are told anything."""

import asyncio
import secrets

import pytest
from sqlalchemy import select
from starlette.responses import Response

from db import models
from domain.errors import NotFound
from domain.events import EventType
from domain.webhooks import DeliveryStatus, DisabledBecause, EndpointStatus, WebhookEndpointDisabled
from jobs import events, webhook_challenges, webhooks
from services import webhook_challenges as challenges
from services import webhooks as endpoints
from tests.factories.partners import make_reseller
from tests.factories.times import MINUTE, NOW, SECOND
from tests.factories.viewers import key_of
from tests.factories.webhooks import make_event
from tests.fixtures.acts import refusal
from tests.fixtures.work import SEAL


@pytest.fixture
async def partner(work):
    async with work.unit_of_work() as uow:
        return await make_reseller(uow.session)


@pytest.fixture
async def issued(work, partner, receiver):
    """A new endpoint, as its owner creates it."""
    async with work.unit_of_work() as uow:
        return await endpoints.create_endpoint(
            uow,
            key_of(partner),
            partner_id=None,
            url=receiver.url,
            description=None,
            event_types=[EventType.BOOKING_CONFIRMED],
            is_development=True,
            seal=SEAL,
            entropy=secrets.token_bytes,
            idempotency=None,
            now=NOW,
        )


@pytest.fixture
def change(work, partner, issued, clock):
    async def change(**facts):
        nothing = {"url": None, "description": None, "event_types": None, "status": None}
        async with work.unit_of_work() as uow:
            return await endpoints.update_endpoint(
                uow,
                key_of(partner),
                endpoint_id=issued.webhook_endpoint.id,
                is_development=True,
                now=clock(),
                **nothing | facts,
            )

    return change


@pytest.fixture
def verify(work, partner, issued, clock):
    async def verify(viewer=None):
        async with work.unit_of_work() as uow:
            return await challenges.verify_endpoint(
                uow, viewer or key_of(partner), endpoint_id=issued.webhook_endpoint.id, now=clock()
            )

    return verify


@pytest.fixture
def happen(work, partner):
    async def happen():
        async with work.unit_of_work() as uow:
            await make_event(uow.session, partner, event_type=EventType.BOOKING_CONFIRMED)
        await events.relay(work)

    return happen


async def the_endpoint(work):
    async with work.sessions.read() as session:
        return (await session.scalars(select(models.WebhookEndpoint))).one()


async def delivery_statuses(work):
    async with work.sessions.read() as session:
        return list((await session.scalars(select(models.WebhookDelivery.status))).all())


def types(receiver):
    return [call.told["type"] for call in receiver.calls]


@pytest.mark.parametrize("as_text", [True, False])
async def test_an_endpoint_is_verified_by_the_challenge_of_a_signed_call(work, issued, receiver, as_text):
    receiver.answer_challenges(as_text=as_text)

    made = await webhook_challenges.challenge(work)

    (call,) = receiver.calls
    endpoint = await the_endpoint(work)
    assert made == 1
    assert call.is_signed_with(issued.secret)
    assert call.told == {
        "type": "webhook.challenge",
        "timestamp": "2026-11-18T08:00:00.000Z",
        "data": {"challenge": call.told["data"]["challenge"]},
    }
    assert len(call.told["data"]["challenge"]) == 48
    assert (endpoint.verified_at, endpoint.challenge_at, endpoint.challenge_error) == (NOW, None, None)
    assert await webhook_challenges.challenge(work) == 0


async def test_nothing_is_told_before_and_what_happened_meanwhile_after(work, issued, receiver, happen):
    await happen()
    before = await webhooks.deliver(work)
    receiver.answer_challenges()
    await webhook_challenges.challenge(work)
    after = await webhooks.deliver(work)

    assert (before, after) == (0, 1)
    assert types(receiver) == ["webhook.challenge", "booking.confirmed"]


async def test_whoever_does_not_know_the_challenge_is_asked_again_and_given_up(
    work, issued, receiver, happen, clock
):
    receiver.answer = lambda _: Response("hello")
    await happen()
    errors = []
    for pause in (SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 60 * MINUTE):
        await webhook_challenges.challenge(work)
        await webhooks.deliver(work)
        errors.append((await the_endpoint(work)).challenge_error)
        clock.later(pause)

    endpoint = await the_endpoint(work)
    assert types(receiver) == ["webhook.challenge"] * 5
    assert len({call.told["data"]["challenge"] for call in receiver.calls}) == 5
    assert set(errors) == {"the challenge is not in the answer"}
    assert (endpoint.status, endpoint.disabled_because) == (
        EndpointStatus.DISABLED,
        DisabledBecause.UNVERIFIED,
    )
    assert await delivery_statuses(work) == [DeliveryStatus.DEAD]


async def test_an_endpoint_that_was_given_up_is_challenged_again_on_request(
    work, issued, receiver, clock, verify
):
    receiver.answer_with(500)
    for _ in range(5):
        await webhook_challenges.challenge(work)
        clock.later(20 * MINUTE)
    assert (await the_endpoint(work)).challenge_error == "HTTP 500"
    receiver.answer_challenges()

    asked = await verify()
    await webhook_challenges.challenge(work)

    endpoint = await the_endpoint(work)
    assert (asked.status, asked.challenge_at) == (EndpointStatus.ENABLED, clock.now)
    assert (endpoint.verified_at, endpoint.challenge_error) == (clock.now, None)


async def test_a_verified_endpoint_is_not_asked_again(work, issued, receiver, verify):
    receiver.answer_challenges()
    await webhook_challenges.challenge(work)

    await verify()

    assert await webhook_challenges.challenge(work) == 0


async def test_one_that_its_owner_disabled_is_not_challenged(work, issued, receiver, change, verify):
    await change(status=EndpointStatus.DISABLED)

    refused = await refusal(verify())

    assert isinstance(refused, WebhookEndpointDisabled)
    assert await webhook_challenges.challenge(work) == 0


async def test_enabling_one_that_never_proved_itself_challenges_it(work, issued, receiver, change):
    await change(status=EndpointStatus.DISABLED)
    await change(status=EndpointStatus.ENABLED)

    assert await webhook_challenges.challenge(work) == 1


async def test_nobody_else_has_it_challenged(work, issued, verify):
    async with work.unit_of_work() as uow:
        rival = key_of(await make_reseller(uow.session, name="Island Trips"))

    assert isinstance(await refusal(verify(rival)), NotFound)


async def test_another_url_is_challenged_before_it_is_told_anything(work, issued, receiver, change, happen):
    receiver.answer_challenges()
    await webhook_challenges.challenge(work)
    await change(url=f"{receiver.url}/elsewhere")
    await happen()
    before = await webhooks.deliver(work)
    await webhook_challenges.challenge(work)
    after = await webhooks.deliver(work)

    assert (before, after) == (0, 1)
    assert [call.path for call in receiver.calls] == ["/hooks", "/hooks/elsewhere", "/hooks/elsewhere"]


async def test_another_description_challenges_nobody(work, issued, receiver, change):
    receiver.answer_challenges()
    await webhook_challenges.challenge(work)

    await change(description="Orders", url=receiver.url)

    assert (await the_endpoint(work)).verified_at == NOW


async def test_an_answer_for_a_url_that_was_left_proves_nothing(work, issued, receiver, change):
    async with work.unit_of_work() as uow:
        (challenge,) = await challenges.take_due(uow, limit=5, entropy=secrets.token_bytes, now=NOW)
    await change(url=f"{receiver.url}/elsewhere")
    receiver.answer_challenges()
    answer = await work.sender.send(challenge.message(SEAL, NOW))
    async with work.unit_of_work() as uow:
        noted = await challenges.note_answer(uow, challenge=challenge, answer=answer, chance=0.5, now=NOW)

    assert noted is None
    assert (await the_endpoint(work)).verified_at is None


async def test_two_workers_challenge_once(work, issued, receiver):
    receiver.answer_challenges()

    made = await asyncio.gather(*(webhook_challenges.challenge(work) for _ in range(4)))

    assert sorted(made) == [0, 0, 0, 1]
    assert len(receiver.calls) == 1


async def test_killed_after_the_call_the_endpoint_is_challenged_again(work, issued, receiver, clock):
    async with work.unit_of_work() as uow:
        await challenges.take_due(uow, limit=5, entropy=secrets.token_bytes, now=NOW)
    receiver.answer_challenges()
    clock.later(59 * SECOND)
    too_soon = await webhook_challenges.challenge(work)
    clock.later(SECOND)

    assert (too_soon, await webhook_challenges.challenge(work)) == (0, 1)
    assert (await the_endpoint(work)).verified_at == clock.now
