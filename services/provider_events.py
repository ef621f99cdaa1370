"""The inbox of what the payment provider tells: kept once, taken in order, given up in the end.

What an event leads to is the business of `services/payment_events.py`. It happens between taking and noting, outside
any unit of work of ours: an event whose worker was killed is taken again when its lease ends.
"""

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import structlog

from db.queries import provider_events as queries
from db.session import Sessions
from db.unit_of_work import UnitOfWork
from domain.environments import Environment
from domain.errors import NotFound, Refused
from domain.jobs import pause_after
from domain.payments import ProviderEvent
from services import dead_letters

REPROCESS = "payments.reprocess_event"
"""The job that the letter of an event that was given up stands for."""
LEASE = dt.timedelta(seconds=60)
"""How long an event belongs to the worker that took it; longer than any can take."""
LONGEST = 100
"""Characters of a type or an id; those we know are shorter."""
MAX_ATTEMPTS = 10
"""With pauses of two seconds at first and five minutes in the end: a quarter of an hour."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """One event, taken by one worker for one attempt."""

    id: UUID
    environment: Environment
    attempt: int
    event: ProviderEvent


@dataclass(frozen=True, slots=True)
class Failed:
    """An attempt that came to nothing, and why, in words without personal data."""

    taken: Taken
    error: str


async def receive(
    sessions: Sessions, event: ProviderEvent, *, environment: Environment, is_wanted: bool, now: dt.datetime
) -> bool:
    """Keep an event, durably, and tell whether it is new. One that nobody wants is done with at once, unread."""
    values: dict[str, object] = {
        "provider_event_id": event.id,
        "environment": environment.value,
        "type": event.type[:LONGEST],
        "object_id": event.object_id[:LONGEST],
        "account_id": event.account_id,
        "payload": json.dumps(event.data if is_wanted else {}),
        "happened_at": event.created_at,
        "received_at": now,
        "next_attempt_at": now,
        "processed_at": None if is_wanted else now,
    }
    records = await sessions.fetch(queries.RECEIVE.sql, [values[name] for name in queries.RECEIVE.names])
    return bool(records)


async def is_any_due(sessions: Sessions, *, now: dt.datetime) -> bool:
    """Tell whether there is an event to be processed."""
    records = await sessions.fetch(queries.IS_ANY_DUE, [now])
    return bool(records[0][0])


async def take_due(uow: UnitOfWork, *, limit: int, now: dt.datetime) -> list[Taken]:
    """Take the next events, in the order in which they came, of each object its first; they are ours for LEASE."""
    rows = await queries.take_due(uow.session, now=now, until=now + LEASE, limit=limit)
    return [
        Taken(
            id=row.id,
            environment=row.environment,
            attempt=row.attempts,
            event=ProviderEvent(
                id=row.provider_event_id,
                type=row.type,
                object_id=row.object_id,
                created_at=row.happened_at,
                account_id=row.account_id,
                is_live=row.environment is Environment.LIVE,
                data=row.payload,
            ),
        )
        for row in rows
    ]


async def note(
    uow: UnitOfWork,
    *,
    done: Collection[UUID],
    failed: Collection[Failed],
    chance: float,
    now: dt.datetime,
) -> None:
    """Note what became of events that were taken: done, to be tried after a pause, or given up with a letter.

    A failure counts only where nobody else has taken the event meanwhile.
    """
    if done:
        await queries.note_processed(uow.session, done, now=now)
    for each in failed:
        row = await queries.lock_open(uow.session, each.taken.id)
        if row is None or row.attempts != each.taken.attempt:
            continue
        row.last_error = each.error
        row.next_attempt_at = now + pause_after(row.attempts, chance=chance)
        if row.attempts >= MAX_ATTEMPTS:
            row.processed_at = now
            await dead_letters.bury(
                uow,
                job=REPROCESS,
                key=row.id.hex,
                payload={"event_id": row.id.hex},
                error=each.error,
                attempts=row.attempts,
                environment=row.environment,
                now=now,
            )
        log.warning("payments.event_failed", type=row.type, attempt=row.attempts, error=each.error)
    await uow.session.flush()


async def reprocess(uow: UnitOfWork, *, event_id: UUID, now: dt.datetime) -> None:
    """Let an event that was given up be processed anew. Refuses: NotFound."""
    if not await queries.reopen(uow.session, event_id, now=now):
        raise Refused(NotFound(noun="provider event", id=event_id.hex))
