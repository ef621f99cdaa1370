"""On which terms a package is sold."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.rows import Visible
from domain.cancellation import CancellationPolicy, policy_of
from domain.discounts import DiscountRule, discounts_of
from domain.package_content import SoldItem


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """What a sale of one version of a package depends on, besides its price table."""

    package_id: UUID
    partner_id: UUID
    product_id: str
    version: int
    currency: str
    time_zone: str
    items: tuple[SoldItem, ...]
    discount_rules: tuple[DiscountRule, ...]
    cancellation_policy: CancellationPolicy


async def sale_terms(session: AsyncSession, package_id: UUID, *, visible: Visible) -> SaleTerms | None:
    """Load the terms of the version that is sold; None where there is no such package."""
    package, item = models.Package, models.PackageItem
    rows = (
        await session.execute(
            select(package, item)
            .join(item, and_(item.package_id == package.id, item.version == package.version))
            .where(visible, package.id == package_id)
            .order_by(item.position)
        )
    ).all()
    if not rows:
        return None
    sold: models.Package = rows[0][0]
    return SaleTerms(
        package_id=sold.id,
        partner_id=sold.partner_id,
        product_id=sold.sku,
        version=sold.version,
        currency=sold.currency,
        time_zone=sold.time_zone,
        items=tuple(
            SoldItem(each.function_code, each.kind, each.supplier_id or sold.partner_id, each.share_weight)
            for _, each in rows
        ),
        discount_rules=discounts_of(sold.discount_rules),
        cancellation_policy=policy_of(sold.cancellation_policy),
    )
