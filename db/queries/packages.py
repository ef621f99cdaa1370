"""Questions about packages, their versions and the consents to them."""

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import (
    Date,
    cast,
    delete,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db import models
from db.models.packages import PackageContent
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import One, Rows, Visible
from domain.inventory import Channel
from domain.packages import PackageStatus

CATALOG_ORDER = Keyset((models.Package.sku, models.Package.id))
NEWEST_FIRST = Keyset((models.Package.id,), is_descending=True)
CONSENT_ORDER = Keyset((models.PackageConsent.id,), is_descending=True)
LATEST_FIRST = Keyset((models.PackageVersion.number,), is_descending=True)
MIRRORED = frozenset(PackageContent.__annotations__)
"""What a package has of its version."""


@question
def page_packages(
    *, visible: Visible, window: Window, product_ids: Sequence[str] | None
) -> Page[models.Package]:
    """Describe the catalog, what is on sale, in the order of SKUs."""
    statement = select(models.Package).where(visible, models.Package.status == PackageStatus.PUBLISHED)
    if product_ids is not None:
        statement = statement.where(models.Package.sku.in_(product_ids))
    return Page(statement, CATALOG_ORDER, window)


@question
def page_packages_of_partner(
    partner_id: UUID, *, visible: Visible, window: Window, status: PackageStatus | None
) -> Page[models.Package]:
    """Describe a partner's packages, newest first."""
    package = models.Package
    statement = select(package).where(visible)
    if status is not None:
        statement = statement.where(package.status == status)
    return Page(statement, NEWEST_FIRST, window, owner=package.partner_id, owner_id=partner_id)


@question
def page_consents(*, visible: Visible, window: Window) -> Page[models.PackageConsent]:
    """Describe consents, newest first."""
    return Page(select(models.PackageConsent).where(visible), CONSENT_ORDER, window)


@question
def page_versions(package_id: UUID, *, visible: Visible, window: Window) -> Page[models.PackageVersion]:
    """Describe a package's versions, newest first."""
    version = models.PackageVersion
    return Page(
        select(version).where(visible),
        LATEST_FIRST,
        window,
        owner=version.package_id,
        owner_id=package_id,
    )


@question
def page_consents_of_package(
    package_id: UUID, *, visible: Visible, window: Window
) -> Page[models.PackageConsent]:
    """Describe what a package's versions need of other partners, newest first."""
    consent = models.PackageConsent
    return Page(
        select(consent).where(visible),
        CONSENT_ORDER,
        window,
        owner=consent.package_id,
        owner_id=package_id,
    )


@question
def package_by_id(package_id: UUID, *, visible: Visible) -> One[models.Package]:
    """Describe one package."""
    return One(select(models.Package).where(visible, models.Package.id == package_id))


@question
def package_by_sku(product_id: str, *, visible: Visible) -> One[models.Package]:
    """Describe the package of a SKU; SKUs are unique in an environment, which `visible` fixes."""
    return One(select(models.Package).where(visible, models.Package.sku == product_id))


@question
def packages_by_ids(package_ids: Sequence[UUID], *, visible: Visible) -> Rows[models.Package]:
    """Describe packages, in no order."""
    return Rows(select(models.Package).where(visible, models.Package.id.in_(package_ids)))


@question
def availability_of(
    package_id: UUID,
    *,
    visible: Visible,
    channel: Channel,
    day: dt.date | None,
    reseller_id: UUID | None,
    now: dt.datetime,
) -> One[models.Package]:
    """Describe the package on sale, with how many of it are left on a channel for a day."""
    package = models.Package
    left = func.units_left(package.id, package.version, channel.value, cast(day, Date), reseller_id, now)
    statement = select(package).where(
        visible, package.id == package_id, package.status == PackageStatus.PUBLISHED
    )
    return One(statement, computed={"units_left": left})


async def lock_package(session: AsyncSession, package_id: UUID, *, visible: Visible) -> models.Package | None:
    """Lock a package until commit; holds of it go on."""
    statement = (
        select(models.Package)
        .where(visible, models.Package.id == package_id)
        .with_for_update(key_share=True, of=models.Package)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).one_or_none()


async def lock_consent(
    session: AsyncSession, consent_id: UUID, *, visible: Visible
) -> models.PackageConsent | None:
    """Lock a consent's package, then the consent, until commit."""
    consent, package = models.PackageConsent, models.Package
    of = select(consent.package_id).where(visible, consent.id == consent_id).scalar_subquery()
    locked = select(package).where(package.id == of).with_for_update(key_share=True)
    await session.execute(locked.execution_options(populate_existing=True))
    statement = select(consent).where(visible, consent.id == consent_id).with_for_update(of=consent)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def draft_of(session: AsyncSession, package_id: UUID) -> models.PackageVersion | None:
    """Load the version that nobody published yet."""
    version = models.PackageVersion
    statement = select(version).where(version.package_id == package_id, version.published_at.is_(None))
    return (await session.scalars(statement)).one_or_none()


async def last_number(session: AsyncSession, package_id: UUID) -> int:
    """Load the highest number of a package's versions."""
    version = models.PackageVersion
    number = await session.scalar(select(func.max(version.number)).where(version.package_id == package_id))
    return number or 0


async def delete_parts(session: AsyncSession, package_id: UUID, number: int) -> None:
    """Delete the items, price rules and images of a draft."""
    for part in (models.PackageItem, models.PriceRule, models.PackageImage):
        await session.execute(
            delete(part)
            .where(part.package_id == package_id, part.version == number)
            .execution_options(synchronize_session=False)
        )


async def consents_of(
    session: AsyncSession, package_id: UUID, number: int
) -> Sequence[models.PackageConsent]:
    """Load the consents to a version, in the order in which they were asked for."""
    consent = models.PackageConsent
    statement = (
        select(consent)
        .where(consent.package_id == package_id, consent.version == number)
        .order_by(consent.id)
    )
    return (await session.scalars(statement)).all()


async def unsellable_parts(
    session: AsyncSession, package_id: UUID, number: int
) -> Sequence[tuple[str, UUID]]:
    """Load the components of a version that are not on sale by now, or are bundles: function code and package."""
    item, component = models.PackageItem, aliased(models.Package)
    statement = (
        select(item.function_code, component.id)
        .join(component, component.id == item.component_id)
        .where(
            item.package_id == package_id,
            item.version == number,
            or_(component.status != PackageStatus.PUBLISHED, component.is_bundle),
        )
        .order_by(item.position)
    )
    return [(row[0], row[1]) for row in await session.execute(statement)]


async def is_component(session: AsyncSession, package_id: UUID) -> bool:
    """Tell whether a package on sale draws from the pools of this one."""
    item, whole = models.PackageItem, models.Package
    statement = (
        select(item.id)
        .join(whole, (whole.id == item.package_id) & (whole.version == item.version))
        .where(item.component_id == package_id, whole.status == PackageStatus.PUBLISHED)
        .limit(1)
    )
    return await session.scalar(statement) is not None


async def partner_ids_among(
    session: AsyncSession, partner_ids: Collection[UUID], *, visible: Visible
) -> set[UUID]:
    """Load which of these partners there are for the caller."""
    if not partner_ids:
        return set()
    partner = models.Partner
    return set((await session.scalars(select(partner.id).where(visible, partner.id.in_(partner_ids)))).all())
