"""Drift between counters and what they count is found and shown."""

import pytest
from sqlalchemy import update

from db import models
from jobs import inventory
from tests.factories.viewers import key_of
from tests.factories.world import make_world
from tests.fixtures.acts import line


@pytest.fixture
async def world(work):
    async with work.unit_of_work() as uow:
        return await make_world(uow.session)


async def test_books_that_agree_show_no_drift(work, real_acts, world, meter, redis):
    hold = await real_acts.hold(key_of(world.reseller), line(3))
    await real_acts.activate(key_of(world.reseller), hold)

    assert await inventory.check_drift(work) == 0
    assert (meter.drift, await redis.get("interline:drift")) == (0, b"0")


async def test_drift_is_counted_by_allotment(work, real_acts, world, meter, redis):
    await real_acts.hold(key_of(world.reseller), line(3))
    async with work.unit_of_work() as uow:
        for pool, held in ((world.cruise_pool, 2), (world.pet_pool, 1)):
            await uow.session.execute(
                update(models.Allotment).where(models.Allotment.id == pool.id).values(held=held)
            )

    assert await inventory.check_drift(work) == 2
    assert (meter.drift, await redis.get("interline:drift")) == (2, b"2")
