"""Keys: issued once, rotated with overlap, ended at once; all of it audited."""

import secrets

import pytest
from sqlalchemy import select

from db import models
from db.queries.api_keys import key_by_prefix
from db.types import new_id
from domain import api_keys as rules
from domain.environments import Environment
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.idempotency import idempotency
from domain.provisioning import EnvironmentNotReady
from permissions.viewer import RESELLER_KEY_SCOPES, Scope
from services import api_keys
from tests.factories.partners import make_reseller
from tests.factories.times import DAY, HOUR, NOW, SECOND
from tests.factories.viewers import member_of
from tests.fixtures.acts import refusal

PEPPER = b"p" * 32
FOREIGN = Forbidden("This needs the scope MANAGE_KEYS at the partner it belongs to.")


@pytest.fixture
def manager(world):
    return member_of(world.reseller)


async def issue(acts, viewer, reseller, **facts):
    wanted = {"environment": Environment.LIVE, "name": "Shop", "scopes": None, "expires_at": None} | facts
    async with acts.work() as uow:
        return await api_keys.issue_key(
            uow,
            viewer,
            reseller_id=reseller.id,
            pepper=PEPPER,
            entropy=secrets.token_bytes,
            now=acts.now,
            **wanted,
        )


async def rotate(acts, viewer, key, overlap_hours=24):
    async with acts.work() as uow:
        return await api_keys.rotate_key(
            uow,
            viewer,
            key_id=key.id,
            overlap_hours=overlap_hours,
            pepper=PEPPER,
            entropy=secrets.token_bytes,
            now=acts.now,
        )


async def revoke(acts, viewer, key):
    async with acts.work() as uow:
        return await api_keys.revoke_key(uow, viewer, key_id=key.id, now=acts.now)


async def holds(acts, text, at):
    """Whether a key's text opens the door at a time, as authentication finds out."""
    parts = rules.parse(text)
    assert parts is not None
    async with acts.sessions.read() as session:
        found = await key_by_prefix(session, parts.prefix)
    assert found is not None
    is_usable = rules.is_usable(expires_at=found.expires_at, revoked_at=found.revoked_at, now=at)
    return rules.is_key(PEPPER, text, found.key_hash) and is_usable


async def audited(acts):
    return await acts.rows(select(models.AuditEntry).order_by(models.AuditEntry.sequence))


async def test_a_new_key_opens_the_door_with_all_a_reseller_may_do(acts, world, manager):
    issued = await issue(acts, manager, world.reseller)

    assert issued.text.startswith(f"il_live_{issued.api_key.prefix}_")
    assert issued.api_key.scopes == sorted(RESELLER_KEY_SCOPES)
    assert await holds(acts, issued.text, NOW)


async def test_the_secret_of_a_key_is_nowhere_in_the_database(acts, world, manager):
    issued = await issue(acts, manager, world.reseller)

    secret = issued.text.rpartition("_")[2]
    kept = [
        str(vars(row))
        for model in (models.ApiKey, models.AuditEntry)
        for row in await acts.rows(select(model))
    ]
    assert len(kept) == 2
    assert not any(secret in each for each in kept)


async def test_a_key_carries_no_more_than_it_was_given(acts, world, manager):
    issued = await issue(acts, manager, world.reseller, scopes=frozenset({Scope.READ_INVENTORY}))

    assert issued.api_key.scopes == ["READ_INVENTORY"]


@pytest.mark.parametrize("scopes", [{Scope.MANAGE_KEYS}, {Scope.READ_CATALOG, Scope.OPERATE}, set()])
async def test_a_key_carries_no_more_than_a_reseller_may_do(acts, world, manager, scopes):
    refused = await refusal(issue(acts, manager, world.reseller, scopes=frozenset(scopes)))

    assert refused == InvalidInput("scopes", f"must be some of {', '.join(sorted(RESELLER_KEY_SCOPES))}")
    assert await acts.rows(select(models.ApiKey)) == []


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"name": " "}, InvalidInput("name", "must have 1 to 100 printable characters")),
        ({"name": "x" * 101}, InvalidInput("name", "must have 1 to 100 printable characters")),
        ({"expires_at": NOW}, InvalidInput("expires_at", "must lie in the future")),
    ],
)
async def test_a_key_with_bad_facts_is_not_issued(acts, world, manager, facts, refused):
    assert await refusal(issue(acts, manager, world.reseller, **facts)) == refused
    assert await acts.rows(select(models.ApiKey)) == []


async def test_a_key_ends_when_it_expires(acts, world, manager):
    issued = await issue(acts, manager, world.reseller, expires_at=NOW + HOUR)

    assert [await holds(acts, issued.text, at) for at in (NOW + HOUR - SECOND, NOW + HOUR)] == [True, False]


async def test_a_rotated_key_holds_beside_the_new_one_until_the_overlap_is_over(acts, world, manager):
    old = await issue(acts, manager, world.reseller, scopes=frozenset({Scope.RESERVE}))

    new = await rotate(acts, manager, old.api_key, overlap_hours=2)

    assert new.api_key.rotated_from_id == old.api_key.id
    assert (new.api_key.scopes, new.api_key.name) == (["RESERVE"], "Shop")
    assert [await holds(acts, old.text, at) for at in (NOW + 2 * HOUR - SECOND, NOW + 2 * HOUR)] == [
        True,
        False,
    ]
    assert await holds(acts, new.text, NOW + 365 * DAY)


