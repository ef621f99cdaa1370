"""Webhook endpoints, deliveries and dead letters in the graph."""

import pytest
from sqlalchemy import select

from db import models
from domain.ids import global_id
from integrations.sealing import AesSeal
from services import dead_letters, events
from services.webhooks import REDELIVER
from tests.factories.times import NOW
from tests.factories.viewers import in_test, member_of, staff
from tests.factories.webhooks import make_endpoint, make_event
from tests.fixtures.graphql import KEYS

SEAL = AesSeal(KEYS.seal)

CREATE = """mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
  __typename ... on Refusal { code } ... on InvalidInput { field }
  ... on IssuedWebhookEndpoint { secret webhookEndpoint { id url eventTypes status environment } } } }"""
UPDATE = """mutation($input: UpdateWebhookEndpointInput!) { updateWebhookEndpoint(input: $input) {
  __typename ... on Refusal { code } ... on WebhookEndpoint { status disabledBecause eventTypes } } }"""
DELETE = """mutation($input: DeleteWebhookEndpointInput!) { deleteWebhookEndpoint(input: $input) {
  __typename ... on Refusal { code } ... on WebhookEndpoint { status disabledBecause } } }"""
ROTATE = """mutation($input: RotateWebhookSecretInput!) { rotateWebhookSecret(input: $input) {
  __typename ... on Refusal { code } ... on IssuedWebhookEndpoint { secret
    webhookEndpoint { previousSecretUntil } } } }"""
TEST = """mutation($input: SendTestWebhookInput!) { sendTestWebhook(input: $input) {
  __typename ... on Refusal { code } ... on WebhookEndpointDisabled { endpointId }
  ... on WebhookDelivery { eventType status attempts nextAttemptAt endpoint { id } } } }"""
REPLAY = """mutation($input: ReplayWebhookDeliveriesInput!) { replayWebhookDeliveries(input: $input) {
  __typename ... on Refusal { code } ... on WebhookReplay { replayed webhookEndpoint { id } } } }"""
REPLAY_LETTER = """mutation($input: ReplayDeadLetterInput!) { replayDeadLetter(input: $input) {
  __typename ... on Refusal { code } ... on DeadLetter { job replayedAt } } }"""
DELIVERIES = """query($id: ID!, $status: DeliveryStatus) { webhookDeliveries(endpointId: $id, status: $status) {
  totalCount nodes { messageId eventType status lastError endpoint { url } } } }"""
ENDPOINTS = "{ webhookEndpoints { totalCount nodes { id url } } }"
LETTERS = "{ deadLetters(isOpen: true) { nodes { job payload error attempts times replayedAt } } }"
NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
URL = "https://reseller.example/hooks"


async def made(acts, make, *arguments, **facts):
    async with acts.work() as uow:
        return await make(uow.session, *arguments, **facts)


@pytest.fixture
async def endpoint(acts, world):
    return await made(acts, make_endpoint, world.reseller, SEAL)


@pytest.fixture
def endpoint_id(endpoint):
    return global_id("WebhookEndpoint", endpoint.id)


async def deliver(acts, world, number=1):
    for _ in range(number):
        await made(acts, make_event, world.reseller)
    async with acts.work() as uow:
        await events.take_unrelayed(uow, now=acts.now)


@pytest.mark.viewers("reseller key", "reseller's owner", "reseller's admin")
async def test_an_endpoint_is_created(graph, acts, viewer):
    answer = await graph.data(
        viewer, CREATE, input={"url": URL, "eventTypes": ["RESERVATION_EXPIRED", "BOOKING_CONFIRMED"]}
    )

    (row,) = await acts.rows(select(models.WebhookEndpoint))
    assert answer["secret"].startswith("whsec_")
    assert answer["webhookEndpoint"] == {
        "id": global_id("WebhookEndpoint", row.id),
        "url": URL,
        "eventTypes": ["BOOKING_CONFIRMED", "RESERVATION_EXPIRED"],
        "status": "ENABLED",
        "environment": "LIVE",
    }


