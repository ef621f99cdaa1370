"""Questions behind matches: the partners that may be introduced to a contractor, and how busy they are."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries.prediction_models import kept_versions, speaking
from db.rows import Visible
from domain.introductions import OPEN_STAGES
from domain.partners import VerificationStatus
from domain.predictions import Versions

MOST_CANDIDATES = 2_000
"""How many are compared at most: those with the best figures."""

Candidate = tuple[models.IntroductionProfile, models.Partner, int]
"""A profile, its partner, and how many introductions of it are open."""


async def seeker_by_id(
    session: AsyncSession, contractor_id: UUID, *, visible: Visible
) -> tuple[models.Contractor, Versions] | None:
    """Load a contractor, with the versions that rank for it now: so that these cost no statement of their own."""
    contractor = models.Contractor
    statement = select(contractor, speaking()).where(
        visible, contractor.id == contractor_id, contractor.erased_at.is_(None)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else (row[0], kept_versions(row[1]))


async def taken_and_speaking(session: AsyncSession, partner_id: UUID) -> tuple[int, Versions]:
    """Count a partner's open introductions, and load the versions that speak now."""
    introduction = models.Introduction
    statement = select(func.count(), speaking()).where(
        introduction.partner_id == partner_id, introduction.stage.in_(OPEN_STAGES)
    )
    taken, kept = (await session.execute(statement)).one()
    return taken, kept_versions(kept)


async def candidates_for(session: AsyncSession, contractor: models.Contractor) -> list[Candidate]:
    """Load the partners that take introductions and have none open with this contractor; the best figures first."""
    profile, partner, introduction = models.IntroductionProfile, models.Partner, models.Introduction
    taken: Any = _open_of(profile)
    between = (
        select(introduction.id)
        .where(
            introduction.partner_id == profile.partner_id,
            introduction.contractor_id == contractor.id,
            introduction.stage.in_(OPEN_STAGES),
        )
        .exists()
    )
    statement = (
        select(profile, partner, taken)
        .join(partner, partner.id == profile.partner_id)
        .where(
            profile.is_accepting,
            taken < profile.capacity,
            partner.verification_status != VerificationStatus.SUSPENDED,
            ~between,
        )
        .order_by(profile.overall_booking_score.desc().nulls_last(), profile.partner_id)
        .limit(MOST_CANDIDATES)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(statement)]


async def lock_profile(session: AsyncSession, partner_id: UUID) -> models.IntroductionProfile | None:
    """Lock a partner's profile until commit: how many introductions it has open stays as it is counted."""
    profile = models.IntroductionProfile
    statement = select(profile).where(profile.partner_id == partner_id)
    locked = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    return (await session.scalars(locked)).one_or_none()


async def is_subdomain_taken(session: AsyncSession, subdomain: str, *, by_other_than: UUID) -> bool:
    """Tell whether another partner has this subdomain."""
    profile = models.IntroductionProfile
    statement = select(profile.partner_id).where(
        profile.subdomain == subdomain, profile.partner_id != by_other_than
    )
    return await session.scalar(statement) is not None


def _open_of(profile: type[models.IntroductionProfile]) -> Any:
    introduction = models.Introduction
    return (
        select(func.count())
        .where(introduction.partner_id == profile.partner_id, introduction.stage.in_(OPEN_STAGES))
        .correlate(profile)
        .scalar_subquery()
    )
