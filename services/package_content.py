"""Writing the content of a package's version: what it says, its parts, and whose consent it needs."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from db import models
from db.queries import packages as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.cancellation import policy_as_kept
from domain.discounts import discounts_as_kept
from domain.errors import InvalidInput, NotFound, Refused
from domain.ids import global_id
from domain.money import CurrencyMismatch
from domain.package_content import Content, consents_needed
from domain.packages import ConsentStatus, Item, ItemNotOwned, PackageStatus
from domain.pricing import PriceRule
from domain.uploads import UploadPurpose
from permissions.viewer import Viewer
from permissions.visibility import visible_packages, visible_partners
from services import uploads


async def write_draft(
    uow: UnitOfWork, package: models.Package, number: int, content: Content, *, now: dt.datetime
) -> models.PackageVersion:
    """Write a checked content as the draft with this number, in the place of what was there.

    Asks for the consents it needs; those given to the same terms in the version before hold.
    """
    version = await uow.session.get(models.PackageVersion, (package.id, number))
    if version is None:
        version = models.PackageVersion(package_id=package.id, number=number, created_at=now)
        uow.session.add(version)
    else:
        await queries.delete_parts(uow.session, package.id, number)
    for name, value in facts_of(content).items():
        setattr(version, name, value)
    await uow.session.flush()
    uow.session.add_all(_parts(package.id, number, content))
    await _ask_for_consents(uow, package, number, content.items, now=now)
    await uow.session.flush()
    return version


def facts_of(content: Content) -> dict[str, Any]:
    """Return the columns that a package and its version have in common."""
    return {
        "names": dict(content.names),
        "descriptions": dict(content.descriptions),
        "regions": list(content.regions),
        "languages": list(content.languages),
        "is_dated": content.is_dated,
        "sold_from": content.sold_from,
        "sold_until": content.sold_until,
        "discount_rules": discounts_as_kept(content.discount_rules),
        "cancellation_policy": policy_as_kept(content.cancellation_policy),
        "is_bundle": content.is_bundle,
    }


async def settled(uow: UnitOfWork, viewer: Viewer, package: models.Package, content: Content) -> Content:
    """Return the content with each item's supplier, if all it refers to can be a part of the package.

    Refuses: ItemNotOwned, CurrencyMismatch, NotFound, UploadNotReady, InvalidInput.
    """
    items = []
    components = await _components(uow, viewer, content.items)
    for item in content.items:
        if item.component_id is not None:
            supplier_id = _supplier_of(package, item, components.get(item.component_id))
            items.append(replace(item, supplier_id=supplier_id))
        else:
            items.append(item)
    await _check_suppliers(uow, viewer, package, items)
    for upload_id in content.image_ids:
        await uploads.take(
            uow,
            viewer,
            upload_id=upload_id,
            purpose=UploadPurpose.PACKAGE_IMAGE,
            partner_id=package.partner_id,
        )
    return replace(content, items=tuple(items))


async def _components(uow: UnitOfWork, viewer: Viewer, items: Iterable[Item]) -> dict[UUID, models.Package]:
    named = [item.component_id for item in items if item.component_id is not None]
    if not named:
        return {}
    described = queries.packages_by_ids(named, visible=visible_packages(viewer))
    found: Sequence[models.Package] = (await uow.session.scalars(described.statement)).all()
    return {each.id: each for each in found}


def _supplier_of(package: models.Package, item: Item, component: models.Package | None) -> UUID:
    """Return whose the component is. Refuses: ItemNotOwned, CurrencyMismatch, InvalidInput."""
    assert item.component_id is not None
    # What a package is made of is made of nothing else: then two of them can not be parts of each other.
    if (
        component is None
        or component.id == package.id
        or component.environment is not package.environment
        or component.status is not PackageStatus.PUBLISHED
        or component.is_bundle
        or component.is_sandbox
    ):
        raise Refused(ItemNotOwned(item.function_code, global_id("Package", item.component_id)))
    if component.currency != package.currency:
        raise Refused(CurrencyMismatch(expected=package.currency, found=component.currency))
    if item.supplier_id not in {None, component.partner_id}:
        raise Refused(InvalidInput("items.supplier_id", "a component's part is its own partner's"))
    return component.partner_id


async def _check_suppliers(
    uow: UnitOfWork, viewer: Viewer, package: models.Package, items: Iterable[Item]
) -> None:
    """Let suppliers pass whom the caller can know of. Refuses: NotFound."""
    named = {item.supplier_id for item in items if item.supplier_id and item.component_id is None}
    named -= {package.partner_id}
    found = await queries.partner_ids_among(uow.session, named, visible=visible_partners(viewer))
    for unknown in named - found:
        raise Refused(NotFound(noun="partner", id=global_id("Partner", unknown)))


async def _ask_for_consents(
    uow: UnitOfWork, package: models.Package, number: int, items: Sequence[Item], *, now: dt.datetime
) -> None:
    """Let the draft have the consents it needs and no others."""
    needed = consents_needed(items, owner_id=package.partner_id)
    there = {each.partner_id: each for each in await queries.consents_of(uow.session, package.id, number)}
    earlier = {
        each.partner_id: each for each in await queries.consents_of(uow.session, package.id, package.version)
    }
    for partner_id in there.keys() - needed.keys():
        await uow.session.delete(there[partner_id])
    for partner_id, terms in needed.items():
        asked = {
            "items": list(terms.items),
            "share_weight": terms.share_weight,
            "total_weight": terms.total_weight,
        }
        consent = there.get(partner_id)
        if consent is None:
            consent = models.PackageConsent(
                id=new_id(), package_id=package.id, version=number, partner_id=partner_id
            )
            uow.session.add(consent)
        elif all(getattr(consent, name) == value for name, value in asked.items()):
            continue
        before = earlier.get(partner_id)
        holds = (
            before is not None
            and before.status is ConsentStatus.GRANTED
            and all(getattr(before, name) == value for name, value in asked.items())
        )
        consent.status = ConsentStatus.GRANTED if holds else ConsentStatus.REQUESTED
        consent.requested_at = now
        consent.answered_at = before.answered_at if holds and before else None
        consent.answered_by = before.answered_by if holds and before else None
        for name, value in asked.items():
            setattr(consent, name, value)


def _parts(package_id: UUID, number: int, content: Content) -> Iterable[models.Base]:
    for position, item in enumerate(content.items, 1):
        yield _item_row(package_id, number, position, item)
    for rule in content.price_rules:
        yield _rule_row(package_id, number, rule)
    for position, upload_id in enumerate(content.image_ids, 1):
        yield models.PackageImage(
            package_id=package_id, version=number, position=position, upload_id=upload_id
        )


def _item_row(package_id: UUID, number: int, position: int, item: Item) -> models.PackageItem:
    return models.PackageItem(
        id=new_id(),
        package_id=package_id,
        version=number,
        position=position,
        kind=item.kind,
        function_code=item.function_code,
        label=item.label,
        quantity=item.quantity,
        supplier_id=item.supplier_id,
        share_weight=item.share_weight,
        component_id=item.component_id,
    )


def _rule_row(package_id: UUID, number: int, rule: PriceRule) -> models.PriceRule:
    return models.PriceRule(
        id=new_id(),
        package_id=package_id,
        version=number,
        rank=rule.rank,
        code=rule.code,
        label=rule.label,
        effect=rule.effect,
        amount_minor=rule.amount_minor,
        customer_types=sorted(rule.customer_types),
        weekdays=sorted(rule.weekdays),
        starts_on=rule.starts_on,
        ends_on=rule.ends_on,
        is_final=rule.is_final,
    )
