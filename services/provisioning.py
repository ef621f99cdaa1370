"""Making what a partner needs to try its integration, and then to sell: no engineer, no waiting."""

import datetime as dt
from typing import Any
from uuid import UUID

from db import models
from db.queries import onboarding as onboarding_queries
from db.queries import provisioning as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import provisioning
from domain.environments import Environment
from domain.errors import NotFound, Refused
from domain.events import EventType
from domain.ids import global_id
from domain.onboarding import NotLive, check_go_live
from domain.package_content import Content
from domain.provisioning import SandboxPackage
from permissions import policies
from permissions.viewer import SYSTEM, Scope, Viewer
from services import audit, inventory, onboarding, packages


async def provision_sandbox(uow: UnitOfWork, *, partner_id: UUID, now: dt.datetime) -> bool:
    """Make a partner's TEST environment: profile, packages, pools; and carry its case on. Audited.

    All of it or nothing. Tells whether it was made here: not where it is there, or another worker is at it.
    """
    case = await queries.lock_without_sandbox(uow.session, partner_id)
    if case is None:
        return False
    await _profile(uow, partner_id, now)
    skus = await make_packages(uow, partner_id, now=now)
    case.sandbox_at = now
    facts = {"environment": Environment.TEST, "product_ids": skus}
    await _audit(uow, partner_id, "provisioning.sandbox", facts, now=now)
    await onboarding.review(uow, partner_id, now=now)
    return True


async def provision_production(uow: UnitOfWork, *, partner_id: UUID, now: dt.datetime) -> bool:
    """Make the LIVE environment of a partner that asked to go live: from now on it has keys and a catalog. Audited.

    Tells whether it was made here: not where it is there, another worker is at it, or something is missing by now.
    """
    case = await queries.lock_without_production(uow.session, partner_id)
    if case is None:
        return False
    profile = await _profile(uow, partner_id, now)
    profile.live_at = profile.live_at or now
    case.production_at = now
    facts = {"environment": Environment.LIVE}
    await _audit(uow, partner_id, "provisioning.production", facts, now=now)
    await onboarding.review(uow, partner_id, now=now)
    return True


async def request_go_live(
    uow: UnitOfWork, viewer: Viewer, *, partner_id: UUID | None, now: dt.datetime
) -> models.OnboardingCase:
    """Ask for a partner's LIVE environment; a second call answers as the first. Locks the case. Audited.

    Refuses: NotFound, Forbidden, NotReadyToGoLive.
    """
    case = await _lock_own_case(uow, viewer, partner_id)
    if case.go_live_requested_at is not None:
        return case
    case = await onboarding.review(uow, case.partner_id, now=now)
    facts = await onboarding_queries.facts_of(uow.session, [case.partner_id])
    check_go_live(case.stage, facts[case.partner_id])
    case.go_live_requested_at = now
    await _audit(uow, case.partner_id, "provisioning.request_go_live", {}, viewer=viewer, now=now)
    return await onboarding.review(uow, case.partner_id, now=now)


async def pause_partner(
    uow: UnitOfWork, viewer: Viewer, *, partner_id: UUID | None, now: dt.datetime
) -> models.OnboardingCase:
    """Stop a partner's new holds in LIVE and everybody's of its packages; what is held and sold goes on. Audited.

    A hold that is being made at this very moment may still come through. A second call answers as the first.
    Refuses: NotFound, Forbidden, NotLive.
    """
    case = await _lock_own_case(uow, viewer, partner_id)
    if case.live_at is None:
        raise Refused(NotLive())
    if case.paused_at is None:
        case.paused_at = now
        await onboarding.tell_of(uow, case, EventType.PARTNER_PAUSED, now=now)
        await _audit(uow, case.partner_id, "provisioning.pause", {}, viewer=viewer, now=now)
    return case


async def resume_partner(
    uow: UnitOfWork, viewer: Viewer, *, partner_id: UUID | None, now: dt.datetime
) -> models.OnboardingCase:
    """Let a paused partner sell again; one that is not paused stays as it is. Audited.

    Refuses: NotFound, Forbidden.
    """
    case = await _lock_own_case(uow, viewer, partner_id)
    if case.paused_at is not None:
        case.paused_at = None
        await onboarding.tell_of(uow, case, EventType.PARTNER_RESUMED, now=now)
        await _audit(uow, case.partner_id, "provisioning.resume", {}, viewer=viewer, now=now)
    return case


async def make_packages(uow: UnitOfWork, partner_id: UUID, *, now: dt.datetime) -> list[str]:
    """Make the sandbox packages a partner does not have yet; return their SKUs."""
    there = await queries.sandbox_skus(uow.session, partner_id)
    missing = [each for each in provisioning.SANDBOX if each.sku(partner_id) not in there]
    for each in missing:
        await _make(uow, partner_id, each, now)
    return [each.sku(partner_id) for each in missing]


async def restock(uow: UnitOfWork, *, partner_id: UUID, now: dt.datetime) -> None:
    """Let a partner's sandbox have as many free units as on its first day, whatever was held and sold since.

    Locks its pools in id order until commit.
    """
    wanted = {each.sku(partner_id): each.pools for each in provisioning.SANDBOX}
    for pool, sku, channel in await queries.lock_sandbox_pools(uow.session, partner_id):
        units = wanted.get(sku, {}).get(channel)
        if units is not None:
            await inventory.refill(uow, SYSTEM, pool, free=units, now=now)


async def _make(uow: UnitOfWork, partner_id: UUID, sandbox: SandboxPackage, now: dt.datetime) -> None:
    package = await packages.add_package(
        uow,
        SYSTEM,
        package_id=new_id(),
        environment=Environment.TEST,
        partner_id=partner_id,
        sku=sandbox.sku(partner_id),
        currency=provisioning.CURRENCY,
        time_zone=provisioning.TIME_ZONE,
        content=Content(names=sandbox.names, items=provisioning.ITEMS, price_rules=sandbox.rules),
        is_sandbox=True,
        now=now,
    )
    for channel, units in sandbox.pools.items():
        await inventory.open_pool(uow, SYSTEM, package, channel=channel, units=units, now=now)


async def _profile(uow: UnitOfWork, partner_id: UUID, now: dt.datetime) -> models.ResellerProfile:
    found = await uow.session.get(models.ResellerProfile, partner_id)
    if found is not None:
        return found
    profile = models.ResellerProfile(partner_id=partner_id, created_at=now)
    uow.session.add(profile)
    await uow.session.flush()
    return profile


async def _lock_own_case(uow: UnitOfWork, viewer: Viewer, partner_id: UUID | None) -> models.OnboardingCase:
    if partner_id is None or not viewer.may_at(partner_id, Scope.READ_PARTNER):
        raise Refused(NotFound(noun="partner", id=global_id("Partner", partner_id) if partner_id else ""))
    policies.may_manage_partner(viewer, partner_id)
    return await onboarding.lock_case(uow, partner_id)


async def _audit(
    uow: UnitOfWork,
    partner_id: UUID,
    act: str,
    facts: dict[str, Any],
    *,
    viewer: Viewer = SYSTEM,
    now: dt.datetime,
) -> None:
    shown = global_id("Partner", partner_id)
    await audit.record(uow, viewer, partner_id=partner_id, act=act, object_id=shown, facts=facts, now=now)
