"""Bundles: held with all they consist of or not at all, from the pools of their parts, at one version."""

import datetime as dt

import pytest
from sqlalchemy import select, update

from db import models
from domain.errors import InvalidInput
from domain.inventory import Channel, InsufficientInventory, SalesClosed
from domain.packages import PackageStatus, PackageUnavailable
from domain.reservations import ReservationStatus
from tests.factories.bundles import make_bundle
from tests.factories.inventory import make_allotment
from tests.factories.packages import make_package, publish_anew
from tests.factories.times import DAY
from tests.fixtures.acts import line, refusal

NO_DRIFT: tuple[list[object], list[object]] = ([], [])


@pytest.fixture
async def bundle(acts, world):
    """One takes 1 of the 100 cruises and 2 of the 40 pet cruises; it has no pool of its own."""
    async with acts.work() as uow:
        return await make_bundle(uow.session, world.operator, (world.cruise, 1), (world.pet_cruise, 2))


async def counters(acts, world):
    return [(await acts.pool(pool))[1:] for pool in (world.cruise_pool, world.pet_pool)]


async def test_a_bundle_is_held_from_the_pools_of_its_parts(acts, world, reseller, bundle):
    hold = await acts.hold(reseller, line(3, "bundle"))

    assert await counters(acts, world) == [(3, 0), (6, 0)]
    assert (hold.units, hold.total_minor) == (3, 86_400)
    assert [each.product_id for each in hold.lines] == ["bundle"]
    kept = await acts.rows(select(models.ReservationLine).order_by(models.ReservationLine.position))
    assert [
        (each.position, each.product_id, each.quantity, each.amount_minor, each.component_of) for each in kept
    ] == [(1, "bundle", 3, 86_400, None), (2, "106", 3, 0, 1), (3, "107", 6, 0, 1)]
    assert [each.allotment_id for each in kept] == [None, world.cruise_pool.id, world.pet_pool.id]
    assert await acts.drift() == NO_DRIFT


async def test_a_bundle_with_a_pool_of_its_own_takes_from_that_too(acts, world, reseller, bundle):
    async with acts.work() as uow:
        own = await make_allotment(uow.session, bundle, units=2)

    await acts.hold(reseller, line(2, "bundle"))
    refused = await refusal(acts.hold(reseller, line(1, "bundle")))

    assert (await acts.pool(own))[1:] == (2, 0)
    assert refused == InsufficientInventory(product_id="bundle", date=None, requested=1, available=0)
    assert await counters(acts, world) == [(2, 0), (4, 0)]


async def test_what_one_part_lacks_is_told_of_the_bundle_and_nothing_is_held(acts, world, reseller, bundle):
    await acts.hold(reseller, line(33, "107"))

    refused = await refusal(acts.hold(reseller, line(4, "bundle")))

    assert refused == InsufficientInventory(product_id="bundle", date=None, requested=4, available=3)
    assert await counters(acts, world) == [(0, 0), (33, 0)]


async def test_a_bundle_and_its_part_in_one_hold_are_counted_together(acts, world, reseller, bundle):
    refused = await refusal(acts.hold(reseller, line(31, "107"), line(5, "bundle")))
    await acts.hold(reseller, line(30, "107"), line(5, "bundle"))

    assert refused == InsufficientInventory(product_id="107", date=None, requested=41, available=40)
    assert await counters(acts, world) == [(5, 0), (40, 0)]
    assert await acts.drift() == NO_DRIFT


async def test_a_sold_bundle_makes_a_ticket_a_unit_and_sells_its_parts(acts, world, reseller, bundle):
    booking = await acts.activate(reseller, await acts.hold(reseller, line(2, "bundle")))

    assert [ticket.package_id for ticket in booking.tickets] == [bundle.id, bundle.id]
    assert [each.function_code for each in booking.tickets[0].entitlements] == ["TEA", "PART_1", "PART_2"]
    assert await counters(acts, world) == [(0, 2), (0, 4)]
    assert await acts.drift() == NO_DRIFT


@pytest.mark.parametrize("end", ["cancel", "expire"])
async def test_when_a_bundle_is_given_up_its_parts_are_free(acts, world, reseller, bundle, end):
    hold = await acts.hold(reseller, line(2, "bundle"))
    if end == "expire":
        acts.later(2 * DAY)

    await getattr(acts, end)(*((reseller, hold) if end == "cancel" else (hold,)))

    assert await counters(acts, world) == [(0, 0), (0, 0)]
    assert await acts.drift() == NO_DRIFT


