"""What partners and the platform do with their coupons; what an order does with one is in `services.coupons`."""

import datetime as dt
from typing import Any
from uuid import UUID

from db import locks, models
from db.queries import coupons as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import coupons
from domain.coupons import (
    CodeTaken,
    CouponStatus,
    Terms,
)
from domain.environments import Environment
from domain.errors import InvalidInput, NotFound, Refused
from domain.events import EventType
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.partners import check_version
from domain.texts import check_line
from permissions import policies
from permissions.viewer import Viewer
from permissions.visibility import visible_coupons, visible_packages
from services import audit, events
from services.idempotency import claim
from services.partners import known_partner
from services.ports import Entropy


async def create_coupon(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    terms: Terms,
    code: str | None,
    description: str | None,
    valid_from: dt.datetime | None,
    valid_until: dt.datetime | None,
    usage_limit: int | None,
    customer_limit: int | None,
    entropy: Entropy,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Coupon:
    """Make a coupon of a partner (`terms.funder_id`), or of the platform, in the caller's environment. Audited.

    Without a code it is given one; without `valid_from` it holds at once.
    Refuses: NotFound, Forbidden, InvalidInput, CodeTaken, IdempotencyConflict.
    """
    if terms.funder_id is not None:
        await known_partner(uow, viewer, terms.funder_id)
    policies.may_manage_promotions(viewer, terms.funder_id)
    coupons.check_terms(terms)
    coupons.check_limits(usage_limit=usage_limit, customer_limit=customer_limit)
    starts_at = valid_from or now
    coupons.check_validity(starts_at, valid_until)
    if description is not None:
        description = check_line("description", description, longest=coupons.DESCRIPTION_LENGTH)
    await _check_packages(uow, viewer, terms)
    coupon_id = new_id()
    first = await claim(uow, idempotency, object_id=coupon_id, now=now)
    if first is not None:
        return await _locked(uow, viewer, first)
    coupon = models.Coupon(
        id=coupon_id,
        environment=viewer.environment,
        partner_id=terms.funder_id,
        code=await _free_code(uow, viewer.environment, code, entropy),
        description=description,
        kind=terms.kind,
        percent_bps=terms.percent_bps,
        amount_minor=terms.amount_minor,
        currency=terms.currency,
        scope=terms.scope,
        package_ids=sorted(terms.package_ids),
        minimum_minor=terms.minimum_minor,
        is_combinable=terms.is_combinable,
        valid_from=starts_at,
        valid_until=valid_until,
        usage_limit=usage_limit,
        customer_limit=customer_limit,
        counted=0,
        status=CouponStatus.ACTIVE,
        version=1,
        created_by=viewer.id,
        created_at=now,
    )
    uow.session.add(coupon)
    await uow.session.flush()
    facts = {
        "environment": coupon.environment,
        "kind": coupon.kind,
        "percent_bps": coupon.percent_bps,
        "amount_minor": coupon.amount_minor,
        "currency": coupon.currency,
        "usage_limit": usage_limit,
    }
    _tell(uow, coupon, now)
    await _audit(uow, viewer, coupon, "coupons.create", facts, now=now)
    return coupon


async def update_coupon(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    coupon_id: UUID | None,
    version: int,
    changes: dict[str, Any],
    now: dt.datetime,
) -> models.Coupon:
    """Change what is given: description, valid_until, usage_limit, customer_limit, status. Audited.

    What it takes off never changes: people were told. Orders that hold it keep it.
    Refuses: NotFound, Forbidden, InvalidInput, StaleVersion.
    """
    coupon = await _locked(uow, viewer, coupon_id)
    policies.may_manage_promotions(viewer, coupon.partner_id)
    check_version(expected=version, actual=coupon.version)
    coupons.check_limits(usage_limit=changes.get("usage_limit"), customer_limit=changes.get("customer_limit"))
    coupons.check_validity(coupon.valid_from, changes.get("valid_until"))
    if "description" in changes:
        changes["description"] = check_line(
            "description", changes["description"], longest=coupons.DESCRIPTION_LENGTH
        )
    changed = {name: value for name, value in changes.items() if getattr(coupon, name) != value}
    if not changed:
        return coupon
    for name, value in changed.items():
        setattr(coupon, name, value)
    coupon.version += 1
    await uow.session.flush()
    _tell(uow, coupon, now)
    await _audit(uow, viewer, coupon, "coupons.update", changed, now=now)
    return coupon


async def _check_packages(uow: UnitOfWork, viewer: Viewer, terms: Terms) -> None:
    """Let packages pass that are there, in one currency with the coupon; a partner's coupon may name its own only."""
    found = {
        each.id: each
        for each in await queries.packages_of(
            uow.session, terms.package_ids, visible=visible_packages(viewer)
        )
    }
    for package_id in terms.package_ids:
        package = found.get(package_id)
        if package is None or terms.funder_id not in (None, package.partner_id):
            raise Refused(NotFound(noun="package", id=global_id("Package", package_id)))
        if terms.currency not in (None, package.currency):
            raise Refused(
                InvalidInput("currency", f"must be {package.currency}, as of the package {package.sku}")
            )


async def _free_code(uow: UnitOfWork, environment: Environment, wished: str | None, entropy: Entropy) -> str:
    code = coupons.make_code(entropy(coupons.CODE_LENGTH)) if wished is None else coupons.check_code(wished)
    await locks.lock_name(uow.session, f"coupon:{environment}:{code}")
    if await queries.is_code_taken(uow.session, environment, code):
        raise Refused(CodeTaken(taken=code))
    return code


async def _locked(uow: UnitOfWork, viewer: Viewer, coupon_id: UUID | None) -> models.Coupon:
    if coupon_id is not None:
        coupon = await queries.lock_coupon(uow.session, coupon_id, visible=visible_coupons(viewer))
        if coupon is not None:
            return coupon
    raise Refused(NotFound(noun="coupon", id=global_id("Coupon", coupon_id) if coupon_id else ""))


def _tell(uow: UnitOfWork, coupon: models.Coupon, now: dt.datetime) -> None:
    events.record(
        uow,
        EventType.COUPON_CHANGED,
        environment=coupon.environment,
        partner_id=coupon.partner_id,
        object_id=coupon.id,
        sequence=coupon.version,
        payload={"coupon_id": global_id("Coupon", coupon.id), "status": coupon.status},
        now=now,
    )


async def _audit(
    uow: UnitOfWork,
    viewer: Viewer,
    coupon: models.Coupon,
    act: str,
    facts: dict[str, Any],
    *,
    now: dt.datetime,
) -> None:
    # Not the code: whoever reads the chain need not be able to use it.
    await audit.record(
        uow,
        viewer,
        partner_id=coupon.partner_id,
        act=act,
        object_id=global_id("Coupon", coupon.id),
        facts=facts,
        now=now,
    )
