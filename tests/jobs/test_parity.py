"""Price parity: each channel is asked by what answers its callers, and what differs is told."""

import pytest
from sqlalchemy import select

from db import models
from domain.discounts import DiscountKind, DiscountRule
from domain.environments import Environment
from domain.inventory import Channel
from domain.packages import ItemKind
from jobs import parity, schedule
from services import parity as services
from tests.factories.inventory import make_allotment
from tests.factories.packages import make_package
from tests.factories.weekend import make_weekend_package
from tests.factories.world import make_world

LIVE = Environment.LIVE
DISCOUNTS = (
    DiscountRule("GROUP", "Groups", DiscountKind.PERCENT, 1_000, min_travelers=10),
    DiscountRule("EARLY", "Booked early", DiscountKind.FIXED, 500, min_lead_days=3),
    DiscountRule(
        "FERRY", "With a ferry", DiscountKind.FIXED, 700, item_kinds=frozenset({ItemKind.TRANSPORT})
    ),
)
OPEN_PRICES = 8 * 3
"""Of a package that needs no day: seven days and none, for three parties."""


@pytest.fixture
async def world(real_acts):
    async with real_acts.work() as uow:
        return await make_world(uow.session)


async def kept(work):
    async with work.sessions.read() as session:
        run, found = models.PriceParityRun, models.PriceParityDifference
        runs = (await session.scalars(select(run).order_by(run.id))).all()
        return runs, (await session.scalars(select(found).order_by(found.position))).all()


async def sell(real_acts, package):
    async with real_acts.work() as uow:
        for channel in Channel:
            await make_allotment(uow.session, package, channel=channel)


async def test_nothing_differs_whatever_makes_the_prices(work, meter, real_acts, world):
    async with real_acts.work() as uow:
        discounted = await make_package(uow.session, world.operator, sku="family", discounts=DISCOUNTS)
        weekend = await make_weekend_package(uow.session, world)
    await sell(real_acts, discounted)
    await sell(real_acts, weekend)

    assert await parity.check_parity(work) == 0
    ((run,), differences) = await kept(work)
    # The pet cruise is sold on OTA alone, and TEST is not looked at.
    assert (run.packages, run.prices, run.wrong, run.last_package_id) == (4, 3 * OPEN_PRICES, 0, None)
    assert (differences, meter.parity) == ([], (3 * OPEN_PRICES, 0))


async def test_what_one_channel_sells_and_the_other_does_not_know_is_told(work, meter, real_acts, world):
    """Nothing of it was written into its items: a quote divides a price among them, a hold does not ask."""
    async with real_acts.work() as uow:
        hollow = await make_package(uow.session, world.operator, sku="hollow", items=())
    await sell(real_acts, hollow)

    assert await parity.check_parity(work) == OPEN_PRICES
    ((run,), differences) = await kept(work)
    assert (run.prices, run.wrong, meter.parity) == (
        2 * OPEN_PRICES,
        OPEN_PRICES,
        (2 * OPEN_PRICES, OPEN_PRICES),
    )
    assert {(each.package_id, each.direct) for each in differences} == {(hollow.id, "NOT_FOUND")}
    alone, family, group = differences[:3]
    assert (alone.date, alone.party, alone.ota) == (None, {"ADULT": 1}, "28800 HKD")
    assert (family.party, family.ota) == ({"ADULT": 2, "CHILD": 1}, "76400 HKD")
    assert (group.party, group.ota) == ({"ADULT": 10, "ELDERLY": 2}, "325600 HKD")


async def test_a_channel_with_prices_of_its_own_is_told_with_both(work, world):
    async def ask_dearer(session, package, wish, now):
        minor, currency = (await services.ask_ota(session, package, wish, now)).split()
        return f"{int(minor) + (wish.date is None)} {currency}"

    found = await services.look(
        work.sessions,
        LIVE,
        now=work.clock(),
        channels={Channel.DIRECT: services.ask_direct, Channel.OTA: ask_dearer},
    )

    assert [(each.package_id, each.date, each.direct, each.ota) for each in found.differences] == [
        (world.cruise.id, None, "28800 HKD", "28801 HKD"),
        (world.cruise.id, None, "76400 HKD", "76401 HKD"),
        (world.cruise.id, None, "325600 HKD", "325601 HKD"),
    ]


async def test_a_price_that_changed_between_two_answers_is_no_difference(work, world):
    asked = set()

    async def ask_late(session, package, wish, now):
        is_first = (wish.date, tuple(wish.party)) not in asked
        asked.add((wish.date, tuple(wish.party)))
        return "1 HKD" if is_first else await services.ask_ota(session, package, wish, now)

    found = await services.look(
        work.sessions,
        LIVE,
        now=work.clock(),
        channels={Channel.DIRECT: services.ask_direct, Channel.OTA: ask_late},
    )

    assert (found.prices, found.differences) == (OPEN_PRICES, ())


async def test_each_run_goes_on_from_the_last_and_then_begins_anew(work, world):
    seen = []
    for _ in range(3):
        found = await services.look(work.sessions, LIVE, now=work.clock(), batch=1)
        async with work.unit_of_work() as uow:
            await services.note_run(uow, environment=LIVE, found=found, now=work.clock())
        seen.append((found.packages, found.last_package_id))

    assert seen == [(1, world.cruise.id), (1, world.pet_cruise.id), (0, None)]
    assert (await services.look(work.sessions, LIVE, now=work.clock(), batch=1)).packages == 1


async def test_asking_keeps_nothing(work, world):
    await parity.check_parity(work)

    async with work.sessions.read() as session:
        for model in (models.Quote, models.Reservation):
            assert (await session.scalars(select(model))).all() == []


async def test_it_runs_by_itself_every_hour():
    periods = {each.task.name: each.at_minute for each in schedule.PERIODIC}

    assert periods["prices.check_parity"] == 43
