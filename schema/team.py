"""The people of a partner as the graph shows them."""

import datetime as dt
from typing import Annotated

import strawberry

from db import models
from domain import team
from domain.partners import MemberRole
from permissions.viewer import Scope
from resolvers import team as resolve
from schema.nodes import Node
from schema.partners import Partner
from schema.refusals import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    Refusal,
    refuses,
)
from schema.sources import related, represents, resolved_by


@refuses(team.InvitationNotOpen)
class InvitationNotOpen(Refusal):
    pass


@refuses(team.AlreadyMember)
class AlreadyMember(Refusal):
    role: MemberRole


@refuses(team.OwnerNeeded)
class OwnerNeeded(Refusal):
    pass


@refuses(team.TeamFull)
class TeamFull(Refusal):
    max: int


@strawberry.type(description="A person who signs in.")
class User(Node):
    is_type_of = represents(models.User)

    name: str
    email: str


@strawberry.type(description="What a person is to a partner.")
class PartnerMember:
    is_type_of = represents(models.PartnerMember)

    role: MemberRole
    partner: Partner | None = related(models.PartnerMember.partner)
    user: User | None = related(models.PartnerMember.user)
    created_at: dt.datetime = strawberry.field(description="Since when.")


@strawberry.type(description="A place in a team, offered to an address by mail.")
class Invitation(Node):
    is_type_of = represents(models.Invitation)

    email: str
    role: MemberRole
    partner: Partner | None = related(models.Invitation.partner)
    created_at: dt.datetime
    expires_at: dt.datetime
    accepted_at: dt.datetime | None
    revoked_at: dt.datetime | None


InviteMemberPayload = Annotated[
    Invitation
    | NotFound
    | Forbidden
    | InvalidInput
    | OwnerNeeded
    | AlreadyMember
    | TeamFull
    | IdempotencyConflict,
    strawberry.union("InviteMemberPayload"),
]
RevokeInvitationPayload = Annotated[
    Invitation | NotFound | Forbidden | InvitationNotOpen, strawberry.union("RevokeInvitationPayload")
]
AcceptInvitationPayload = Annotated[
    PartnerMember | Forbidden | InvitationNotOpen | AlreadyMember | TeamFull,
    strawberry.union("AcceptInvitationPayload"),
]
ChangeMemberRolePayload = Annotated[
    PartnerMember | NotFound | Forbidden | OwnerNeeded, strawberry.union("ChangeMemberRolePayload")
]
RemoveMemberPayload = Annotated[
    Partner | NotFound | Forbidden | OwnerNeeded, strawberry.union("RemoveMemberPayload")
]
TransferOwnershipPayload = Annotated[
    Partner | NotFound | Forbidden, strawberry.union("TransferOwnershipPayload")
]


@strawberry.type
class TeamMutation:
    invite_member: InviteMemberPayload = resolved_by(resolve.invite_member, scope=Scope.MANAGE_TEAM)
    revoke_invitation: RevokeInvitationPayload = resolved_by(
        resolve.revoke_invitation, scope=Scope.MANAGE_TEAM
    )
    accept_invitation: AcceptInvitationPayload = resolved_by(resolve.accept_invitation, scope=Scope.REGISTER)
    change_member_role: ChangeMemberRolePayload = resolved_by(
        resolve.change_member_role, scope=Scope.MANAGE_TEAM
    )
    remove_member: RemoveMemberPayload = resolved_by(resolve.remove_member, scope=Scope.MANAGE_TEAM)
    transfer_ownership: TransferOwnershipPayload = resolved_by(
        resolve.transfer_ownership, scope=Scope.MANAGE_TEAM
    )
