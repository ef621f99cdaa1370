"""Many hold bundles at once that share their parts: nothing is oversold, and nobody waits for each other for ever."""

import random

from tests.factories.bundles import make_bundle
from tests.factories.inventory import make_allotment
from tests.factories.packages import make_package
from tests.factories.viewers import key_of
from tests.fixtures.acts import line
from tests.fixtures.commits import at_once, kinds

NO_DRIFT: tuple[list[object], list[object]] = ([], [])


async def make_parts(busy, world, *units):
    async with busy.work() as uow:
        packages = [
            await make_package(uow.session, world.operator, sku=f"part-{number}")
            for number in range(len(units))
        ]
        pools = [
            await make_allotment(uow.session, package, units=each)
            for package, each in zip(packages, units, strict=True)
        ]
    return packages, pools


async def test_two_bundles_that_share_a_part_sell_exactly_what_there_is(busy, busy_world):
    (first, shared, last), pools = await make_parts(busy, busy_world, 100, 15, 100)
    async with busy.work() as uow:
        await make_bundle(uow.session, busy_world.operator, (first, 1), (shared, 1), sku="a")
        await make_bundle(uow.session, busy_world.operator, (last, 1), (shared, 2), sku="b")
    keys = [key_of(busy_world.reseller), key_of(busy_world.rival)]

    answers = await at_once(*(busy.hold(keys[number % 2], line(1, "ab"[number % 2])) for number in range(40)))

    held = [(await busy.pool(pool))[1] for pool in pools]
    assert held[1] == held[0] + 2 * held[2]
    assert held[1] in {14, 15}
    assert kinds(answers) == {
        "InsufficientInventory": 40 - held[0] - held[2],
        "Reservation": held[0] + held[2],
    }
    assert await busy.drift() == NO_DRIFT


async def test_bundles_in_either_order_and_their_parts_come_and_go_without_a_deadlock(busy, busy_world):
    (one, other), pools = await make_parts(busy, busy_world, 60, 60)
    async with busy.work() as uow:
        await make_bundle(uow.session, busy_world.operator, (one, 1), (other, 2), sku="there")
        await make_bundle(uow.session, busy_world.operator, (other, 1), (one, 2), sku="back")
    keys = [key_of(busy_world.reseller), key_of(busy_world.rival)]
    chance = random.Random(7)

    async def come_and_go(number):
        key = keys[number % 2]
        hold = await busy.hold(key, line(1, chance.choice(["there", "back", "part-0", "part-1"])))
        if number % 3 == 0:
            return await busy.cancel(key, hold)
        return await busy.activate(key, hold, payment=f"pay-{number}")

    answers = await at_once(*(come_and_go(number) for number in range(60)))

    found = kinds(answers)
    assert set(found) <= {"Booking", "Reservation", "InsufficientInventory"}
    assert sum(found.values()) == 60
    for pool in pools:
        allocated, held, sold = await busy.pool(pool)
        assert held == 0
        assert sold <= allocated
    assert await busy.drift() == NO_DRIFT
