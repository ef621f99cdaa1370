"""Deliveries on their way to a real receiver, through everything that can happen to them."""

import asyncio
import dataclasses

import pytest
from sqlalchemy import select
from starlette.responses import Response

from db import models
from db.types import new_id
from domain.events import EventType
from domain.ids import global_id
from domain.mail import MailTemplate
from domain.webhooks import Answer, DeliveryStatus, DisabledBecause, EndpointStatus
from jobs import dead_letters, events, schedule, webhooks
from permissions.viewer import Role
from services import audit, webhook_deliveries
from services import dead_letters as letters
from services import webhooks as endpoints
from tests.factories.partners import make_member, make_reseller
from tests.factories.times import DAY, HOUR, MINUTE, NOW, SECOND
from tests.factories.viewers import key_of
from tests.factories.webhooks import SECRET_TEXT, make_endpoint, make_event
from tests.fixtures.work import SEAL, run_queued

DELIVERED, DEAD, PENDING = DeliveryStatus.DELIVERED, DeliveryStatus.DEAD, DeliveryStatus.PENDING


async def made(work, make, *arguments, **facts):
    async with work.unit_of_work() as uow:
        return await make(uow.session, *arguments, **facts)


async def rows(work, statement):
    async with work.sessions.read() as session:
        return list((await session.scalars(statement)).all())


async def deliveries(work):
    ordered = select(models.WebhookDelivery).order_by(
        models.WebhookDelivery.object_id, models.WebhookDelivery.sequence
    )
    return await rows(work, ordered)


async def the_endpoint(work):
    (endpoint,) = await rows(work, select(models.WebhookEndpoint))
    return endpoint


async def the_endpoint_of(work, endpoint):
    statement = select(models.WebhookEndpoint).where(models.WebhookEndpoint.id == endpoint.id)
    return (await rows(work, statement))[0]


@pytest.fixture
async def partner(work):
    return await made(work, make_reseller)


@pytest.fixture
async def endpoint(work, partner, receiver):
    return await made(work, make_endpoint, partner, SEAL, url=receiver.url)


@pytest.fixture
def happen(work, partner):
    """Let the first so many events of one object happen, and be relayed; return the object."""

    async def happen(number=1, *, object_id=None, first=1, **facts):
        object_id = object_id or new_id()
        for sequence in range(first, first + number):
            await made(work, make_event, partner, object_id=object_id, sequence=sequence, **facts)
        await events.relay(work)
        return object_id

    return happen


async def deliver_until(work, clock, end, *, step=MINUTE):
    """Deliver again and again while the clock goes on to `end`."""
    while clock.now <= end:
        await webhooks.deliver(work)
        clock.later(step)


async def test_an_event_arrives_signed(work, endpoint, receiver, happen):
    await happen(event_type=EventType.BOOKING_CONFIRMED, payload={"order_id": "bkg_1"})

    made = await webhooks.deliver(work)

    (call,) = receiver.calls
    (delivery,) = await deliveries(work)
    assert made == 1
    assert call.is_signed_with(SECRET_TEXT)
    assert call.id == global_id("Event", delivery.event_id)
    assert call.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert call.told == {
        "type": "booking.confirmed",
        "timestamp": "2026-11-18T08:00:00.000Z",
        "data": {"order_id": "bkg_1"},
    }
    assert (delivery.status, delivery.attempts, delivery.last_status) == (DELIVERED, 1, 204)
    assert (delivery.delivered_at, delivery.leased_until, delivery.last_error) == (NOW, None, None)


async def test_what_was_delivered_is_not_delivered_again(work, endpoint, receiver, happen):
    await happen()

    assert [await webhooks.deliver(work), await webhooks.deliver(work)] == [1, 0]
    assert len(receiver.calls) == 1


