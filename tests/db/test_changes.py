"""Whoever remembers callers is told what changed of them, once that is durable."""

import datetime as dt

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from db import models
from db.session import Sessions
from db.types import new_id
from domain.environments import Environment
from permissions.viewer import Role
from tests.factories.partners import make_member, make_partner, make_reseller
from tests.factories.times import NOW
from tests.fixtures.acts import Acts


@pytest.fixture
def told():
    return []


@pytest.fixture
def watched(engine, told):
    """Acts whose changes are told."""
    return Acts(Sessions(engine, changed=told.append))


@pytest.fixture
async def key(watched, told):
    async with watched.work() as uow:
        reseller = await make_reseller(uow.session)
        row = models.ApiKey(
            id=new_id(),
            reseller_id=reseller.id,
            environment=Environment.LIVE,
            name="Shop",
            prefix="abcdefghijkl",
            key_hash=b"h" * 32,
            scopes=[],
            created_at=NOW,
            created_by="system",
        )
        uow.session.add(row)
    told.clear()
    return row


async def test_a_key_that_is_changed_by_any_act_is_told(watched, told, key):
    async with watched.work() as uow:
        row = await uow.session.get_one(models.ApiKey, key.id)
        row.revoked_at = NOW
        await uow.session.flush()
        assert told == []

    assert told == [{key.id}]


async def test_a_change_that_only_the_commit_writes_is_told_too(watched, told, key):
    async with watched.work() as uow:
        (await uow.session.get_one(models.ApiKey, key.id)).revoked_at = NOW

    assert told == [{key.id}]


async def test_a_reseller_is_told_by_what_its_keys_may(watched, told, key):
    async with watched.work() as uow:
        profile = await uow.session.get_one(models.ResellerProfile, key.reseller_id)
        profile.rate_limit_per_minute = 1000

    assert told == [{key.reseller_id}]


async def test_a_membership_that_comes_changes_or_goes_is_told_by_its_person(watched, told):
    async with watched.work() as uow:
        partner = await make_partner(uow.session)
        person = await make_member(uow.session, partner)
    async with watched.work() as uow:
        member = (await uow.session.scalars(select(models.PartnerMember))).one()
        member.role = Role.READONLY
    async with watched.work() as uow:
        await uow.session.delete((await uow.session.scalars(select(models.PartnerMember))).one())
    async with watched.work() as uow:
        (await uow.session.get_one(models.User, person.id)).platform_roles = [Role.ANALYST]

    assert told == [{person.id}] * 4


async def test_what_is_taken_back_is_not_told(watched, told, key):
    async def fail():
        async with watched.work() as uow:
            (await uow.session.get_one(models.ApiKey, key.id)).revoked_at = NOW
            await uow.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    assert told == []


async def test_a_commit_that_fails_is_told_since_nobody_knows_what_became_of_it(watched, told, key):
    async def lose_the_connection():
        async with watched.work() as uow:
            (await uow.session.get_one(models.ApiKey, key.id)).revoked_at = NOW
            await uow.session.flush()
            backend = await uow.session.scalar(text("SELECT pg_backend_pid()"))
            async with watched.sessions.read() as other:
                await other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})

    with pytest.raises(DBAPIError):
        await lose_the_connection()

    assert told == [{key.id}]


async def test_that_a_key_was_used_is_no_change_of_it(watched, told, key):
    async with watched.work() as uow:
        statement = update(models.ApiKey).values(last_used_at=NOW + dt.timedelta(days=1))
        await uow.session.execute(statement)
        await make_partner(uow.session)

    assert told == []
