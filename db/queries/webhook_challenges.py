"""Questions about endpoints that have to prove themselves."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.webhooks import EndpointStatus


async def lock_challenged(
    session: AsyncSession, *, now: dt.datetime, limit: int
) -> list[models.WebhookEndpoint]:
    """Lock the endpoints to be challenged now, longest due first; what another worker is busy with is skipped."""
    endpoint = models.WebhookEndpoint
    statement = (
        select(endpoint)
        .where(endpoint.challenge_at <= now, endpoint.status == EndpointStatus.ENABLED)
        .order_by(endpoint.challenge_at)
        .limit(limit)
        .with_for_update(key_share=True, skip_locked=True)
    )
    return list((await session.scalars(statement)).all())