async def test_during_a_rotation_both_secrets_verify(*, work, endpoint, receiver, happen, partner, clock):
    async with work.unit_of_work() as uow:
        issued = await endpoints.rotate_secret(
            uow,
            key_of(partner),
            endpoint_id=endpoint.id,
            overlap_hours=1,
            seal=SEAL,
            entropy=lambda length: b"n" * length,
            idempotency=None,
            now=NOW,
        )

    await happen()
    await webhooks.deliver(work)
    clock.later(HOUR)
    await happen()
    await webhooks.deliver(work)

    during, after = receiver.calls
    assert during.is_signed_with(SECRET_TEXT)
    assert during.is_signed_with(issued.secret)
    assert not after.is_signed_with(SECRET_TEXT)
    assert after.is_signed_with(issued.secret)


async def test_a_failed_delivery_is_tried_again_under_the_same_id(work, endpoint, receiver, happen, clock):
    await happen()
    receiver.answer_with(500)
    await webhooks.deliver(work)
    clock.later(4 * SECOND)
    too_soon = await webhooks.deliver(work)
    receiver.answer_with(200)
    clock.later(SECOND)
    in_time = await webhooks.deliver(work)

    first, second = receiver.calls
    (delivery,) = await deliveries(work)
    assert (too_soon, in_time) == (0, 1)
    assert (first.id, first.body) == (second.id, second.body)
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert second.is_signed_with(SECRET_TEXT)
    assert (delivery.status, delivery.attempts, delivery.last_status) == (DELIVERED, 2, 200)


async def test_events_of_an_object_arrive_in_order_whatever_fails(work, endpoint, receiver, happen, clock):
    cruise, other = new_id(), new_id()
    failures = iter([500, 503, 204])
    receiver.answer = lambda call: Response(
        status_code=next(failures, 204) if call.told["data"]["number"] == 1 else 204
    )
    await happen(3, object_id=cruise)
    await happen(1, object_id=other, first=7)

    await deliver_until(work, clock, NOW + MINUTE, step=5 * SECOND)

    told = [call.told["data"]["number"] for call in receiver.calls]
    assert [number for number in told if number != 7] == [1, 1, 1, 2, 3]
    assert told.index(7) < told.index(2), "another object does not wait"
    assert {each.status for each in await deliveries(work)} == {DELIVERED}


async def test_an_event_does_not_overtake_one_that_is_not_relayed_yet(work, endpoint, receiver, partner):
    cruise = new_id()
    await made(work, make_event, partner, object_id=cruise, sequence=1)
    async with work.unit_of_work() as held_up:
        # Another worker holds the first event and has not committed; this one relays the second.
        await held_up.session.scalars(select(models.Event).with_for_update())
        await made(work, make_event, partner, object_id=cruise, sequence=2)
        relayed = await events.relay(work)
        delivered_before = await webhooks.deliver(work)

    await events.relay(work)
    await webhooks.deliver(work)

    assert (relayed, delivered_before) == (1, 0)
    assert [call.told["data"]["number"] for call in receiver.calls] == [1, 2]


async def let_die(work, receiver, happen):
    """Let a delivery fail for the last time."""
    await happen()
    receiver.answer_with(500)
    async with work.unit_of_work() as uow:
        (delivery,) = await uow.session.scalars(select(models.WebhookDelivery))
        delivery.attempts = 11
    await webhooks.deliver(work)


async def test_a_delivery_that_always_fails_dies_and_leaves_a_letter(work, endpoint, receiver, happen):
    await let_die(work, receiver, happen)

    (delivery,) = await deliveries(work)
    (letter,) = await rows(work, select(models.DeadLetter))
    shown = global_id("WebhookDelivery", delivery.id)
    assert (delivery.status, delivery.attempts, delivery.last_error) == (DEAD, 12, "HTTP 500")
    assert (letter.job, letter.key, letter.payload) == ("webhooks.redeliver", shown, {"delivery_id": shown})
    assert (letter.error, letter.attempts, letter.partner_id) == ("HTTP 500", 12, endpoint.partner_id)
    assert letter.environment is endpoint.environment
    assert (await the_endpoint(work)).status is EndpointStatus.ENABLED


