"""What a stream learns of the key it was opened with."""

import datetime as dt

import pytest
from sqlalchemy import update

from db import models
from db.types import new_id
from domain.environments import Environment
from permissions.viewer import Viewer
from server.credentials import DatabaseCredentials
from server.known import KNOWN_SECONDS, Known

NOW = dt.datetime.now(dt.UTC)
SOON, JUST_NOW = NOW + dt.timedelta(hours=1), NOW - dt.timedelta(seconds=1)


@pytest.fixture
async def key(acts, world):
    async with acts.work() as uow:
        row = models.ApiKey(
            id=new_id(),
            reseller_id=world.reseller.id,
            environment=Environment.LIVE,
            name="Shop",
            prefix="abcdefghijkl",
            key_hash=b"h" * 32,
            scopes=[],
            created_at=NOW,
            created_by="system",
        )
        uow.session.add(row)
    return row


async def change(acts, key, **facts):
    async with acts.work() as uow:
        await uow.session.execute(update(models.ApiKey).where(models.ApiKey.id == key.id).values(**facts))


@pytest.mark.parametrize(
    ("facts", "holds"),
    [
        ({}, True),
        ({"expires_at": SOON}, True),
        ({"revoked_at": SOON}, True),
        ({"expires_at": JUST_NOW}, False),
        ({"revoked_at": JUST_NOW}, False),
    ],
)
async def test_a_key_holds_until_it_expires_or_is_revoked(acts, key, facts, holds):
    if facts:
        await change(acts, key, **facts)

    viewer = Viewer(id=f"key:{key.id}", api_key_id=key.id)

    assert await DatabaseCredentials(acts.sessions, Known()).holds(viewer) is holds


async def test_a_key_nobody_has_does_not_hold(acts, world):
    assert not await DatabaseCredentials(acts.sessions, Known()).holds(
        Viewer(id="key:x", api_key_id=new_id())
    )


async def test_a_person_is_held_by_the_end_of_its_token_alone(acts):
    assert await DatabaseCredentials(acts.sessions, Known()).holds(Viewer(id="user:x", user_id=new_id()))


async def test_a_stream_s_key_is_looked_at_again_when_it_is_known_no_more(acts, key):
    class Clock:
        now = 0.0

        def __call__(self):
            return self.now

    known = Known(clock=(clock := Clock()))
    credentials = DatabaseCredentials(acts.sessions, known)
    viewer = Viewer(id=f"key:{key.id}", api_key_id=key.id)
    assert await credentials.holds(viewer)

    await change(acts, key, revoked_at=JUST_NOW)
    at_once = await credentials.holds(viewer)
    clock.now += KNOWN_SECONDS
    later = await credentials.holds(viewer)

    assert (at_once, later) == (True, False)


async def test_news_of_a_key_ends_its_streams_without_waiting(acts, key):
    known = Known()
    credentials = DatabaseCredentials(acts.sessions, known)
    viewer = Viewer(id=f"key:{key.id}", api_key_id=key.id)
    assert await credentials.holds(viewer)

    await change(acts, key, revoked_at=JUST_NOW)
    known.forget([key.id])

    assert not await credentials.holds(viewer)
