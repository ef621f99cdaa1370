"""Holds run out by themselves, all of them, whatever else happens."""

import asyncio
import dataclasses

import pytest
from sqlalchemy import select, update

from db import models
from domain.errors import Refused
from domain.ids import global_id
from domain.reservations import AlreadyActivated, ReservationExpired, ReservationStatus
from jobs import reservations
from tests.factories.times import HOUR, MINUTE, SECOND
from tests.factories.viewers import key_of
from tests.factories.world import make_world
from tests.fixtures.acts import line
from tests.fixtures.work import run_queued

ACTIVE, EXPIRED = ReservationStatus.ACTIVE, ReservationStatus.EXPIRED


@pytest.fixture
async def world(work):
    """The small world, really committed."""
    async with work.unit_of_work() as uow:
        return await make_world(uow.session)


@pytest.fixture
def reseller(world):
    return key_of(world.reseller)


async def statuses(acts):
    return await acts.rows(select(models.Reservation.status).order_by(models.Reservation.id))


async def poison(work, pool, *, held):
    """Let a pool's counter say less than is held of it: releasing that breaks the counter's own rule."""
    async with work.unit_of_work() as uow:
        await uow.session.execute(
            update(models.Allotment).where(models.Allotment.id == pool.id).values(held=held)
        )


async def test_overdue_holds_are_released_and_others_stay(work, real_acts, world, reseller, clock):
    await real_acts.hold(reseller, line(3), minutes=10)
    await real_acts.hold(reseller, line(5), minutes=20)
    clock.later(10 * MINUTE)

    released = [await reservations.expire(work), await reservations.expire(work)]

    assert released == [1, 0]
    assert await statuses(real_acts) == [EXPIRED, ACTIVE]
    assert await real_acts.pool(world.cruise_pool) == (100, 5, 0)
    assert await real_acts.drift() == ([], [])


async def test_a_hold_is_not_released_before_its_time(work, real_acts, reseller, clock):
    await real_acts.hold(reseller, minutes=10)
    clock.later(10 * MINUTE - SECOND)

    assert await reservations.expire(work) == 0


async def test_more_than_a_batch_is_released_in_one_run(work, real_acts, reseller, clock, monkeypatch):
    monkeypatch.setattr(reservations, "BATCH", 4)
    for _ in range(9):
        await real_acts.hold(reseller, minutes=10)
    clock.later(HOUR)

    assert await reservations.expire(work) == 9


async def test_one_poisoned_hold_does_not_stop_the_rest(*, work, real_acts, world, reseller, clock, queue):
    for product in ("106", "107", "106"):
        await real_acts.hold(reseller, line(2, product), minutes=10)
    await poison(work, world.pet_pool, held=0)
    clock.later(HOUR)

    released = await reservations.expire(work)

    assert released == 2
    assert await statuses(real_acts) == [EXPIRED, ACTIVE, EXPIRED]
    assert await real_acts.pool(world.cruise_pool) == (100, 0, 0)
    (queued,) = await queue.queued_jobs()
    poisoned = (
        await real_acts.rows(select(models.Reservation).where(models.Reservation.status == "ACTIVE"))
    )[0]
    assert queued.function == "reservations.expire_one"
    assert queued.kwargs == {"reservation_id": global_id("Reservation", poisoned.id)}


async def test_a_batch_of_poisoned_holds_does_not_hide_the_others(
    *, work, real_acts, world, reseller, clock, monkeypatch
):
    monkeypatch.setattr(reservations, "BATCH", 2)
    for minutes in (10, 11, 12):
        await real_acts.hold(reseller, line(2, "107"), minutes=minutes)
    await real_acts.hold(reseller, line(2), minutes=13)
    await poison(work, world.pet_pool, held=0)
    clock.later(HOUR)

    assert await reservations.expire(work) == 1
    assert await statuses(real_acts) == [ACTIVE, ACTIVE, ACTIVE, EXPIRED]


