"""What partners do with their endpoints, and what it leaves behind."""

import dataclasses
from base64 import b64decode

import pytest
from sqlalchemy import select

from db import models
from domain.environments import Environment
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.events import EventType
from domain.idempotency import idempotency
from domain.ids import global_id
from domain.webhooks import (
    DeliveryStatus,
    DisabledBecause,
    EndpointStatus,
    WebhookEndpointDisabled,
    WebhookEndpointLimit,
)
from permissions.viewer import Role
from services import dead_letters, events, webhooks
from tests.factories.times import DAY, HOUR, MINUTE, NOW
from tests.factories.viewers import in_test, key_of, member_of, staff
from tests.factories.webhooks import SECRET, SECRET_TEXT, make_endpoint, make_event
from tests.fixtures.acts import refusal
from tests.fixtures.work import SEAL

URL = "https://reseller.example/hooks"
BOOKED = [EventType.BOOKING_CONFIRMED]


async def create(acts, viewer, *, url=URL, event_types=BOOKED, partner_id=None, key=None, **facts):
    bound = idempotency(viewer.id, key, "create", url=url, event_types=event_types)
    async with acts.work() as uow:
        return await webhooks.create_endpoint(
            uow,
            viewer,
            partner_id=partner_id,
            url=url,
            event_types=event_types,
            **({"description": None, "is_development": False} | facts),
            seal=SEAL,
            entropy=lambda length: SECRET[:length],
            idempotency=bound,
            now=acts.now,
        )


async def update(acts, viewer, endpoint, **facts):
    nothing = {"url": None, "description": None, "event_types": None, "status": None}
    async with acts.work() as uow:
        return await webhooks.update_endpoint(
            uow, viewer, endpoint_id=endpoint.id, is_development=False, now=acts.now, **(nothing | facts)
        )


async def replay(acts, viewer, endpoint, *, ids=None, since=None):
    async with acts.work() as uow:
        return await webhooks.replay_deliveries(
            uow, viewer, endpoint_id=endpoint.id, delivery_ids=ids, since=since, now=acts.now
        )


async def relay(acts):
    async with acts.work() as uow:
        await events.take_unrelayed(uow, now=acts.now)


async def made(acts, make, *arguments, **facts):
    async with acts.work() as uow:
        return await make(uow.session, *arguments, **facts)


async def deliveries_of(acts, endpoint):
    order = (models.WebhookDelivery.object_id, models.WebhookDelivery.sequence)
    statement = select(models.WebhookDelivery).where(models.WebhookDelivery.endpoint_id == endpoint.id)
    return await acts.rows(statement.order_by(*order))


async def end(acts, endpoint, status):
    """Let everything on its way to an endpoint have ended so."""
    async with acts.work() as uow:
        for each in await uow.session.scalars(
            select(models.WebhookDelivery).where(models.WebhookDelivery.endpoint_id == endpoint.id)
        ):
            each.status, each.attempts = status, 12
            each.delivered_at = acts.now if status is DeliveryStatus.DELIVERED else None


@pytest.fixture
async def endpoint(acts, world):
    """The reseller's LIVE endpoint for everything."""
    return await made(acts, make_endpoint, world.reseller, SEAL)


async def audited(acts):
    return await acts.rows(select(models.AuditEntry.act).order_by(models.AuditEntry.sequence))


async def test_an_endpoint_is_created_with_a_secret_that_is_shown_once(acts, world, reseller):
    issued = await create(acts, reseller, event_types=[EventType.TICKET_VOIDED, *BOOKED, *BOOKED])

    (row,) = await acts.rows(select(models.WebhookEndpoint))
    assert issued.secret == SECRET_TEXT
    assert b64decode(issued.secret.removeprefix("whsec_")) == SECRET
    assert SECRET not in row.secret_sealed
    assert SEAL.open(row.secret_sealed, row.id.bytes) == SECRET
    assert (row.partner_id, row.environment, row.status) == (
        world.reseller.id,
        Environment.LIVE,
        EndpointStatus.ENABLED,
    )
    assert row.event_types == ["booking.confirmed", "ticket.voided"]
    assert await audited(acts) == ["webhooks.create"]


async def test_an_endpoint_belongs_to_the_environment_of_its_maker(acts, reseller):
    issued = await create(acts, in_test(reseller))

    assert issued.webhook_endpoint.environment is Environment.TEST


async def test_people_of_several_partners_say_whose_it_is(acts, world):
    person = member_of(world.reseller, world.rival)

    refused = await refusal(create(acts, person))
    issued = await create(acts, person, partner_id=global_id("Partner", world.rival.id))

    assert isinstance(refused, InvalidInput)
    assert refused.field == "partner_id"
    assert issued.webhook_endpoint.partner_id == world.rival.id


