"""Allotments as operators set, share out, close and reopen them; each act journaled and audited."""

import datetime as dt

import pytest
from sqlalchemy import select, text

from db import models
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.inventory import AllotmentInUse, Channel, PoolTooSmall
from permissions.viewer import Role
from tests.factories.times import MINUTE, NOW
from tests.factories.viewers import in_test, member_of, staff
from tests.fixtures.acts import line, refusal

SATURDAY = dt.date(2026, 11, 21)
NOTHING: tuple[list[object], list[object]] = ([], [])


async def journal_of(acts, pool):
    entries = await acts.rows(
        select(models.InventoryEvent)
        .where(models.InventoryEvent.allotment_id == pool.id)
        .order_by(models.InventoryEvent.sequence)
    )
    return [(each.kind, each.allocated_change, each.allocated, each.is_closed) for each in entries]


async def audited(acts):
    return await acts.rows(select(models.AuditEntry).order_by(models.AuditEntry.sequence))


async def test_an_allotment_is_raised_and_lowered(acts, world, owner):
    raised = await acts.set_allotment(owner, 150)
    lowered = await acts.set_allotment(owner, 60)

    assert raised.id == lowered.id == world.cruise_pool.id
    assert await acts.pool(world.cruise_pool) == (60, 0, 0)
    assert await journal_of(acts, world.cruise_pool) == [
        ("ALLOTTED", 100, 100, False),
        ("ALLOTTED", 50, 150, False),
        ("ALLOTTED", -90, 60, False),
    ]
    assert await acts.drift() == NOTHING


async def test_a_product_gets_a_pool_for_a_day_of_its_own(acts, world, owner, reseller):
    pool = await acts.set_allotment(owner, 5, day=SATURDAY)

    await acts.hold(reseller, line(5, date=SATURDAY))

    assert (pool.date, pool.channel, pool.environment, pool.reseller_id) == (SATURDAY, "OTA", "LIVE", None)
    assert await acts.pool(pool) == (5, 5, 0)


async def test_lowering_below_what_is_held_and_sold_is_refused_with_the_numbers(acts, world, owner, reseller):
    await acts.activate(reseller, await acts.hold(reseller, line(3)))
    await acts.hold(reseller, line(4))

    refused = await refusal(acts.set_allotment(owner, 6))
    await acts.set_allotment(owner, 7)

    assert refused == AllotmentInUse(requested=6, held=4, sold=3)
    assert await acts.pool(world.cruise_pool) == (7, 4, 3)
    assert await acts.drift() == NOTHING


async def test_units_for_one_reseller_are_carved_out_of_the_shared_pool(acts, world, owner):
    own = await acts.set_allotment(owner, 30, reseller_id=world.reseller.id)

    assert await acts.pool(own) == (30, 0, 0)
    assert await acts.pool(world.cruise_pool) == (70, 0, 0)
    assert await journal_of(acts, own) == [("ALLOTTED", 30, 30, False)]
    assert (await journal_of(acts, world.cruise_pool))[-1] == ("ALLOTTED", -30, 70, False)


async def test_units_go_back_to_the_shared_pool(acts, world, owner, reseller):
    own = await acts.set_allotment(owner, 30, reseller_id=world.reseller.id)
    await acts.hold(reseller, line(10))

    await acts.set_allotment(owner, 12, reseller_id=world.reseller.id)

    assert await acts.pool(own) == (12, 10, 0)
    assert await acts.pool(world.cruise_pool) == (88, 0, 0)
    assert await acts.drift() == NOTHING


async def test_the_shared_pool_gives_no_more_than_it_has_left(acts, world, owner, rival):
    await acts.hold(rival, line(40))

    refused = await refusal(acts.set_allotment(owner, 61, reseller_id=world.reseller.id))
    await acts.set_allotment(owner, 60, reseller_id=world.reseller.id)

    assert refused == PoolTooSmall(requested=61, available=60)
    assert await acts.pool(world.cruise_pool) == (40, 40, 0)


async def test_without_a_shared_pool_there_is_nothing_to_carve_from(acts, world, owner):
    refused = await refusal(acts.set_allotment(owner, 1, day=SATURDAY, reseller_id=world.reseller.id))

    assert refused == PoolTooSmall(requested=1, available=0)


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ({"units": -1}, InvalidInput("units", "must not be negative")),
        ({"units": 1, "product_id": "999"}, NotFound(noun="product", id="999")),
    ],
)
async def test_what_can_not_be_allotted_is_refused(acts, world, owner, asked, refused):
    assert await refusal(acts.set_allotment(owner, **asked)) == refused


async def test_direct_units_are_not_shared_out(acts, world, owner):
    refused = await refusal(
        acts.set_allotment(owner, 1, channel=Channel.DIRECT, reseller_id=world.reseller.id)
    )

    assert refused == InvalidInput("reseller_id", "only the OTA channel is shared out to resellers")


async def test_units_can_be_carved_for_resellers_only(acts, world, owner):
    refused = await refusal(acts.set_allotment(owner, 1, reseller_id=world.operator.id))

    assert refused == NotFound(noun="reseller", id=f"par_{world.operator.id.hex}")


async def test_each_environment_is_allotted_alone(acts, world, owner):
    await acts.set_allotment(in_test(owner), 7)

    assert await acts.pool(world.test_pool) == (7, 0, 0)
    assert await acts.pool(world.cruise_pool) == (100, 0, 0)