async def test_a_replayed_letter_sends_its_delivery_again(
    *, work, endpoint, receiver, happen, partner, queue, clock, meter
):
    await let_die(work, receiver, happen)
    (letter,) = await rows(work, select(models.DeadLetter))
    receiver.answer_with(204)

    async with work.unit_of_work() as uow:
        await letters.replay_dead_letter(uow, key_of(partner), letter_id=letter.id, now=clock())
    handed_over = [await dead_letters.requeue(work), await dead_letters.requeue(work)]
    await run_queued(work, queue)
    await webhooks.deliver(work)

    (delivery,) = await deliveries(work)
    failed, succeeded = receiver.calls
    assert handed_over == [1, 0]
    assert delivery.status is DELIVERED
    assert failed.id == succeeded.id
    assert meter.runs == [
        ("webhooks.attempt", "dead"),
        ("webhooks.redeliver", "done"),
        ("webhooks.attempt", "done"),
    ]


async def test_a_letter_of_a_disabled_endpoint_comes_back_at_once(
    *, work, endpoint, receiver, happen, partner, queue, clock
):
    await let_die(work, receiver, happen)
    (letter,) = await rows(work, select(models.DeadLetter))
    async with work.unit_of_work() as uow:
        await endpoints.delete_endpoint(uow, key_of(partner), endpoint_id=endpoint.id, now=clock())
        await letters.replay_dead_letter(uow, key_of(partner), letter_id=letter.id, now=clock())

    await dead_letters.requeue(work)
    await run_queued(work, queue)

    again = await rows(work, select(models.DeadLetter).where(models.DeadLetter.replayed_at.is_(None)))
    assert [(each.key, each.error, each.attempts) for each in again] == [
        (letter.key, "WEBHOOK_ENDPOINT_DISABLED", 1)
    ]


async def test_a_failing_endpoint_is_left_alone_then_probed_once(work, endpoint, receiver, happen, clock):
    receiver.answer_with(503)
    for _ in range(8):
        await happen()

    await webhooks.deliver(work)
    at_first = len(receiver.calls)
    clock.later(59 * SECOND)
    await webhooks.deliver(work)
    while_open = len(receiver.calls)
    await deliver_until(work, clock, NOW + 16 * MINUTE, step=10 * SECOND)

    # All eight went out together before anything was known; then single probes, further and further apart.
    assert (at_first, while_open) == (8, 8)
    circuit = await the_endpoint(work)
    assert circuit.consecutive_failures == len(receiver.calls)
    assert circuit.circuit_open_until > clock.now

    receiver.answer_with(204)
    clock.later(HOUR)
    recovered = await webhooks.deliver(work)

    healthy = await the_endpoint(work)
    assert recovered == 8, "one probe, and after its success all the others"
    assert (healthy.consecutive_failures, healthy.failing_since, healthy.circuit_open_until) == (
        0,
        None,
        None,
    )
    assert {each.status for each in await deliveries(work)} == {DELIVERED}


async def test_while_probing_one_call_is_made_at_a_time(work, endpoint, receiver, happen, clock):
    async with work.unit_of_work() as uow:
        row = await uow.session.get_one(models.WebhookEndpoint, endpoint.id)
        row.consecutive_failures, row.failing_since = 5, NOW
    for _ in range(3):
        await happen()

    async with work.unit_of_work() as uow:
        taken = await webhook_deliveries.take_due(uow, limit=50, now=clock())
    async with work.unit_of_work() as uow:
        taken_besides = await webhook_deliveries.take_due(uow, limit=50, now=clock())

    assert (len(taken), taken_besides) == (1, [])


async def test_a_slow_endpoint_takes_ten_calls_at_a_time(work, endpoint, happen, clock):
    for _ in range(12):
        await happen()

    async with work.unit_of_work() as uow:
        taken = await webhook_deliveries.take_due(uow, limit=50, now=clock())
    async with work.unit_of_work() as uow:
        taken_besides = await webhook_deliveries.take_due(uow, limit=50, now=clock())

    assert (len(taken), taken_besides) == (10, [])


