"""Organizations, their people, and what makes one a reseller."""

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain.partners import PartnerType
from permissions.viewer import Role
from tests.factories.times import NOW


async def make_partner(
    session: AsyncSession,
    *,
    name: str = "Victoria Cruises",
    partner_type: PartnerType = PartnerType.TOUR_OPERATOR,
) -> models.Partner:
    partner = models.Partner(id=new_id(), name=name, type=partner_type, created_at=NOW)
    session.add(partner)
    await session.flush()
    return partner


async def make_reseller(
    session: AsyncSession,
    *,
    name: str = "Harbour Travel",
    open_hold_cap: int = 1_000,
    live_at: dt.datetime | None = NOW,
) -> models.Partner:
    """A partner with the profile that lets it hold keys and units; in TEST only where `live_at` is None."""
    partner = await make_partner(session, name=name, partner_type=PartnerType.OTA)
    session.add(
        models.ResellerProfile(
            partner_id=partner.id,
            rate_limit_per_minute=300,
            open_hold_cap=open_hold_cap,
            created_at=NOW,
            live_at=live_at,
        )
    )
    await session.flush()
    return partner


async def make_member(
    session: AsyncSession, partner: models.Partner, *, role: Role = Role.OWNER
) -> models.User:
    user = models.User(
        id=new_id(),
        issuer="https://issuer.example",
        subject=str(new_id()),
        email="vera@victoria.example",
        name="Vera",
        platform_roles=[],
        created_at=NOW,
    )
    session.add(user)
    await session.flush()
    session.add(models.PartnerMember(partner_id=partner.id, user_id=user.id, role=role))
    await session.flush()
    return user