async def test_without_an_overlap_the_old_key_ends_at_once(acts, world, manager):
    old = await issue(acts, manager, world.reseller)

    await rotate(acts, manager, old.api_key, overlap_hours=0)

    assert not await holds(acts, old.text, NOW)


async def test_a_rotation_never_lengthens_a_key_s_life(acts, world, manager):
    old = await issue(acts, manager, world.reseller)
    await rotate(acts, manager, old.api_key, overlap_hours=1)

    await rotate(acts, manager, old.api_key, overlap_hours=168)

    assert not await holds(acts, old.text, NOW + HOUR)


@pytest.mark.parametrize("hours", [-1, 169])
async def test_an_overlap_is_a_week_at_most(acts, world, manager, hours):
    old = await issue(acts, manager, world.reseller)

    refused = await refusal(rotate(acts, manager, old.api_key, overlap_hours=hours))

    assert refused == InvalidInput("overlap_hours", "must be from 0 to 168")


async def test_a_revoked_key_ends_at_once_and_is_not_revived(acts, world, manager):
    issued = await issue(acts, manager, world.reseller)
    await revoke(acts, manager, issued.api_key)
    acts.later(HOUR)

    again = await revoke(acts, manager, issued.api_key)

    assert not await holds(acts, issued.text, NOW)
    assert again.revoked_at == NOW
    assert [each.act for each in await audited(acts)] == ["api_keys.issue", "api_keys.revoke"]


async def test_revoking_cuts_an_overlap_short(acts, world, manager):
    old = await issue(acts, manager, world.reseller)
    await rotate(acts, manager, old.api_key)

    await revoke(acts, manager, old.api_key)

    assert not await holds(acts, old.text, NOW)


async def test_every_act_on_a_key_is_audited_at_its_reseller(acts, world, manager):
    issued = await issue(acts, manager, world.reseller)
    rotated = await rotate(acts, manager, issued.api_key)
    await revoke(acts, manager, issued.api_key)

    entries = await audited(acts)
    assert [(each.act, each.object_id) for each in entries] == [
        ("api_keys.issue", f"key_{issued.api_key.id.hex}"),
        ("api_keys.rotate", f"key_{rotated.api_key.id.hex}"),
        ("api_keys.revoke", f"key_{issued.api_key.id.hex}"),
    ]
    assert {(each.partner_id, each.actor) for each in entries} == {(world.reseller.id, manager.id)}


@pytest.mark.viewers("rival's owner", "reseller key", "reseller's finance", "operator's owner", "analyst")
async def test_nobody_else_issues_keys(acts, world, viewer):
    assert await refusal(issue(acts, viewer, world.reseller)) == FOREIGN
    assert await acts.rows(select(models.ApiKey)) == []


@pytest.mark.viewers("rival's owner", "reseller key", "reseller's finance", "operator's owner", "analyst")
async def test_to_anybody_else_a_key_does_not_exist(acts, world, manager, viewer):
    issued = await issue(acts, manager, world.reseller)
    missing = NotFound(noun="API key", id=f"key_{issued.api_key.id.hex}")

    assert await refusal(rotate(acts, viewer, issued.api_key)) == missing
    assert await refusal(revoke(acts, viewer, issued.api_key)) == missing
    assert await holds(acts, issued.text, NOW + DAY)


@pytest.mark.parametrize("environment", Environment)
async def test_a_partner_without_an_environment_gets_no_key_for_it(acts, world, environment):
    refused = await refusal(issue(acts, member_of(world.operator), world.operator, environment=environment))

    assert refused == EnvironmentNotReady(environment)
    assert await acts.rows(select(models.ApiKey)) == []


async def test_a_partner_that_is_not_live_gets_keys_for_test_only(acts):
    async with acts.work() as uow:
        beginner = await make_reseller(uow.session, live_at=None)
    manager = member_of(beginner)

    refused = await refusal(issue(acts, manager, beginner, environment=Environment.LIVE))
    issued = await issue(acts, manager, beginner, environment=Environment.TEST)

    assert refused == EnvironmentNotReady(Environment.LIVE)
    assert issued.text.startswith("il_test_")


async def test_a_partner_there_is_not_gets_no_key(acts, world, manager):
    missing = models.Partner(id=new_id())

    assert await refusal(issue(acts, manager, missing)) == NotFound(
        noun="reseller", id=f"par_{missing.id.hex}"
    )


async def test_the_same_key_issues_once_and_shows_the_text_once(acts, world, manager):
    bound = idempotency(manager.id, "shop-1", "issue", name="Shop")

    first = await issue(acts, manager, world.reseller, idempotency=bound)
    again = await issue(acts, manager, world.reseller, idempotency=bound)

    assert first.text is not None
    assert (again.api_key.id, again.text) == (first.api_key.id, None)
    assert len(await acts.rows(select(models.ApiKey))) == 1
