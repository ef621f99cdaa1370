"""The people of a partner: invited, given roles, sent away; one of them owns it."""

import datetime as dt
import secrets
from dataclasses import replace

import pytest
from sqlalchemy import select

from db import models
from domain import team as rules
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.idempotency import idempotency
from domain.partners import MemberRole
from domain.team import AlreadyMember, InvitationNotOpen, OwnerNeeded
from permissions.viewer import Role
from services import team
from tests.factories.onboarding import CODE, make_invitation, make_people
from tests.factories.partners import make_member
from tests.factories.viewers import assisting, member_of, newcomer, staff
from tests.fixtures.acts import refusal

pytestmark = pytest.mark.anyio


@pytest.fixture
async def people(acts, world):
    """The reseller's owner, a member, and an open invitation."""
    async with acts.work() as uow:
        return await make_people(uow.session, world.reseller)


@pytest.fixture
def boss(world, people):
    """The reseller's owner, as it calls."""
    user = people["person"]
    return replace(member_of(world.reseller), id=f"user:{user.id}", user_id=user.id)


async def invite(acts, viewer, partner, *, email="ina@new.example", role=MemberRole.SUPPORT, key=None):
    async with acts.work() as uow:
        return await team.invite_member(
            uow,
            viewer,
            partner_id=partner.id,
            email=email,
            role=role,
            entropy=secrets.token_bytes,
            idempotency=idempotency(viewer.id, key, "invite_member", email=email, role=role),
            now=acts.now,
        )


async def accept(acts, viewer, code=CODE):
    async with acts.work() as uow:
        return await team.accept_invitation(uow, viewer, code=code, now=acts.now)


async def change(acts, viewer, partner, user, role):
    async with acts.work() as uow:
        return await team.change_role(
            uow, viewer, partner_id=partner.id, user_id=user.id, role=role, now=acts.now
        )


async def remove(acts, viewer, partner, user):
    async with acts.work() as uow:
        return await team.remove_member(uow, viewer, partner_id=partner.id, user_id=user.id, now=acts.now)


async def transfer(acts, viewer, partner, user):
    async with acts.work() as uow:
        return await team.transfer_ownership(
            uow, viewer, partner_id=partner.id, user_id=user.id, now=acts.now
        )


async def roles(acts, partner):
    member = models.PartnerMember
    rows = await acts.rows(select(member).where(member.partner_id == partner.id))
    return {each.user_id: each.role for each in rows}


async def test_an_invitation_lets_a_newcomer_in_once(acts, world, people):
    member = await accept(acts, newcomer())

    assert member.role == "SUPPORT"
    assert (await accept(acts, newcomer())).user_id == member.user_id
    assert await refusal(accept(acts, newcomer("otto"))) == InvitationNotOpen()


async def test_an_invitation_ends_after_a_week(acts, people):
    acts.later(rules.INVITATION_LASTS - dt.timedelta(seconds=1))
    async with acts.sessions.undone():
        assert (await accept(acts, newcomer())).role == "SUPPORT"
    acts.later(dt.timedelta(seconds=1))

    assert await refusal(accept(acts, newcomer())) == InvitationNotOpen()


async def test_an_unknown_code_is_told_like_one_that_is_over(acts, people):
    assert await refusal(accept(acts, newcomer(), "another")) == InvitationNotOpen()


async def test_only_the_hash_of_a_code_is_kept(acts, world, boss):
    invitation = await invite(acts, boss, world.reseller)

    assert len(invitation.code_hash) == 32
    assert (invitation.email, invitation.role) == ("ina@new.example", "SUPPORT")
    assert invitation.expires_at - invitation.created_at == dt.timedelta(days=7)


async def test_a_new_invitation_to_the_same_address_ends_the_former_one(acts, world, boss, people):
    await invite(acts, boss, world.reseller, email=" Ines@NEW.example ")

    assert await refusal(accept(acts, newcomer())) == InvitationNotOpen()


async def test_the_mail_alone_has_the_code_and_it_lets_in(acts, world, boss, people):
    invitation = await invite(acts, boss, world.reseller, role=MemberRole.FINANCE)

    (mail,) = await acts.rows(select(models.Mail))
    path, _, code = mail.facts.pop("link").partition("#")
    assert (mail.key, mail.recipient, mail.locale) == (
        f"invitation:{invitation.id.hex}",
        "ina@new.example",
        "en",
    )
    assert mail.facts == {
        "partner": world.reseller.name,
        "inviter": people["person"].name,
        "role": "FINANCE",
        "expires_on": invitation.expires_at.date().isoformat(),
    }
    assert path == "/invitations"
    assert (await accept(acts, newcomer(), code)).role == "FINANCE"


