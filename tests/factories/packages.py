"""Packages with the price table of the first brief."""

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
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
) -> models.Package:
    """A package that costs `base_minor` for adults, more on weekends, less for children and the elderly."""
    package = models.Package(
        id=new_id(),
        environment=environment,
        partner_id=partner.id,
        sku=sku,
        names=names or {"en": "Harbour Cruise", "it": "Crociera nel porto"},
        currency=currency,
        time_zone="Asia/Hong_Kong",
        created_at=NOW,
    )
    session.add(package)
    await session.flush()
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
        [
            price_rule(
                package, 10, "CONCESSION", CONCESSION_MINOR, customer_types=concessions, is_final=True
            ),
            price_rule(package, 20, "BASE", base_minor),
            price_rule(package, 30, "WEEKEND", WEEKEND_MINOR, effect=RuleEffect.ADD, weekdays=[6, 7]),
        ]
    )
    await session.flush()
    return package


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
