"""Calls of resellers, and alerts about them."""

import datetime as dt
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries.request_log import insert_calls, new_call_id
from db.types import new_id
from domain.environments import Environment
from domain.health import HealthSignal
from domain.request_log import Call, Door
from tests.factories.times import NOW


async def make_calls(
    session: AsyncSession,
    partner: models.Partner,
    *statuses: str,
    at: dt.datetime = NOW,
    environment: Environment = Environment.LIVE,
    took_ms: int = 100,
) -> None:
    """One call for each status."""
    calls = [
        Call(
            id=new_call_id(at),
            at=at,
            partner_id=partner.id,
            api_key_id=None,
            environment=environment,
            operation="Reserve",
            door=Door.REST,
            status=status,
            duration_ms=took_ms,
            request_id="r",
        )
        for status in statuses
    ]
    await insert_calls(session, calls)


def make_alert(partner: models.Partner, **facts: Any) -> models.IntegrationAlert:
    return models.IntegrationAlert(
        **{
            "id": new_id(),
            "partner_id": partner.id,
            "environment": Environment.LIVE,
            "signal": HealthSignal.ERRORS,
            "value": 0.5,
            "threshold": 0.2,
            "opened_at": NOW,
            **facts,
        }
    )
