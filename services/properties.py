"""What partners do with their properties, one at a time; each act is audited."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from db import locks, models
from db.models.properties import columns_of, values_of
from db.queries import properties as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.errors import NotFound, Refused
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.partners import check_version
from domain.properties import ExternalCodeTaken, PropertyField, Values, amount_of, tidied
from domain.rules.refusals import check_property
from permissions import policies
from permissions.viewer import Scope, Viewer
from permissions.visibility import visible_properties
from services import audit, onboarding
from services.idempotency import claim


async def create_property(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    values: Values,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Property:
    """Add a property; what is told must hold, and what is missing may come later. Audited.

    Refuses: NotFound, Forbidden, InvalidProperty, ExternalCodeTaken, IdempotencyConflict.
    """
    if partner_id is None or not viewer.may_at(partner_id, Scope.READ_PROPERTIES):
        raise Refused(NotFound(noun="partner", id=global_id("Partner", partner_id) if partner_id else ""))
    policies.may_manage_properties(viewer, partner_id)
    if await uow.session.get(models.Partner, partner_id) is None:
        raise Refused(NotFound(noun="partner", id=global_id("Partner", partner_id)))
    values = tidied(values)
    check_property(values, portfolio=await queries.portfolio_for(uow.session, partner_id, values))
    property_id = new_id()
    first = await claim(uow, idempotency, object_id=property_id, now=now)
    if first is not None:
        return await uow.session.get_one(models.Property, first)
    await lock_codes(uow, partner_id)
    await _check_code(uow, partner_id, values[PropertyField.EXTERNAL_CODE])
    row = models.Property(
        id=property_id, partner_id=partner_id, version=1, created_at=now, updated_at=now, **columns_of(values)
    )
    uow.session.add(row)
    await _changed(uow, viewer, row, "properties.create", {"external_code": row.external_code}, now=now)
    return row


async def update_property(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    property_id: UUID | None,
    version: int,
    changes: Values,
    emptied: Collection[PropertyField] = (),
    now: dt.datetime,
) -> models.Property:
    """Change what is given and empty what is named; the whole must hold afterwards. Audited.

    A change of the currency alone leaves the price's amount as it is written: 80.50 EUR becomes 80.50 USD.
    Refuses: NotFound, Forbidden, StaleVersion, InvalidProperty, ExternalCodeTaken.
    """
    row = await _locked(uow, viewer, property_id)
    check_version(expected=version, actual=row.version)
    before = values_of(row)
    if row.nightly_price is not None:
        before[PropertyField.NIGHTLY_PRICE] = amount_of(row.nightly_price, row.currency)
    values = tidied({**before, **changes, **dict.fromkeys(emptied)})
    check_property(
        values,
        portfolio=await queries.portfolio_for(uow.session, row.partner_id, values, without=row.external_code),
    )
    columns = columns_of(values)
    changed = sorted(name for name, value in columns.items() if value != getattr(row, name))
    if not changed:
        return row
    if PropertyField.EXTERNAL_CODE.value in changed:
        await lock_codes(uow, row.partner_id)
        await _check_code(uow, row.partner_id, columns["external_code"])
    for name in changed:
        setattr(row, name, columns[name])
    await _changed(uow, viewer, row, "properties.update", {"changed": changed}, now=now)
    return row


async def archive_property(
    uow: UnitOfWork, viewer: Viewer, *, property_id: UUID | None, now: dt.datetime
) -> models.Property:
    """Take a property out of use; it keeps its code, and can be restored. A second call answers as the first.

    Audited. Refuses: NotFound, Forbidden.
    """
    row = await _locked(uow, viewer, property_id)
    if row.archived_at is None:
        row.archived_at = now
        await _changed(uow, viewer, row, "properties.archive", {}, now=now)
    return row


async def restore_property(
    uow: UnitOfWork, viewer: Viewer, *, property_id: UUID | None, now: dt.datetime
) -> models.Property:
    """Take an archived property into use again. A second call answers as the first. Audited.

    Refuses: NotFound, Forbidden.
    """
    row = await _locked(uow, viewer, property_id)
    if row.archived_at is not None:
        row.archived_at = None
        await _changed(uow, viewer, row, "properties.restore", {}, now=now)
    return row


async def lock_codes(uow: UnitOfWork, partner_id: UUID) -> None:
    """Let nobody else give codes to the partner's properties until commit."""
    await locks.lock_name(uow.session, f"properties:{partner_id}")


async def _check_code(uow: UnitOfWork, partner_id: UUID, code: str) -> None:
    if await queries.is_code_taken(uow.session, partner_id, code):
        raise Refused(ExternalCodeTaken(external_code=code))


async def _locked(uow: UnitOfWork, viewer: Viewer, property_id: UUID | None) -> models.Property:
    """Return a property that the caller may change, locked until commit. Refuses: NotFound, Forbidden."""
    row = None
    if property_id is not None:
        row = await queries.lock_property(uow.session, property_id, visible=visible_properties(viewer))
    if row is None:
        shown = global_id("Property", property_id) if property_id else ""
        raise Refused(NotFound(noun="property", id=shown))
    policies.may_manage_properties(viewer, row.partner_id)
    return row


async def _changed(
    uow: UnitOfWork,
    viewer: Viewer,
    row: models.Property,
    act: str,
    facts: dict[str, Any],
    *,
    now: dt.datetime,
) -> None:
    if act != "properties.create":
        row.version += 1
        row.updated_at = now
    await uow.session.flush()
    await audit.record(
        uow,
        viewer,
        partner_id=row.partner_id,
        act=act,
        object_id=global_id("Property", row.id),
        facts=facts,
        now=now,
    )
    await onboarding.review(uow, row.partner_id, now=now)
