"""The outbox: telling others what was committed, at least once and in the order it happened."""

import datetime as dt
from typing import Any
from uuid import UUID

from db import models
from db.queries import events as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.environments import Environment
from domain.events import EventType

BATCH = 500


async def take_unrelayed(uow: UnitOfWork, *, now: dt.datetime) -> list[tuple[UUID, int]]:
    """Mark the next events as told and return (object, sequence) for each, oldest first.

    Puts them on their way to the webhook endpoints that want them, in the same transaction.

    Tell them before the unit of work commits: a crash between the two tells them again. Another
    process's batch is skipped, not waited for.
    """
    return await queries.take_unrelayed(uow.session, limit=BATCH, now=now)


def record(
    uow: UnitOfWork,
    event: EventType,
    *,
    environment: Environment,
    partner_id: UUID | None,
    object_id: UUID,
    sequence: int,
    payload: dict[str, Any],
    now: dt.datetime,
) -> None:
    """Put into the outbox what happened to a thing of one environment."""
    uow.put(
        models.Event,
        {
            "id": new_id(),
            "environment": environment,
            "partner_id": partner_id,
            "type": event,
            "object_id": object_id,
            "sequence": sequence,
            "payload": payload,
            "at": now,
        },
    )


def record_for_partner(
    uow: UnitOfWork,
    event: EventType,
    *,
    partner_id: UUID,
    object_id: UUID,
    sequence: int,
    payload: dict[str, Any],
    now: dt.datetime,
) -> None:
    """Put into the outbox what happened to a partner itself, which is of no environment.

    Endpoints of TEST and of LIVE are both told: during onboarding there are only those of TEST.
    """
    for environment in Environment:
        record(
            uow,
            event,
            environment=environment,
            partner_id=partner_id,
            object_id=object_id,
            sequence=sequence,
            payload=payload,
            now=now,
        )