async def test_after_three_days_of_failures_an_endpoint_is_disabled_with_notice(
    *, work, endpoint, receiver, happen, clock, partner
):
    await made(work, make_endpoint, partner, SEAL, url=receiver.url + "/other")
    receiver.answer = lambda call: Response(status_code=204 if call.path.endswith("/other") else 500)
    await happen(2)

    await deliver_until(work, clock, NOW + 3 * DAY - HOUR, step=30 * MINUTE)
    still = await the_endpoint_of(work, endpoint)
    assert (still.status, still.failing_since) == (EndpointStatus.ENABLED, NOW)

    await deliver_until(work, clock, NOW + 4 * DAY, step=HOUR)
    await events.relay(work)
    await webhooks.deliver(work)

    row = await the_endpoint_of(work, endpoint)
    assert (row.status, row.disabled_because) == (EndpointStatus.DISABLED, DisabledBecause.FAILING)
    of_it = [each for each in await deliveries(work) if each.endpoint_id == endpoint.id]
    assert {each.status for each in of_it} == {DEAD}
    notice = receiver.calls[-1]
    shown = global_id("WebhookEndpoint", endpoint.id)
    assert (notice.path, notice.told["type"]) == ("/hooks/other", "webhook.disabled")
    assert notice.told["data"]["endpoint_id"] == shown
    assert notice.told["data"]["because"] == "FAILING"
    chain = await rows(work, select(models.AuditEntry).order_by(models.AuditEntry.sequence))
    assert [(each.actor, each.act, each.object_id) for each in chain] == [
        ("system", "webhooks.disable", shown)
    ]
    assert audit.broken_at(chain) is None


async def test_an_endpoint_that_is_gone_is_disabled_at_once(work, endpoint, receiver, happen):
    receiver.answer_with(410)
    await happen(3)

    await webhooks.deliver(work)

    row = await the_endpoint(work)
    assert len(receiver.calls) == 1
    assert (row.status, row.disabled_because) == (EndpointStatus.DISABLED, DisabledBecause.GONE)
    assert [(each.status, each.last_error) for each in await deliveries(work)] == [
        (DEAD, "HTTP 410"),
        (DEAD, "endpoint disabled: GONE"),
        (DEAD, "endpoint disabled: GONE"),
    ]


async def test_whose_endpoint_is_disabled_is_told_by_mail_in_the_partners_language_once(
    work, endpoint, partner, receiver, happen
):
    async with work.unit_of_work() as uow:
        (await uow.session.get_one(models.Partner, partner.id)).locale = "fr"
    told = {(await made(work, make_member, partner, role=role)).id for role in (Role.OWNER, Role.ADMIN)}
    await made(work, make_member, partner, role=Role.SUPPORT)
    receiver.answer_with(410)
    await happen(3)

    await webhooks.deliver(work)

    mails = await rows(work, select(models.Mail))
    assert {each.key for each in mails} == {
        f"webhook_disabled:{endpoint.id.hex}:2:{user_id.hex}" for user_id in told
    }
    assert {(each.template, each.locale, each.partner_id) for each in mails} == {
        (MailTemplate.WEBHOOK_DISABLED, "fr", partner.id)
    }
    assert mails[0].facts == {
        "partner": "Harbour Travel",
        "name": "Vera",
        "url": receiver.url,
        "environment": "LIVE",
        "because": "GONE",
        "link": "/integration",
    }


async def test_an_owner_who_disables_an_endpoint_is_told_nothing(work, endpoint, partner):
    await made(work, make_member, partner)
    async with work.unit_of_work() as uow:
        await endpoints.delete_endpoint(uow, key_of(partner), endpoint_id=endpoint.id, now=NOW)

    assert await rows(work, select(models.Mail)) == []


async def test_what_slips_in_while_an_endpoint_is_disabled_is_swept(work, endpoint, partner, happen):
    await happen()
    async with work.unit_of_work() as uow:
        row = await uow.session.get_one(models.WebhookEndpoint, endpoint.id)
        row.status, row.disabled_because = EndpointStatus.DISABLED, DisabledBecause.BY_OWNER

    await webhooks.sweep(work)

    (delivery,) = await deliveries(work)
    assert (delivery.status, delivery.last_error) == (DEAD, "endpoint disabled")


