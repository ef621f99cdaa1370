"""News on a real feed: the state first, then every change, each seen with one's own eyes."""

import pytest
from sqlalchemy import delete, text, update

from db import models
from domain.ids import global_id
from permissions.viewer import ANONYMOUS
from tests.factories.times import HOUR, MINUTE
from tests.factories.viewers import in_test, key_of
from tests.fixtures.acts import line

AVAILABILITY = """
subscription Availability($id: String!, $after: Int) {
  availabilityChanged(productId: $id, after: $after) { sequence available held status }
}
"""
RESERVATION = """
subscription Reservation($id: ID!, $after: Int) {
  reservationUpdated(id: $id, after: $after) { sequence status endedAt }
}
"""


def pool(sequence, available, held=0, status="AVAILABLE"):
    return {"sequence": sequence, "available": available, "held": held, "status": status}


async def test_availability_begins_with_what_it_is_now(graph, acts, world, reseller):
    await acts.hold(reseller, line(60))

    async with graph.subscribe(reseller, AVAILABILITY, id="106") as news:
        assert await news.next() == pool(2, 40, held=60, status="LIMITED")


async def test_every_change_of_a_pool_is_told(graph, acts, relay, world, reseller, rival):
    async with graph.subscribe(reseller, AVAILABILITY, id="106") as news:
        first = await news.next()
        hold = await acts.hold(rival, line(3))
        await relay()
        second = await news.next()
        await acts.activate(rival, hold)
        await relay()
        third = await news.next()

    assert [first, second, third] == [pool(1, 100), pool(2, 97, held=3), pool(3, 97)]


async def test_what_happened_at_once_is_told_as_it_became(graph, acts, relay, world, reseller):
    async with graph.subscribe(reseller, AVAILABILITY, id="106") as news:
        await news.next()
        for _ in range(5):
            await acts.hold(reseller)
        await relay()

        assert await news.next() == pool(6, 95, held=5)


async def test_changes_of_another_pool_are_not_told(graph, acts, relay, world, reseller):
    async with graph.subscribe(reseller, AVAILABILITY, id="106") as news:
        await news.next()
        await acts.hold(reseller, line(1, "107"))
        await acts.hold(in_test(reseller), line(1))

        assert await news.is_silent(relay())


async def test_who_has_seen_a_state_is_told_only_what_came_after(graph, acts, relay, world, reseller):
    await acts.hold(reseller, line(3))

    async with graph.subscribe(reseller, AVAILABILITY, id="106", after=1) as news:
        assert await news.next() == pool(2, 97, held=3)
    async with graph.subscribe(reseller, AVAILABILITY, id="106", after=2) as news:
        assert await news.is_silent(relay())
    async with graph.subscribe(reseller, AVAILABILITY, id="106", after=2) as news:
        await acts.hold(reseller, line(3))
        await relay()
        assert await news.next() == pool(3, 94, held=6)


async def test_a_product_one_can_not_see_has_no_news(graph, world, reseller):
    async with graph.subscribe(reseller, AVAILABILITY, id="999") as news:
        assert await news.next() is None


async def test_a_change_is_told_at_the_time_it_is(graph, acts, relay, world, owner, reseller, rival):
    """A hold that ran out while nobody looked is not counted in the next news."""
    await acts.hold(rival, line(60), minutes=1)
    async with graph.subscribe(reseller, AVAILABILITY, id="106") as news:
        first = await news.next()
        acts.later(HOUR)
        await acts.set_closed(owner, is_closed=True)
        await relay()

        assert first == pool(2, 40, held=60, status="LIMITED")
        assert await news.next() == pool(3, 100, status="CLOSED")


