"""Connections for ready statements: prepared once, lent in turn, never lent again in the middle of an answer."""

import asyncio
import datetime as dt

import asyncpg
import pytest
from sqlalchemy import text

from db.connections import Connections

SLOWLY = "SELECT pg_sleep(30), 'seen in pg_stat_activity' AS mark"
RUNNING = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%seen in pg_stat%' AND pid <> pg_backend_pid()"


@pytest.fixture
async def connections(database_url):
    opened = Connections(database_url, size=2, statement_timeout_ms=10_000)
    yield opened
    await opened.close()


async def eventually(connections, sql, expected):
    async with asyncio.timeout(5):
        while (found := await connections.fetch_value(sql)) != expected:  # noqa: ASYNC110 - another backend's state
            await asyncio.sleep(0.01)
    return found


async def test_values_arrive_as_what_they_are(connections):
    moment = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)

    records = await connections.fetch("SELECT $1::timestamptz, $2::text, $3::bytea", [moment, "é", b"\x00"])

    assert [tuple(each) for each in records] == [(moment, "é", b"\x00")]
    assert await connections.fetch_value("SELECT 1 WHERE false") is None


async def test_a_statement_is_prepared_once_a_connection(connections):
    sql = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%pg_prepared_statements WHERE%'"

    counts = [await connections.fetch_value(sql) for _ in range(3)]

    assert counts == [1, 1, 1]


async def test_who_waits_is_served_in_turn(connections):
    served = []

    async def ask(number):
        await connections.fetch("SELECT pg_sleep(0.05)")
        served.append(number)

    # Both are open before anybody waits: opening one takes as long as it takes.
    await asyncio.gather(*(connections.fetch("SELECT pg_sleep(0.05)") for _ in range(2)))
    await asyncio.gather(*(ask(number) for number in range(8)))

    assert sorted(served[:2]) == [0, 1]
    assert sorted(served[2:4]) == [2, 3]


async def test_a_cancelled_question_ends_in_the_database_too(connections):
    asking = asyncio.create_task(connections.fetch(SLOWLY))
    await eventually(connections, RUNNING, 1)

    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await eventually(connections, RUNNING, 0) == 0


async def test_a_cancelled_wait_costs_nobody_a_connection(connections):
    busy = [asyncio.create_task(connections.fetch("SELECT pg_sleep(0.05)")) for _ in range(2)]
    await asyncio.sleep(0.01)
    waiting = asyncio.create_task(connections.fetch("SELECT 1"))
    await asyncio.sleep(0.01)

    waiting.cancel()

    await asyncio.gather(*busy)
    assert await connections.fetch_value("SELECT 'still served'") == "still served"


async def test_a_statement_that_takes_too_long_is_ended_by_the_database(database_url):
    connections = Connections(database_url, size=1, statement_timeout_ms=50)

    with pytest.raises(asyncpg.QueryCanceledError):
        await connections.fetch("SELECT pg_sleep(30)")

    assert await connections.fetch_value("SELECT 1") == 1
    await connections.close()


async def test_a_table_that_changed_is_read_as_it_is_now(connections, engine):
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE changing (a int)"))
        await connection.execute(text("INSERT INTO changing VALUES (1)"))
    before = [tuple(each) for each in await connections.fetch("SELECT a::text FROM changing")]
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE changing ALTER a TYPE text USING 'now ' || a"))

    after = [tuple(each) for each in await connections.fetch("SELECT a::text FROM changing")]

    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE changing"))
    assert (before, after) == ([("1",)], [("now 1",)])


async def test_a_lost_connection_is_replaced(connections):
    pid = await connections.fetch_value("SELECT pg_backend_pid()")
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await connections.fetch("SELECT pg_terminate_backend($1), pg_sleep(5)", [pid])

    assert await connections.fetch_value("SELECT 1") == 1


async def test_one_that_ended_while_it_was_free_is_not_lent(connections, engine):
    pid = await connections.fetch_value("SELECT pg_backend_pid()")
    async with engine.begin() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    async with asyncio.timeout(5):
        while not connections._free[0].driver.is_closed():  # noqa: ASYNC110 - the driver has no bell
            await asyncio.sleep(0.01)

    assert await connections.fetch_value("SELECT pg_backend_pid()") != pid
