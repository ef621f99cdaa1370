"""What another partner says to a package that sells what is its own."""

import datetime as dt
from uuid import UUID

from db import models
from db.queries import packages as queries
from db.unit_of_work import UnitOfWork
from domain.errors import NotFound, Refused
from domain.ids import global_id
from domain.packages import ConsentStatus, PackageStatus
from permissions import policies
from permissions.viewer import Viewer
from permissions.visibility import visible_package_consents
from services import audit, packages


async def answer_package_consent(
    uow: UnitOfWork, viewer: Viewer, *, consent_id: UUID | None, is_granted: bool, now: dt.datetime
) -> models.PackageConsent:
    """Grant or decline; the same answer again changes nothing. Audited, at both partners.

    Declined for what is on sale takes it off sale: what is held and sold goes on. Locks the package, then the consent.
    Refuses: NotFound, Forbidden.
    """
    consent = None
    if consent_id is not None:
        consent = await queries.lock_consent(
            uow.session, consent_id, visible=visible_package_consents(viewer)
        )
    if consent is None:
        raise Refused(
            NotFound(noun="package consent", id=global_id("PackageConsent", consent_id) if consent_id else "")
        )
    policies.may_manage_inventory(viewer, consent.partner_id)
    status = ConsentStatus.GRANTED if is_granted else ConsentStatus.DECLINED
    if consent.status is status:
        return consent
    consent.status, consent.answered_at, consent.answered_by = status, now, viewer.id
    package = await uow.session.get_one(models.Package, consent.package_id)
    package.sequence += 1
    await uow.session.flush()
    for partner_id in (consent.partner_id, package.partner_id):
        await audit.record(
            uow,
            viewer,
            partner_id=partner_id,
            act="packages.answer_consent",
            object_id=global_id("PackageConsent", consent.id),
            facts={
                "package_id": global_id("Package", package.id),
                "version": consent.version,
                "status": status,
            },
            now=now,
        )
    is_on_sale = (package.status, package.version) == (PackageStatus.PUBLISHED, consent.version)
    if is_on_sale and not is_granted:
        await packages.take_off_sale(uow, viewer, package, why="consent declined", now=now)
    return consent
