"""What the worker does with deliveries: takes those that are due, and notes what came of each.

The call itself happens between the two, outside any unit of work. A worker killed in between leaves a
lease that ends, and the delivery is made again under the same `webhook-id`.
"""

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from db import models
from db.queries import webhooks as queries
from db.session import Sessions
from db.unit_of_work import UnitOfWork
from domain import webhooks
from domain.errors import GatewayError, NotFound, Refused
from domain.events import EventType
from domain.ids import global_id
from domain.mail import LINK, MailTemplate
from domain.webhooks import (
    Answer,
    Circuit,
    DeliveryStatus,
    DisabledBecause,
    EndpointStatus,
    Message,
    WebhookEndpointDisabled,
)
from permissions.viewer import SYSTEM
from services import audit, dead_letters, events, mail
from services.ports import Seal
from services.webhooks import REDELIVER, disable

EVENT_PURGED = "event purged"
ENDPOINTS = "/integration"
"""Where the portal shows a partner its endpoints."""
UNSIGNED = "signing secret unreadable"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of one delivery, taken by one worker."""

    delivery_id: UUID
    endpoint_id: UUID
    number: int
    url: str
    message_id: str
    body: bytes = field(repr=False)
    secrets_sealed: tuple[bytes, ...] = field(repr=False)
    """Newest first; two while a rotation overlaps."""

    def message(self, seal: Seal, now: dt.datetime) -> Message:
        """Sign the call. Raises GatewayError when a secret can not be read."""
        secrets = [seal.open(sealed, self.endpoint_id.bytes) for sealed in self.secrets_sealed]
        headers = webhooks.signed_headers(self.message_id, self.body, secrets=secrets, now=now)
        return Message(self.url, headers, self.body)


async def is_anything_on_its_way(sessions: Sessions) -> bool:
    """Tell whether there is a delivery to be made, now or later: mostly nobody has an endpoint at all."""
    records = await sessions.fetch(queries.ON_THEIR_WAY)
    return bool(records[0][0])


async def take_due(uow: UnitOfWork, *, limit: int, now: dt.datetime) -> list[Attempt]:
    """Take the deliveries to be attempted now, oldest first; each is this worker's for LEASE.

    Locks their endpoints until commit: whoever changes a delivery locks its endpoint first.
    """
    due = await queries.lock_due(uow.session, now=now, limit=limit)
    if not due:
        return []
    endpoints = await queries.endpoints_by_ids(uow.session, {each.endpoint_id for each in due})
    of_deliveries = await queries.events_by_ids(uow.session, {each.event_id for each in due})
    attempts = []
    for delivery in due:
        event = of_deliveries.get(delivery.event_id)
        if event is None:
            delivery.status, delivery.last_error = DeliveryStatus.DEAD, EVENT_PURGED
            continue
        delivery.attempts += 1
        delivery.leased_until = now + webhooks.LEASE
        attempts.append(_attempt(delivery, endpoints[delivery.endpoint_id], event, now))
    await uow.session.flush()
    return attempts


async def note_answer(
    uow: UnitOfWork, *, attempt: Attempt, answer: Answer, chance: float, now: dt.datetime
) -> DeliveryStatus | None:
    """Note what came of an attempt and return what the delivery is now; None where it is somebody else's.

    A success counts whenever it comes; a failure only while the attempt is the delivery's latest.
    Locks the endpoint, then the delivery, until commit.
    """
    endpoint = await queries.lock_endpoint(uow.session, attempt.endpoint_id)
    delivery = await queries.lock_delivery(uow.session, attempt.delivery_id)
    if endpoint is None or delivery is None or delivery.status is DeliveryStatus.DELIVERED:
        return None
    is_latest = delivery.status is DeliveryStatus.PENDING and delivery.attempts == attempt.number
    if not answer.is_success and not is_latest:
        return None
    delivery.last_status = answer.status
    delivery.leased_until = None
    if answer.is_success:
        delivery.status, delivery.delivered_at, delivery.last_error = DeliveryStatus.DELIVERED, now, None
        _set_circuit(endpoint, Circuit())
    else:
        delivery.last_error = answer.text
        await _note_failure(uow, endpoint, delivery, answer, chance=chance, now=now)
    await uow.session.flush()
    return delivery.status


async def redeliver(uow: UnitOfWork, *, delivery_id: UUID | None, now: dt.datetime) -> None:
    """Put a dead delivery on its way anew; one that is not dead stays as it is.

    Refuses: NotFound, WebhookEndpointDisabled.
    """
    endpoint_id = await queries.endpoint_id_of(uow.session, delivery_id) if delivery_id else None
    if delivery_id is None or endpoint_id is None:
        shown = global_id("WebhookDelivery", delivery_id) if delivery_id else ""
        raise Refused(NotFound(noun="webhook delivery", id=shown))
    endpoint = await queries.lock_endpoint(uow.session, endpoint_id)
    if endpoint is None or endpoint.status is EndpointStatus.DISABLED:
        raise Refused(WebhookEndpointDisabled(endpoint_id=global_id("WebhookEndpoint", endpoint_id)))
    delivery = await queries.lock_delivery(uow.session, delivery_id)
    if delivery is not None and delivery.status is DeliveryStatus.DEAD:
        await queries.revive(uow.session, endpoint_id, delivery_ids=[delivery_id], since=None, now=now)


async def sweep(uow: UnitOfWork) -> int:
    """End what was put on its way to an endpoint in the moment it was disabled; return how much that was."""
    return await queries.bury_of_disabled(uow.session, error="endpoint disabled")


def answer_of(problem: GatewayError) -> Answer:
    """Return the answer of a call that could not even be signed."""
    log.error("webhooks.unsigned", vendor=problem.vendor)
    return Answer(status=None, error=UNSIGNED)


def _attempt(
    delivery: models.WebhookDelivery,
    endpoint: models.WebhookEndpoint,
    event: models.Event,
    now: dt.datetime,
) -> Attempt:
    sealed = [endpoint.secret_sealed]
    until = endpoint.previous_secret_until
    if endpoint.previous_secret_sealed is not None and until is not None and until > now:
        sealed.append(endpoint.previous_secret_sealed)
    return Attempt(
        delivery_id=delivery.id,
        endpoint_id=endpoint.id,
        number=delivery.attempts,
        url=endpoint.url,
        message_id=global_id("Event", event.id),
        body=webhooks.body_of(event.type, event.at, event.payload),
        secrets_sealed=tuple(sealed),
    )


async def _note_failure(
    uow: UnitOfWork,
    endpoint: models.WebhookEndpoint,
    delivery: models.WebhookDelivery,
    answer: Answer,
    *,
    chance: float,
    now: dt.datetime,
) -> None:
    circuit = _circuit(endpoint).after_failure(now, chance=chance)
    _set_circuit(endpoint, circuit)
    if answer.is_gone or circuit.is_hopeless(now):
        delivery.status = DeliveryStatus.DEAD
        because = DisabledBecause.GONE if answer.is_gone else DisabledBecause.FAILING
        await give_up(uow, endpoint, because, now)
        return
    next_at = webhooks.next_attempt_at(delivery.attempts, now, chance=chance)
    if next_at is not None:
        delivery.next_attempt_at = next_at
        return
    delivery.status = DeliveryStatus.DEAD
    shown = global_id("WebhookDelivery", delivery.id)
    await dead_letters.bury(
        uow,
        job=REDELIVER,
        key=shown,
        payload={"delivery_id": shown},
        error=answer.text,
        attempts=delivery.attempts,
        partner_id=endpoint.partner_id,
        environment=endpoint.environment,
        now=now,
    )


async def give_up(
    uow: UnitOfWork, endpoint: models.WebhookEndpoint, because: DisabledBecause, now: dt.datetime
) -> None:
    """Disable an endpoint of our own accord, and give notice: event, audit entry, mail, log."""
    if endpoint.status is EndpointStatus.DISABLED:
        return
    await disable(uow, endpoint, because)
    endpoint.sequence += 1
    endpoint.updated_at = now
    shown = global_id("WebhookEndpoint", endpoint.id)
    facts = {"because": because, "failures": endpoint.consecutive_failures}
    events.record(
        uow,
        EventType.WEBHOOK_DISABLED,
        environment=endpoint.environment,
        partner_id=endpoint.partner_id,
        object_id=endpoint.id,
        sequence=endpoint.sequence,
        payload={"endpoint_id": shown, "url": endpoint.url, **facts},
        now=now,
    )
    await audit.record(
        uow,
        SYSTEM,
        partner_id=endpoint.partner_id,
        act="webhooks.disable",
        object_id=shown,
        facts={"environment": endpoint.environment, **facts},
        now=now,
    )
    await mail.post_to_team(
        uow,
        template=MailTemplate.WEBHOOK_DISABLED,
        partner_id=endpoint.partner_id,
        facts={
            "url": endpoint.url,
            "environment": endpoint.environment,
            "because": because,
            LINK: ENDPOINTS,
        },
        key=f"webhook_disabled:{endpoint.id.hex}:{endpoint.sequence}",
        now=now,
    )
    log.warning("webhooks.disabled", endpoint_id=shown, because=because.value)


def _circuit(endpoint: models.WebhookEndpoint) -> Circuit:
    return Circuit(endpoint.consecutive_failures, endpoint.failing_since, endpoint.circuit_open_until)


def _set_circuit(endpoint: models.WebhookEndpoint, circuit: Circuit) -> None:
    endpoint.consecutive_failures = circuit.failures
    endpoint.failing_since = circuit.failing_since
    endpoint.circuit_open_until = circuit.open_until