async def test_nobody_makes_endpoints_for_another_partner(acts, world, reseller):
    theirs = await refusal(create(acts, reseller, partner_id=global_id("Partner", world.rival.id)))
    of_operator = await refusal(create(acts, reseller, partner_id=global_id("Partner", world.operator.id)))
    nonsense = await refusal(create(acts, reseller, partner_id="par_x"))

    assert [type(each) for each in (theirs, of_operator, nonsense)] == [NotFound, Forbidden, NotFound]
    assert await acts.rows(select(models.WebhookEndpoint)) == []


async def test_the_platform_makes_endpoints_for_anybody(acts, world):
    issued = await create(acts, staff(), partner_id=global_id("Partner", world.rival.id))

    assert issued.webhook_endpoint.partner_id == world.rival.id


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"url": "http://reseller.example/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"event_types": []}, "event_types"),
        ({"event_types": [EventType.AVAILABILITY_CHANGED]}, "event_types"),
        ({"description": "x" * 201}, "description"),
        ({"description": "two\nlines"}, "description"),
    ],
)
async def test_what_an_endpoint_can_not_be_is_refused(acts, reseller, facts, field):
    refused = await refusal(create(acts, reseller, **facts))

    assert isinstance(refused, InvalidInput)
    assert refused.field == field
    assert await acts.rows(select(models.WebhookEndpoint)) == []


async def test_the_twenty_first_enabled_endpoint_is_refused(acts, world, reseller):
    for _ in range(20):
        last = await made(acts, make_endpoint, world.reseller, SEAL)
    await made(acts, make_endpoint, world.reseller, SEAL, environment=Environment.TEST)

    refused = await refusal(create(acts, reseller))
    await update(acts, reseller, last, status=EndpointStatus.DISABLED)
    await create(acts, reseller)
    refused_again = await refusal(update(acts, reseller, last, status=EndpointStatus.ENABLED))

    assert refused == refused_again == WebhookEndpointLimit(max=20)


async def test_only_what_is_given_is_changed(acts, reseller, endpoint):
    await update(acts, reseller, endpoint, description="Bookings", event_types=BOOKED)

    (row,) = await acts.rows(select(models.WebhookEndpoint))
    assert (row.url, row.description, row.event_types) == (URL, "Bookings", ["booking.confirmed"])
    assert row.sequence == 2
    assert await audited(acts) == ["webhooks.update"]


async def test_another_partners_endpoint_does_not_exist_for_me(acts, world, endpoint):
    strangers = (
        key_of(world.rival),
        in_test(key_of(world.reseller)),
        member_of(world.reseller, role=Role.READONLY),
        key_of(world.reseller, scopes=frozenset()),
    )
    for stranger in strangers:
        refused = await refusal(update(acts, stranger, endpoint, description="mine"))
        assert isinstance(refused, NotFound)

    (row,) = await acts.rows(select(models.WebhookEndpoint))
    assert row.description is None
    assert await audited(acts) == []


async def test_disabling_ends_what_is_on_its_way(acts, world, reseller, endpoint):
    await made(acts, make_event, world.reseller)
    await relay(acts)

    async with acts.work() as uow:
        await webhooks.delete_endpoint(uow, reseller, endpoint_id=endpoint.id, now=acts.now)
    async with acts.work() as uow:
        again = await webhooks.delete_endpoint(uow, reseller, endpoint_id=endpoint.id, now=acts.now)

    (delivery,) = await deliveries_of(acts, endpoint)
    assert (delivery.status, delivery.last_error) == (DeliveryStatus.DEAD, "endpoint disabled: BY_OWNER")
    assert (again.status, again.disabled_because) == (EndpointStatus.DISABLED, DisabledBecause.BY_OWNER)
    assert await audited(acts) == ["webhooks.delete"]


async def test_enabling_is_a_fresh_start(acts, world, reseller):
    failing = await made(
        acts,
        make_endpoint,
        world.reseller,
        SEAL,
        status=EndpointStatus.DISABLED,
        disabled_because=DisabledBecause.FAILING,
        consecutive_failures=70,
        failing_since=NOW - 3 * DAY,
        circuit_open_until=NOW + HOUR,
    )

    row = await update(acts, reseller, failing, status=EndpointStatus.ENABLED)

    assert (row.status, row.disabled_because, row.consecutive_failures) == (EndpointStatus.ENABLED, None, 0)
    assert (row.failing_since, row.circuit_open_until) == (None, None)


