"""Many hold at once: what there is is sold, and not one unit more."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text, update

from db import models
from domain.errors import IdempotencyConflict
from domain.reservations import ReservationStatus
from tests.factories.inventory import make_allotment
from tests.factories.packages import make_package
from tests.factories.times import MINUTE, NOW
from tests.factories.viewers import key_of, member_of
from tests.fixtures.acts import line
from tests.fixtures.commits import at_once, kinds

NO_DRIFT: tuple[list[object], list[object]] = ([], [])


@pytest.fixture
def keys(busy_world):
    """A key of each of the two resellers."""
    return key_of(busy_world.reseller), key_of(busy_world.rival)


async def make_pool(busy, world, *, units, sku="hot"):
    async with busy.work() as uow:
        package = await make_package(uow.session, world.operator, sku=sku)
        return await make_allotment(uow.session, package, units=units)


async def test_the_last_unit_is_held_once(busy, busy_world, keys):
    pool = await make_pool(busy, busy_world, units=1)

    answers = await at_once(*(busy.hold(keys[number % 2], line(1, "hot")) for number in range(20)))

    assert kinds(answers) == {"InsufficientInventory": 19, "Reservation": 1}
    assert {each.available for each in answers if not isinstance(each, models.Reservation)} == {0}
    assert await busy.pool(pool) == (1, 1, 0)
    assert await busy.drift() == NO_DRIFT


@pytest.mark.slow
async def test_a_thousand_holds_of_ten_sell_exactly_five_thousand(busy, busy_world, keys):
    pool = await make_pool(busy, busy_world, units=5_000)
    turn = asyncio.Semaphore(100)

    async def hold(number):
        async with turn:
            return await busy.hold(keys[number % 2], line(10, "hot"))

    answers = await at_once(*(hold(number) for number in range(1_000)))

    assert kinds(answers) == {"InsufficientInventory": 500, "Reservation": 500}
    assert await busy.pool(pool) == (5_000, 5_000, 0)
    assert await busy.drift() == NO_DRIFT
    events = await busy.rows(
        select(models.InventoryEvent.sequence)
        .where(models.InventoryEvent.allotment_id == pool.id)
        .order_by(models.InventoryEvent.sequence)
    )
    assert events == list(range(1, 502))
    quotas = await busy.rows(select(func.sum(models.ResellerQuota.open_units)))
    assert quotas == [5_000]


async def test_a_cap_is_exact_for_many_at_once(busy, busy_world, keys):
    async with busy.work() as uow:
        await uow.session.execute(update(models.ResellerProfile).values(open_hold_cap=30))

    answers = await at_once(*(busy.hold(keys[0], line(4, each)) for each in ("106", "107") * 10))

    assert kinds(answers) == {"HoldQuotaExceeded": 13, "Reservation": 7}
    assert await busy.rows(select(models.ResellerQuota.open_units)) == [28]


async def test_the_same_key_at_once_is_one_hold(busy, busy_world, keys):
    answers = await at_once(*(busy.hold(keys[0], line(3), key="k-1") for _ in range(10)))

    assert kinds(answers) == {"Reservation": 10}
    assert len({each.id for each in answers}) == 1
    assert await busy.pool(busy_world.cruise_pool) == (100, 3, 0)


async def test_the_same_key_at_once_with_another_request_is_refused(busy, busy_world, keys):
    answers = await at_once(*(busy.hold(keys[0], line(units), key="k-1") for units in (1, 2) * 5))

    held = {each.units for each in answers if isinstance(each, models.Reservation)}
    assert kinds(answers) == {"IdempotencyConflict": 5, "Reservation": 5}
    assert IdempotencyConflict(idempotency_key="k-1") in answers
    assert await busy.pool(busy_world.cruise_pool) == (100, *held, 0)


async def test_holds_of_several_products_in_opposite_orders_never_block_each_other(busy, busy_world, keys):
    there, back = [line(1), line(1, "107")], [line(1, "107"), line(1)]

    answers = await at_once(
        *(busy.hold(keys[number % 2], *(there if number % 4 < 2 else back)) for number in range(40))
    )

    assert kinds(answers) == {"Reservation": 40}
    assert await busy.pool(busy_world.cruise_pool) == (100, 40, 0)
    assert await busy.pool(busy_world.pet_pool) == (40, 40, 0)
    assert await busy.drift() == NO_DRIFT


async def test_many_who_meet_overdue_units_release_them_once(busy, busy_world, keys):
    overdue = [await busy.hold(keys[1], line(10, "107"), minutes=1) for _ in range(4)]
    busy.later(MINUTE)

    answers = await at_once(*(busy.hold(keys[0], line(4, "107")) for _ in range(12)))

    ended = await busy.rows(select(models.Event.object_id).where(models.Event.type == "reservation.expired"))
    assert kinds(answers) == {"InsufficientInventory": 2, "Reservation": 10}
    assert sorted(ended) == sorted(each.id for each in overdue)
    assert await busy.pool(busy_world.pet_pool) == (40, 40, 0)
    assert await busy.drift() == NO_DRIFT


@pytest.mark.parametrize("held_before", [0, 1])
async def test_two_holds_of_one_reseller_that_meet_overdue_units_never_block_each_other(
    busy, busy_world, keys, held_before
):
    """One locks quota and pool to release them, while the other comes to the quota: its first hold, or a later."""
    mine, rival = keys
    for _ in range(held_before):
        await busy.hold(mine, line(1, "107"))
    await busy.hold(rival, line(1, "107"), minutes=1)
    busy.later(MINUTE)
    lock = text("SELECT FROM allotments WHERE id = :id FOR NO KEY UPDATE")
    async with busy.sessions.write() as holding:
        await holding.execute(lock, {"id": busy_world.pet_pool.id})
        first = asyncio.create_task(busy.hold(mine, line(1, "107")))
        await waiters(busy, 1)
        second = asyncio.create_task(busy.hold(mine, line(1, "107")))
        await waiters(busy, 2)

    answers = await at_once(first, second)

    assert kinds(answers) == {"Reservation": 2}
    assert await busy.drift() == NO_DRIFT


async def waiters(busy, number):
    """Wait until so many of this database's sessions wait for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(5):
        while True:
            async with busy.sessions.read() as session:
                if await session.scalar(waiting) == number:
                    return
            await asyncio.sleep(0.01)


