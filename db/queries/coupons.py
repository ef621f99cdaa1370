"""Questions about coupons and their uses."""

import datetime as dt
from collections.abc import Collection
from itertools import count
from uuid import UUID

from sqlalchemy import and_, exists, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.queries.computed import released_uses
from db.questions import question
from db.rows import Visible
from domain.coupons import CouponKind, CouponScope, CouponStatus, RedemptionStatus, Terms
from domain.environments import Environment
from domain.packages import ItemKind

NEWEST_COUPONS = Keyset((models.Coupon.id,), is_descending=True)
NEWEST_REDEMPTIONS = Keyset((models.CouponRedemption.id,), is_descending=True)
USE = text("SELECT * FROM use_coupon(:environment, :code, :customer, :now)")


@question
def page_coupons(
    *, visible: Visible, window: Window, partner_id: UUID | None, status: CouponStatus | None
) -> Page[models.Coupon]:
    """Describe coupons, newest first."""
    coupon = models.Coupon
    statement = select(coupon).where(visible)
    if partner_id is not None:
        statement = statement.where(coupon.partner_id == partner_id)
    if status is not None:
        statement = statement.where(coupon.status == status)
    return Page(statement, NEWEST_COUPONS, window, computed=released_uses())


@question
def page_partner_coupons(partner_id: UUID, *, visible: Visible, window: Window) -> Page[models.Coupon]:
    """Describe a partner's coupons, newest first."""
    coupon = models.Coupon
    return Page(
        select(coupon).where(visible),
        NEWEST_COUPONS,
        window,
        owner=coupon.partner_id,
        owner_id=partner_id,
        computed=released_uses(),
    )


@question
def page_redemptions(coupon_id: UUID, *, visible: Visible, window: Window) -> Page[models.CouponRedemption]:
    """Describe a coupon's uses, newest first."""
    redemption = models.CouponRedemption
    return Page(
        select(redemption).where(visible),
        NEWEST_REDEMPTIONS,
        window,
        owner=redemption.coupon_id,
        owner_id=coupon_id,
    )


async def lock_coupon(session: AsyncSession, coupon_id: UUID, *, visible: Visible) -> models.Coupon | None:
    """Load a coupon with its count and lock it until commit."""
    statement = select(models.Coupon).where(visible, models.Coupon.id == coupon_id)
    locked = (await session.scalars(statement.with_for_update(key_share=True))).one_or_none()
    return locked and await load_coupon(session, locked.id)


async def load_coupon(session: AsyncSession, coupon_id: UUID) -> models.Coupon:
    """Load a coupon with its count, as it is now."""
    described = Page(
        select(models.Coupon).where(models.Coupon.id == coupon_id),
        NEWEST_COUPONS,
        Window(),
        computed=released_uses(),
    )
    statement = described.complete().execution_options(populate_existing=True)
    return (await session.scalars(statement)).one()


async def is_code_taken(session: AsyncSession, environment: Environment, code: str) -> bool:
    """Tell whether a coupon of the environment has this code."""
    coupon = models.Coupon
    return bool(
        await session.scalar(select(exists().where(coupon.environment == environment, coupon.code == code)))
    )


async def coupon_by_code(
    session: AsyncSession, environment: Environment, code: str, *, customer_hash: bytes
) -> tuple[models.Coupon, int] | None:
    """Load a coupon with its count, and how many of it are one customer's: one statement, whatever there is."""
    coupon, redemption = models.Coupon, models.CouponRedemption
    own = (
        select(func.count())
        .where(
            redemption.coupon_id == coupon.id,
            redemption.customer_hash == customer_hash,
            redemption.status != RedemptionStatus.RELEASED,
        )
        .correlate(coupon)
        .scalar_subquery()
    )
    described = Page(
        select(coupon).where(coupon.environment == environment, coupon.code == code),
        NEWEST_COUPONS,
        Window(),
        computed=released_uses(),
    )
    found = (await session.execute(described.complete().add_columns(own))).one_or_none()
    return (found[0], found[1]) if found else None


