"""Making what is sold: drafted, published version by version, archived."""

import datetime as dt
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from db import locks, models
from db.queries import packages as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.environments import Environment
from domain.errors import InvalidInput, NotFound, Refused
from domain.events import EventType
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.money import EXPONENTS, CurrencyMismatch
from domain.package_content import Content, check_content
from domain.packages import (
    SKU,
    ConsentMissing,
    ConsentStatus,
    ItemNotOwned,
    NothingToPublish,
    PackageStatus,
    SkuTaken,
)
from domain.partners import check_version
from domain.provisioning import SKU_PREFIX, is_sandbox_sku
from permissions import policies
from permissions.viewer import Viewer
from permissions.visibility import packages_of_environment, visible_packages
from services import audit, events, package_content
from services.idempotency import claim


async def create_package(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    sku: str,
    currency: str,
    time_zone: str,
    content: Content,
    is_draft: bool = False,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Package:
    """Create a package in the caller's environment: as a draft, or on sale at once. Audited.

    It can be sold once it is published and a channel has an allotment of it, or of its components.
    Refuses: NotFound, Forbidden, InvalidInput, SkuTaken, ItemNotOwned, CurrencyMismatch, ConsentMissing,
    UploadNotReady, IdempotencyConflict.
    """
    if partner_id is None or await uow.session.get(models.Partner, partner_id) is None:
        raise Refused(NotFound(noun="partner", id=global_id("Partner", partner_id) if partner_id else ""))
    policies.may_manage_inventory(viewer, partner_id)
    _check(sku=sku, currency=currency, time_zone=time_zone)
    content = check_content(content)
    package_id = new_id()
    first = await claim(uow, idempotency, object_id=package_id, now=now)
    if first is not None:
        return await uow.session.get_one(models.Package, first)
    await locks.lock_name(uow.session, f"sku:{viewer.environment}:{sku}")
    described = queries.package_by_sku(sku, visible=packages_of_environment(viewer))
    if (await uow.session.scalars(described.statement)).one_or_none():
        raise Refused(SkuTaken(sku=sku))
    package = _new_package(
        package_id=package_id,
        environment=viewer.environment,
        partner_id=partner_id,
        sku=sku,
        currency=currency,
        time_zone=time_zone,
        content=content,
        now=now,
    )
    content = await package_content.settled(uow, viewer, package, content)
    version = await _add(uow, package, content, now=now)
    facts = {"sku": sku, "environment": viewer.environment, "currency": currency}
    await _audit(uow, viewer, package, "create", facts | ({"is_draft": True} if is_draft else {}), now=now)
    if not is_draft:
        await _check_consents(uow, package, version.number)
        await _put_on_sale(uow, viewer, package, version, now=now)
        _tell(uow, package, EventType.PACKAGE_PUBLISHED, now=now)
    await uow.session.flush()
    return package


async def add_package(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    package_id: UUID,
    environment: Environment,
    partner_id: UUID,
    sku: str,
    currency: str,
    time_zone: str,
    content: Content,
    is_sandbox: bool = False,
    now: dt.datetime,
) -> models.Package:
    """Add a package that was looked at, on sale at once. Not audited, not told: that is whose act it is."""
    package = _new_package(
        package_id=package_id,
        environment=environment,
        partner_id=partner_id,
        sku=sku,
        currency=currency,
        time_zone=time_zone,
        content=content,
        now=now,
    )
    package.is_sandbox = is_sandbox
    version = await _add(uow, package, content, now=now)
    await _put_on_sale(uow, viewer, package, version, now=now)
    await uow.session.flush()
    return package


async def update_package_draft(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    package_id: UUID | None,
    sequence: int,
    currency: str,
    content: Content,
    now: dt.datetime,
) -> models.Package:
    """Write all of the next version's content; what is on sale stays as it is. Audited.

    `sequence` is the package's as the caller read it. Locks the package.
    Refuses: NotFound, Forbidden, StaleVersion, InvalidInput, ItemNotOwned, CurrencyMismatch, UploadNotReady.
    """
    package = await _lock(uow, viewer, package_id)
    check_version(expected=sequence, actual=package.sequence)
    if currency != package.currency:
        raise Refused(CurrencyMismatch(expected=package.currency, found=currency))
    content = await package_content.settled(uow, viewer, package, check_content(content))
    draft = await queries.draft_of(uow.session, package.id)
    number = draft.number if draft else await queries.last_number(uow.session, package.id) + 1
    await package_content.write_draft(uow, package, number, content, now=now)
    if package.status is PackageStatus.DRAFT:
        # Nothing is on sale: its own people see the package as it is going to be.
        _mirror(package, package_content.facts_of(content))
    package.sequence += 1
    await uow.session.flush()
    await _audit(uow, viewer, package, "update_draft", {"version": number}, now=now)
    return package


async def publish_package(
    uow: UnitOfWork, viewer: Viewer, *, package_id: UUID | None, now: dt.datetime
) -> models.Package:
    """Put the draft on sale, or an archived package without one on sale again. Audited, told.

    What is held and sold keeps its version. Locks the package.
    Refuses: NotFound, Forbidden, InvalidInput, NothingToPublish, ItemNotOwned, ConsentMissing.
    """
    package = await _lock(uow, viewer, package_id)
    version = await queries.draft_of(uow.session, package.id)
    if version is None and package.status is PackageStatus.ARCHIVED:
        version = await uow.session.get_one(models.PackageVersion, (package.id, package.version))
    if version is None:
        raise Refused(NothingToPublish(package.version))
    await _check_parts(uow, package, version)
    await _check_consents(uow, package, version.number)
    await _put_on_sale(uow, viewer, package, version, now=now)
    package.sequence += 1
    await uow.session.flush()
    await _audit(uow, viewer, package, "publish", {"version": version.number}, now=now)
    _tell(uow, package, EventType.PACKAGE_PUBLISHED, now=now)
    return package


async def archive_package(
    uow: UnitOfWork, viewer: Viewer, *, package_id: UUID | None, now: dt.datetime
) -> models.Package:
    """Take a package off sale; what is held and sold goes on. Again is the same as once. Audited, told.

    Locks the package. Refuses: NotFound, Forbidden, InvalidInput for one that was never published.
    """
    package = await _lock(uow, viewer, package_id)
    if package.status is PackageStatus.DRAFT:
        raise Refused(InvalidInput("id", "was never on sale"))
    if package.status is PackageStatus.PUBLISHED:
        await take_off_sale(uow, viewer, package, why="archived", now=now)
    return package


async def take_off_sale(
    uow: UnitOfWork, viewer: Viewer, package: models.Package, *, why: str, now: dt.datetime
) -> None:
    """Take a locked package off sale. Audited, told."""
    package.status = PackageStatus.ARCHIVED
    package.sequence += 1
    await uow.session.flush()
    await _audit(uow, viewer, package, "archive", {"version": package.version, "why": why}, now=now)
    _tell(uow, package, EventType.PACKAGE_ARCHIVED, now=now)


async def _lock(uow: UnitOfWork, viewer: Viewer, package_id: UUID | None) -> models.Package:
    """Lock a package that is the caller's to change. Refuses: NotFound, Forbidden."""
    package = None
    if package_id is not None:
        package = await queries.lock_package(uow.session, package_id, visible=visible_packages(viewer))
    if package is None:
        named = global_id("Package", package_id) if package_id else ""
        raise Refused(NotFound(noun="package", id=named))
    policies.may_manage_inventory(viewer, package.partner_id)
    return package


def _new_package(
    *,
    package_id: UUID,
    environment: Environment,
    partner_id: UUID,
    sku: str,
    currency: str,
    time_zone: str,
    content: Content,
    now: dt.datetime,
) -> models.Package:
    """Return a package that nobody can buy yet, not in the session."""
    return models.Package(
        id=package_id,
        environment=environment,
        partner_id=partner_id,
        sku=sku,
        currency=currency,
        time_zone=time_zone,
        status=PackageStatus.DRAFT,
        version=0,
        sequence=1,
        created_at=now,
        **package_content.facts_of(content),
    )


async def _add(
    uow: UnitOfWork, package: models.Package, content: Content, *, now: dt.datetime
) -> models.PackageVersion:
    uow.session.add(package)
    await uow.session.flush()
    return await package_content.write_draft(uow, package, 1, content, now=now)


async def _put_on_sale(
    uow: UnitOfWork,
    viewer: Viewer,
    package: models.Package,
    version: models.PackageVersion,
    *,
    now: dt.datetime,
) -> None:
    if version.published_at is None:
        version.published_at, version.published_by = now, viewer.id
        # Before the package has its number: whoever reads the package finds a version that stays.
        await uow.session.flush()
    _mirror(package, {name: getattr(version, name) for name in queries.MIRRORED})
    package.version, package.status = version.number, PackageStatus.PUBLISHED


def _mirror(package: models.Package, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(package, name, value)


async def _check_parts(uow: UnitOfWork, package: models.Package, version: models.PackageVersion) -> None:
    """Let a version pass whose components are on sale, each no bundle, while it is none's component.

    Refuses: ItemNotOwned.
    """
    for function_code, component_id in await queries.unsellable_parts(
        uow.session, package.id, version.number
    ):
        raise Refused(ItemNotOwned(function_code, global_id("Package", component_id)))
    if version.is_bundle and await queries.is_component(uow.session, package.id):
        raise Refused(InvalidInput("items", "what is a part of other packages has no components of its own"))


async def _check_consents(uow: UnitOfWork, package: models.Package, number: int) -> None:
    """Refuses: ConsentMissing."""
    missing = tuple(
        global_id("Partner", each.partner_id)
        for each in await queries.consents_of(uow.session, package.id, number)
        if each.status is not ConsentStatus.GRANTED
    )
    if missing:
        raise Refused(ConsentMissing(missing))


def _tell(uow: UnitOfWork, package: models.Package, event: EventType, *, now: dt.datetime) -> None:
    events.record(
        uow,
        event,
        environment=package.environment,
        partner_id=package.partner_id,
        object_id=package.id,
        sequence=package.sequence,
        payload={
            "package_id": global_id("Package", package.id),
            "product_id": package.sku,
            "version": package.version,
            "status": package.status.value,
        },
        now=now,
    )


async def _audit(
    uow: UnitOfWork,
    viewer: Viewer,
    package: models.Package,
    act: str,
    facts: dict[str, Any],
    *,
    now: dt.datetime,
) -> None:
    await audit.record(
        uow,
        viewer,
        partner_id=package.partner_id,
        act=f"packages.{act}",
        object_id=global_id("Package", package.id),
        facts=facts,
        now=now,
    )


def _check(*, sku: str, currency: str, time_zone: str) -> None:
    if not SKU.fullmatch(sku):
        raise Refused(InvalidInput("sku", "must have 1 to 64 letters, digits, dots, dashes or underscores"))
    if is_sandbox_sku(sku):
        raise Refused(InvalidInput("sku", f"must not begin with {SKU_PREFIX}"))
    if currency not in EXPONENTS:
        raise Refused(InvalidInput("currency", f"must be one of {', '.join(EXPONENTS)}"))
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(InvalidInput("time_zone", "is not an IANA time zone")) from None
