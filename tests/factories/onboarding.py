"""People of partners, and the cases of these."""

import datetime as dt
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain import team
from domain.onboarding import Stage
from domain.partners import MemberRole
from permissions.viewer import Role
from tests.factories.partners import make_member
from tests.factories.times import NOW

CODE = "an-invitation-code-of-the-tests"


async def make_case(
    session: AsyncSession,
    partner: models.Partner,
    *,
    stage: Stage = Stage.DATA_COLLECTION,
    manager: models.User | None = None,
    is_manual: bool = False,
) -> models.OnboardingCase:
    """A case that registered two days ago and is at `stage` since yesterday."""
    registered_at = NOW - dt.timedelta(days=2)
    case = models.OnboardingCase(
        id=new_id(),
        partner_id=partner.id,
        stage=stage,
        is_manual=is_manual,
        account_manager_id=manager.id if manager else None,
        registered_at=registered_at,
    )
    session.add(case)
    await session.flush()
    entered_at = registered_at + dt.timedelta(days=1)
    visits: list[tuple[Stage, dt.datetime, dt.datetime | None]] = [(stage, entered_at, None)]
    if stage is not Stage.REGISTERED:
        visits.insert(0, (Stage.REGISTERED, registered_at, entered_at))
    session.add_all(
        models.StageVisit(id=new_id(), case_id=case.id, stage=at, entered_at=entered, left_at=left)
        for at, entered, left in visits
    )
    await session.flush()
    return case


async def make_invitation(
    session: AsyncSession,
    partner: models.Partner,
    *,
    email: str = "ines@new.example",
    role: MemberRole = MemberRole.SUPPORT,
    code: str = CODE,
) -> models.Invitation:
    """An open invitation of today."""
    invitation = models.Invitation(
        id=new_id(),
        partner_id=partner.id,
        email=email,
        role=role.value,
        code_hash=team.code_hash(code),
        invited_by="user:somebody",
        created_at=NOW,
        expires_at=NOW + team.INVITATION_LASTS,
    )
    session.add(invitation)
    await session.flush()
    return invitation


async def make_manager(session: AsyncSession) -> models.User:
    """An account manager of the platform."""
    manager = models.User(
        id=new_id(),
        issuer="https://issuer.example",
        subject=str(new_id()),
        email="max@interline.example",
        name="Max",
        platform_roles=[Role.ACCOUNT_MANAGER.value],
        created_at=NOW,
    )
    session.add(manager)
    await session.flush()
    return manager


async def make_people(session: AsyncSession, partner: models.Partner) -> dict[str, Any]:
    """An owner, another member, an invitation, a case with its manager, and an answer about satisfaction."""
    manager = await make_manager(session)
    owner = await make_member(session, partner)
    member = await make_member(session, partner, role=Role.READONLY)
    session.add(
        models.SatisfactionAnswer(
            id=new_id(), partner_id=partner.id, actor=f"user:{owner.id}", score=8, comment="", at=NOW
        )
    )
    return {
        "manager": manager,
        "person": owner,
        "member": member,
        "invitation": await make_invitation(session, partner),
        "case": await make_case(session, partner, manager=manager, is_manual=True),
    }
