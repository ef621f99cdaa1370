"""Batches of several processes meet: no deadlock, no unit too many, nothing half done."""

import asyncio
import random

import asyncpg
import pytest
from sqlalchemy import func, select

from db import models
from db.connections import Connections
from db.session import Sessions
from tests.factories.inventory import make_allotment
from tests.factories.packages import make_package
from tests.factories.partners import make_reseller
from tests.factories.viewers import key_of
from tests.fixtures.acts import Acts, line
from tests.fixtures.commits import at_once, kinds

NO_DRIFT: tuple[list[object], list[object]] = ([], [])
PRODUCTS = ["p-1", "p-2", "p-3", "p-4"]


class Watched(Sessions):
    """Notes which ready statements PostgreSQL refused."""

    def __init__(self, engine):
        super().__init__(engine)
        self.refused = []

    async def fetch(self, sql, values=()):
        try:
            return await super().fetch(sql, values)
        except asyncpg.PostgresError as failure:
            self.refused.append(failure)
            raise


@pytest.fixture
def processes(busy):
    """The acts of three processes: each batches for itself."""
    return [Acts(Watched(busy.sessions.engine)) for _ in range(3)]


@pytest.fixture
async def keys(busy, busy_world):
    """The keys of five resellers that have held nothing yet, and four products with 2,000 units each."""
    async with busy.work() as uow:
        for sku in PRODUCTS:
            package = await make_package(uow.session, busy_world.operator, sku=sku)
            await make_allotment(uow.session, package, units=2_000)
        resellers = [
            await make_reseller(uow.session, name=f"Reseller {number}", open_hold_cap=1_000_000)
            for number in range(5)
        ]
    return [key_of(each) for each in resellers]


@pytest.fixture
async def dying(busy, database_url):
    """The acts of a process with connections of its own."""
    connections = Connections(database_url, size=2, statement_timeout_ms=10_000)
    yield Acts(Sessions(busy.sessions.engine, connections))
    await connections.close()


def refusals_of(processes):
    return [type(each).__name__ for process in processes for each in process.sessions.refused]


async def test_batches_of_several_processes_over_the_same_rows_never_block_each_other(busy, processes, keys):
    chance = random.Random(7)
    for number in range(6):
        calls = [
            (
                chance.choice(processes),
                chance.choice(keys),
                [line(1, sku) for sku in chance.sample(PRODUCTS, 3)],
            )
            for _ in range(60)
        ]
        holds = await at_once(*(acts.hold(key, *demand) for acts, key, demand in calls))
        ends = []
        for (_, key, _), hold in zip(calls, holds, strict=True):
            acts = chance.choice(processes)
            payment = f"{number}-{hold.id}"
            ends.append(
                acts.activate(key, hold, payment=payment) if chance.random() < 0.7 else acts.cancel(key, hold)
            )
        chance.shuffle(ends)
        ended = await at_once(*ends)

        assert kinds(holds) == {"Reservation": 60}
        assert set(kinds(ended)) == {"Booking", "Reservation"}

    assert refusals_of(processes) == []
    assert await busy.drift() == NO_DRIFT


async def test_one_key_in_batches_of_several_processes_is_one_act(busy, processes, keys):
    words = [f"k-{number}" for number in range(10)]
    calls = [(acts, word) for acts in processes for word in words]
    random.Random(7).shuffle(calls)

    answers = await at_once(*(acts.hold(keys[0], line(1, "p-1"), key=word) for acts, word in calls))

    assert kinds(answers) == {"Reservation": 30}
    assert len({each.id for each in answers}) == 10
    assert refusals_of(processes) == []
    assert await busy.drift() == NO_DRIFT


async def test_of_a_last_unit_several_processes_sell_one(busy, processes, keys, busy_world):
    async with busy.work() as uow:
        package = await make_package(uow.session, busy_world.operator, sku="last")
        pool = await make_allotment(uow.session, package, units=7)

    answers = await at_once(
        *(processes[number % 3].hold(keys[number % 5], line(1 + number % 2, "last")) for number in range(60))
    )

    taken = sum(each.units for each in answers if isinstance(each, models.Reservation))
    assert (taken, await busy.pool(pool)) == (7, (7, 7, 0))
    assert await busy.drift() == NO_DRIFT


async def test_callers_who_go_away_leave_no_half_of_an_act(busy, processes, keys):
    """Each is cancelled at some moment of its own: what it asked for happened, all of it, or nothing did."""
    chance = random.Random(7)
    process = processes[0]
    tasks = [
        asyncio.create_task(process.hold(keys[number % 5], line(1, "p-1"), line(2, "p-2")))
        for number in range(120)
    ]
    gone = set(chance.sample(tasks, 60))
    for each in sorted(gone, key=lambda _: chance.random()):
        await asyncio.sleep(chance.random() * 0.004)
        each.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    await process.batches.settle()

    answered = {each.id for each in answers if isinstance(each, models.Reservation)}
    made = set(await busy.rows(select(models.Reservation.id)))
    lines = await busy.rows(select(func.count()).select_from(models.ReservationLine))
    assert sum(isinstance(each, asyncio.CancelledError) for each in answers) + len(answered) == 120
    assert len(answered) >= 60
    assert answered <= made
    assert lines == [2 * len(made)]
    assert await busy.drift() == NO_DRIFT


async def test_a_process_that_dies_in_a_batch_leaves_nothing_of_it_or_all(busy, keys, dying):
    """Its connections are gone from one moment to the next, as with kill -9; the same keys finish what it began."""
    words = [f"k-{number}" for number in range(40)]

    async def die():
        await asyncio.sleep(0.03)
        kill = """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE '%hold_all%' AND pid <> pg_backend_pid()
        """
        await busy.sessions.fetch(kill)

    _, *first = await asyncio.gather(
        die(),
        *(dying.hold(keys[0], line(1, "p-1"), key=word) for word in words),
        return_exceptions=True,
    )
    again = await at_once(*(busy.hold(keys[0], line(1, "p-1"), key=word) for word in words))

    assert {each.id for each in first if isinstance(each, models.Reservation)} <= {each.id for each in again}
    assert len({each.id for each in again}) == len(await busy.rows(select(models.Reservation.id))) == 40
    assert await busy.drift() == NO_DRIFT