async def test_what_is_held_is_sold_as_it_was_when_it_was_held(acts, world, reseller):
    hold = await acts.hold(reseller, line(1))
    async with acts.work() as uow:
        await publish_anew(uow.session, world.cruise, amount_minor=1)
        uow.session.add(
            models.PackageItem(
                package_id=world.cruise.id,
                version=2,
                position=9,
                kind="EXTRA",
                function_code="NEW",
                label="New",
                quantity=1,
            )
        )

    before = await acts.activate(reseller, hold)
    after = await acts.activate(reseller, await acts.hold(reseller, line(1)), payment="pay-2")

    assert [each.function_code for each in before.tickets[0].entitlements] == ["BOARDING", "PLAYGROUND"]
    assert [each.function_code for each in after.tickets[0].entitlements] == ["BOARDING", "PLAYGROUND", "NEW"]
    versions = await acts.rows(
        select(models.ReservationLine.package_version).order_by(models.ReservationLine.reservation_id)
    )
    assert versions == [1, 2]


@pytest.mark.parametrize("which", ["106", "bundle"])
async def test_what_is_archived_or_has_an_archived_part_is_not_sold(acts, world, reseller, bundle, which):
    async with acts.work() as uow:
        await uow.session.execute(
            update(models.Package)
            .where(models.Package.id == world.cruise.id)
            .values(status=PackageStatus.ARCHIVED)
        )

    assert await refusal(acts.hold(reseller, line(1, which))) == PackageUnavailable(which, None)
    assert await acts.rows(select(models.Reservation)) == []


async def test_a_hold_can_be_activated_after_its_package_was_archived(acts, world, reseller):
    hold = await acts.hold(reseller, line(1))
    async with acts.work() as uow:
        await uow.session.execute(update(models.Package).values(status=PackageStatus.ARCHIVED))

    assert (await acts.activate(reseller, hold)).total_minor == 28_800


async def test_a_package_is_sold_within_its_days_and_for_a_day(acts, world, reseller):
    async with acts.work() as uow:
        await uow.session.execute(
            update(models.Package).values(
                is_dated=True, sold_from=dt.date(2026, 12, 1), sold_until=dt.date(2026, 12, 24)
            )
        )

    early = await refusal(acts.hold(reseller, line(1, date=dt.date(2026, 11, 30))))
    late = await refusal(acts.hold(reseller, line(1, date=dt.date(2026, 12, 25))))
    for day in (1, 24):
        await acts.hold(reseller, line(1, date=dt.date(2026, 12, day)))
    acts.now = dt.datetime(2026, 12, 5, tzinfo=dt.UTC)
    undated = await refusal(acts.hold(reseller, line(1)))

    assert early == PackageUnavailable("106", dt.date(2026, 11, 30))
    assert late == PackageUnavailable("106", dt.date(2026, 12, 25))
    assert undated == InvalidInput("date", "106 is sold for a day")


async def test_a_closed_part_closes_the_bundle(acts, world, owner, reseller, bundle):
    await acts.set_closed(owner, product_id="107", is_closed=True)

    assert await refusal(acts.hold(reseller, line(1, "bundle"))) == SalesClosed("bundle", None)


async def test_a_bundle_needs_a_pool_of_every_part_on_its_channel(acts, world, owner, bundle):
    refused = await refusal(acts.hold(owner, line(1, "bundle")))
    async with acts.work() as uow:
        await make_allotment(uow.session, world.pet_cruise, units=2, channel=Channel.DIRECT)
    hold = await acts.hold(owner, line(1, "bundle"))

    assert refused == InsufficientInventory(product_id="bundle", date=None, requested=1, available=0)
    assert (hold.channel, hold.status) == (Channel.DIRECT, ReservationStatus.ACTIVE)


async def test_more_than_a_hundred_units_of_a_part_are_taken(acts, world, reseller):
    async with acts.work() as uow:
        part = await make_package(uow.session, world.operator, sku="token")
        pool = await make_allotment(uow.session, part, units=2_000)
        await make_bundle(uow.session, world.operator, (part, 20), sku="tokens")

    await acts.hold(reseller, line(100, "tokens"))

    assert (await acts.pool(pool))[1:] == (2_000, 0)
    assert await acts.drift() == NO_DRIFT
