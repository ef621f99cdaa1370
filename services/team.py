"""The people of a partner: invited by mail, given roles, sent away; one of them owns it."""

import datetime as dt
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from uuid import UUID

from db import models
from db.queries import team as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import team
from domain.errors import Forbidden, NotFound, Refused
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.mail import LINK, MailTemplate
from domain.partners import MemberRole
from domain.team import AlreadyMember, InvitationNotOpen, OwnerNeeded, TeamFull
from permissions import policies
from permissions.viewer import Viewer
from permissions.visibility import visible_invitations
from services import audit, mail, partners
from services.idempotency import claim
from services.ports import Entropy


async def invite_member(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    email: str,
    role: MemberRole,
    entropy: Entropy,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Invitation:
    """Offer a place in the team to an address by mail, for a week and for one use. Audited.

    An open invitation to the same address is replaced: its code holds no more.
    Refuses: NotFound, Forbidden, InvalidInput, OwnerNeeded, AlreadyMember, TeamFull, IdempotencyConflict.
    """
    partner = await partners.locked_partner(uow, viewer, partner_id)
    policies.may_manage_team(viewer, partner.id)
    email = team.check_email(email)
    team.check_role(role)
    invitation_id = new_id()
    first = await claim(uow, idempotency, object_id=invitation_id, now=now)
    if first is not None:
        return await uow.session.get_one(models.Invitation, first)
    member = await queries.member_with_email(uow.session, partner.id, email)
    if member is not None:
        raise Refused(AlreadyMember(role=MemberRole(member.role)))
    if await queries.count_open_invitations(uow.session, partner.id, now=now) >= team.MOST_INVITATIONS:
        raise Refused(TeamFull(max=team.MOST_INVITATIONS))
    former = await queries.open_invitation_to(uow.session, partner.id, email)
    if former is not None:
        former.revoked_at = now
        await uow.session.flush()
    code = urlsafe_b64encode(entropy(team.CODE_BYTES)).decode().rstrip("=")
    invitation = models.Invitation(
        id=invitation_id,
        partner_id=partner.id,
        email=email,
        role=role.value,
        code_hash=team.code_hash(code),
        invited_by=viewer.id,
        created_at=now,
        expires_at=now + team.INVITATION_LASTS,
    )
    uow.session.add(invitation)
    await uow.session.flush()
    await _audit(uow, viewer, partner.id, "team.invite", invitation, now=now)
    await _write_to_invited(uow, viewer, partner, invitation, code, now=now)
    return invitation


async def revoke_invitation(
    uow: UnitOfWork, viewer: Viewer, *, invitation_id: UUID | None, now: dt.datetime
) -> models.Invitation:
    """Take an invitation back; a second call answers as the first. Audited.

    Refuses: NotFound, Forbidden, InvitationNotOpen.
    """
    invitation = invitation_id and await queries.lock_invitation(
        uow.session, invitation_id, visible=visible_invitations(viewer)
    )
    if not invitation:
        shown = global_id("Invitation", invitation_id) if invitation_id else ""
        raise Refused(NotFound(noun="invitation", id=shown))
    policies.may_manage_team(viewer, invitation.partner_id)
    if invitation.accepted_at is not None:
        raise Refused(InvitationNotOpen())
    if invitation.revoked_at is None:
        invitation.revoked_at = now
        await uow.session.flush()
        await _audit(uow, viewer, invitation.partner_id, "team.revoke", invitation, now=now)
    return invitation


async def accept_invitation(
    uow: UnitOfWork, viewer: Viewer, *, code: str, now: dt.datetime
) -> models.PartnerMember:
    """Join the team an invitation is for; the same person a second time gets the same answer. Audited.

    Whoever has the code and a verified address may use it: people are written to at one address and sign in
    with another. A caller without an account gets one.
    Refuses: Forbidden, InvitationNotOpen, AlreadyMember, TeamFull.
    """
    if viewer.signed_in is None:
        raise Refused(Forbidden("Only a person joins a team, and one whose address is verified."))
    invitation = await queries.lock_invitation_by_code(uow.session, team.code_hash(code))
    if invitation is None:
        raise Refused(InvitationNotOpen())
    user = await partners.account_of(uow, viewer.signed_in, now=now)
    members = await queries.lock_members(uow.session, invitation.partner_id)
    is_over = invitation.revoked_at is not None or invitation.expires_at <= now
    if invitation.accepted_at is not None:
        if invitation.accepted_by_id == user.id and user.id in members:
            return members[user.id]
        is_over = True
    if is_over:
        raise Refused(InvitationNotOpen())
    if user.id in members:
        raise Refused(AlreadyMember(role=MemberRole(members[user.id].role)))
    if len(members) >= team.MOST_MEMBERS:
        raise Refused(TeamFull(max=team.MOST_MEMBERS))
    member = models.PartnerMember(
        partner_id=invitation.partner_id, user_id=user.id, role=invitation.role, created_at=now
    )
    uow.session.add(member)
    invitation.accepted_at, invitation.accepted_by_id = now, user.id
    await uow.session.flush()
    await _audit(uow, viewer, invitation.partner_id, "team.join", invitation, now=now)
    return member


async def change_role(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    user_id: UUID | None,
    role: MemberRole,
    now: dt.datetime,
) -> models.PartnerMember:
    """Give a member another role. Audited. Refuses: NotFound, Forbidden, OwnerNeeded."""
    member = await _other_than_owner(uow, viewer, partner_id, user_id)
    team.check_role(role)
    if member.role != role:
        before, member.role = member.role, role.value
        await uow.session.flush()
        await _audit_member(uow, viewer, member, "team.change_role", {"from": before, "to": role}, now=now)
    return member


async def remove_member(
    uow: UnitOfWork, viewer: Viewer, *, partner_id: UUID | None, user_id: UUID | None, now: dt.datetime
) -> models.Partner:
    """Send a member away; its rights at the partner end at once. Audited. Refuses: NotFound, Forbidden, OwnerNeeded."""
    partner = await partners.locked_partner(uow, viewer, partner_id)
    member = await _other_than_owner(uow, viewer, partner_id, user_id)
    await uow.session.delete(member)
    await uow.session.flush()
    await _audit_member(uow, viewer, member, "team.remove", {"role": member.role}, now=now)
    return partner


async def transfer_ownership(
    uow: UnitOfWork, viewer: Viewer, *, partner_id: UUID | None, user_id: UUID | None, now: dt.datetime
) -> models.Partner:
    """Make another member the owner; the former one stays as ADMIN. Audited.

    Only the owner hands over; the platform does it where the owner can not any more.
    Refuses: NotFound, Forbidden.
    """
    partner = await partners.locked_partner(uow, viewer, partner_id)
    policies.may_manage_team(viewer, partner.id)
    members = await queries.lock_members(uow.session, partner.id)
    owner = next((each for each in members.values() if each.role == MemberRole.OWNER), None)
    heir = members.get(user_id) if user_id else None
    if heir is None:
        raise Refused(NotFound(noun="member", id=global_id("User", user_id) if user_id else ""))
    if (owner is None or owner.user_id != viewer.user_id) and not policies.is_platform_team(viewer):
        raise Refused(Forbidden("Only the owner hands the ownership over."))
    if heir is not owner:
        if owner is not None:
            owner.role = MemberRole.ADMIN.value
            # Never two owners: the index is looked at with every statement.
            await uow.session.flush()
        heir.role = MemberRole.OWNER.value
        await uow.session.flush()
        facts = {"from": owner and global_id("User", owner.user_id)}
        await _audit_member(uow, viewer, heir, "team.transfer_ownership", facts, now=now)
    return partner


async def _other_than_owner(
    uow: UnitOfWork, viewer: Viewer, partner_id: UUID | None, user_id: UUID | None
) -> models.PartnerMember:
    partner = await partners.locked_partner(uow, viewer, partner_id)
    policies.may_manage_team(viewer, partner.id)
    member = (await queries.lock_members(uow.session, partner.id)).get(user_id) if user_id else None
    if member is None:
        raise Refused(NotFound(noun="member", id=global_id("User", user_id) if user_id else ""))
    if member.role == MemberRole.OWNER:
        raise Refused(OwnerNeeded())
    return member


async def _write_to_invited(
    uow: UnitOfWork,
    viewer: Viewer,
    partner: models.Partner,
    invitation: models.Invitation,
    code: str,
    *,
    now: dt.datetime,
) -> None:
    """Put the code on its way: the mail alone has it."""
    inviter = await uow.session.get(models.User, viewer.user_id) if viewer.user_id else None
    await mail.post(
        uow,
        template=MailTemplate.INVITATION,
        to=invitation.email,
        locale=partner.locale,
        facts={
            "partner": partner.name,
            "inviter": inviter.name if inviter else partner.name,
            "role": invitation.role,
            "expires_on": invitation.expires_at.date().isoformat(),
            LINK: f"{team.INVITATION_PAGE}#{code}",
        },
        key=f"invitation:{invitation.id.hex}",
        partner_id=partner.id,
        now=now,
    )


async def _audit(
    uow: UnitOfWork,
    viewer: Viewer,
    partner_id: UUID,
    act: str,
    invitation: models.Invitation,
    *,
    now: dt.datetime,
) -> None:
    await audit.record(
        uow,
        viewer,
        partner_id=partner_id,
        act=act,
        object_id=global_id("Invitation", invitation.id),
        facts={"role": invitation.role},
        now=now,
    )


async def _audit_member(
    uow: UnitOfWork,
    viewer: Viewer,
    member: models.PartnerMember,
    act: str,
    facts: Mapping[str, object],
    *,
    now: dt.datetime,
) -> None:
    await audit.record(
        uow,
        viewer,
        partner_id=member.partner_id,
        act=act,
        object_id=global_id("User", member.user_id),
        facts=dict(facts),
        now=now,
    )
