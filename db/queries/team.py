"""Questions about the people of partners and those invited."""

import datetime as dt
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import Visible

NEWEST_FIRST = Keyset((models.Invitation.id,), is_descending=True)


@question
def page_invitations(partner_id: UUID, *, visible: Visible, window: Window) -> Page[models.Invitation]:
    """Describe a partner's invitations, open or not, newest first."""
    invitation = models.Invitation
    statement = select(invitation).where(visible)
    return Page(statement, NEWEST_FIRST, window, owner=invitation.partner_id, owner_id=partner_id)


async def lock_members(session: AsyncSession, partner_id: UUID) -> dict[UUID, models.PartnerMember]:
    """Load a partner's members by person and lock them until commit."""
    member = models.PartnerMember
    statement = (
        select(member).where(member.partner_id == partner_id).order_by(member.user_id).with_for_update()
    )
    return {each.user_id: each for each in (await session.scalars(statement)).all()}


async def member_with_email(
    session: AsyncSession, partner_id: UUID, email: str
) -> models.PartnerMember | None:
    """Load the member who is written to at an address."""
    member, user = models.PartnerMember, models.User
    statement = (
        select(member)
        .join(user, user.id == member.user_id)
        .where(member.partner_id == partner_id, func.lower(user.email) == email)
    )
    return (await session.scalars(statement)).first()


async def open_invitation_to(session: AsyncSession, partner_id: UUID, email: str) -> models.Invitation | None:
    """Load the invitation of an address that was neither accepted nor revoked; it may be too old."""
    invitation = models.Invitation
    statement = select(invitation).where(
        invitation.partner_id == partner_id,
        invitation.email == email,
        invitation.accepted_at.is_(None),
        invitation.revoked_at.is_(None),
    )
    return (await session.scalars(statement)).one_or_none()


async def count_open_invitations(session: AsyncSession, partner_id: UUID, *, now: dt.datetime) -> int:
    """Count the invitations that can be accepted."""
    invitation = models.Invitation
    statement = select(func.count()).where(
        invitation.partner_id == partner_id,
        invitation.accepted_at.is_(None),
        invitation.revoked_at.is_(None),
        invitation.expires_at > now,
    )
    return await session.scalar(statement) or 0


async def lock_invitation_by_code(session: AsyncSession, code_hash: bytes) -> models.Invitation | None:
    """Load the invitation a code is for and lock it until commit."""
    invitation = models.Invitation
    statement = select(invitation).where(invitation.code_hash == code_hash).with_for_update()
    return (await session.scalars(statement)).one_or_none()


async def lock_invitation(
    session: AsyncSession, invitation_id: UUID, *, visible: Visible
) -> models.Invitation | None:
    """Load an invitation and lock it until commit."""
    invitation = models.Invitation
    statement = select(invitation).where(visible, invitation.id == invitation_id).with_for_update()
    return (await session.scalars(statement)).one_or_none()


async def user_of(session: AsyncSession, issuer: str, subject: str) -> models.User | None:
    """Load the account of a signed-in person."""
    user = models.User
    return (
        await session.scalars(select(user).where(user.issuer == issuer, user.subject == subject))
    ).one_or_none()