async def test_what_can_not_be_released_becomes_a_dead_letter_and_is_released_by_its_replay(
    *, work, real_acts, world, reseller, clock, queue
):
    hold = await real_acts.hold(reseller, line(2, "107"), minutes=10)
    await poison(work, world.pet_pool, held=0)
    clock.later(HOUR)
    shown = global_id("Reservation", hold.id)
    await queue.enqueue_job("reservations.expire_one", reservation_id=shown, _job_try=5)

    await run_queued(work, queue)

    (letter,) = await real_acts.rows(select(models.DeadLetter))
    assert (letter.job, letter.key, letter.attempts) == ("reservations.expire_one", shown, 5)
    assert letter.error == "IntegrityError: 23514: ck_allotments_counters"

    await poison(work, world.pet_pool, held=2)
    await queue.enqueue_job(letter.job, **letter.payload)
    await run_queued(work, queue)

    assert await statuses(real_acts) == [EXPIRED]
    assert await real_acts.drift() == ([], [])


async def test_two_workers_release_everything_once(work, real_acts, world, reseller, clock):
    for product in ("106", "107") * 15:
        await real_acts.hold(reseller, line(1, product), minutes=10)
    clock.later(HOUR)

    released = await asyncio.gather(*(reservations.expire(work) for _ in range(4)))
    released.append(await reservations.expire(work))

    assert sum(released) == 30
    assert set(await statuses(real_acts)) == {EXPIRED}
    assert await real_acts.drift() == ([], [])
    told = await real_acts.rows(
        select(models.Event.object_id).where(models.Event.type == "reservation.expired")
    )
    assert len(told) == len(set(told)) == 30


async def test_a_hold_another_transaction_is_ending_is_left_to_it(work, real_acts, reseller, clock):
    hold = await real_acts.hold(reseller, minutes=10)
    await real_acts.hold(reseller, minutes=10)
    clock.later(HOUR)

    async with work.unit_of_work() as other:
        await other.session.get_one(models.Reservation, hold.id, with_for_update=True)
        async with asyncio.timeout(5):
            released = await reservations.expire(work)

    assert released == 1


async def test_of_expiry_and_activation_exactly_one_wins(work, real_acts, world, reseller, clock):
    holds = [await real_acts.hold(reseller, minutes=10) for _ in range(20)]
    # The job's clock is past the end, the callers' is not yet: the worst that clocks can do.
    clock.now = real_acts.now + 10 * MINUTE

    async def activate(hold):
        try:
            return await real_acts.activate(reseller, hold, payment=str(hold.id))
        except Refused as refused:
            return refused.reason

    answers, _ = await asyncio.gather(
        asyncio.gather(*(activate(hold) for hold in holds)), reservations.expire(work)
    )
    await reservations.expire(work)

    sold = [each for each in answers if isinstance(each, models.Booking)]
    lost = [each for each in answers if isinstance(each, ReservationExpired)]
    assert len(sold) + len(lost) == 20
    assert not any(isinstance(each, AlreadyActivated) for each in answers)
    assert await real_acts.pool(world.cruise_pool) == (100, 0, len(sold))
    assert (await statuses(real_acts)).count(EXPIRED) == len(lost)
    assert await real_acts.drift() == ([], [])


async def test_what_was_released_is_told_at_once(work, real_acts, reseller, clock):
    rings = []
    heard = dataclasses.replace(work, ring=lambda: rings.append(1))
    await real_acts.hold(reseller, minutes=10)
    await reservations.expire(heard)
    clock.later(HOUR)

    await reservations.expire(heard)

    assert rings == [1]


async def test_expiring_one_that_ended_otherwise_does_nothing(work, real_acts, world, reseller, clock):
    hold = await real_acts.hold(reseller, minutes=10)
    await real_acts.activate(reseller, hold)
    clock.later(HOUR)

    await reservations.expire_one(work, global_id("Reservation", hold.id))
    await reservations.expire_one(work, "rsv_nonsense")

    assert await real_acts.pool(world.cruise_pool) == (100, 0, 1)
