"""What partners do with their webhook endpoints; each act is audited."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from db import locks, models
from db.queries import partners as partner_queries
from db.queries import webhooks as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import webhooks
from domain.addresses import check_url
from domain.errors import InvalidInput, NotFound, Refused
from domain.events import EventType
from domain.idempotency import Idempotency
from domain.ids import global_id, local_id
from domain.webhooks import (
    DeliveryStatus,
    DisabledBecause,
    EndpointStatus,
    WebhookEndpointDisabled,
    WebhookEndpointLimit,
)
from permissions import policies
from permissions.viewer import Scope, Viewer
from permissions.visibility import visible_partners, visible_webhook_endpoints
from services import audit, dead_letters
from services.idempotency import claim
from services.ports import Entropy, Seal

DESCRIPTION_LENGTH = 200
MAX_REPLAYED_IDS = 100
REDELIVER = "webhooks.redeliver"
"""The job that a dead delivery's letter stands for."""


@dataclass(frozen=True, slots=True)
class IssuedEndpoint:
    """An endpoint with its new secret, which is shown this once."""

    webhook_endpoint: models.WebhookEndpoint
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Replay:
    """How many deliveries are on their way anew."""

    webhook_endpoint: models.WebhookEndpoint
    replayed: int


async def create_endpoint(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: str | None,
    url: str,
    description: str | None,
    event_types: Sequence[EventType],
    is_development: bool,
    seal: Seal,
    entropy: Entropy,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> IssuedEndpoint:
    """Add an endpoint in the caller's environment; without `partner_id` for the caller's one partner.

    It is told nothing before it answered its challenge.

    Refuses: NotFound, Forbidden, InvalidInput, WebhookEndpointLimit, IdempotencyConflict.
    """
    partner = await _partner(uow, viewer, partner_id)
    checked = _checked(
        url=url, description=description, event_types=event_types, is_development=is_development
    )
    await locks.lock_name(uow.session, f"webhooks:{partner.id}:{viewer.environment}")
    if await queries.count_enabled(uow.session, partner.id, viewer.environment) >= webhooks.MAX_ENDPOINTS:
        raise Refused(WebhookEndpointLimit(max=webhooks.MAX_ENDPOINTS))
    secret = entropy(webhooks.SECRET_BYTES)
    endpoint_id = new_id()
    first = await claim(uow, idempotency, object_id=endpoint_id, now=now)
    if first is not None:
        return _issued(await lock_own(uow, viewer, first), seal)
    endpoint = models.WebhookEndpoint(
        id=endpoint_id,
        partner_id=partner.id,
        environment=viewer.environment,
        status=EndpointStatus.ENABLED,
        secret_sealed=seal.seal(secret, endpoint_id.bytes),
        challenge_at=now,
        created_at=now,
        updated_at=now,
        **checked,
    )
    uow.session.add(endpoint)
    await uow.session.flush()
    await record(uow, viewer, endpoint, "webhooks.create", facts={"url": url, **_types(endpoint)}, now=now)
    return IssuedEndpoint(endpoint, webhooks.secret_text(secret))


def _issued(endpoint: models.WebhookEndpoint, seal: Seal) -> IssuedEndpoint:
    """Answer a repeated request as the first one was: with the secret."""
    return IssuedEndpoint(
        endpoint, webhooks.secret_text(seal.open(endpoint.secret_sealed, endpoint.id.bytes))
    )


async def update_endpoint(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    endpoint_id: UUID | None,
    url: str | None,
    description: str | None,
    event_types: Sequence[EventType] | None,
    status: EndpointStatus | None,
    is_development: bool,
    now: dt.datetime,
) -> models.WebhookEndpoint:
    """Change what is given. Enabling, or another url, gives a failing endpoint a fresh start.

    Another url is another endpoint: it is challenged anew, and what is on its way waits for that.

    Refuses: NotFound, InvalidInput, WebhookEndpointLimit.
    """
    endpoint = await lock_own(uow, viewer, endpoint_id)
    was_at = endpoint.url
    checked = _checked(
        url=url, description=description, event_types=event_types, is_development=is_development
    )
    for name, value in checked.items():
        setattr(endpoint, name, value)
    if status is EndpointStatus.DISABLED:
        await disable(uow, endpoint, DisabledBecause.BY_OWNER)
    if endpoint.url != was_at:
        endpoint.verified_at = None
    if status is EndpointStatus.ENABLED and endpoint.status is EndpointStatus.DISABLED:
        await enable(uow, endpoint, now)
    elif endpoint.url != was_at and endpoint.status is EndpointStatus.ENABLED:
        await _start_afresh(uow, endpoint, now)
    endpoint.sequence += 1
    endpoint.updated_at = now
    await uow.session.flush()
    facts = {"url": endpoint.url, "status": endpoint.status, **_types(endpoint)}
    await record(uow, viewer, endpoint, "webhooks.update", facts=facts, now=now)
    return endpoint


async def delete_endpoint(
    uow: UnitOfWork, viewer: Viewer, *, endpoint_id: UUID | None, now: dt.datetime
) -> models.WebhookEndpoint:
    """Stop telling an endpoint; its history stays. A second call answers as the first. Refuses: NotFound."""
    endpoint = await lock_own(uow, viewer, endpoint_id)
    if endpoint.status is EndpointStatus.ENABLED:
        await disable(uow, endpoint, DisabledBecause.BY_OWNER)
        endpoint.sequence += 1
        endpoint.updated_at = now
        await uow.session.flush()
        await record(uow, viewer, endpoint, "webhooks.delete", facts={"url": endpoint.url}, now=now)
    return endpoint


async def rotate_secret(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    endpoint_id: UUID | None,
    overlap_hours: int,
    seal: Seal,
    entropy: Entropy,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> IssuedEndpoint:
    """Give an endpoint a new secret; calls are signed with the old one too for some hours more.

    Refuses: NotFound, InvalidInput, IdempotencyConflict.
    """
    if not 0 <= overlap_hours <= webhooks.MAX_OVERLAP_HOURS:
        raise Refused(InvalidInput("overlap_hours", f"must be from 0 to {webhooks.MAX_OVERLAP_HOURS}"))
    endpoint = await lock_own(uow, viewer, endpoint_id)
    if await claim(uow, idempotency, object_id=endpoint.id, now=now):
        return _issued(endpoint, seal)
    secret = entropy(webhooks.SECRET_BYTES)
    endpoint.previous_secret_sealed = endpoint.secret_sealed if overlap_hours else None
    endpoint.previous_secret_until = now + dt.timedelta(hours=overlap_hours) if overlap_hours else None
    endpoint.secret_sealed = seal.seal(secret, endpoint.id.bytes)
    endpoint.sequence += 1
    endpoint.updated_at = now
    await uow.session.flush()
    await record(
        uow, viewer, endpoint, "webhooks.rotate_secret", facts={"overlap_hours": overlap_hours}, now=now
    )
    return IssuedEndpoint(endpoint, webhooks.secret_text(secret))


async def send_test(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    endpoint_id: UUID | None,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.WebhookDelivery:
    """Put a `webhook.test` event on its way to this endpoint alone.

    Refuses: NotFound, WebhookEndpointDisabled, IdempotencyConflict.
    """
    endpoint = await _locked_enabled(uow, viewer, endpoint_id)
    delivery_id = new_id()
    first = await claim(uow, idempotency, object_id=delivery_id, now=now)
    if first is not None:
        return await uow.session.get_one(models.WebhookDelivery, first)
    event_id = new_id()
    event = models.Event(
        id=event_id,
        environment=endpoint.environment,
        partner_id=endpoint.partner_id,
        type=EventType.WEBHOOK_TEST,
        # Its own object, so that one test never waits for another.
        object_id=event_id,
        sequence=1,
        payload={"endpoint_id": global_id("WebhookEndpoint", endpoint.id)},
        at=now,
    )
    delivery = models.WebhookDelivery(
        id=delivery_id,
        endpoint_id=endpoint.id,
        event_id=event_id,
        event_type=event.type,
        object_id=event.object_id,
        sequence=event.sequence,
        status=DeliveryStatus.PENDING,
        next_attempt_at=now,
        created_at=now,
    )
    uow.session.add_all([event, delivery])
    await uow.session.flush()
    await record(uow, viewer, endpoint, "webhooks.test", facts={}, now=now)
    return delivery


async def replay_deliveries(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    endpoint_id: UUID | None,
    delivery_ids: Collection[UUID | None] | None,
    since: dt.datetime | None,
    now: dt.datetime,
) -> Replay:
    """Put deliveries on their way anew: the named ones, or whatever since a moment was not delivered.

    The latter includes what happened while the endpoint was disabled. Events are kept for a week.
    Refuses: NotFound, InvalidInput, WebhookEndpointDisabled.
    """
    if (delivery_ids is None) == (since is None):
        raise Refused(InvalidInput("since", "give either ids or since"))
    if delivery_ids is not None and not 1 <= len(delivery_ids) <= MAX_REPLAYED_IDS:
        raise Refused(InvalidInput("ids", f"must be from 1 to {MAX_REPLAYED_IDS}"))
    endpoint = await _locked_enabled(uow, viewer, endpoint_id)
    revived = await queries.revive(
        uow.session,
        endpoint.id,
        delivery_ids=None if delivery_ids is None else [each for each in delivery_ids if each],
        since=since,
        now=now,
    )
    missed = 0
    if since is not None:
        missed = await queries.fan_out_missed(uow.session, endpoint.id, since=since, now=now)
    keys = [global_id("WebhookDelivery", each) for each in revived]
    await dead_letters.close(uow, job=REDELIVER, keys=keys, actor=viewer.id, now=now)
    replay = Replay(endpoint, len(revived) + missed)
    await record(uow, viewer, endpoint, "webhooks.replay", facts={"replayed": replay.replayed}, now=now)
    return replay


async def disable(uow: UnitOfWork, endpoint: models.WebhookEndpoint, because: DisabledBecause) -> None:
    """Disable a locked endpoint and end what is on its way to it."""
    if endpoint.status is EndpointStatus.DISABLED:
        return
    endpoint.status, endpoint.disabled_because = EndpointStatus.DISABLED, because
    endpoint.challenge_at = None
    await uow.session.flush()
    await queries.bury_pending(uow.session, endpoint.id, error=f"endpoint disabled: {because}")


async def enable(uow: UnitOfWork, endpoint: models.WebhookEndpoint, now: dt.datetime) -> None:
    """Enable a locked endpoint and give it a fresh start. Refuses: WebhookEndpointLimit."""
    await locks.lock_name(uow.session, f"webhooks:{endpoint.partner_id}:{endpoint.environment}")
    enabled = await queries.count_enabled(uow.session, endpoint.partner_id, endpoint.environment)
    if enabled >= webhooks.MAX_ENDPOINTS:
        raise Refused(WebhookEndpointLimit(max=webhooks.MAX_ENDPOINTS))
    endpoint.status, endpoint.disabled_because = EndpointStatus.ENABLED, None
    await _start_afresh(uow, endpoint, now)


async def _start_afresh(uow: UnitOfWork, endpoint: models.WebhookEndpoint, now: dt.datetime) -> None:
    endpoint.consecutive_failures, endpoint.failing_since, endpoint.circuit_open_until = 0, None, None
    if endpoint.verified_at is None:
        endpoint.challenge_at, endpoint.challenge_attempts, endpoint.challenge_error = now, 0, None
    await queries.hasten_pending(uow.session, endpoint.id, now=now)


async def _locked_enabled(
    uow: UnitOfWork, viewer: Viewer, endpoint_id: UUID | None
) -> models.WebhookEndpoint:
    endpoint = await lock_own(uow, viewer, endpoint_id)
    if endpoint.status is EndpointStatus.DISABLED:
        raise Refused(WebhookEndpointDisabled(endpoint_id=global_id("WebhookEndpoint", endpoint.id)))
    return endpoint


async def lock_own(uow: UnitOfWork, viewer: Viewer, endpoint_id: UUID | None) -> models.WebhookEndpoint:
    """Lock an endpoint the caller manages. Refuses: NotFound, Forbidden."""
    if endpoint_id is not None:
        visible = visible_webhook_endpoints(viewer)
        endpoint = await queries.lock_endpoint(uow.session, endpoint_id, visible=visible)
        if endpoint is not None:
            policies.may_manage_webhooks(viewer, endpoint.partner_id)
            return endpoint
    shown = global_id("WebhookEndpoint", endpoint_id) if endpoint_id else ""
    raise Refused(NotFound(noun="webhook endpoint", id=shown))


async def _partner(uow: UnitOfWork, viewer: Viewer, public_id: str | None) -> models.Partner:
    own = viewer.partners_with(Scope.MANAGE_WEBHOOKS)
    if public_id is None and len(own) != 1:
        raise Refused(InvalidInput("partner_id", "is needed by callers with more than one partner, or none"))
    partner_id = next(iter(own)) if public_id is None else local_id("Partner", public_id)
    if partner_id is not None:
        described = partner_queries.partners_by_ids([partner_id], visible=visible_partners(viewer))
        partner: models.Partner | None = (await uow.session.scalars(described.statement)).one_or_none()
        if partner is not None:
            policies.may_manage_webhooks(viewer, partner.id)
            return partner
    raise Refused(NotFound(noun="partner", id=public_id or ""))


def _checked(
    *, url: str | None, description: str | None, event_types: Sequence[EventType] | None, is_development: bool
) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    if url is not None:
        checked["url"] = check_url(url, is_development=is_development)
    if description is not None:
        if len(description) > DESCRIPTION_LENGTH or not description.isprintable():
            problem = f"must have at most {DESCRIPTION_LENGTH} printable characters"
            raise Refused(InvalidInput("description", problem))
        checked["description"] = description
    if event_types is not None:
        checked["event_types"] = webhooks.check_event_types(event_types)
    return checked


def _types(endpoint: models.WebhookEndpoint) -> dict[str, Any]:
    return {"event_types": endpoint.event_types}


async def record(
    uow: UnitOfWork,
    viewer: Viewer,
    endpoint: models.WebhookEndpoint,
    act: str,
    *,
    facts: dict[str, Any],
    now: dt.datetime,
) -> None:
    """Audit what was done to an endpoint."""
    await audit.record(
        uow,
        viewer,
        partner_id=endpoint.partner_id,
        act=act,
        object_id=global_id("WebhookEndpoint", endpoint.id),
        facts={"environment": endpoint.environment, **facts},
        now=now,
    )