async def test_an_address_of_ours_is_refused(graph, acts, reseller):
    wanted = {"url": "https://169.254.169.254/", "eventTypes": ["BOOKING_CONFIRMED"]}

    answer = await graph.data(reseller, CREATE, input=wanted)

    assert answer == {"__typename": "InvalidInput", "code": "INVALID_INPUT", "field": "url"}
    assert await acts.rows(select(models.WebhookEndpoint)) == []


@pytest.mark.viewers(
    "anonymous", "key without scopes", "analyst", "reseller's readonly", "reseller's support"
)
async def test_without_the_scope_nothing_is_created_or_told(graph, acts, viewer):
    for text, variables in (
        (CREATE, {"input": {"url": URL, "eventTypes": ["BOOKING_CONFIRMED"]}}),
        (ENDPOINTS, {}),
        (LETTERS, {}),
    ):
        answer = await graph.run(viewer, text, **variables)
        ((code, _),) = answer.errors
        assert code == ("UNAUTHENTICATED" if viewer.is_anonymous else "FORBIDDEN")

    assert await acts.rows(select(models.WebhookEndpoint)) == []


@pytest.mark.viewers("rival key", "rival's owner", "operator's owner")
async def test_another_partners_endpoint_does_not_exist(graph, acts, world, viewer, endpoint_id):
    await deliver(acts, world)
    (delivery,) = await acts.rows(select(models.WebhookDelivery))
    for text, wanted in (
        (UPDATE, {"id": endpoint_id, "description": "mine"}),
        (DELETE, {"id": endpoint_id}),
        (ROTATE, {"id": endpoint_id}),
        (TEST, {"endpointId": endpoint_id}),
        (REPLAY, {"endpointId": endpoint_id, "since": NOW.isoformat()}),
    ):
        assert await graph.data(viewer, text, input=wanted) == {"__typename": "NotFound", "code": "NOT_FOUND"}

    assert await graph.data(viewer, ENDPOINTS) == {"totalCount": 0, "nodes": []}
    assert (await graph.data(viewer, DELIVERIES, id=endpoint_id))["totalCount"] == 0
    assert await graph.data(viewer, NODE, id=endpoint_id) is None
    assert await graph.data(viewer, NODE, id=global_id("WebhookDelivery", delivery.id)) is None
    assert await acts.rows(select(models.AuditEntry)) == []


async def test_test_and_live_never_meet(graph, acts, world, reseller, endpoint_id):
    await deliver(acts, world)

    assert (await graph.data(in_test(reseller), ENDPOINTS))["totalCount"] == 0
    assert (await graph.data(in_test(reseller), DELIVERIES, id=endpoint_id))["totalCount"] == 0
    assert await graph.data(in_test(reseller), NODE, id=endpoint_id) is None


async def test_the_platform_sees_every_endpoint(graph, endpoint_id):
    assert await graph.data(staff(), ENDPOINTS) == {
        "totalCount": 1,
        "nodes": [{"id": endpoint_id, "url": URL}],
    }


async def test_an_endpoint_is_disabled_and_enabled_again(graph, reseller, endpoint_id):
    deleted = await graph.data(reseller, DELETE, input={"id": endpoint_id})
    test = await graph.data(reseller, TEST, input={"endpointId": endpoint_id})
    enabled = await graph.data(
        reseller, UPDATE, input={"id": endpoint_id, "status": "ENABLED", "eventTypes": ["TICKET_VOIDED"]}
    )

    assert deleted == {
        "__typename": "WebhookEndpoint",
        "status": "DISABLED",
        "disabledBecause": "BY_OWNER",
    }
    assert test == {
        "__typename": "WebhookEndpointDisabled",
        "code": "WEBHOOK_ENDPOINT_DISABLED",
        "endpointId": endpoint_id,
    }
    assert enabled == {
        "__typename": "WebhookEndpoint",
        "status": "ENABLED",
        "disabledBecause": None,
        "eventTypes": ["TICKET_VOIDED"],
    }


