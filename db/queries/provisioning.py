"""Questions about partners whose environments are to be made."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.environments import Environment
from domain.inventory import Channel
from domain.onboarding import Stage
from domain.partners import VerificationStatus

NEEDS_SANDBOX = and_(
    models.OnboardingCase.stage == Stage.PROVISIONING, models.OnboardingCase.sandbox_at.is_(None)
)
NEEDS_PRODUCTION = and_(
    models.OnboardingCase.stage == Stage.READY_FOR_GO_LIVE,
    models.OnboardingCase.go_live_requested_at.is_not(None),
    models.OnboardingCase.certified_at.is_not(None),
    models.OnboardingCase.production_at.is_(None),
    models.Partner.verification_status == VerificationStatus.VERIFIED,
)


async def partners_without_sandbox(
    session: AsyncSession, *, limit: int, besides: Collection[UUID] = ()
) -> list[UUID]:
    """Load the partners whose TEST environment is to be made, longest registered first."""
    return await _waiting(session, NEEDS_SANDBOX, limit, besides)


async def partners_without_production(
    session: AsyncSession, *, limit: int, besides: Collection[UUID] = ()
) -> list[UUID]:
    """Load the partners whose LIVE environment is to be made: asked for, certified and still verified."""
    return await _waiting(session, NEEDS_PRODUCTION, limit, besides)


async def lock_without_sandbox(session: AsyncSession, partner_id: UUID) -> models.OnboardingCase | None:
    """Lock a case whose TEST environment is to be made; None where it is made or another one is at it."""
    return await _locked(session, NEEDS_SANDBOX, partner_id)


async def lock_without_production(session: AsyncSession, partner_id: UUID) -> models.OnboardingCase | None:
    """Lock a case whose LIVE environment is to be made; None where it is made or another one is at it."""
    return await _locked(session, NEEDS_PRODUCTION, partner_id)


async def sandbox_skus(session: AsyncSession, partner_id: UUID) -> set[str]:
    """Load the SKUs of a partner's sandbox packages."""
    package = models.Package
    statement = select(package.sku).where(package.partner_id == partner_id, package.is_sandbox)
    return set((await session.scalars(statement)).all())


async def lock_sandbox_pools(
    session: AsyncSession, partner_id: UUID
) -> list[tuple[models.Allotment, str, Channel]]:
    """Lock the pools of a partner's sandbox packages, in id order; each with its SKU and channel."""
    package, pool = models.Package, models.Allotment
    statement = (
        select(pool, package.sku, pool.channel)
        .join(package, package.id == pool.package_id)
        .where(
            package.partner_id == partner_id,
            package.is_sandbox,
            pool.date.is_(None),
            pool.reseller_id.is_(None),
        )
        .order_by(pool.id)
        .with_for_update(of=pool, key_share=True)
    )
    return [(pool, sku, channel) for pool, sku, channel in await session.execute(statement)]


async def has_environment(session: AsyncSession, partner_id: UUID, environment: Environment) -> bool | None:
    """Tell whether a partner's environment was made; None where there is no such partner."""
    profile = models.ResellerProfile
    statement = (
        select(profile.created_at, profile.live_at)
        .select_from(models.Partner)
        .outerjoin(profile, profile.partner_id == models.Partner.id)
        .where(models.Partner.id == partner_id)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    made: dt.datetime | None = row[0] if environment is Environment.TEST else row[1]
    return made is not None


async def _waiting(
    session: AsyncSession, is_waiting: ColumnElement[bool], limit: int, besides: Collection[UUID]
) -> list[UUID]:
    case = models.OnboardingCase
    statement = (
        select(case.partner_id)
        .join(case.partner)
        .where(is_waiting, case.partner_id.not_in(besides))
        .order_by(case.registered_at, case.id)
        .limit(limit)
    )
    return list((await session.scalars(statement)).all())


async def _locked(
    session: AsyncSession, is_waiting: ColumnElement[bool], partner_id: UUID
) -> models.OnboardingCase | None:
    case = models.OnboardingCase
    # What another one has noted since is looked at again under the lock: the rule is about the locked row itself.
    statement = select(case).join(case.partner).where(is_waiting, case.partner_id == partner_id)
    return (await session.scalars(statement.with_for_update(of=case, skip_locked=True))).one_or_none()
