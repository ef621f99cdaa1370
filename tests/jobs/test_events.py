"""The relay tells of everything, once it is committed."""

import asyncio
import dataclasses

import pytest

from db.types import new_id
from integrations.bell import BellListener
from integrations.feed import Bell, RedisFeed
from jobs import events
from services.events import BATCH
from tests.factories.webhooks import make_event


class Told:
    def __init__(self):
        self.news = []

    async def tell(self, news):
        self.news.append(news)


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def happen(work):
    async def happen(object_id, *sequences):
        async with work.unit_of_work() as uow:
            for sequence in sequences:
                await make_event(uow.session, None, object_id=object_id, sequence=sequence)

    return happen


async def test_events_are_told_in_their_order_and_once(work, told, happen):
    cruise, other = new_id(), new_id()
    await happen(cruise, 1, 2)
    await happen(other, 1)
    relaying = dataclasses.replace(work, feed=told)

    counts = [await events.relay(relaying), await events.relay(relaying)]

    assert counts == [3, 0]
    assert told.news == [[(cruise, 1), (cruise, 2), (other, 1)], []]


async def test_a_backlog_is_told_batch_by_batch(work, told, happen):
    await happen(new_id(), *range(1, BATCH + 2))

    count = await events.relay(dataclasses.replace(work, feed=told))

    assert count == BATCH + 1
    assert [len(batch) for batch in told.news] == [BATCH, 1]


async def test_what_could_not_be_told_is_told_later(work, told, happen):
    class Away:
        async def tell(self, _):
            raise ConnectionError("no route")

    await happen(new_id(), 1)
    with pytest.raises(ConnectionError):
        await events.relay(dataclasses.replace(work, feed=Away()))

    assert await events.relay(dataclasses.replace(work, feed=told)) == 1


async def test_two_workers_tell_every_event_once(work, happen):
    cruise = new_id()
    await happen(cruise, *range(1, 1_001))
    tellers = [Told() for _ in range(4)]

    counts = await asyncio.gather(*(events.relay(dataclasses.replace(work, feed=each)) for each in tellers))

    news = [each for teller in tellers for batch in teller.news for each in batch]
    assert sum(counts) == 1_000
    assert sorted(news) == [(cruise, sequence) for sequence in range(1, 1_001)]


async def test_whoever_listens_hears_of_it(work, redis, happen):
    feed = RedisFeed(redis)
    running = asyncio.create_task(feed.run())
    cruise = new_id()
    async with feed.listen(cruise) as listener, asyncio.timeout(5):
        await anext(listener)  # being connected wakes everybody once
        await happen(cruise, 1, 2)
        await events.relay(work)
        assert await anext(listener) == 2
    running.cancel()
    await asyncio.wait([running])


async def test_the_bell_wakes_the_relay_of_another_process(redis):
    bell, listener = Bell(redis), BellListener(redis)
    running = [asyncio.create_task(bell.run()), asyncio.create_task(listener.run())]
    async with asyncio.timeout(5):
        while not await redis.pubsub_channels("interline:bell"):  # noqa: ASYNC110 - only Redis knows
            await asyncio.sleep(0.01)
        waiting = asyncio.create_task(listener.wait(60))
        bell.ring()
        await waiting
    for each in running:
        each.cancel()
    await asyncio.wait(running)


async def test_a_lost_ring_costs_one_wait(redis):
    async with asyncio.timeout(1):
        await BellListener(redis).wait(0.01)
