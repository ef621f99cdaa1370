"""The people of a partner."""

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import team as queries
from db.questions import Asked
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id
from domain.partners import MemberRole
from domain.team import AlreadyMember, InvitationNotOpen, OwnerNeeded, TeamFull
from permissions.visibility import visible_invitations
from resolvers.context import Info
from resolvers.refusals import answers
from services import team


@strawberry.input(description="Whom to invite, and as what.")
class InviteMemberInput:
    partner_id: strawberry.ID
    email: str
    role: MemberRole
    idempotency_key: str | None = None


@strawberry.input(description="The invitation to take back.")
class RevokeInvitationInput:
    id: strawberry.ID


@strawberry.input(description="The code an invitation's mail has in its link.")
class AcceptInvitationInput:
    code: str


@strawberry.input(description="What a member becomes.")
class ChangeMemberRoleInput:
    partner_id: strawberry.ID
    user_id: strawberry.ID
    role: MemberRole


@strawberry.input(description="The member to send away.")
class RemoveMemberInput:
    partner_id: strawberry.ID
    user_id: strawberry.ID


@strawberry.input(description="The member who becomes the owner.")
class TransferOwnershipInput:
    partner_id: strawberry.ID
    user_id: strawberry.ID


def invitations(
    root: strawberry.Parent[models.Partner], info: Info, first: int | None = None, after: str | None = None
) -> Asked[Page[models.Invitation]]:
    """Who was invited, newest first."""
    return queries.page_invitations(
        root.id, visible=visible_invitations(info.context.viewer), window=Window(first, after)
    )


@answers(NotFound, Forbidden, InvalidInput, OwnerNeeded, AlreadyMember, TeamFull, IdempotencyConflict)
async def invite_member(info: Info, input: InviteMemberInput) -> models.Invitation:
    """Send an invitation by mail; it holds for a week and once."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await team.invite_member(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            email=input.email,
            role=input.role,
            entropy=context.entropy,
            idempotency=context.idempotency(
                input.idempotency_key, "invite_member", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, InvitationNotOpen)
async def revoke_invitation(info: Info, input: RevokeInvitationInput) -> models.Invitation:
    """Take an invitation back; its code holds no more."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await team.revoke_invitation(
            uow, context.viewer, invitation_id=local_id("Invitation", input.id), now=context.now
        )


@answers(Forbidden, InvitationNotOpen, AlreadyMember, TeamFull)
async def accept_invitation(info: Info, input: AcceptInvitationInput) -> models.PartnerMember:
    """Join the team; needs nothing but a signed-in person and the code."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await team.accept_invitation(uow, context.viewer, code=input.code, now=context.now)


@answers(NotFound, Forbidden, OwnerNeeded)
async def change_member_role(info: Info, input: ChangeMemberRoleInput) -> models.PartnerMember:
    """Give a member another role."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await team.change_role(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            user_id=local_id("User", input.user_id),
            role=input.role,
            now=context.now,
        )


@answers(NotFound, Forbidden, OwnerNeeded)
async def remove_member(info: Info, input: RemoveMemberInput) -> models.Partner:
    """Send a member away; its rights end at once."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await team.remove_member(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            user_id=local_id("User", input.user_id),
            now=context.now,
        )


@answers(NotFound, Forbidden)
async def transfer_ownership(info: Info, input: TransferOwnershipInput) -> models.Partner:
    """Make another member the owner; the former one stays as ADMIN."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await team.transfer_ownership(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            user_id=local_id("User", input.user_id),
            now=context.now,
        )
