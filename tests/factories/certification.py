"""Runs of the certification, and what is seen in them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries.request_log import new_call_id
from db.types import new_id
from domain.certification import ORDER, RUN_LASTS, CertificationStatus, Scenario, ScenarioStatus
from domain.certification_guide import LESSONS
from domain.environments import Environment
from domain.request_log import Call, Door, hash_of_key
from tests.factories.times import NOW

PARTNER_ID = UUID(int=7)


async def make_run(
    session: AsyncSession,
    partner: models.Partner,
    *,
    statuses: Mapping[Scenario, ScenarioStatus] | None = None,
    status: CertificationStatus = CertificationStatus.RUNNING,
    started_at: dt.datetime = NOW,
    **facts: Any,
) -> models.CertificationRun:
    """A run that began at NOW; open, and every scenario PENDING, unless it is said otherwise."""
    is_open = status is CertificationStatus.RUNNING
    run = models.CertificationRun(
        **{
            "id": new_id(),
            "partner_id": partner.id,
            "status": status,
            "started_by": "user:1",
            "started_at": started_at,
            "ends_at": started_at + RUN_LASTS,
            "ended_at": None if is_open else started_at + RUN_LASTS,
            "sequence": 1,
            "probe_due_at": started_at,
            **facts,
        }
    )
    session.add(run)
    await session.flush()
    for position, scenario in enumerate(ORDER, 1):
        come_to = (statuses or {}).get(scenario, ScenarioStatus.PENDING)
        session.add(
            models.ScenarioResult(
                run_id=run.id,
                position=position,
                scenario=scenario,
                status=come_to,
                expected=LESSONS[scenario].expected,
                at=None if come_to is ScenarioStatus.PENDING else started_at,
                mend=LESSONS[scenario].mend if come_to is ScenarioStatus.FAILED else None,
            )
        )
    await session.flush()
    return run


def call(
    operation: str = "Inventory",
    status: str = "OK",
    *,
    at: dt.datetime = NOW,
    key: str | None = None,
    partner_id: UUID = PARTNER_ID,
    environment: Environment = Environment.TEST,
    request_id: str = "req_1",
    **facts: Any,
) -> Call:
    """A call of PARTNER_ID's TEST key over REST."""
    return Call(
        **{
            "id": new_call_id(at),
            "at": at,
            "partner_id": partner_id,
            "api_key_id": None,
            "environment": environment,
            "operation": operation,
            "door": Door.REST,
            "status": status,
            "duration_ms": 1,
            "request_id": request_id,
            "key_hash": hash_of_key(key) if key else None,
            **facts,
        }
    )
