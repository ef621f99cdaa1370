"""Two api processes on one database and one Redis: what one of them ends, the other refuses."""

import asyncio
import datetime as dt
import secrets
from dataclasses import dataclass

import pytest
from redis.asyncio import Redis

from db import models
from db.session import Sessions
from db.unit_of_work import unit_of_work
from domain.environments import Environment
from domain.errors import Refused
from integrations.feed import RedisFeed
from integrations.identity.tokens import TokenVerifier
from server.authentication import Authenticator
from server.credentials import DatabaseCredentials
from server.headers import RequestHeaders
from server.known import Known
from services import api_keys
from tests.factories.partners import make_reseller
from tests.factories.viewers import member_of

PEPPER = b"p" * 32


async def no_limit(*_):
    return None


@dataclass
class Process:
    """What of an api process tells callers apart, put together as `server/app.py` does."""

    sessions: Sessions
    feed: RedisFeed
    known: Known
    authenticator: Authenticator

    @classmethod
    def on(cls, engine, redis):
        known = Known()
        feed = RedisFeed(redis, changed=known.forget)

        def changed(objects):
            known.forget(objects)
            feed.tell_changed(objects)

        sessions = Sessions(engine, changed=changed)
        authenticator = Authenticator(
            lookup=DatabaseCredentials(sessions, known),
            tokens=TokenVerifier([]),
            pepper=PEPPER,
            take=no_limit,
            known=known,
        )
        return cls(sessions, feed, known, authenticator)

    async def admits(self, text):
        headers = RequestHeaders([(b"authorization", f"Bearer {text}".encode())])
        try:
            await self.authenticator.authenticate(headers, client="203.0.113.7")
        except Refused:
            return False
        finally:
            await self.authenticator.settle()
        return True

    def work(self):
        return unit_of_work(self.sessions, lambda: None)


@pytest.fixture
def here(engine, redis):
    return Process.on(engine, redis)


@pytest.fixture
async def there(engine, redis):
    process = Process.on(engine, redis)
    running = asyncio.create_task(process.feed.run())
    async with asyncio.timeout(5):
        while not process.known.news:  # noqa: ASYNC110 - it hears that it may have missed something
            await asyncio.sleep(0.005)
    yield process
    running.cancel()
    await asyncio.wait([running])


@pytest.fixture
async def manager(here):
    async with here.work() as uow:
        return member_of(await make_reseller(uow.session))


@pytest.fixture
async def issued(here, manager):
    async with here.work() as uow:
        return await api_keys.issue_key(
            uow,
            manager,
            reseller_id=next(iter(manager.partner_ids)),
            environment=Environment.LIVE,
            name="Shop",
            scopes=None,
            expires_at=None,
            pepper=PEPPER,
            entropy=secrets.token_bytes,
            now=dt.datetime.now(dt.UTC),
        )


async def revoke(process, manager, issued):
    async with process.work() as uow:
        await api_keys.revoke_key(uow, manager, key_id=issued.api_key.id, now=dt.datetime.now(dt.UTC))


async def rotate(process, manager, issued):
    async with process.work() as uow:
        await api_keys.rotate_key(
            uow,
            manager,
            key_id=issued.api_key.id,
            overlap_hours=0,
            pepper=PEPPER,
            entropy=secrets.token_bytes,
            now=dt.datetime.now(dt.UTC),
        )


@pytest.mark.parametrize("end", [revoke, rotate])
async def test_a_key_ends_at_once_where_it_was_ended(here, manager, issued, end):
    assert await here.admits(issued.text)

    await end(here, manager, issued)

    assert not await here.admits(issued.text)


@pytest.mark.parametrize("end", [revoke, rotate])
async def test_and_everywhere_else_as_soon_as_they_hear_of_it(here, there, manager, issued, end):
    assert await there.admits(issued.text)
    heard = there.known.news

    await end(here, manager, issued)
    await here.feed.settle()
    async with asyncio.timeout(2):
        while there.known.news == heard:  # noqa: ASYNC110 - what is waited for comes from Redis
            await asyncio.sleep(0.001)

    assert not await there.admits(issued.text)


async def test_without_redis_a_key_is_known_for_its_few_seconds_and_no_longer(here, engine, manager, issued):
    class Clock:
        now = 0.0

        def __call__(self):
            return self.now

    deaf = Process.on(engine, Redis(port=1))
    deaf.known._clock = clock = Clock()
    assert await deaf.admits(issued.text)

    await revoke(here, manager, issued)
    during = await deaf.admits(issued.text)
    clock.now += 5
    after = await deaf.admits(issued.text)

    assert (during, after) == (True, False)


async def test_a_revocation_is_durable_before_anybody_is_told_to_look_again(engine, issued):
    told: list[object] = []

    def look(objects):
        told.append((objects, uow.session.in_transaction()))

    async with unit_of_work(Sessions(engine, changed=look), lambda: told.append("all done")) as uow:
        row = await uow.session.get_one(models.ApiKey, issued.api_key.id)
        row.revoked_at = dt.datetime.now(dt.UTC)

    assert told == [({issued.api_key.id}, False), "all done"]