async def test_another_url_lets_waiting_deliveries_be_due_at_once(acts, world, reseller, endpoint):
    await made(acts, make_event, world.reseller)
    await relay(acts)
    async with acts.work() as uow:
        (waiting,) = await uow.session.scalars(select(models.WebhookDelivery))
        waiting.next_attempt_at = NOW + 12 * HOUR

    await update(acts, reseller, endpoint, url="https://reseller.example/new")

    (delivery,) = await deliveries_of(acts, endpoint)
    assert delivery.next_attempt_at == acts.now


async def test_the_same_key_answers_the_first_endpoint_with_its_secret(acts, reseller):
    first = await create(acts, reseller, key="hook-1")
    again = await create(acts, reseller, key="hook-1")

    assert again.webhook_endpoint.id == first.webhook_endpoint.id
    assert again.secret == first.secret == SECRET_TEXT
    assert len(await acts.rows(select(models.WebhookEndpoint))) == 1
    assert await audited(acts) == ["webhooks.create"]


async def test_the_same_key_for_another_endpoint_is_refused(acts, reseller):
    await create(acts, reseller, key="hook-1")

    refused = await refusal(create(acts, reseller, key="hook-1", url=f"{URL}/other"))

    assert refused == IdempotencyConflict("hook-1")
    assert len(await acts.rows(select(models.WebhookEndpoint))) == 1


async def test_a_rotated_secret_overlaps_with_the_one_before(acts, reseller, endpoint):
    async with acts.work() as uow:
        issued = await webhooks.rotate_secret(
            uow,
            reseller,
            endpoint_id=endpoint.id,
            overlap_hours=24,
            seal=SEAL,
            entropy=lambda length: b"n" * length,
            idempotency=None,
            now=acts.now,
        )

    (row,) = await acts.rows(select(models.WebhookEndpoint))
    assert issued.secret == "whsec_bm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm4="
    assert SEAL.open(row.secret_sealed, row.id.bytes) == b"n" * 32
    assert SEAL.open(row.previous_secret_sealed, row.id.bytes) == SECRET
    assert row.previous_secret_until == NOW + DAY
    assert await audited(acts) == ["webhooks.rotate_secret"]


@pytest.mark.parametrize("hours", [-1, 169])
async def test_an_overlap_has_its_limits(acts, reseller, endpoint, hours):
    async def rotate():
        async with acts.work() as uow:
            await webhooks.rotate_secret(
                uow,
                reseller,
                endpoint_id=endpoint.id,
                overlap_hours=hours,
                seal=SEAL,
                entropy=lambda length: b"n" * length,
                idempotency=None,
                now=acts.now,
            )

    assert await refusal(rotate()) == InvalidInput("overlap_hours", "must be from 0 to 168")


async def test_events_go_to_the_endpoints_that_want_them(acts, world, endpoint):
    only_booked = await made(acts, make_endpoint, world.reseller, SEAL, event_types=BOOKED)
    await made(acts, make_endpoint, world.rival, SEAL)
    await made(acts, make_endpoint, world.reseller, SEAL, environment=Environment.TEST)
    disabled = {"status": EndpointStatus.DISABLED, "disabled_because": DisabledBecause.BY_OWNER}
    await made(acts, make_endpoint, world.reseller, SEAL, **disabled)

    booked = await made(acts, make_event, world.reseller, event_type=EventType.BOOKING_CONFIRMED)
    held = await made(acts, make_event, world.reseller)
    await made(acts, make_event, None, event_type=EventType.AVAILABILITY_CHANGED)
    await made(acts, make_event, world.operator)
    await relay(acts)
    await relay(acts)

    rows = await acts.rows(select(models.WebhookDelivery))
    assert sorted((row.endpoint_id, row.event_id) for row in rows) == sorted(
        [(endpoint.id, booked.id), (endpoint.id, held.id), (only_booked.id, booked.id)]
    )
    assert {(row.status, row.attempts, row.next_attempt_at) for row in rows} == {
        (DeliveryStatus.PENDING, 0, NOW)
    }


async def test_a_test_goes_to_one_endpoint_alone(acts, world, reseller, endpoint):
    await made(acts, make_endpoint, world.reseller, SEAL)

    async with acts.work() as uow:
        delivery = await webhooks.send_test(
            uow, reseller, endpoint_id=endpoint.id, idempotency=None, now=acts.now
        )
    await relay(acts)

    (row,) = await acts.rows(select(models.WebhookDelivery))
    assert (row.id, row.endpoint_id, row.event_type) == (delivery.id, endpoint.id, EventType.WEBHOOK_TEST)
    assert await audited(acts) == ["webhooks.test"]


