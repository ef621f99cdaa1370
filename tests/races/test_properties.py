"""Properties created, changed and brought in at once, over real commits."""

import pytest
from sqlalchemy import select

from db import models
from domain.properties import PropertyField
from services import properties, property_batches
from tests.factories.onboarding import make_case
from tests.factories.properties import make_property
from tests.factories.viewers import member_of
from tests.fixtures.commits import at_once, kinds

F = PropertyField


@pytest.fixture
async def owner(busy, busy_world, clean_slate):
    async with busy.work() as uow:
        await make_case(uow.session, busy_world.operator)
    return member_of(busy_world.operator)


async def rows(busy):
    return await busy.rows(select(models.Property).order_by(models.Property.external_code))


async def test_a_code_wished_by_many_is_given_to_one(busy, busy_world, owner):
    async def create():
        async with busy.work() as uow:
            return await properties.create_property(
                uow,
                owner,
                partner_id=busy_world.operator.id,
                values={F.EXTERNAL_CODE: "ROM-1", F.NAME: "Sole"},
                idempotency=None,
                now=busy.now,
            )

    outcomes = await at_once(*(create() for _ in range(6)))

    assert kinds(outcomes) == {"Property": 1, "ExternalCodeTaken": 5}
    assert len(await rows(busy)) == 1


async def test_a_version_is_changed_by_one_of_many(busy, busy_world, owner):
    async with busy.work() as uow:
        row = await make_property(uow.session, busy_world.operator)

    async def rename(name):
        async with busy.work() as uow:
            return await properties.update_property(
                uow, owner, property_id=row.id, version=1, changes={F.NAME: name}, now=busy.now
            )

    outcomes = await at_once(*(rename(f"House {each}") for each in range(6)))

    assert kinds(outcomes) == {"Property": 1, "StaleVersion": 5}


async def test_the_same_file_brought_in_twice_at_once_is_there_once(busy, busy_world, owner):
    wanted = [{F.EXTERNAL_CODE: f"N-{number}", F.NAME: "House"} for number in range(20)]

    async def bring_in(rows):
        async with busy.work() as uow:
            return await property_batches.upsert_properties(
                uow, owner, partner_id=busy_world.operator.id, rows=rows, act_id="imp_1", now=busy.now
            )

    outcomes = await at_once(bring_in(wanted), bring_in(wanted[::-1]))

    assert sorted(str({each.outcome.value for each in outcome}) for outcome in outcomes) == [
        "{'CREATED'}",
        "{'SAME'}",
    ]
    assert [(each.external_code, each.version) for each in await rows(busy)] == sorted(
        (f"N-{number}", 1) for number in range(20)
    )
