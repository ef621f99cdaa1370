"""Holding units: from which pool, at which price, all or none."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from db import models
from domain.environments import Environment
from domain.errors import InvalidInput, NotFound
from domain.inventory import Channel, InsufficientInventory, InventoryEventKind, SalesClosed
from domain.pricing import CustomerType
from domain.reservations import HoldQuotaExceeded, ReservationStatus, UnitLimitExceeded
from permissions.viewer import Role, Scope
from tests.factories.inventory import make_allotment
from tests.factories.times import DAY, HOUR, MINUTE, NOW, SECOND
from tests.factories.viewers import in_test, key_of, member_of, staff
from tests.fixtures.acts import line, refusal

ADULT, CHILD, ELDERLY = CustomerType
SATURDAY = dt.date(2026, 11, 21)
NOTHING: tuple[list[object], list[object]] = ([], [])


async def lines_of(acts, hold):
    return await acts.rows(
        select(models.ReservationLine)
        .where(models.ReservationLine.reservation_id == hold.id)
        .order_by(models.ReservationLine.position)
    )


async def nothing_was_written(acts):
    rows = [len(await acts.rows(select(model))) for model in (models.Reservation, models.ReservationLine)]
    holds = await acts.rows(select(models.InventoryEvent).where(models.InventoryEvent.kind == "HELD"))
    return (rows, holds, await acts.drift()) == ([0, 0], [], NOTHING)


async def test_a_hold_takes_its_units_out_of_the_pool(acts, world, reseller):
    hold = await acts.hold(reseller, line(3), reference="trip 7")

    assert (hold.status, hold.units, hold.reference) == (ReservationStatus.ACTIVE, 3, "trip 7")
    assert (hold.channel, hold.reseller_id, hold.actor) == (Channel.OTA, world.reseller.id, reseller.id)
    assert (hold.created_at, hold.expires_at, hold.ended_at) == (NOW, NOW + DAY, None)
    assert await acts.pool(world.cruise_pool) == (100, 3, 0)
    assert await acts.drift() == NOTHING


async def test_what_a_hold_answers_is_what_was_written(acts, world, reseller, owner):
    for viewer, more in ((reseller, {"minutes": 5, "reference": "trip 7"}), (owner, {})):
        hold = await acts.hold(viewer, line(2), **more)

        written = (await acts.rows(select(models.Reservation).where(models.Reservation.id == hold.id)))[0]
        assert written is not hold
        columns = [column.key for column in models.Reservation.__table__.columns]
        assert [getattr(hold, each) for each in columns] == [getattr(written, each) for each in columns]


async def test_a_hold_leaves_a_journal_entry_and_its_news(acts, world, reseller):
    hold = await acts.hold(reseller, line(3))

    entry = (
        await acts.rows(select(models.InventoryEvent).where(models.InventoryEvent.reservation_id == hold.id))
    )[0]
    assert (entry.kind, entry.held_change, entry.sold_change, entry.allocated_change) == ("HELD", 3, 0, 0)
    assert (entry.sequence, entry.allocated, entry.held, entry.sold) == (2, 100, 3, 0)
    news = await acts.rows(select(models.Event).where(models.Event.at == NOW).order_by(models.Event.id))
    assert [(each.type, each.object_id, each.sequence) for each in news[-2:]] == [
        ("reservation.created", hold.id, 1),
        ("availability.changed", world.cruise_pool.id, 2),
    ]
    assert news[-2].partner_id == world.reseller.id
    assert news[-2].payload == {
        "reservation_id": f"rsv_{hold.id.hex}",
        "status": "ACTIVE",
        "units": 3,
        "expires_at": "2026-11-19T08:00:00Z",
        "reference": None,
    }


async def test_a_hold_over_several_products_takes_from_each_pool(acts, world, reseller):
    hold = await acts.hold(reseller, line(2), line(5, "107"), line(1, customer_type=CHILD))

    assert hold.units == 8
    assert await acts.pool(world.cruise_pool) == (100, 3, 0)
    assert await acts.pool(world.pet_pool) == (40, 5, 0)
    assert [each.product_id for each in await lines_of(acts, hold)] == ["106", "107", "106"]


async def test_several_lines_of_one_pool_are_summed_before_they_are_checked(acts, world, reseller):
    refused = await refusal(acts.hold(reseller, line(21, "107"), line(20, "107", CHILD)))

    assert refused == InsufficientInventory(product_id="107", date=None, requested=41, available=40)
    assert await nothing_was_written(acts)


async def test_the_last_unit_can_be_held_and_none_after_it(acts, world, reseller):
    await acts.hold(reseller, line(40, "107"))

    refused = await refusal(acts.hold(reseller, line(1, "107")))

    assert refused == InsufficientInventory(product_id="107", date=None, requested=1, available=0)
    assert await acts.pool(world.pet_pool) == (40, 40, 0)


async def test_one_line_too_many_and_no_line_is_held(acts, world, reseller):
    refused = await refusal(acts.hold(reseller, line(1), line(41, "107")))

    assert refused == InsufficientInventory(product_id="107", date=None, requested=41, available=40)
    assert await nothing_was_written(acts)


async def test_a_product_nobody_sells_is_not_found(acts, world, reseller):
    refused = await refusal(acts.hold(reseller, line(1), line(1, "999")))

    assert refused == NotFound(noun="product", id="999")
    assert await nothing_was_written(acts)


async def test_a_product_without_a_pool_of_the_channel_has_nothing_available(acts, world, owner):
    refused = await refusal(acts.hold(owner, line(1, "107")))

    assert refused == InsufficientInventory(product_id="107", date=None, requested=1, available=0)


async def test_direct_sales_never_draw_from_the_ota_pool(acts, world, owner):
    hold = await acts.hold(owner, line(50))

    refused = await refusal(acts.hold(owner, line(1)))

    assert (hold.channel, hold.reseller_id) == (Channel.DIRECT, None)
    assert refused == InsufficientInventory(product_id="106", date=None, requested=1, available=0)
    assert await acts.pool(world.cruise_pool) == (100, 0, 0)


async def test_resellers_never_draw_from_the_direct_pool(acts, world, reseller):
    await acts.hold(reseller, line(100))

    refused = await refusal(acts.hold(reseller, line(1)))

    assert refused == InsufficientInventory(product_id="106", date=None, requested=1, available=0)
    assert await acts.pool(world.cruise_direct) == (50, 0, 0)


async def test_test_and_live_have_pools_of_their_own(acts, world, reseller):
    hold = await acts.hold(in_test(reseller), line(30))

    assert hold.environment is Environment.TEST
    assert await acts.pool(world.test_pool) == (30, 30, 0)
    assert await acts.pool(world.cruise_pool) == (100, 0, 0)


async def test_a_day_of_its_own_is_sold_from_its_own_pool(acts, world, reseller, isolated):
    async with acts.work() as uow:
        saturday = await make_allotment(uow.session, world.cruise, units=5, day=SATURDAY)

    await acts.hold(reseller, line(5, date=SATURDAY))
    refused = await refusal(acts.hold(reseller, line(1, date=SATURDAY)))

    assert refused == InsufficientInventory(product_id="106", date=SATURDAY, requested=1, available=0)
    assert await acts.pool(saturday) == (5, 5, 0)
    assert await acts.pool(world.cruise_pool) == (100, 0, 0)


async def test_every_other_day_and_no_day_are_sold_from_the_undated_pool(acts, world, reseller):
    async with acts.work() as uow:
        saturday = await make_allotment(uow.session, world.cruise, units=5, day=SATURDAY)

    await acts.hold(reseller, line(2, date=SATURDAY + DAY), line(1))

    assert await acts.pool(world.cruise_pool) == (100, 3, 0)
    assert await acts.pool(saturday) == (5, 0, 0)


async def test_a_reseller_draws_from_its_own_pool_and_its_rival_from_the_shared_one(
    acts, world, reseller, rival
):
    async with acts.work() as uow:
        own = await make_allotment(uow.session, world.cruise, units=5, reseller=world.reseller)

    await acts.hold(reseller, line(5))
    refused = await refusal(acts.hold(reseller, line(1)))
    await acts.hold(rival, line(7))

    assert refused == InsufficientInventory(product_id="106", date=None, requested=1, available=0)
    assert await acts.pool(own) == (5, 5, 0)
    assert await acts.pool(world.cruise_pool) == (100, 7, 0)


async def test_ones_own_undated_pool_goes_before_the_shared_one_of_the_day(acts, world, reseller):
    async with acts.work() as uow:
        own = await make_allotment(uow.session, world.cruise, units=5, reseller=world.reseller)
        shared = await make_allotment(uow.session, world.cruise, units=5, day=SATURDAY)

    await acts.hold(reseller, line(1, date=SATURDAY))

    assert (await acts.pool(own), await acts.pool(shared)) == ((5, 1, 0), (5, 0, 0))


async def test_closed_sales_take_no_new_hold(acts, world, reseller, owner):
    await acts.set_closed(owner, is_closed=True)

    refused = await refusal(acts.hold(reseller, line(1)))

    assert refused == SalesClosed(product_id="106", date=None)
    assert await nothing_was_written(acts)


@pytest.mark.parametrize(
    ("demand", "refused"),
    [
        ([line(60), line(41)], UnitLimitExceeded(requested=101, max=100)),
        ([line(0)], InvalidInput("quantity", "must be at least 1")),
    ],
)
async def test_more_than_a_hundred_or_no_units_are_refused(acts, world, reseller, demand, refused):
    assert await refusal(acts.hold(reseller, *demand)) == refused
    assert await nothing_was_written(acts)


async def test_a_hold_can_be_shorter_but_not_longer_than_a_day(acts, world, reseller):
    hold = await acts.hold(reseller, minutes=5)

    assert hold.expires_at == NOW + 5 * MINUTE
    assert await refusal(acts.hold(reseller, minutes=1441)) == InvalidInput(
        "hold_minutes", "must be from 1 to 1440"
    )


async def test_a_reference_longer_than_its_column_is_refused(acts, world, reseller):
    assert await refusal(acts.hold(reseller, reference="x" * 201)) == InvalidInput(
        "reference", "must have 1 to 200 printable characters"
    )
    assert await nothing_was_written(acts)


async def test_the_open_hold_cap_is_exact(acts, world, reseller):
    async with acts.work() as uow:
        await uow.session.execute(
            update(models.ResellerProfile)
            .where(models.ResellerProfile.partner_id == world.reseller.id)
            .values(open_hold_cap=10)
        )

    await acts.hold(reseller, line(7))
    refused = await refusal(acts.hold(reseller, line(4)))
    await acts.hold(reseller, line(3))

    assert refused == HoldQuotaExceeded(requested=4, open_units=7, cap=10)
    assert await acts.pool(world.cruise_pool) == (100, 10, 0)


async def test_each_reseller_and_each_environment_has_a_cap_of_its_own(acts, world, reseller, rival):
    async with acts.work() as uow:
        await uow.session.execute(update(models.ResellerProfile).values(open_hold_cap=10))
    await acts.hold(reseller, line(10))

    await acts.hold(rival, line(10))
    await acts.hold(in_test(reseller), line(10))

    quotas = await acts.rows(select(models.ResellerQuota).order_by(models.ResellerQuota.reseller_id))
    assert [each.open_units for each in quotas] == [10, 10, 10]


async def test_what_ended_counts_no_more_against_the_cap(acts, world, reseller):
    async with acts.work() as uow:
        await uow.session.execute(update(models.ResellerProfile).values(open_hold_cap=10))
    sold, cancelled, expired = [await acts.hold(reseller, line(3), minutes=1) for _ in range(3)]
    await acts.activate(reseller, sold)
    await acts.cancel(reseller, cancelled)
    acts.later(MINUTE)
    await acts.expire(expired)

    await acts.hold(reseller, line(10))

    quota = (await acts.rows(select(models.ResellerQuota)))[0]
    assert quota.open_units == 10


async def test_a_hold_that_meets_overdue_units_releases_them(acts, world, reseller, rival):
    overdue = await acts.hold(rival, line(40, "107"), minutes=1)
    acts.later(MINUTE)

    await acts.hold(reseller, line(40, "107"))

    ended = (await acts.rows(select(models.Reservation).where(models.Reservation.id == overdue.id)))[0]
    assert (ended.status, ended.ended_at) == (ReservationStatus.EXPIRED, NOW + MINUTE)
    assert await acts.pool(world.pet_pool) == (40, 40, 0)
    assert await acts.drift() == NOTHING


async def test_a_direct_sale_that_meets_overdue_units_releases_them(acts, world, owner, reseller):
    """Who sells directly has no quota; whose hold is overdue may have one."""
    await acts.hold(owner, line(50), minutes=1)
    await acts.hold(reseller, line(5), minutes=1)
    acts.later(MINUTE)

    hold = await acts.hold(owner, line(50))

    assert (hold.units, hold.reseller_id) == (50, None)
    assert await acts.pool(world.cruise_direct) == (50, 50, 0)
    assert await acts.drift() == NOTHING


async def test_overdue_units_do_not_count_against_the_cap_either(acts, world, reseller):
    async with acts.work() as uow:
        await uow.session.execute(update(models.ResellerProfile).values(open_hold_cap=10))
    await acts.hold(reseller, line(10), minutes=1)
    acts.later(MINUTE)

    hold = await acts.hold(reseller, line(10, "107"))

    assert hold.units == 10
    assert await acts.pool(world.cruise_pool) == (100, 0, 0)


async def test_a_moment_before_its_end_a_hold_still_holds(acts, world, reseller):
    await acts.hold(reseller, line(40, "107"), minutes=1)
    acts.later(MINUTE - dt.timedelta(microseconds=1))

    refused = await refusal(acts.hold(reseller, line(1, "107")))

    assert refused == InsufficientInventory(product_id="107", date=None, requested=1, available=0)


async def test_overdue_units_are_found_behind_any_number_of_others(acts, world, reseller, rival):
    async with acts.work() as uow:
        await uow.session.execute(update(models.ResellerProfile).values(open_hold_cap=10_000))
        await uow.session.execute(
            update(models.Allotment).where(models.Allotment.id == world.cruise_pool.id).values(allocated=1000)
        )
    for _ in range(201):
        await acts.hold(reseller, line(1), minutes=1)
    acts.later(SECOND)
    await acts.hold(rival, line(40, "107"), minutes=1)
    acts.later(HOUR)

    hold = await acts.hold(reseller, line(40, "107"))

    assert hold.units == 40


async def test_what_a_caller_can_not_see_it_can_not_hold(acts, world):
    stranger = replace(key_of(world.reseller), scopes=frozenset(), scopes_by_partner={})

    assert await refusal(acts.hold(stranger, line(1))) == NotFound(noun="product", id="106")
    assert await nothing_was_written(acts)


async def test_staff_of_a_partner_hold_direct_units_for_half_an_hour(acts, world):
    support = member_of(world.operator, role=Role.OWNER)

    hold = await acts.hold(support, line(1))

    assert hold.expires_at == NOW + 30 * MINUTE
    assert await acts.rows(
        select(models.InventoryEvent.kind)
        .where(models.InventoryEvent.allotment_id == world.cruise_direct.id)
        .order_by(models.InventoryEvent.sequence)
    ) == [InventoryEventKind.ALLOTTED, InventoryEventKind.HELD]


async def test_a_reseller_s_people_do_not_sell_what_an_operator_sells_directly(acts, world):
    refused = await refusal(acts.hold(member_of(world.reseller), line(1)))

    assert refused == NotFound(noun="product", id="106")
    assert await acts.pool(world.cruise_direct) == (50, 0, 0)


async def test_a_key_that_only_sells_can_sell(acts, world):
    till = key_of(world.reseller, scopes=frozenset({Scope.READ_CATALOG, Scope.RESERVE}))

    booking = await acts.activate(till, await acts.hold(till))

    assert booking.total_minor == 28_800


async def test_platform_staff_sells_directly(acts, world):
    assert (await acts.hold(staff(), line(1))).channel is Channel.DIRECT