async def test_a_disabled_endpoint_is_not_tested_and_not_replayed_to(acts, reseller, endpoint):
    await update(acts, reseller, endpoint, status=EndpointStatus.DISABLED)

    async def test():
        async with acts.work() as uow:
            await webhooks.send_test(uow, reseller, endpoint_id=endpoint.id, idempotency=None, now=acts.now)

    expected = WebhookEndpointDisabled(endpoint_id=global_id("WebhookEndpoint", endpoint.id))
    assert await refusal(test()) == expected
    assert await refusal(replay(acts, reseller, endpoint, since=NOW)) == expected


async def test_named_deliveries_are_replayed_whatever_became_of_them(acts, world, reseller, endpoint):
    for _ in range(3):
        await made(acts, make_event, world.reseller)
    await relay(acts)
    await end(acts, endpoint, DeliveryStatus.DELIVERED)
    first, second, _ = await deliveries_of(acts, endpoint)
    acts.later(HOUR)

    done = await replay(acts, reseller, endpoint, ids=[first.id, second.id, None])

    assert done.replayed == 2
    rows = {row.id: row for row in await deliveries_of(acts, endpoint)}
    assert [row.status for row in rows.values()].count(DeliveryStatus.PENDING) == 2
    assert (rows[first.id].attempts, rows[first.id].next_attempt_at) == (0, NOW + HOUR)
    assert rows[first.id].event_id == first.event_id


async def test_another_partners_deliveries_are_not_replayed(acts, world, endpoint):
    await made(acts, make_event, world.reseller)
    await relay(acts)
    await end(acts, endpoint, DeliveryStatus.DEAD)
    theirs = await made(acts, make_endpoint, world.rival, SEAL)
    (delivery,) = await deliveries_of(acts, endpoint)

    done = await replay(acts, key_of(world.rival), theirs, ids=[delivery.id])

    assert done.replayed == 0
    assert [row.status for row in await deliveries_of(acts, endpoint)] == [DeliveryStatus.DEAD]


async def test_since_replays_what_was_not_delivered_and_what_was_missed(acts, world, reseller, endpoint):
    await made(acts, make_event, world.reseller, at=NOW - DAY)
    await relay(acts)
    await end(acts, endpoint, DeliveryStatus.DELIVERED)
    acts.later(MINUTE)
    dead = await made(acts, make_event, world.reseller, at=acts.now)
    await relay(acts)
    await update(acts, reseller, endpoint, status=EndpointStatus.DISABLED)
    acts.later(MINUTE)
    missed = await made(acts, make_event, world.reseller, at=acts.now)
    await relay(acts)
    await update(acts, reseller, endpoint, status=EndpointStatus.ENABLED)

    done = await replay(acts, reseller, endpoint, since=NOW + MINUTE)

    assert done.replayed == 2
    pending = [each for each in await deliveries_of(acts, endpoint) if each.status is DeliveryStatus.PENDING]
    assert {each.event_id for each in pending} == {dead.id, missed.id}


@pytest.mark.parametrize("both", [True, False])
async def test_a_replay_is_either_of_ids_or_since(acts, reseller, endpoint, both):
    choice = {"ids": [endpoint.id], "since": NOW} if both else {}

    refused = await refusal(replay(acts, reseller, endpoint, **choice))

    assert isinstance(refused, InvalidInput)


async def test_a_replay_closes_the_dead_letters_of_what_it_replays(acts, world, reseller, endpoint):
    await made(acts, make_event, world.reseller)
    await relay(acts)
    await end(acts, endpoint, DeliveryStatus.DEAD)
    (delivery,) = await deliveries_of(acts, endpoint)
    async with acts.work() as uow:
        await dead_letters.bury(
            uow,
            job=webhooks.REDELIVER,
            key=global_id("WebhookDelivery", delivery.id),
            payload={},
            error="HTTP 500",
            attempts=12,
            now=acts.now,
        )

    await replay(acts, reseller, endpoint, ids=[delivery.id])

    (letter,) = await acts.rows(select(models.DeadLetter))
    assert (letter.replayed_by, letter.replayed_at, letter.requeued_at) == (reseller.id, acts.now, acts.now)


async def test_scopes_of_a_key_decide_not_its_partner(acts, world, endpoint):
    reads_only = dataclasses.replace(
        key_of(world.reseller), scopes_by_partner={world.reseller.id: frozenset()}
    )

    refused = await refusal(update(acts, reads_only, endpoint, description="mine"))

    assert isinstance(refused, NotFound)