async def test_a_hold_is_followed_to_its_end(graph, acts, relay, world, reseller):
    hold = await acts.hold(reseller, minutes=1)
    async with graph.subscribe(reseller, RESERVATION, id=global_id("Reservation", hold.id)) as news:
        told = [await news.next()]
        await acts.extend(reseller, hold, 2)
        await relay()
        told.append(await news.next())
        acts.later(2 * MINUTE)
        await acts.expire(hold)
        await relay()
        told.append(await news.next())

    assert told == [
        {"sequence": 1, "status": "ACTIVE", "endedAt": None},
        {"sequence": 2, "status": "ACTIVE", "endedAt": None},
        {"sequence": 3, "status": "EXPIRED", "endedAt": "2026-11-18T08:02:00.000Z"},
    ]


async def test_a_follower_of_a_hold_resumes_after_what_it_saw(graph, acts, relay, world, reseller):
    hold = await acts.hold(reseller)
    shown = global_id("Reservation", hold.id)

    async with graph.subscribe(reseller, RESERVATION, id=shown, after=1) as news:
        assert await news.is_silent(relay())
    await acts.cancel(reseller, hold)
    async with graph.subscribe(reseller, RESERVATION, id=shown, after=1) as news:
        assert (await news.next())["status"] == "CANCELLED"


@pytest.mark.parametrize("reservation_id", ["", "garbage", "rsv_" + "0" * 32, "bkg_" + "0" * 32])
async def test_a_hold_that_is_none_has_no_news(graph, world, reseller, reservation_id):
    async with graph.subscribe(reseller, RESERVATION, id=reservation_id) as news:
        assert await news.next() is None


async def test_the_hold_of_another_has_no_news(graph, acts, world, reseller, rival):
    hold = await acts.hold(reseller)

    for other in (rival, in_test(reseller)):
        async with graph.subscribe(other, RESERVATION, id=global_id("Reservation", hold.id)) as news:
            assert await news.next() is None


async def test_news_end_when_a_hold_is_no_longer_one_s_own(graph, acts, relay, world, reseller, rival):
    hold = await acts.hold(reseller)
    async with graph.subscribe(reseller, RESERVATION, id=global_id("Reservation", hold.id)) as news:
        await news.next()
        async with acts.work() as uow:
            await uow.session.execute(
                update(models.Reservation).values(reseller_id=world.rival.id, actor=rival.id)
            )
        await acts.extend(rival, hold)
        await relay()

        assert await news.next() is None


async def test_news_of_a_pool_end_when_its_reader_is_no_reseller_any_more(graph, acts, relay, world):
    guest = key_of(world.rival)
    async with graph.subscribe(guest, AVAILABILITY, id="106") as news:
        await news.next()
        async with acts.work() as uow:
            await uow.session.execute(
                delete(models.ResellerProfile).where(models.ResellerProfile.partner_id == world.rival.id)
            )
        await acts.hold(key_of(world.reseller))
        await relay()

        assert await news.next() is None


@pytest.mark.parametrize(
    ("subscription", "variables", "field"),
    [
        (AVAILABILITY, {"id": "106"}, "availabilityChanged"),
        (RESERVATION, {"id": "rsv_" + "0" * 32}, "reservationUpdated"),
    ],
)
async def test_without_the_scope_there_are_no_news(graph, world, subscription, variables, field):
    powerless = key_of(world.reseller, scopes=frozenset())

    async with graph.subscribe(ANONYMOUS, subscription, **variables) as news:
        assert await news.next() == [("UNAUTHENTICATED", [field])]
    async with graph.subscribe(powerless, subscription, **variables) as news:
        assert await news.next() == [("FORBIDDEN", [field])]


async def test_news_that_were_lost_on_the_way_are_made_up_for(
    graph, acts, relay, feed, redis, world, reseller
):
    """When Redis comes back, the state is read anew: nothing has to be told again."""
    async with graph.subscribe(reseller, AVAILABILITY, id="106") as news:
        await news.next()
        await acts.hold(reseller, line(3))
        async with acts.work() as uow:
            await uow.session.execute(text("UPDATE events SET relayed_at = at"))
        await redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")

        assert await news.next() == pool(2, 97, held=3)