async def test_lowering_an_allotment_and_holding_from_it_never_oversell(busy, busy_world, keys):
    owner = member_of(busy_world.operator)
    lowerings = [busy.set_allotment(owner, units) for units in (90, 70, 50, 30, 10)]

    answers = await at_once(*(busy.hold(keys[number % 2], line(5)) for number in range(20)), *lowerings)

    allocated, held, sold = await busy.pool(busy_world.cruise_pool)
    taken = sum(isinstance(each, models.Reservation) for each in answers)
    assert (held, sold) == (5 * taken, 0)
    assert held <= allocated
    assert await busy.drift() == NO_DRIFT


async def test_two_carvings_share_what_there_is(busy, busy_world):
    owner = member_of(busy_world.operator)

    answers = await at_once(
        *(
            busy.set_allotment(owner, 60, reseller_id=each.id)
            for each in (busy_world.reseller, busy_world.rival)
        )
    )

    assert kinds(answers) == {"Allotment": 1, "PoolTooSmall": 1}
    assert await busy.pool(busy_world.cruise_pool) == (40, 0, 0)
    assert await busy.drift() == NO_DRIFT


async def test_two_first_allotments_of_a_day_are_one_pool(busy, busy_world):
    owner = member_of(busy_world.operator)
    day = (NOW + 30 * MINUTE).date()

    answers = await at_once(*(busy.set_allotment(owner, units, day=day) for units in (5, 6, 7)))

    pools = await busy.rows(select(models.Allotment).where(models.Allotment.date == day))
    assert kinds(answers) == {"Allotment": 3}
    assert len(pools) == 1
    assert pools[0].allocated in (5, 6, 7)
    assert await busy.drift() == NO_DRIFT


async def test_a_hold_is_over_for_all_at_the_same_moment(busy, busy_world, keys):
    """Two clocks, a moment apart: to one the hold lives, to the other it is over; it ends once."""
    hold = await busy.hold(keys[0], line(40, "107"), minutes=1)
    late = replace(busy, now=NOW + MINUTE)

    answers = await at_once(busy.cancel(keys[0], hold), late.hold(keys[1], line(40, "107")))

    ended = (await busy.rows(select(models.Reservation).where(models.Reservation.id == hold.id)))[0]
    assert isinstance(answers[1], models.Reservation)
    assert ended.status in (ReservationStatus.CANCELLED, ReservationStatus.EXPIRED)
    assert await busy.pool(busy_world.pet_pool) == (40, 40, 0)
    assert await busy.drift() == NO_DRIFT
