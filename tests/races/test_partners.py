"""Registering and joining at once, over real commits."""

import secrets

import pytest
from sqlalchemy import func, select

from db import models
from domain.partners import MemberRole, PartnerType
from services import partners, team
from tests.factories.onboarding import CODE, make_invitation
from tests.factories.viewers import newcomer
from tests.fixtures.commits import at_once, kinds

pytestmark = pytest.mark.anyio


async def register(acts, name, slug=None):
    async with acts.work() as uow:
        return await partners.register_partner(
            uow,
            newcomer(name),
            name="Hotel Bella Vista",
            partner_type=PartnerType.HOTEL,
            country="IT",
            slug=slug,
            locale="it",
            idempotency=None,
            now=acts.now,
        )


async def accept(acts, name):
    async with acts.work() as uow:
        return await team.accept_invitation(uow, newcomer(name), code=CODE, now=acts.now)


async def test_a_slug_wished_by_many_is_given_to_one(busy, clean_slate):
    outcomes = await at_once(*(register(busy, f"person-{each}", "bella") for each in range(8)))

    assert kinds(outcomes) == {"Partner": 1, "SlugTaken": 7}


async def test_the_same_name_gives_everybody_a_slug_of_its_own(busy, clean_slate):
    outcomes = await at_once(*(register(busy, f"person-{each}") for each in range(8)))

    assert kinds(outcomes) == {"Partner": 8}
    assert len({each.slug for each in outcomes}) == 8


async def test_a_person_who_registers_twice_at_once_has_one_account(busy, clean_slate):
    await at_once(*(register(busy, "nora") for _ in range(4)))

    async with busy.sessions.read() as session:
        accounts = select(func.count()).select_from(models.User).where(models.User.subject == "nora")
        assert await session.scalar(accounts) == 1


async def test_an_invitation_lets_one_of_many_in(busy, busy_world, clean_slate):
    async with busy.work() as uow:
        await make_invitation(uow.session, busy_world.reseller, role=MemberRole.SUPPORT)

    outcomes = await at_once(*(accept(busy, f"person-{secrets.token_hex(4)}") for _ in range(8)))

    assert kinds(outcomes) == {"PartnerMember": 1, "InvitationNotOpen": 7}
