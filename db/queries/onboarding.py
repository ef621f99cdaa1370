"""Questions about cases of onboarding."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.queries.properties import counted_properties
from db.questions import question
from db.rows import One, Visible
from domain.onboarding import Facts, Stage, is_profile_complete

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
            partner.country,
            partner.descriptions,
            partner.regions,
            partner.languages,
            partner.verification_status,
            case.sandbox_at,
            case.certified_at,
            case.go_live_requested_at,
            case.production_at,
            case.is_manual,
            *counted_properties(),
        )
        .join(case, case.partner_id == partner.id)
        .where(partner.id.in_(partner_ids))
    )
    found = {}
    for each in await session.execute(statement):
        *_, properties, incomplete_properties = each
        found[each.id] = Facts(
            partner_type=each.type,
            is_profile_complete=is_profile_complete(
                each.country, each.descriptions, each.regions, each.languages
            ),
            verification=each.verification_status,
            properties=properties,
            incomplete_properties=incomplete_properties,
            has_sandbox=each.sandbox_at is not None,
            is_certified=each.certified_at is not None,
            is_go_live_requested=each.go_live_requested_at is not None,
            has_production=each.production_at is not None,
            is_manual=each.is_manual,
        )
    return found


async def assisted_by(session: AsyncSession, user_id: UUID) -> frozenset[UUID]:
    """Load the partners an account manager acts on behalf of."""
    case = models.OnboardingCase
    statement = select(case.partner_id).where(case.account_manager_id == user_id, case.is_assisted)
    return frozenset((await session.scalars(statement)).all())


async def account_manager(session: AsyncSession, user_id: UUID) -> models.User | None:
    """Load a person who is an account manager, or a platform admin."""
    user = models.User
    is_staff = user.platform_roles.overlap(["ACCOUNT_MANAGER", "PLATFORM_ADMIN"])
    return (await session.scalars(select(user).where(user.id == user_id, is_staff))).one_or_none()
