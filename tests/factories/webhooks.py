"""Webhook endpoints, and what happens for them to hear of."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain.environments import Environment
from domain.events import EventType
from domain.webhooks import SUBSCRIBABLE, EndpointStatus
from services.ports import Seal
from tests.factories.times import NOW

SECRET = bytes(range(32))
SECRET_TEXT = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


async def make_endpoint(
    session: AsyncSession,
    partner: models.Partner,
    seal: Seal,
    *,
    url: str = "https://reseller.example/hooks",
    event_types: Sequence[EventType] = tuple(SUBSCRIBABLE),
    environment: Environment = Environment.LIVE,
    **facts: Any,
) -> models.WebhookEndpoint:
    """An enabled, verified endpoint whose secret is SECRET."""
    endpoint_id = new_id()
    endpoint = models.WebhookEndpoint(
        **{
            "id": endpoint_id,
            "partner_id": partner.id,
            "environment": environment,
            "url": url,
            "event_types": [each.value for each in event_types],
            "status": EndpointStatus.ENABLED,
            "secret_sealed": seal.seal(SECRET, endpoint_id.bytes),
            "verified_at": NOW,
            "created_at": NOW,
            "updated_at": NOW,
            **facts,
        }
    )
    session.add(endpoint)
    await session.flush()
    return endpoint


async def make_event(
    session: AsyncSession,
    partner: models.Partner | None,
    *,
    object_id: UUID | None = None,
    sequence: int = 1,
    event_type: EventType = EventType.RESERVATION_CREATED,
    environment: Environment = Environment.LIVE,
    **facts: Any,
) -> models.Event:
    event = models.Event(
        **{
            "id": new_id(),
            "environment": environment,
            "partner_id": partner and partner.id,
            "type": event_type,
            "object_id": object_id or new_id(),
            "sequence": sequence,
            "payload": {"number": sequence},
            "at": NOW,
            **facts,
        }
    )
    session.add(event)
    await session.flush()
    return event
