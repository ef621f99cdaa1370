"""Where partners hear of their events."""

import datetime as dt

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import webhooks as queries
from db.queries.texts import global_id
from db.questions import Asked
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.events import EventType
from domain.ids import local_id
from domain.webhooks import (
    DeliveryStatus,
    EndpointStatus,
    WebhookEndpointDisabled,
    WebhookEndpointLimit,
)
from permissions.visibility import visible_webhook_deliveries, visible_webhook_endpoints
from resolvers.context import Info
from resolvers.refusals import answers
from services import webhook_challenges, webhooks


@strawberry.input(description="A new webhook endpoint in the caller's environment.")
class CreateWebhookEndpointInput:
    url: str = strawberry.field(description="https, to a public host.")
    event_types: list[EventType]
    description: str | None = None
    partner_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whose; needed by callers with more than one partner only."
    )
    idempotency_key: str | None = None


@strawberry.input(description="What to change of an endpoint; what is not given stays.")
class UpdateWebhookEndpointInput:
    id: strawberry.ID
    url: str | None = None
    event_types: list[EventType] | None = None
    description: str | None = None
    status: EndpointStatus | None = strawberry.field(
        default=None, description="ENABLED after a failure is a fresh start; DISABLED ends what is pending."
    )


@strawberry.input(description="The endpoint to be told nothing any more.")
class DeleteWebhookEndpointInput:
    id: strawberry.ID


@strawberry.input(description="The endpoint to be challenged again.")
class VerifyWebhookEndpointInput:
    id: strawberry.ID


@strawberry.input(description="The endpoint whose secret is to be replaced.")
class RotateWebhookSecretInput:
    id: strawberry.ID
    overlap_hours: int = strawberry.field(
        default=24, description="How long calls are signed with the old secret too: 0 to 168."
    )
    idempotency_key: str | None = None


@strawberry.input(description="The endpoint to be tried.")
class SendTestWebhookInput:
    endpoint_id: strawberry.ID
    idempotency_key: str | None = None


@strawberry.input(description="What to deliver again: exactly one of `ids` and `since`.")
class ReplayWebhookDeliveriesInput:
    endpoint_id: strawberry.ID
    ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="These deliveries, also if they were delivered; at most 100."
    )
    since: dt.datetime | None = strawberry.field(
        default=None, description="Whatever was not delivered since; events are kept for a week."
    )


def webhook_endpoints(
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.WebhookEndpoint]]:
    """The endpoints of the caller's partners, newest first."""
    return queries.page_endpoints(
        visible=visible_webhook_endpoints(info.context.viewer), window=Window(first, after, last, before)
    )


def webhook_deliveries(
    info: Info,
    *,
    endpoint_id: strawberry.ID,
    status: DeliveryStatus | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.WebhookDelivery]]:
    """What was and is to be delivered to an endpoint, newest first; kept for 30 days."""
    return queries.page_deliveries(
        visible=visible_webhook_deliveries(info.context.viewer),
        window=Window(first, after, last, before),
        endpoint_id=local_id("WebhookEndpoint", endpoint_id),
        status=status,
    )


def event_types(root: strawberry.Parent[models.WebhookEndpoint]) -> list[EventType]:
    """What the endpoint hears of; RESERVATION_EXPIRED is `reservation.expired` in the call."""
    return [EventType(each) for each in root.event_types]


def message_id(root: strawberry.Parent[models.WebhookDelivery]) -> str:
    """The `webhook-id` of every attempt: a receiver knows a repetition by it."""
    return global_id(models.Event, root.event_id)


@answers(NotFound, Forbidden, InvalidInput, WebhookEndpointLimit, IdempotencyConflict)
async def create_webhook_endpoint(info: Info, input: CreateWebhookEndpointInput) -> webhooks.IssuedEndpoint:
    """Add an endpoint. Its signing secret is in this answer only."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await webhooks.create_endpoint(
            uow,
            context.viewer,
            partner_id=input.partner_id,
            url=input.url,
            description=input.description,
            event_types=input.event_types,
            is_development=context.is_development,
            seal=context.seal,
            entropy=context.entropy,
            idempotency=context.idempotency(
                input.idempotency_key, "create_webhook_endpoint", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, WebhookEndpointLimit)
async def update_webhook_endpoint(info: Info, input: UpdateWebhookEndpointInput) -> models.WebhookEndpoint:
    """Change an endpoint, or enable it again."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await webhooks.update_endpoint(
            uow,
            context.viewer,
            endpoint_id=local_id("WebhookEndpoint", input.id),
            url=input.url,
            description=input.description,
            event_types=input.event_types,
            status=input.status,
            is_development=context.is_development,
            now=context.now,
        )


@answers(NotFound, Forbidden, WebhookEndpointDisabled, WebhookEndpointLimit)
async def verify_webhook_endpoint(info: Info, input: VerifyWebhookEndpointInput) -> models.WebhookEndpoint:
    """Challenge an endpoint again, at once; one that is verified stays as it is."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await webhook_challenges.verify_endpoint(
            uow, context.viewer, endpoint_id=local_id("WebhookEndpoint", input.id), now=context.now
        )


@answers(NotFound, Forbidden)
async def delete_webhook_endpoint(info: Info, input: DeleteWebhookEndpointInput) -> models.WebhookEndpoint:
    """Disable an endpoint and end what is pending; its history stays, and it can be enabled again."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await webhooks.delete_endpoint(
            uow, context.viewer, endpoint_id=local_id("WebhookEndpoint", input.id), now=context.now
        )


@answers(NotFound, Forbidden, InvalidInput, IdempotencyConflict)
async def rotate_webhook_secret(info: Info, input: RotateWebhookSecretInput) -> webhooks.IssuedEndpoint:
    """Give an endpoint a new signing secret, which is in this answer only."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await webhooks.rotate_secret(
            uow,
            context.viewer,
            endpoint_id=local_id("WebhookEndpoint", input.id),
            overlap_hours=input.overlap_hours,
            seal=context.seal,
            entropy=context.entropy,
            idempotency=context.idempotency(
                input.idempotency_key, "rotate_webhook_secret", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, WebhookEndpointDisabled, IdempotencyConflict)
async def send_test_webhook(info: Info, input: SendTestWebhookInput) -> models.WebhookDelivery:
    """Send a `webhook.test` event to one endpoint; the delivery tells how it went."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await webhooks.send_test(
            uow,
            context.viewer,
            endpoint_id=local_id("WebhookEndpoint", input.endpoint_id),
            idempotency=context.idempotency(
                input.idempotency_key, "send_test_webhook", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, WebhookEndpointDisabled)
async def replay_webhook_deliveries(info: Info, input: ReplayWebhookDeliveriesInput) -> webhooks.Replay:
    """Deliver again, under the same `webhook-id`: what is named, or what was missed."""
    context = info.context
    ids = None if input.ids is None else [local_id("WebhookDelivery", each) for each in input.ids]
    async with context.unit_of_work() as uow:
        return await webhooks.replay_deliveries(
            uow,
            context.viewer,
            endpoint_id=local_id("WebhookEndpoint", input.endpoint_id),
            delivery_ids=ids,
            since=input.since,
            now=context.now,
        )
