"""What operators do to allotments: set them, close and reopen sales."""

import datetime as dt
from uuid import UUID

from db import locks, models
from db.queries import inventory as queries
from db.queries import packages as package_queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.errors import InvalidInput, NotFound, Refused
from domain.ids import global_id
from domain.inventory import AllotmentInUse, Channel, InventoryEventKind, PoolTooSmall
from permissions import policies
from permissions.viewer import Viewer
from permissions.visibility import visible_packages
from services import audit


async def set_allotment(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    product_id: str,
    channel: Channel,
    day: dt.date | None,
    reseller_id: UUID | None,
    units: int,
    now: dt.datetime,
) -> models.Allotment:
    """Set how many units a channel may sell; for one reseller they are carved out of the shared pool.

    Locks the pools of the product, channel and day until commit. Audited.
    Refuses: NotFound, Forbidden, InvalidInput, AllotmentInUse, PoolTooSmall.
    """
    if units < 0:
        raise Refused(InvalidInput("units", "must not be negative"))
    if reseller_id is not None and channel is not Channel.OTA:
        raise Refused(InvalidInput("reseller_id", "only the OTA channel is shared out to resellers"))
    package = await _package(uow, viewer, product_id)
    if reseller_id is not None and await uow.session.get(models.ResellerProfile, reseller_id) is None:
        raise Refused(NotFound(noun="reseller", id=global_id("Partner", reseller_id)))
    # Makes the act one at a time for a package, also before its first pool exists to be locked.
    await locks.lock_name(uow.session, f"pools:{package.id}")
    await queries.release_overdue(uow.session, package_id=package.id, channel=channel, day=day, now=now)
    pools = await queries.lock_pools(uow.session, package_id=package.id, channel=channel, day=day)
    shared = next((pool for pool in pools if pool.reseller_id is None), None)
    pool = next((pool for pool in pools if pool.reseller_id == reseller_id), None)
    if pool is not None and units < pool.held + pool.sold:
        raise Refused(AllotmentInUse(requested=units, held=pool.held, sold=pool.sold))
    if pool is None:
        pool = _new_pool(package, channel=channel, day=day, reseller_id=reseller_id, now=now)
        pool.is_closed = shared is not None and shared.is_closed
        uow.session.add(pool)
    more = units - pool.allocated
    if reseller_id is not None:
        free = shared.allocated - shared.held - shared.sold if shared else 0
        if more > free:
            raise Refused(PoolTooSmall(requested=more, available=free))
        if shared is not None and more:
            await _change(uow, viewer, shared, InventoryEventKind.ALLOTTED, allocated_change=-more, now=now)
    await _change(uow, viewer, pool, InventoryEventKind.ALLOTTED, allocated_change=more, now=now)
    await audit.record(
        uow,
        viewer,
        partner_id=package.partner_id,
        act="inventory.set_allotment",
        object_id=global_id("Allotment", pool.id),
        facts={
            "product_id": product_id,
            "channel": channel,
            "date": day,
            "reseller_id": reseller_id,
            "units": units,
            "change": more,
        },
        now=now,
    )
    return pool


async def set_sales_closed(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    product_id: str,
    channel: Channel,
    day: dt.date | None,
    is_closed: bool,
    now: dt.datetime,
) -> models.Package:
    """Stop or resume selling a product on a channel (for one day): every pool of it, in id order.

    Live holds stay and may be activated; only new ones are refused. Audited.
    Refuses: NotFound, Forbidden.
    """
    package = await _package(uow, viewer, product_id)
    pools = await queries.lock_pools(uow.session, package_id=package.id, channel=channel, day=day)
    if not pools:
        raise Refused(NotFound(noun="allotment", id=product_id))
    kind = InventoryEventKind.CLOSED if is_closed else InventoryEventKind.REOPENED
    for pool in pools:
        if pool.is_closed is not is_closed:
            pool.is_closed = is_closed
            await _change(uow, viewer, pool, kind, allocated_change=0, now=now)
    await audit.record(
        uow,
        viewer,
        partner_id=package.partner_id,
        act="inventory.close_sales" if is_closed else "inventory.reopen_sales",
        object_id=global_id("Package", package.id),
        facts={"product_id": product_id, "channel": channel, "date": day},
        now=now,
    )
    return package


async def open_pool(
    uow: UnitOfWork,
    viewer: Viewer,
    package: models.Package,
    *,
    channel: Channel,
    units: int,
    now: dt.datetime,
) -> models.Allotment:
    """Give a new package its undated shared pool on a channel. Not audited: that is whose act it is."""
    pool = _new_pool(package, channel=channel, day=None, reseller_id=None, now=now)
    uow.session.add(pool)
    await _change(uow, viewer, pool, InventoryEventKind.ALLOTTED, allocated_change=units, now=now)
    return pool


async def refill(
    uow: UnitOfWork, viewer: Viewer, pool: models.Allotment, *, free: int, now: dt.datetime
) -> None:
    """Let a locked pool have exactly so many free units."""
    change = free - (pool.allocated - pool.held - pool.sold)
    if change:
        await _change(uow, viewer, pool, InventoryEventKind.ALLOTTED, allocated_change=change, now=now)


async def _package(uow: UnitOfWork, viewer: Viewer, product_id: str) -> models.Package:
    described = package_queries.package_by_sku(product_id, visible=visible_packages(viewer))
    package: models.Package | None = (await uow.session.scalars(described.statement)).one_or_none()
    if package is None:
        raise Refused(NotFound(noun="product", id=product_id))
    policies.may_manage_inventory(viewer, package.partner_id)
    return package


def _new_pool(
    package: models.Package,
    *,
    channel: Channel,
    day: dt.date | None,
    reseller_id: UUID | None,
    now: dt.datetime,
) -> models.Allotment:
    return models.Allotment(
        id=new_id(),
        environment=package.environment,
        package_id=package.id,
        channel=channel,
        date=day,
        reseller_id=reseller_id,
        allocated=0,
        held=0,
        sold=0,
        is_closed=False,
        sequence=0,
        created_at=now,
    )


async def _change(
    uow: UnitOfWork,
    viewer: Viewer,
    pool: models.Allotment,
    kind: InventoryEventKind,
    *,
    allocated_change: int,
    now: dt.datetime,
) -> None:
    """Apply one change to a locked pool, journal it and tell of it."""
    pool.allocated += allocated_change
    pool.sequence += 1
    await uow.session.flush()
    await queries.journal(
        uow.session, pool.id, kind=kind, actor=viewer.id, now=now, allocated_change=allocated_change
    )