async def use_coupon(
    session: AsyncSession,
    environment: Environment,
    code: str,
    *,
    customer_hash: bytes,
    now: dt.datetime,
) -> tuple[UUID, Terms, int | None] | None:
    """Take one use of a coupon, if there is one: see `use_coupon` in db/functions/v16/coupons.sql.

    Returns its id and terms, and the number of the use among its customer's, None where these are not limited.
    """
    record = (
        await session.execute(
            USE, {"environment": environment.value, "code": code, "customer": customer_hash, "now": now}
        )
    ).one_or_none()
    if record is None:
        return None
    terms = Terms(
        kind=CouponKind(record.kind),
        percent_bps=record.percent_bps,
        amount_minor=record.amount_minor,
        currency=record.currency,
        scope=CouponScope(record.scope),
        package_ids=record.package_ids,
        funder_id=record.partner_id,
        minimum_minor=record.minimum_minor,
        is_combinable=record.is_combinable,
    )
    return record.coupon_id, terms, record.slot


async def move_redemption(
    session: AsyncSession,
    reservation_id: UUID,
    *,
    sources: Collection[RedemptionStatus],
    target: RedemptionStatus,
    now: dt.datetime,
) -> bool:
    """Move the use of an order from one of these statuses; tell whether there was one to move."""
    redemption = models.CouponRedemption
    times = {RedemptionStatus.CONFIRMED: "confirmed_at", RedemptionStatus.RELEASED: "released_at"}
    moved = await session.execute(
        update(redemption)
        .where(redemption.reservation_id == reservation_id, redemption.status.in_(sources))
        .values({"status": target, times[target]: now})
        .returning(redemption.id)
    )
    return moved.first() is not None


async def redemption_of(session: AsyncSession, reservation_id: UUID) -> models.CouponRedemption | None:
    """Load the use of an order that was not given back."""
    redemption = models.CouponRedemption
    statement = select(redemption).where(
        redemption.reservation_id == reservation_id, redemption.status != RedemptionStatus.RELEASED
    )
    return (await session.scalars(statement)).one_or_none()


async def last_redemption_of(session: AsyncSession, reservation_id: UUID) -> models.CouponRedemption | None:
    """Load the use of an order, also where it was given back."""
    redemption = models.CouponRedemption
    statement = (
        select(redemption)
        .where(redemption.reservation_id == reservation_id)
        .order_by(redemption.id.desc())
        .limit(1)
    )
    return (await session.scalars(statement)).one_or_none()


async def use_again(session: AsyncSession, redemption: models.CouponRedemption) -> int | None:
    """Count one more use of a redemption's coupon, whatever its limits, and lock the coupon until commit.

    Returns the number of the use among its customer's, None where these are not limited.
    """
    coupon, own = models.Coupon, models.CouponRedemption
    limit = await session.scalar(
        update(coupon)
        .where(coupon.id == redemption.coupon_id)
        .values(counted=coupon.counted + 1)
        .returning(coupon.customer_limit)
    )
    if limit is None:
        return None
    taken = set(
        await session.scalars(
            select(own.slot).where(
                own.coupon_id == redemption.coupon_id,
                own.customer_hash == redemption.customer_hash,
                own.status != RedemptionStatus.RELEASED,
            )
        )
    )
    return next(number for number in count(1) if number not in taken)


async def items_of(
    session: AsyncSession, package_id: UUID | None, *, visible: Visible
) -> list[tuple[ItemKind, UUID, int, str]]:
    """Load (kind, whose, weight in the price, currency) of the items of a package as it is sold; none where it is not."""
    package, item = models.Package, models.PackageItem
    statement = (
        select(
            item.kind,
            func.coalesce(item.supplier_id, package.partner_id),
            item.share_weight,
            package.currency,
        )
        .join(package, and_(package.id == item.package_id, package.version == item.version))
        .where(visible, package.id == package_id)
        .order_by(item.position)
    )
    return [
        (kind, owner, weight, currency) for kind, owner, weight, currency in await session.execute(statement)
    ]


async def packages_of(
    session: AsyncSession, ids: Collection[UUID], *, visible: Visible
) -> list[models.Package]:
    """Load those of the packages that the caller may see, in no order."""
    package = models.Package
    return list((await session.scalars(select(package).where(visible, package.id.in_(ids)))).all())
