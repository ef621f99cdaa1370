"""How far one person has read many threads."""

import datetime as dt
from uuid import UUID

from db import models
from db.queries import support as queries
from db.session import Sessions

ThreadAndReader = tuple[UUID, str]


async def marks_by_thread(
    sessions: Sessions, keys: list[ThreadAndReader], _now: dt.datetime
) -> list[models.SupportRead | None]:
    """Load in the order of the keys; None where nothing of a thread was read."""
    threads, readers = {thread for thread, _ in keys}, {reader for _, reader in keys}
    async with sessions.read() as session:
        marks = await queries.marks_of(session, threads, readers)
    found = {(mark.thread_id, mark.reader): mark for mark in marks}
    return [found.get(key) for key in keys]