async def test_an_allotment_is_audited_with_what_changed(acts, world, owner):
    await acts.set_allotment(owner, 150)

    entry = (await audited(acts))[0]
    assert (entry.partner_id, entry.sequence, entry.actor, entry.act, entry.at) == (
        world.operator.id,
        1,
        owner.id,
        "inventory.set_allotment",
        NOW,
    )
    assert entry.object_id == f"alt_{world.cruise_pool.id.hex}"
    assert entry.facts == {
        "product_id": "106",
        "channel": "OTA",
        "date": None,
        "reseller_id": None,
        "units": 150,
        "change": 50,
    }


async def test_closing_stops_every_pool_of_the_channel_and_reopening_resumes(acts, world, owner, reseller):
    own = await acts.set_allotment(owner, 30, reseller_id=world.reseller.id)

    await acts.set_closed(owner, is_closed=True)
    closed = [await journal_of(acts, pool) for pool in (own, world.cruise_pool)]
    await acts.set_closed(owner, is_closed=False)

    assert [entries[-1] for entries in closed] == [("CLOSED", 0, 30, True), ("CLOSED", 0, 70, True)]
    assert (await journal_of(acts, own))[-1] == ("REOPENED", 0, 30, False)
    assert (await acts.hold(reseller)).units == 1
    assert await acts.rows(
        select(models.Allotment.is_closed).where(models.Allotment.id == world.cruise_direct.id)
    ) == [False]


async def test_closing_twice_closes_once_and_is_audited_twice(acts, world, owner):
    await acts.set_closed(owner, is_closed=True)
    await acts.set_closed(owner, is_closed=True)

    assert [kind for kind, *_ in await journal_of(acts, world.cruise_pool)] == ["ALLOTTED", "CLOSED"]
    assert [(each.sequence, each.act) for each in await audited(acts)] == [
        (1, "inventory.close_sales"),
        (2, "inventory.close_sales"),
    ]


async def test_a_hold_taken_before_sales_closed_can_be_activated(acts, world, owner, reseller):
    hold = await acts.hold(reseller)
    await acts.set_closed(owner, is_closed=True)

    await acts.activate(reseller, hold)

    assert await acts.pool(world.cruise_pool) == (100, 0, 1)


async def test_a_pool_carved_out_of_a_closed_one_is_closed(acts, world, owner, reseller):
    await acts.set_closed(owner, is_closed=True)

    own = await acts.set_allotment(owner, 30, reseller_id=world.reseller.id)

    assert await journal_of(acts, own) == [("ALLOTTED", 30, 30, True)]


async def test_only_what_there_is_can_be_closed(acts, world, owner):
    refused = await refusal(acts.set_closed(owner, is_closed=True, day=SATURDAY))

    assert refused == NotFound(noun="allotment", id="106")
    assert await audited(acts) == []


@pytest.mark.parametrize("act", ["set_allotment", "set_closed"])
@pytest.mark.viewers(
    "reseller key", "operator's readonly", "operator's finance", "reseller's owner", "analyst"
)
async def test_who_may_not_manage_what_is_sold_is_refused(acts, world, viewer, act):
    asked = {"units": 1} if act == "set_allotment" else {"is_closed": True}

    refused = await refusal(getattr(acts, act)(viewer, **asked))

    assert refused == Forbidden("This needs the scope MANAGE_INVENTORY at the partner it belongs to.")
    assert len(await journal_of(acts, world.cruise_pool)) == 1
    assert await audited(acts) == []


@pytest.mark.viewers("operator's owner", "operator's admin", "platform admin")
async def test_the_operator_and_the_platform_manage_what_is_sold(acts, world, viewer):
    await acts.set_allotment(viewer, 60)
    await acts.set_closed(viewer, is_closed=True)

    assert (await journal_of(acts, world.cruise_pool))[1:] == [
        ("ALLOTTED", -40, 60, False),
        ("CLOSED", 0, 60, True),
    ]


async def test_an_owner_elsewhere_changes_nothing_of_an_operator_s_product(acts, world):
    async with acts.work() as uow:
        stranger = models.Partner(name="Elsewhere", type="HOTEL", created_at=NOW)
        uow.session.add(stranger)
        await uow.session.flush()

    refused = await refusal(acts.set_allotment(member_of(stranger, role=Role.OWNER), 1))

    assert refused == Forbidden("This needs the scope MANAGE_INVENTORY at the partner it belongs to.")


async def test_overdue_units_do_not_stand_in_the_operator_s_way(acts, world, owner, reseller):
    await acts.hold(reseller, line(90), minutes=1)
    acts.later(MINUTE)

    await acts.set_allotment(staff(), 95, reseller_id=world.rival.id)

    assert await acts.pool(world.cruise_pool) == (5, 0, 0)
    assert await acts.drift() == NOTHING


@pytest.mark.parametrize(
    ("change", "counters", "journal"),
    [
        ("held = held + 1", 1, 1),
        ("sold = sold + 1", 1, 1),
        ("allocated = allocated + 1", 0, 1),
        ("sequence = sequence + 1", 0, 1),
    ],
)
async def test_a_counter_that_drifted_is_found(acts, world, change, counters, journal):
    async with acts.work() as uow:
        await uow.session.execute(
            text(f"UPDATE allotments SET {change} WHERE id = :id"), {"id": world.cruise_pool.id}
        )

    from_holds, from_events = await acts.drift()

    assert [each[0] for each in from_holds] == [world.cruise_pool.id] * counters
    assert [each[0] for each in from_events] == [world.cruise_pool.id] * journal
