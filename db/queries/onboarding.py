"""Questions about cases of onboarding."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.queries.properties import counted_properties
from db.questions import question
from db.rows import One, Visible
from domain.onboarding import Facts, Stage

OLDEST_FIRST = Keyset((models.OnboardingCase.id,))


@question
def case_of_partner(partner_id: UUID, *, visible: Visible) -> One[models.OnboardingCase]:
    """Describe a partner's case."""
    case = models.OnboardingCase
    return One(select(case).where(visible, case.partner_id == partner_id))


@question
def page_cases(
    *, visible: Visible, window: Window, stage: Stage | None, manager_id: UUID | None, is_open: bool | None
) -> Page[models.OnboardingCase]:
    """Describe cases, those that began first at the front. Open: not LIVE yet."""
    case = models.OnboardingCase
    statement = select(case).where(visible)
    if stage is not None:
        statement = statement.where(case.stage == stage)
    if manager_id is not None:
        statement = statement.where(case.account_manager_id == manager_id)
    if is_open is not None:
        statement = statement.where(case.live_at.is_(None) if is_open else case.live_at.is_not(None))
    return Page(statement, OLDEST_FIRST, window)


async def lock_case(session: AsyncSession, partner_id: UUID) -> models.OnboardingCase | None:
    """Load a partner's case and lock it until commit."""
    case = models.OnboardingCase
    statement = select(case).where(case.partner_id == partner_id).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def visit_of(session: AsyncSession, case_id: UUID, stage: Stage) -> models.StageVisit | None:
    """Load when a case was at a stage."""
    visit = models.StageVisit
    statement = select(visit).where(visit.case_id == case_id, visit.stage == stage)
    return (await session.scalars(statement)).one_or_none()


async def facts_of(session: AsyncSession, partner_ids: Collection[UUID]) -> dict[UUID, Facts]:
    """Load what the cases of these partners are judged by, in one statement."""
    partner, case = models.Partner, models.OnboardingCase
    statement = (
        select(
            partner.id,
            partner.type,
            _is_profile_complete(),
            partner.verification_status,
            case.sandbox_at.is_not(None),
            case.certified_at.is_not(None),
            case.go_live_requested_at.is_not(None),
            case.production_at.is_not(None),
            case.is_manual,
            *counted_properties(),
        )
        .join(case, case.partner_id == partner.id)
        .where(partner.id.in_(partner_ids))
    )
    found = {}
    for row in await session.execute(statement):
        partner_id, kind, is_complete, verification, *integration, is_manual, count, incomplete = row
        found[partner_id] = Facts(
            partner_type=kind,
            is_profile_complete=is_complete,
            verification=verification,
            properties=count,
            incomplete_properties=incomplete,
            has_sandbox=integration[0],
            is_certified=integration[1],
            is_go_live_requested=integration[2],
            has_production=integration[3],
            is_manual=is_manual,
        )
    return found


def _is_profile_complete() -> ColumnElement[bool]:
    partner = models.Partner
    return and_(
        partner.country.is_not(None),
        partner.descriptions.op("?")("en"),
        func.cardinality(partner.regions) > 0,
        func.cardinality(partner.languages) > 0,
    )


async def assisted_by(session: AsyncSession, user_id: UUID) -> frozenset[UUID]:
    """Load the partners an account manager acts on behalf of."""
    case = models.OnboardingCase
    statement = select(case.partner_id).where(case.account_manager_id == user_id, case.is_assisted)
    return frozenset((await session.scalars(statement)).all())


async def minutes_by_case(session: AsyncSession, case_ids: Collection[UUID]) -> dict[UUID, int]:
    """Load how many minutes account managers spent on each of these cases; none for those they did not help."""
    time = models.AssistedTime
    statement = (
        select(time.case_id, func.sum(time.minutes).label("minutes"))
        .where(time.case_id.in_(case_ids))
        .group_by(time.case_id)
    )
    return {row.case_id: row.minutes for row in await session.execute(statement)}


async def account_manager(session: AsyncSession, user_id: UUID) -> models.User | None:
    """Load a person who is an account manager, or a platform admin."""
    user = models.User
    is_staff = user.platform_roles.overlap(["ACCOUNT_MANAGER", "PLATFORM_ADMIN"])
    return (await session.scalars(select(user).where(user.id == user_id, is_staff))).one_or_none()
