"""Noting a call costs no waiting; storing comes in batches, and nothing is lost silently."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from db import models
from db.session import Sessions, create_engine
from domain.environments import Environment
from domain.request_log import Door, hash_of_key
from permissions.viewer import ANONYMOUS, Viewer
from resolvers.answered import Answered
from server.request_log import RequestLog
from server.waiting import BATCH
from tests.factories.times import NOW

pytestmark = pytest.mark.anyio

RESELLER = Viewer(
    id="key:1",
    environment=Environment.TEST,
    api_key_id=UUID(int=1),
    reseller_id=UUID(int=2),
    scopes=frozenset(),
)
PERSON = Viewer(id="user:3", user_id=UUID(int=3))


def note(log: RequestLog, viewer: Viewer = RESELLER, *, times: int = 1, **facts: Any) -> None:
    call: dict[str, Any] = {
        "operation": "Reserve",
        "door": Door.REST,
        "codes": [],
        "seconds": 0.0124,
        "at": NOW,
        "request_id": "r-1",
    }
    for _ in range(times):
        log.note(viewer, **(call | facts))


async def stored(sessions: Sessions) -> int:
    async with sessions.read() as session:
        return await session.scalar(select(func.count()).select_from(models.ApiCall)) or 0


async def until(wanted: int, sessions: Sessions) -> None:
    async with asyncio.timeout(10):
        while await stored(sessions) != wanted:  # noqa: ASYNC110 - only the database knows
            await asyncio.sleep(0.02)


@pytest.fixture
def inserts(engine):
    """The statements that write the log, as they are sent."""
    seen: list[str] = []

    def count(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("INSERT INTO request_log"):
            seen.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", count)
    yield seen
    event.remove(engine.sync_engine, "before_cursor_execute", count)


async def test_a_reseller_s_call_is_stored_with_what_is_known_of_it(sessions):
    log = RequestLog(sessions)
    note(log, codes=["SOLD_OUT"])

    assert await log.flush()

    async with sessions.read() as session:
        (row,) = (await session.scalars(select(models.ApiCall))).all()
    assert (row.partner_id, row.api_key_id, row.environment) == (UUID(int=2), UUID(int=1), Environment.TEST)
    assert (row.operation, row.door, row.status, row.duration_ms, row.request_id, row.at) == (
        "Reserve",
        Door.REST,
        "SOLD_OUT",
        12,
        "r-1",
        NOW,
    )


async def test_a_call_is_stored_with_what_it_was_about_and_no_key(sessions):
    log = RequestLog(sessions)
    answered = Answered()
    answered.object_id, answered.idempotency_key = UUID(int=9), "order-4711"
    note(log, answered=answered)
    note(log, answered=Answered())

    assert await log.flush()

    async with sessions.read() as session:
        rows = (await session.scalars(select(models.ApiCall).order_by(models.ApiCall.id))).all()
    assert {(row.object_id, row.key_hash) for row in rows} == {
        (UUID(int=9), hash_of_key("order-4711")),
        (None, None),
    }
    assert b"4711" not in (rows[0].key_hash or b"") + (rows[1].key_hash or b"")


async def test_calls_of_people_and_of_nobody_are_not_logged(sessions):
    log = RequestLog(sessions)
    note(log, PERSON)
    note(log, ANONYMOUS)

    await log.flush()

    assert await stored(sessions) == 0


async def test_a_batch_is_one_statement(sessions, inserts):
    log = RequestLog(sessions)
    note(log, times=BATCH)
    note(log, times=3)

    await log.flush()

    assert (await stored(sessions), len(inserts)) == (BATCH + 3, 2)


async def test_what_waits_is_stored_within_the_time_and_a_batch_at_once(sessions):
    unhurried = RequestLog(sessions, flush_seconds=600)
    soon = RequestLog(sessions, flush_seconds=0.05)
    running = [asyncio.create_task(each.run()) for each in (unhurried, soon)]
    try:
        note(soon)
        await until(1, sessions)

        note(unhurried, times=BATCH)
        await until(1 + BATCH, sessions)
    finally:
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def test_without_room_calls_are_dropped_and_counted(sessions):
    dropped: list[int] = []
    log = RequestLog(sessions, capacity=5, count_dropped=dropped.append)

    note(log, times=8)
    await log.flush()

    assert (sum(dropped), await stored(sessions)) == (3, 5)


async def test_a_lost_database_keeps_calls_waiting_until_it_is_back(sessions):
    nowhere = create_engine("postgresql+asyncpg://nobody@127.0.0.1:9/nothing", pool_size=1)
    dropped: list[int] = []
    log = RequestLog(Sessions(nowhere), count_dropped=dropped.append)
    note(log, times=2)

    assert await log.flush() is False
    log._sessions = sessions
    assert await log.flush() is True

    await nowhere.dispose()
    assert (dropped, await stored(sessions)) == ([], 2)


async def test_a_batch_the_database_rejects_is_counted_and_lets_the_next_one_pass(sessions):
    dropped: list[int] = []
    log = RequestLog(sessions, count_dropped=dropped.append)
    note(log, times=BATCH - 1)
    note(log, request_id="nul\x00byte")
    note(log)

    assert await log.flush() is True

    assert (dropped, await stored(sessions)) == ([BATCH], 1)


async def test_overlong_names_are_cut_to_their_columns(sessions):
    log = RequestLog(sessions)
    note(log, operation="O" * 500, request_id="r" * 500, codes=["C" * 500])

    assert await log.flush() is True
    assert await stored(sessions) == 1
