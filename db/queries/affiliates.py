"""Questions about affiliates, their links and what came of them."""

from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import One, Visible
from domain.affiliates import ConversionStatus, LinkStatus
from domain.environments import Environment

NEWEST_LINKS = Keyset((models.AffiliateLink.id,), is_descending=True)
NEWEST_CONVERSIONS = Keyset((models.AffiliateConversion.id,), is_descending=True)


@question
def own_affiliate(account: str, environment: Environment, *, visible: Visible) -> One[models.Affiliate]:
    """Describe what a person is as an affiliate."""
    affiliate = models.Affiliate
    return One(
        select(affiliate).where(visible, affiliate.account == account, affiliate.environment == environment)
    )


@question
def page_links(
    *, visible: Visible, window: Window, partner_id: UUID | None, status: LinkStatus | None
) -> Page[models.AffiliateLink]:
    """Describe links, newest first."""
    link = models.AffiliateLink
    statement = select(link).where(visible)
    if partner_id is not None:
        statement = statement.where(link.partner_id == partner_id)
    if status is not None:
        statement = statement.where(link.status == status)
    return Page(statement, NEWEST_LINKS, window)


@question
def page_partner_links(partner_id: UUID, *, visible: Visible, window: Window) -> Page[models.AffiliateLink]:
    """Describe a partner's links, newest first."""
    link = models.AffiliateLink
    return Page(select(link).where(visible), NEWEST_LINKS, window, owner=link.partner_id, owner_id=partner_id)


@question
def page_affiliate_links(
    affiliate_id: UUID, *, visible: Visible, window: Window
) -> Page[models.AffiliateLink]:
    """Describe an affiliate's links, newest first."""
    link = models.AffiliateLink
    return Page(
        select(link).where(visible), NEWEST_LINKS, window, owner=link.affiliate_id, owner_id=affiliate_id
    )


@question
def page_conversions(
    *, visible: Visible, window: Window, link_id: UUID | None, status: ConversionStatus | None
) -> Page[models.AffiliateConversion]:
    """Describe sales that came by links, newest first."""
    conversion = models.AffiliateConversion
    statement = select(conversion).where(visible)
    if link_id is not None:
        statement = statement.where(conversion.link_id == link_id)
    if status is not None:
        statement = statement.where(conversion.status == status)
    return Page(statement, NEWEST_CONVERSIONS, window)


async def affiliate_by_account(
    session: AsyncSession, account: str, environment: Environment
) -> models.Affiliate | None:
    """Load what a person is as an affiliate."""
    affiliate = models.Affiliate
    statement = select(affiliate).where(affiliate.account == account, affiliate.environment == environment)
    return (await session.scalars(statement)).one_or_none()


async def lock_own(session: AsyncSession, account: str, environment: Environment) -> models.Affiliate | None:
    """Lock what a person is as an affiliate."""
    affiliate = models.Affiliate
    statement = select(affiliate).where(affiliate.account == account, affiliate.environment == environment)
    return (await session.scalars(statement.with_for_update())).one_or_none()


async def email_of(session: AsyncSession, affiliate: models.Affiliate) -> str:
    """Look up the address of the person an affiliate is."""
    return (await session.scalars(select(models.User.email).where(models.User.id == affiliate.user_id))).one()


async def affiliate_by_id(
    session: AsyncSession, affiliate_id: UUID, environment: Environment
) -> models.Affiliate | None:
    """Load an affiliate by the id it hands out: whoever has it may make a link for it."""
    affiliate = models.Affiliate
    statement = select(affiliate).where(affiliate.id == affiliate_id, affiliate.environment == environment)
    return (await session.scalars(statement)).one_or_none()


async def is_link_code_taken(session: AsyncSession, code: str) -> bool:
    """Tell whether a link of either environment has this code: the address has no environment in it."""
    return bool(await session.scalar(select(exists().where(models.AffiliateLink.code == code))))


async def link_by_code(session: AsyncSession, code: str) -> models.AffiliateLink | None:
    """Load the link a code is of."""
    link = models.AffiliateLink
    return (await session.scalars(select(link).where(link.code == code))).one_or_none()


async def lock_link(session: AsyncSession, link_id: UUID, *, visible: Visible) -> models.AffiliateLink | None:
    """Load a link and lock it until commit."""
    link = models.AffiliateLink
    statement = select(link).where(visible, link.id == link_id).with_for_update(key_share=True)
    return (await session.scalars(statement)).one_or_none()


async def link_with_affiliate(
    session: AsyncSession, link_id: UUID, environment: Environment
) -> tuple[models.AffiliateLink, models.Affiliate, list[UUID]] | None:
    """Load an active link with its affiliate and the partners this person belongs to, in one statement."""
    link, affiliate, member = models.AffiliateLink, models.Affiliate, models.PartnerMember
    partners = (
        select(func.coalesce(func.array_agg(member.partner_id), []))
        .where(member.user_id == affiliate.user_id)
        .correlate(affiliate)
        .scalar_subquery()
    )
    statement = (
        select(link, affiliate, partners)
        .join(affiliate, affiliate.id == link.affiliate_id)
        .where(link.id == link_id, link.environment == environment, link.status == LinkStatus.ACTIVE)
    )
    found = (await session.execute(statement)).one_or_none()
    return (found[0], found[1], list(found[2])) if found else None
