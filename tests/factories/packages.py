"""Packages with the price table of the first brief."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain.discounts import DiscountRule, discounts_as_kept
from domain.environments import Environment
from domain.packages import ItemKind
from domain.pricing import CustomerType, RuleEffect
from tests.factories.times import NOW

BASE_MINOR = 28_800
CONCESSION_MINOR = 18_800
WEEKEND_MINOR = 3_000

ITEMS = (
    (ItemKind.TRANSPORT, "BOARDING", "Ferry boarding", 1),
    (ItemKind.SERVICE, "PLAYGROUND", "Tokens", 10),
)
"""Kind, function code, label, quantity."""


async def make_package(
    session: AsyncSession,
    partner: models.Partner,
    *,
    sku: str = "106",
    environment: Environment = Environment.LIVE,
    names: dict[str, str] | None = None,
    currency: str = "HKD",
    base_minor: int = BASE_MINOR,
    items: tuple[tuple[ItemKind, str, str, int], ...] = ITEMS,
    adults_only: bool = False,
    parts: Sequence[tuple[models.Package, int]] = (),
    discounts: Sequence[DiscountRule] = (),
) -> models.Package:
    """A package that costs `base_minor` for adults, more on weekends, less for children and the elderly.

    With `parts` (packages and how many units of each) a bundle that takes from their pools.
    """
    package = models.Package(
        id=new_id(),
        environment=environment,
        partner_id=partner.id,
        sku=sku,
        names=names or {"en": "Harbour Cruise", "it": "Crociera nel porto"},
        currency=currency,
        time_zone="Asia/Hong_Kong",
        is_bundle=bool(parts),
        discount_rules=discounts_as_kept(discounts),
        created_at=NOW,
    )
    session.add(package)
    await session.flush()
    session.add_all(
        models.PackageItem(
            id=new_id(),
            package_id=package.id,
            position=len(items) + place,
            kind=ItemKind.TOUR,
            function_code=f"PART_{place}",
            label=part.names["en"],
            quantity=quantity,
            supplier_id=part.partner_id,
            component_id=part.id,
        )
        for place, (part, quantity) in enumerate(parts, 1)
    )
    for position, (kind, function_code, label, quantity) in enumerate(items, 1):
        session.add(
            models.PackageItem(
                id=new_id(),
                package_id=package.id,
                position=position,
                kind=kind,
                function_code=function_code,
                label=label,
                quantity=quantity,
            )
        )
    concessions = [CustomerType.CHILD, CustomerType.ELDERLY]
    session.add_all(
        [price_rule(package, 1, "ADULT", 100, customer_types=[CustomerType.ADULT])]
        if adults_only
        else [
            price_rule(
                package, 10, "CONCESSION", CONCESSION_MINOR, customer_types=concessions, is_final=True
            ),
            price_rule(package, 20, "BASE", base_minor),
            price_rule(package, 30, "WEEKEND", WEEKEND_MINOR, effect=RuleEffect.ADD, weekdays=[6, 7]),
        ]
    )
    await session.flush()
    return package


async def publish_anew(session: AsyncSession, package: models.Package, **facts: object) -> None:
    """Put the same on sale as a next version, with these facts of every price rule changed."""
    sold = await session.get_one(models.Package, package.id, populate_existing=True)
    number = sold.version + 1
    version = models.PackageVersion(
        package_id=sold.id, number=number, names=sold.names, created_at=NOW, published_at=NOW
    )
    session.add(version)
    await session.flush()
    for part in (models.PackageItem, models.PriceRule):
        columns = [each.key for each in part.__table__.columns]
        rows = await session.scalars(
            select(part).where(part.package_id == sold.id, part.version == sold.version)
        )
        session.add_all(
            part(
                **{name: getattr(row, name) for name in columns}
                | {"id": new_id(), "version": number}
                | (facts if part is models.PriceRule else {})
            )
            for row in rows.all()
        )
    sold.version = number
    await session.flush()


def price_rule(
    package: models.Package, rank: int, code: str, amount_minor: int, **facts: object
) -> models.PriceRule:
    defaults = {"effect": RuleEffect.SET, "customer_types": [], "weekdays": [], "is_final": False}
    return models.PriceRule(
        id=new_id(),
        package_id=package.id,
        rank=rank,
        code=code,
        label=code.capitalize(),
        amount_minor=amount_minor,
        **(defaults | facts),
    )
