"""What must be forgotten is told to every process at once."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis

from integrations.feed import CHANGED, RedisFeed

pytestmark = pytest.mark.anyio

KEY, PERSON = UUID(int=0xA11CE), UUID(int=0xB0B)


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for comes from Redis
            await asyncio.sleep(0.005)


@pytest.fixture
async def heard(redis_url, redis):
    """What another process hears, from when it listens."""
    told: list[Any] = []
    other = Redis.from_url(redis_url, client_name="other-process")
    running = asyncio.create_task(RedisFeed(other, changed=told.append).run())
    await until(lambda: told)
    yield told
    running.cancel()
    await asyncio.wait([running])
    await other.aclose()


async def test_who_begins_to_listen_may_have_missed_something(heard):
    assert heard[0] is None


async def test_what_changed_is_heard_in_one_message(redis, heard):
    feed = RedisFeed(redis)

    feed.tell_changed([KEY, PERSON])
    await feed.settle()

    await until(lambda: [KEY, PERSON] in heard)


async def test_who_lost_the_connection_may_have_missed_something(redis, heard):
    before = heard.count(None)

    for client in await redis.client_list():
        if client["name"] == "other-process":
            await redis.client_kill_filter(_id=client["id"])

    await until(lambda: heard.count(None) > before)


@pytest.mark.parametrize("nonsense", [b"all of them", b"\xff\xfe", KEY.hex.encode() + b":7"])
async def test_what_is_not_understood_may_be_anything(redis, heard, nonsense):
    before = heard.count(None)

    await redis.publish(CHANGED, nonsense)

    await until(lambda: heard.count(None) > before)


async def test_a_redis_that_is_away_fails_nobody():
    nowhere = RedisFeed(Redis(port=1))

    nowhere.tell_changed([KEY])
    await nowhere.settle()


async def test_news_of_objects_is_none_of_it(redis, heard):
    feed = RedisFeed(redis)

    await feed.tell([(KEY, 7)])
    feed.tell_changed([PERSON])
    await feed.settle()

    await until(lambda: [PERSON] in heard)
    assert [KEY] not in heard