async def test_who_is_refused_writes_to_nobody(acts, world, boss):
    await refusal(invite(acts, boss, world.reseller, email="x"))

    assert await acts.rows(select(models.Mail)) == []


async def test_the_same_key_invites_once(acts, world, boss):
    first = await invite(acts, boss, world.reseller, key="k")

    assert (await invite(acts, boss, world.reseller, key="k")).id == first.id


async def test_whoever_is_there_is_not_invited(acts, world, boss, people):
    reason = await refusal(invite(acts, boss, world.reseller, email="VERA@victoria.example"))

    assert reason == AlreadyMember(role=MemberRole.OWNER)


async def test_whoever_is_there_does_not_join_twice(acts, world, people):
    async with acts.work() as uow:
        await make_invitation(uow.session, world.reseller, email="second@new.example", code="second")
    await accept(acts, newcomer())

    assert await refusal(accept(acts, newcomer(), "second")) == AlreadyMember(role=MemberRole.SUPPORT)


async def test_nobody_is_invited_to_own_a_partner(acts, world, boss):
    assert await refusal(invite(acts, boss, world.reseller, role=MemberRole.OWNER)) == OwnerNeeded()
    assert isinstance(await refusal(invite(acts, boss, world.reseller, email="x")), InvalidInput)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.SUPPORT, Role.READONLY])
async def test_a_member_without_the_right_invites_nobody(acts, world, people, role):
    reason = await refusal(invite(acts, member_of(world.reseller, role=role), world.reseller))

    assert isinstance(reason, Forbidden)
    assert len(await acts.rows(select(models.Invitation))) == 1


async def test_who_assists_a_partner_invites_nobody(acts, world, people):
    assert isinstance(await refusal(invite(acts, assisting(world.reseller), world.reseller)), Forbidden)


async def test_an_invitation_is_taken_back(acts, world, boss, people):
    async with acts.work() as uow:
        await team.revoke_invitation(uow, boss, invitation_id=people["invitation"].id, now=acts.now)

    assert await refusal(accept(acts, newcomer())) == InvitationNotOpen()


async def test_an_accepted_invitation_is_not_taken_back(acts, world, boss, people):
    await accept(acts, newcomer())

    async def revoke():
        async with acts.work() as uow:
            await team.revoke_invitation(uow, boss, invitation_id=people["invitation"].id, now=acts.now)

    assert await refusal(revoke()) == InvitationNotOpen()


async def test_a_member_gets_another_role(acts, world, boss, people):
    await change(acts, boss, world.reseller, people["member"], MemberRole.FINANCE)

    assert (await roles(acts, world.reseller))[people["member"].id] == "FINANCE"
    audited = await acts.rows(
        select(models.AuditEntry.facts).where(models.AuditEntry.act == "team.change_role")
    )
    assert audited == [{"from": "READONLY", "to": "FINANCE"}]


async def test_the_owner_neither_leaves_nor_becomes_something_else(acts, world, boss, people):
    assert (
        await refusal(change(acts, boss, world.reseller, people["person"], MemberRole.ADMIN)) == OwnerNeeded()
    )
    assert (
        await refusal(change(acts, boss, world.reseller, people["member"], MemberRole.OWNER)) == OwnerNeeded()
    )
    assert await refusal(remove(acts, boss, world.reseller, people["person"])) == OwnerNeeded()


async def test_a_member_is_sent_away(acts, world, boss, people):
    await remove(acts, boss, world.reseller, people["member"])

    assert await roles(acts, world.reseller) == {people["person"].id: "OWNER"}
    assert isinstance(await refusal(remove(acts, boss, world.reseller, people["member"])), NotFound)


async def test_the_ownership_is_handed_over(acts, world, boss, people):
    await transfer(acts, boss, world.reseller, people["member"])

    assert await roles(acts, world.reseller) == {people["person"].id: "ADMIN", people["member"].id: "OWNER"}


async def test_an_admin_does_not_take_the_ownership(acts, world, people):
    admin = member_of(world.reseller, role=Role.ADMIN)

    assert isinstance(await refusal(transfer(acts, admin, world.reseller, people["member"])), Forbidden)
    assert (await roles(acts, world.reseller))[people["person"].id] == "OWNER"


async def test_the_platform_gives_a_lost_ownership_to_a_member(acts, world, people):
    await transfer(acts, staff(), world.reseller, people["member"])

    assert (await roles(acts, world.reseller))[people["member"].id] == "OWNER"


async def test_a_stranger_can_not_own_a_partner(acts, world, boss):
    async with acts.work() as uow:
        stranger = await make_member(uow.session, world.rival)

    assert isinstance(await refusal(transfer(acts, boss, world.reseller, stranger)), NotFound)
