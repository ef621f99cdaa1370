"""Acts that come at once are one statement, and each has the outcome it would have had alone."""

import datetime as dt
from asyncio import gather
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from db import models
from domain.errors import IdempotencyConflict, NotFound
from domain.inventory import InsufficientInventory, SalesClosed
from domain.reservations import (
    AlreadyActivated,
    ExtensionUsed,
    HoldQuotaExceeded,
    ReservationCancelled,
    ReservationExpired,
)
from tests.factories.inventory import make_allotment
from tests.factories.packages import make_package
from tests.factories.times import HOUR, MINUTE, NOW
from tests.fixtures.acts import line
from tests.fixtures.commits import at_once, kinds

SATURDAY = dt.date(2026, 11, 21)
NOTHING: tuple[list[object], list[object]] = ([], [])


@pytest.fixture
def sent(isolated):
    """Tells how often each act was sent since it was last asked."""

    def count():
        acts = ("hold_all", "extend_all", "activate_all", "cancel_all")
        counted = {name: sum(name in sql for sql in isolated.fetched) for name in acts}
        isolated.fetched.clear()
        return {name: number for name, number in counted.items() if number}

    return count


async def cap(acts, units):
    async with acts.work() as uow:
        await uow.session.execute(update(models.ResellerProfile).values(open_hold_cap=units))


async def journal_of(acts, pool):
    """Sequence, change and what is held after it, for every entry but the first."""
    row = models.InventoryEvent
    entries = await acts.rows(select(row).where(row.allotment_id == pool.id).order_by(row.sequence))
    assert [each.id for each in entries] == sorted(each.id for each in entries)
    return [(each.sequence, each.held_change, each.held, each.sold) for each in entries[1:]]


async def told_of(acts, row):
    return await acts.rows(
        select(models.Event.sequence).where(models.Event.object_id == row.id).order_by(models.Event.id)
    )


async def test_every_hold_of_a_batch_has_its_own_outcome(acts, world, reseller, rival, owner, sent):
    await acts.set_closed(owner, is_closed=True, product_id="107")
    async with acts.work() as uow:
        await make_allotment(uow.session, await make_package(uow.session, world.operator, sku="few"), units=5)
    await acts.hold(rival, line(2), key="used")
    await cap(acts, 20)
    sent()

    answers = await at_once(
        acts.hold(reseller, line(15)),
        acts.hold(reseller, line(4, "few"), line(1)),
        acts.hold(reseller, line(1, date=NOW.date())),
        acts.hold(rival, line(1), line(2, "few")),
        acts.hold(rival, line(1), line(1, "107")),
        acts.hold(rival, line(3), key="used"),
        acts.hold(rival, line(2), key="used"),
        acts.hold(rival, line(1, "few"), key="new"),
    )

    assert sent() == {"hold_all": 2}
    assert kinds(answers) == {
        "HoldQuotaExceeded": 1,
        "IdempotencyConflict": 1,
        "InsufficientInventory": 1,
        "Reservation": 4,
        "SalesClosed": 1,
    }
    assert answers[2:6] == [
        HoldQuotaExceeded(requested=1, open_units=20, cap=20),
        InsufficientInventory(product_id="few", date=None, requested=2, available=1),
        SalesClosed(product_id="107", date=None),
        IdempotencyConflict(idempotency_key="used"),
    ]
    assert [each.units for each in (*answers[:2], *answers[6:])] == [15, 5, 2, 1]
    assert await acts.pool(world.cruise_pool) == (100, 2 + 15 + 1, 0)
    assert await acts.drift() == NOTHING


async def test_what_a_hold_is_refused_is_free_for_those_behind_it(acts, world, reseller, rival, sent):
    answers = await at_once(
        acts.hold(reseller, line(30, "107")),
        acts.hold(rival, line(11, "107")),
        acts.hold(reseller, line(1, "106"), line(20, "107")),
        acts.hold(rival, line(10, "107")),
    )

    assert sent() == {"hold_all": 1}
    assert kinds(answers) == {"InsufficientInventory": 2, "Reservation": 2}
    assert await acts.pool(world.pet_pool) == (40, 40, 0)
    assert await acts.pool(world.cruise_pool) == (100, 0, 0)


