"""Webhook endpoints and deliveries."""

import datetime as dt
from typing import Annotated

import strawberry

from db import models
from domain.environments import Environment
from domain.events import EventType
from domain.webhooks import DeliveryStatus, DisabledBecause, EndpointStatus
from permissions.viewer import Scope
from resolvers import webhooks as resolve
from schema.connections import Connection
from schema.nodes import Node
from schema.refusals import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    WebhookEndpointDisabled,
    WebhookEndpointLimit,
)
from schema.sources import attribute, related, represents, resolved_by
from services.webhooks import IssuedEndpoint, Replay


@strawberry.type(description="Where a partner hears of its events, signed as Standard Webhooks says.")
class WebhookEndpoint(Node):
    is_type_of = represents(models.WebhookEndpoint)

    environment: Environment
    url: str
    description: str | None
    event_types: list[EventType] = resolved_by(resolve.event_types)
    status: EndpointStatus
    disabled_because: DisabledBecause | None
    consecutive_failures: int
    failing_since: dt.datetime | None
    circuit_open_until: dt.datetime | None = strawberry.field(
        description="A failing endpoint is left alone until then."
    )
    verified_at: dt.datetime | None = strawberry.field(
        description="When it answered the challenge at this url; nothing is sent before."
    )
    challenge_at: dt.datetime | None = strawberry.field(
        description="When it is challenged next; null when it was verified or given up."
    )
    challenge_attempts: int
    challenge_error: str | None = strawberry.field(description="Why the last challenge was not met.")
    previous_secret_until: dt.datetime | None = strawberry.field(
        description="Until then calls are signed with the secret before too."
    )
    created_at: dt.datetime
    updated_at: dt.datetime


@strawberry.type(description="One event on its way to one endpoint; later ones of the object wait for it.")
class WebhookDelivery(Node):
    is_type_of = represents(models.WebhookDelivery)

    endpoint: WebhookEndpoint | None = related(models.WebhookDelivery.endpoint)
    message_id: strawberry.ID = resolved_by(resolve.message_id)
    event_type: EventType
    status: DeliveryStatus
    attempts: int
    next_attempt_at: dt.datetime | None = attribute(
        "due_at", description="When it is tried next, at the soonest; null when it has ended."
    )
    last_status: int | None = strawberry.field(description="The HTTP status of the last attempt.")
    last_error: str | None = strawberry.field(description="Why the last attempt failed.")
    created_at: dt.datetime
    delivered_at: dt.datetime | None


@strawberry.type(description="An endpoint with its new secret; `secret` is shown this once.")
class IssuedWebhookEndpoint:
    is_type_of = represents(IssuedEndpoint)

    webhook_endpoint: WebhookEndpoint
    secret: str = strawberry.field(description="`whsec_<base64>`: the key of the HMAC-SHA-256.")


@strawberry.type(description="What a replay put on its way.")
class WebhookReplay:
    is_type_of = represents(Replay)

    webhook_endpoint: WebhookEndpoint
    replayed: int


CreateWebhookEndpointPayload = Annotated[
    IssuedWebhookEndpoint | NotFound | Forbidden | InvalidInput | WebhookEndpointLimit | IdempotencyConflict,
    strawberry.union("CreateWebhookEndpointPayload"),
]
UpdateWebhookEndpointPayload = Annotated[
    WebhookEndpoint | NotFound | Forbidden | InvalidInput | WebhookEndpointLimit,
    strawberry.union("UpdateWebhookEndpointPayload"),
]
VerifyWebhookEndpointPayload = Annotated[
    WebhookEndpoint | NotFound | Forbidden | WebhookEndpointDisabled | WebhookEndpointLimit,
    strawberry.union("VerifyWebhookEndpointPayload"),
]
DeleteWebhookEndpointPayload = Annotated[
    WebhookEndpoint | NotFound | Forbidden, strawberry.union("DeleteWebhookEndpointPayload")
]
RotateWebhookSecretPayload = Annotated[
    IssuedWebhookEndpoint | NotFound | Forbidden | InvalidInput | IdempotencyConflict,
    strawberry.union("RotateWebhookSecretPayload"),
]
SendTestWebhookPayload = Annotated[
    WebhookDelivery | NotFound | Forbidden | WebhookEndpointDisabled | IdempotencyConflict,
    strawberry.union("SendTestWebhookPayload"),
]
ReplayWebhookDeliveriesPayload = Annotated[
    WebhookReplay | NotFound | Forbidden | InvalidInput | WebhookEndpointDisabled,
    strawberry.union("ReplayWebhookDeliveriesPayload"),
]


@strawberry.type
class WebhookQuery:
    webhook_endpoints: Connection[WebhookEndpoint] = resolved_by(
        resolve.webhook_endpoints, scope=Scope.MANAGE_WEBHOOKS
    )
    webhook_deliveries: Connection[WebhookDelivery] = resolved_by(
        resolve.webhook_deliveries, scope=Scope.MANAGE_WEBHOOKS
    )


@strawberry.type
class WebhookMutation:
    create_webhook_endpoint: CreateWebhookEndpointPayload = resolved_by(
        resolve.create_webhook_endpoint, scope=Scope.MANAGE_WEBHOOKS
    )
    update_webhook_endpoint: UpdateWebhookEndpointPayload = resolved_by(
        resolve.update_webhook_endpoint, scope=Scope.MANAGE_WEBHOOKS
    )
    verify_webhook_endpoint: VerifyWebhookEndpointPayload = resolved_by(
        resolve.verify_webhook_endpoint, scope=Scope.MANAGE_WEBHOOKS
    )
    delete_webhook_endpoint: DeleteWebhookEndpointPayload = resolved_by(
        resolve.delete_webhook_endpoint, scope=Scope.MANAGE_WEBHOOKS
    )
    rotate_webhook_secret: RotateWebhookSecretPayload = resolved_by(
        resolve.rotate_webhook_secret, scope=Scope.MANAGE_WEBHOOKS
    )
    send_test_webhook: SendTestWebhookPayload = resolved_by(
        resolve.send_test_webhook, scope=Scope.MANAGE_WEBHOOKS
    )
    replay_webhook_deliveries: ReplayWebhookDeliveriesPayload = resolved_by(
        resolve.replay_webhook_deliveries, scope=Scope.MANAGE_WEBHOOKS
    )
