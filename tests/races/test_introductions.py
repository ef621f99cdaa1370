"""Several choose one partner at once: its capacity holds, and two have one open introduction."""

import secrets

import pytest
from sqlalchemy import func, select

from db import models
from services import contractors, introducing
from tests.factories.introductions import make_contractor, make_profile
from tests.factories.viewers import staff
from tests.fixtures.commits import at_once, kinds


@pytest.fixture
async def seekers(busy, busy_world):
    """Eight contractors, and a partner with three places."""
    async with busy.work() as uow:
        await make_profile(uow.session, busy_world.reseller, capacity=3)
        await make_profile(uow.session, busy_world.operator, capacity=100)
        return [await make_contractor(uow.session) for _ in range(8)]


async def choose(acts, contractor, partner):
    async with acts.work() as uow:
        return await introducing.create_introduction(
            uow,
            staff(),
            contractor_id=contractor.id,
            partner_id=partner.id,
            entropy=secrets.token_bytes,
            idempotency=None,
            now=acts.now,
        )


async def erase(acts, contractor):
    async with acts.work() as uow:
        return await contractors.erase_contractor(uow, staff(), contractor_id=contractor.id, now=acts.now)


async def test_no_partner_has_more_than_it_takes(busy, busy_world, seekers):
    outcomes = await at_once(*(choose(busy, each, busy_world.reseller) for each in seekers))

    assert kinds(outcomes) == {"Introduction": 3, "PartnerAtCapacity": 5}


async def test_two_have_one_open_introduction(busy, busy_world, seekers):
    outcomes = await at_once(*(choose(busy, seekers[0], busy_world.operator) for _ in range(6)))

    assert kinds(outcomes) == {"Introduction": 1, "IntroductionOpen": 5}


async def test_who_is_erased_meanwhile_has_nothing_open(busy, busy_world, seekers):
    chosen = [choose(busy, each, busy_world.operator) for each in seekers]
    erased = [erase(busy, each) for each in seekers]

    outcomes = await at_once(*(act for pair in zip(chosen, erased, strict=True) for act in pair))

    found = kinds(outcomes)
    assert found["Contractor"] == 8
    assert found.get("Introduction", 0) + found.get("NotFound", 0) == 8
    async with busy.sessions.read() as session:
        row = models.Introduction
        counted = select(func.count()).where(row.stage != "CANCELLED").select_from(row)
        assert await session.scalar(counted) == 0