async def test_a_secret_is_rotated(graph, reseller, endpoint_id):
    answer = await graph.data(reseller, ROTATE, input={"id": endpoint_id, "overlapHours": 1})

    assert answer["secret"].startswith("whsec_")
    assert answer["webhookEndpoint"] == {"previousSecretUntil": "2026-11-18T09:00:00.000Z"}


async def test_a_test_can_be_followed(graph, reseller, endpoint_id):
    answer = await graph.data(reseller, TEST, input={"endpointId": endpoint_id})

    assert answer == {
        "__typename": "WebhookDelivery",
        "eventType": "WEBHOOK_TEST",
        "status": "PENDING",
        "attempts": 0,
        "nextAttemptAt": "2026-11-18T08:00:00.000Z",
        "endpoint": {"id": endpoint_id},
    }


@pytest.mark.parametrize("number", [1, 20])
async def test_deliveries_take_one_statement_however_many_they_are(
    *, graph, acts, world, reseller, endpoint_id, sql, number
):
    await deliver(acts, world, number)

    statements, page = await sql.of(graph.data(reseller, DELIVERIES, id=endpoint_id, status="PENDING"))

    # The page, its count and the endpoints.
    assert statements == 1
    assert page["totalCount"] == number
    assert page["nodes"][0]["eventType"] == "RESERVATION_CREATED"
    assert page["nodes"][0]["endpoint"] == {"url": URL}
    assert {each["messageId"][:4] for each in page["nodes"]} == {"evt_"}


async def test_deliveries_are_told_by_their_status(graph, acts, world, reseller, endpoint_id):
    await deliver(acts, world)

    assert (await graph.data(reseller, DELIVERIES, id=endpoint_id, status="DEAD"))["totalCount"] == 0
    assert (await graph.data(reseller, DELIVERIES, id=endpoint_id))["totalCount"] == 1
    assert (await graph.data(reseller, DELIVERIES, id="nonsense"))["totalCount"] == 0


async def test_what_was_missed_is_replayed(graph, acts, world, reseller, endpoint_id):
    await deliver(acts, world, 2)
    await graph.data(reseller, DELETE, input={"id": endpoint_id})
    await graph.data(reseller, UPDATE, input={"id": endpoint_id, "status": "ENABLED"})

    answer = await graph.data(reseller, REPLAY, input={"endpointId": endpoint_id, "since": NOW.isoformat()})

    assert answer == {"__typename": "WebhookReplay", "replayed": 2, "webhookEndpoint": {"id": endpoint_id}}


async def test_a_dead_letter_is_seen_and_replayed_by_its_partner(graph, acts, world, reseller, rival):
    async with acts.work() as uow:
        await dead_letters.bury(
            uow,
            job=REDELIVER,
            key="whd_1",
            payload={"delivery_id": "whd_1"},
            error="HTTP 500",
            attempts=12,
            partner_id=world.reseller.id,
            environment=reseller.environment,
            now=acts.now,
        )
    (letter,) = await acts.rows(select(models.DeadLetter))
    shown = {"id": global_id("DeadLetter", letter.id)}

    seen = await graph.data(member_of(world.reseller), LETTERS)
    theirs = await graph.data(rival, REPLAY_LETTER, input=shown)
    replayed = await graph.data(reseller, REPLAY_LETTER, input=shown)
    left = await graph.data(reseller, LETTERS)

    assert seen["nodes"] == [
        {
            "job": "webhooks.redeliver",
            "payload": {"delivery_id": "whd_1"},
            "error": "HTTP 500",
            "attempts": 12,
            "times": 1,
            "replayedAt": None,
        }
    ]
    assert theirs == {"__typename": "NotFound", "code": "NOT_FOUND"}
    assert replayed == {
        "__typename": "DeadLetter",
        "job": "webhooks.redeliver",
        "replayedAt": "2026-11-18T08:00:00.000Z",
    }
    assert left == {"nodes": []}
