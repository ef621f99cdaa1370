"""A caller's key: the first answer again, never another act, and free after a refusal."""

from sqlalchemy import func, select

from db import models
from domain.errors import IdempotencyConflict
from domain.inventory import InsufficientInventory
from domain.reservations import ReservationExpired
from tests.factories.times import HOUR, MINUTE, NOW
from tests.factories.viewers import in_test
from tests.fixtures.acts import line, refusal


async def count_of(acts, model):
    return (await acts.rows(select(func.count()).select_from(model)))[0]


async def test_the_same_request_with_the_same_key_is_the_same_hold(acts, world, reseller):
    first = await acts.hold(reseller, line(2), key="k-1")
    acts.later(HOUR)

    again = await acts.hold(reseller, line(2), key="k-1")

    assert (again.id, again.created_at) == (first.id, NOW)
    assert await acts.pool(world.cruise_pool) == (100, 2, 0)
    assert await count_of(acts, models.Reservation) == 1


async def test_another_request_with_the_same_key_is_refused(acts, world, reseller):
    await acts.hold(reseller, line(2), key="k-1")

    refused = await refusal(acts.hold(reseller, line(3), key="k-1"))

    assert refused == IdempotencyConflict(idempotency_key="k-1")
    assert await acts.pool(world.cruise_pool) == (100, 2, 0)


async def test_another_act_with_the_same_key_is_refused(acts, world, reseller):
    hold = await acts.hold(reseller, key="k-1")

    assert await refusal(acts.activate(reseller, hold, key="k-1")) == IdempotencyConflict(
        idempotency_key="k-1"
    )
    assert await count_of(acts, models.Booking) == 0


async def test_after_a_refusal_the_key_is_free_again(acts, world, reseller):
    refused = await refusal(acts.hold(reseller, line(41, "107"), key="k-1"))

    hold = await acts.hold(reseller, line(40, "107"), key="k-1")

    assert refused == InsufficientInventory(product_id="107", date=None, requested=41, available=40)
    assert hold.units == 40


async def test_the_same_key_in_another_environment_is_another_key(acts, world, reseller):
    live = await acts.hold(reseller, key="k-1")

    test = await acts.hold(in_test(reseller), key="k-1")

    assert live.id != test.id
    assert await count_of(acts, models.IdempotencyKey) == 2


async def test_the_same_key_of_another_caller_is_another_key(acts, world, reseller, rival):
    mine = await acts.hold(reseller, key="k-1")

    theirs = await acts.hold(rival, key="k-1")

    assert mine.id != theirs.id


async def test_a_repeated_extension_extends_once(acts, world, reseller):
    hold = await acts.hold(reseller, minutes=60)
    acts.later(MINUTE)
    await acts.extend(reseller, hold, 60, key="k-1")
    acts.later(MINUTE)

    again = await acts.extend(reseller, hold, 60, key="k-1")

    assert (again.expires_at, again.extensions) == (NOW + 61 * MINUTE, 1)


async def test_a_repeated_activation_is_the_same_booking(acts, world, reseller):
    hold = await acts.hold(reseller, line(3))
    first = await acts.activate(reseller, hold, key="k-1")

    again = await acts.activate(reseller, hold, key="k-1")

    assert again.id == first.id
    assert await count_of(acts, models.Ticket) == 3


async def test_a_key_of_a_re_activation_is_bound_to_the_booking_there_is(acts, world, reseller):
    hold = await acts.hold(reseller)
    first = await acts.activate(reseller, hold)

    again = await acts.activate(reseller, hold, key="k-1")
    once_more = await acts.activate(reseller, hold, key="k-1")

    assert {first.id, again.id, once_more.id} == {first.id}
    assert await acts.rows(select(models.IdempotencyKey.object_id)) == [first.id]


async def test_a_key_does_not_outlive_the_refusal_of_an_activation(acts, world, reseller):
    hold = await acts.hold(reseller, minutes=1)
    acts.later(MINUTE)

    refused = await refusal(acts.activate(reseller, hold, key="k-1"))

    assert refused == ReservationExpired(expired_at=NOW + MINUTE)
    assert await count_of(acts, models.IdempotencyKey) == 0
