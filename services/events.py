"""The outbox: telling others what was committed, at least once and in the order it happened."""

import datetime as dt
from uuid import UUID

from db.queries import events as queries
from db.unit_of_work import UnitOfWork

BATCH = 500


async def take_unrelayed(uow: UnitOfWork, *, now: dt.datetime) -> list[tuple[UUID, int]]:
    """Mark the next events as told and return (object, sequence) for each, oldest first.

    Puts them on their way to the webhook endpoints that want them, in the same transaction.

    Tell them before the unit of work commits: a crash between the two tells them again. Another
    process's batch is skipped, not waited for.
    """
    return await queries.take_unrelayed(uow.session, limit=BATCH, now=now)