async def test_a_pool_is_written_once_a_batch_and_journaled_once_an_act(acts, world, reseller, rival, sent):
    held = await gather(
        *(acts.hold(each, line(units)) for each, units in ((reseller, 3), (rival, 1), (rival, 2)))
    )
    sold = await gather(*(acts.activate(reseller, hold) for hold in held[:1]), acts.cancel(rival, held[1]))

    assert sent() == {"activate_all": 1, "cancel_all": 1, "hold_all": 1}
    assert sold[0].total_minor == 3 * 28_800
    assert sorted(await journal_of(acts, world.cruise_pool))[:3] == [(2, 3, 3, 0), (3, 1, 4, 0), (4, 2, 6, 0)]
    assert await told_of(acts, world.cruise_pool) == [1, 4, 5, 6]
    assert [await told_of(acts, each) for each in held] == [[1, 2], [1, 2], [1]]
    assert await acts.drift() == NOTHING


async def test_the_same_key_twice_at_once_is_one_act_after_the_other(acts, world, reseller, sent):
    answers = await at_once(
        *(acts.hold(reseller, line(units, "107"), key="k-1") for units in (2, 3, 2)),
        acts.hold(reseller, key="k-2"),
    )

    assert sent() == {"hold_all": 3}
    assert [type(each).__name__ for each in answers] == [
        "Reservation",
        "IdempotencyConflict",
        "Reservation",
        "Reservation",
    ]
    assert answers[0].id == answers[2].id
    assert await acts.pool(world.pet_pool) == (40, 2, 0)


async def test_a_key_whose_act_was_refused_is_free_for_the_next_with_it(acts, world, reseller):
    answers = await at_once(*(acts.hold(reseller, line(units, "107"), key="k-1") for units in (41, 40)))

    assert kinds(answers) == {"InsufficientInventory": 1, "Reservation": 1}
    assert await acts.rows(select(models.IdempotencyKey.object_id)) == [answers[1].id]


async def test_every_end_of_a_batch_has_its_own_outcome(acts, world, reseller, rival, owner, sent):
    live, sold, ended, short, others, direct = [
        await acts.hold(*each)
        for each in (
            (reseller, line(2)),
            (reseller, line(3, "107")),
            (reseller,),
            (reseller,),
            (rival,),
            (owner, line(4)),
        )
    ]
    async with acts.work() as uow:
        soon = update(models.Reservation).where(models.Reservation.id == short.id)
        await uow.session.execute(soon.values(expires_at=NOW + MINUTE))
    booking = await acts.activate(reseller, sold, payment="first")
    await acts.cancel(reseller, ended)
    await acts.extend(owner, direct, 30)
    acts.later(MINUTE)
    sent()

    extended = await at_once(
        *(acts.extend(reseller, each, 60) for each in (live, sold, ended, short, others)),
        acts.extend(owner, direct, 30),
    )
    activated = await at_once(
        *(acts.activate(reseller, each, payment="again") for each in (live, sold, ended, short, others)),
        acts.activate(reseller, sold, payment="first", key="k-1"),
        acts.activate(owner, direct),
    )
    cancelled = await at_once(*(acts.cancel(reseller, each) for each in (live, sold, ended, short, others)))

    assert sent() == {"activate_all": 2, "cancel_all": 1, "extend_all": 1}
    refused = [
        AlreadyActivated(order_id=booking.id),
        ReservationCancelled(cancelled_at=NOW),
        ReservationExpired(expired_at=NOW + MINUTE),
        NotFound(noun="reservation", id=f"rsv_{others.id.hex}"),
    ]
    assert (extended[0].sequence, extended[1:]) == (2, [*refused, ExtensionUsed(max=1)])
    assert (activated[0].reservation_id, activated[1:5]) == (live.id, refused)
    assert (activated[5].id, activated[6].reservation_id) == (booking.id, direct.id)
    assert [cancelled[0], cancelled[1], *cancelled[3:]] == [
        AlreadyActivated(order_id=activated[0].id),
        refused[0],
        *refused[2:],
    ]
    assert cancelled[2].id == ended.id
    assert await acts.rows(select(models.IdempotencyKey.object_id)) == [booking.id]
    assert await acts.drift() == NOTHING