class KilledSender:
    """Sends, and is killed before it can tell: what SIGKILL between the call and the note looks like."""

    def __init__(self, sender):
        self._sender = sender

    async def send(self, message):
        await self._sender.send(message)
        raise KeyboardInterrupt


async def test_killed_after_the_call_it_is_made_again_under_the_same_id(
    work, endpoint, receiver, happen, clock
):
    await happen(2)
    killed = dataclasses.replace(work, sender=KilledSender(work.sender))
    async with work.unit_of_work() as uow:
        (attempt,) = await webhook_deliveries.take_due(uow, limit=1, now=clock())
    with pytest.raises(KeyboardInterrupt):
        await killed.sender.send(attempt.message(SEAL, clock()))

    clock.later(59 * SECOND)
    under_lease = await webhooks.deliver(work)
    clock.later(SECOND)
    after_lease = await webhooks.deliver(work)

    ids = [call.id for call in receiver.calls]
    assert (under_lease, after_lease) == (0, 2)
    assert ids[0] == ids[1] != ids[2]
    assert [call.told["data"]["number"] for call in receiver.calls] == [1, 1, 2]
    assert [(each.status, each.attempts) for each in await deliveries(work)] == [
        (DELIVERED, 2),
        (DELIVERED, 1),
    ]


async def test_a_late_success_counts_a_late_failure_does_not(work, endpoint, receiver, happen, clock):
    await happen()
    async with work.unit_of_work() as uow:
        (late,) = await webhook_deliveries.take_due(uow, limit=1, now=clock())
    clock.later(MINUTE)
    async with work.unit_of_work() as uow:
        (latest,) = await webhook_deliveries.take_due(uow, limit=1, now=clock())

    async def note(attempt, status):
        async with work.unit_of_work() as uow:
            return await webhook_deliveries.note_answer(
                uow, attempt=attempt, answer=Answer(status), chance=0.5, now=clock()
            )

    noted = [await note(late, 500), await note(late, 200), await note(latest, 500), await note(latest, 200)]

    assert (late.number, latest.number) == (1, 2)
    assert noted == [None, DELIVERED, None, None]
    assert (await the_endpoint(work)).consecutive_failures == 0


async def test_two_workers_deliver_everything_once_and_in_order(work, endpoint, receiver, happen):
    objects = [await happen(5) for _ in range(6)]

    await asyncio.gather(*(webhooks.deliver(work) for _ in range(4)))
    await webhooks.deliver(work)

    assert len(receiver.calls) == len({call.id for call in receiver.calls}) == 30
    told = {global_id("Event", each.event_id): each for each in await deliveries(work)}
    for each in objects:
        numbers = [call.told["data"]["number"] for call in receiver.calls if told[call.id].object_id == each]
        assert numbers == [1, 2, 3, 4, 5]


async def test_a_dead_endpoint_does_not_hold_up_the_others(work, endpoint, receiver, happen, partner):
    await made(work, make_endpoint, partner, SEAL, url="http://127.0.0.1:9/")
    await happen()

    await webhooks.deliver(work)

    assert len(receiver.calls) == 1
    assert sorted((each.status, each.last_error) for each in await deliveries(work)) == [
        (DELIVERED, None),
        (PENDING, "not reached"),
    ]


async def test_a_secret_that_can_not_be_read_is_a_failed_attempt(work, endpoint, receiver, happen):
    async with work.unit_of_work() as uow:
        row = await uow.session.get_one(models.WebhookEndpoint, endpoint.id)
        row.secret_sealed = SEAL.seal(b"somebody else's", b"another row")
    await happen()

    await webhooks.deliver(work)

    (delivery,) = await deliveries(work)
    assert (delivery.status, delivery.last_error) == (PENDING, "signing secret unreadable")
    assert receiver.calls == []


def test_every_job_of_a_letter_can_be_run():
    names = {task.name for task in schedule.TASKS}

    assert endpoints.REDELIVER in names