async def test_two_ends_of_one_hold_come_one_after_the_other(acts, world, reseller, sent):
    hold, other = await acts.hold(reseller, line(2)), await acts.hold(reseller)

    answers = await gather(
        acts.activate(reseller, hold), acts.activate(reseller, hold), acts.activate(reseller, other)
    )

    assert sent() == {"activate_all": 2, "hold_all": 2}
    assert answers[0].id == answers[1].id != answers[2].id
    assert await acts.rows(select(func.count()).select_from(models.Ticket)) == [3]


def columns_of(row):
    """What a row's columns say, and of which types."""
    values = {name: getattr(row, name) for name in row.__table__.columns.keys()}  # noqa: SIM118 - not a dict
    return values, {name: type(each) for name, each in values.items() if not isinstance(each, UUID)}


async def test_what_an_act_answers_is_what_was_written(acts, world, reseller, owner):
    for viewer in (reseller, owner):
        extended = await acts.extend(viewer, await acts.hold(viewer, minutes=10, reference="trip 7"), 20)
        cancelled = await acts.cancel(viewer, await acts.hold(viewer))
        booking = await acts.activate(viewer, await acts.hold(viewer), special_requests="Window seats")

        for answered in (extended, cancelled, booking):
            of_id = select(type(answered)).where(type(answered).id == answered.id)
            assert columns_of(answered) == columns_of((await acts.rows(of_id))[0])


async def test_a_new_booking_has_its_tickets_with_it(acts, world, reseller):
    hold = await acts.hold(reseller, line(2, date=SATURDAY), line(1, "107"))

    booking = await acts.activate(reseller, hold)

    rows = await acts.rows(select(models.Ticket).order_by(models.Ticket.position))
    assert list(map(columns_of, booking.tickets)) == list(map(columns_of, rows))
    assert [(each.function_code, each.remaining) for each in booking.tickets[0].entitlements] == [
        ("BOARDING", 1),
        ("PLAYGROUND", 10),
    ]
    assert len({each.code for each in rows}) == 3


async def test_one_that_the_books_do_not_bear_fails_alone(acts, world, reseller, rival, sent):
    """A counter that says less than is held: taking it down breaks its own rule, and with it the whole batch."""
    holds = [
        await acts.hold(reseller),
        await acts.hold(rival, line(2, "107")),
        await acts.hold(reseller, line(3)),
    ]
    async with acts.work() as uow:
        poisoned = update(models.Allotment).where(models.Allotment.id == world.pet_pool.id)
        await uow.session.execute(poisoned.values(held=1))
    sent()

    answers = await gather(
        *(acts.activate(each, hold) for each, hold in zip((reseller, rival, reseller), holds, strict=True)),
        return_exceptions=True,
    )

    assert sent() == {"activate_all": 4}
    assert [type(each).__name__ for each in answers] == ["Booking", "CheckViolationError", "Booking"]
    assert await acts.pool(world.cruise_pool) == (100, 0, 4)
    assert await acts.rows(select(models.Booking.reservation_id).order_by(models.Booking.id)) == [
        holds[0].id,
        holds[2].id,
    ]


async def test_overdue_holds_are_released_for_a_whole_batch(acts, world, reseller, rival, sent):
    for units in (10, 10, 10, 10):
        await acts.hold(rival, line(units, "107"), minutes=1)
    acts.later(HOUR)
    sent()

    answers = await gather(*(acts.hold(reseller, line(8, "107")) for _ in range(5)))

    assert (sent(), len(answers)) == ({"hold_all": 1}, 5)
    assert await acts.pool(world.pet_pool) == (40, 40, 0)
    assert await acts.drift() == NOTHING
