"""A weekend that three partners supply: a tour, a hotel, a ferry, sold by who runs the tour."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain.cancellation import CancellationPolicy, CancellationTier, policy_as_kept
from domain.discounts import DiscountKind, DiscountRule, discounts_as_kept
from domain.environments import Environment
from domain.inventory import Channel
from domain.packages import ItemKind
from tests.factories.inventory import make_allotment
from tests.factories.money import make_account
from tests.factories.packages import price_rule
from tests.factories.promotions import make_affiliate, make_link
from tests.factories.times import NOW
from tests.factories.world import World

PRICE_MINOR = 33_333
POLICY = CancellationPolicy((CancellationTier(7, 10_000), CancellationTier(1, 5_000)))
FOR_TWO = DiscountRule("PAIR", "For two", DiscountKind.PERCENT, 750, min_travelers=2)
ITEMS = ((ItemKind.TOUR, "TOUR", 5), (ItemKind.SERVICE, "HOTEL", 3), (ItemKind.TRANSPORT, "FERRY", 2))
"""Kind, function code, weight: of the operator, the reseller, the rival."""


@dataclass(frozen=True, slots=True)
class Weekend:
    """The package with its pool, whose accounts can be paid, and the operator's affiliate with 5 %."""

    package: models.Package
    pool: models.Allotment
    accounts: dict[str, models.PaymentAccount]
    """By "operator", "reseller", "rival", "affiliate"."""
    affiliate: models.Affiliate
    link: models.AffiliateLink


async def make_weekend_package(
    session: AsyncSession,
    world: World,
    *,
    sku: str = "weekend",
    currency: str = "EUR",
    price_minor: int = PRICE_MINOR,
) -> models.Package:
    suppliers = (world.operator, world.reseller, world.rival)
    package = models.Package(
        id=new_id(),
        environment=Environment.LIVE,
        partner_id=world.operator.id,
        sku=sku,
        names={"en": "Weekend by the sea"},
        currency=currency,
        time_zone="Europe/Rome",
        discount_rules=discounts_as_kept((FOR_TWO,)),
        cancellation_policy=policy_as_kept(POLICY),
        created_at=NOW,
    )
    session.add(package)
    await session.flush()
    session.add_all(
        models.PackageItem(
            id=new_id(),
            package_id=package.id,
            position=position,
            kind=kind,
            function_code=code,
            label=code.capitalize(),
            quantity=1,
            supplier_id=supplier.id,
            share_weight=weight,
        )
        for position, ((kind, code, weight), supplier) in enumerate(zip(ITEMS, suppliers, strict=True), 1)
    )
    session.add(price_rule(package, 1, "BASE", price_minor))
    await session.flush()
    return package


async def make_weekend(session: AsyncSession, world: World, *, units: int = 50) -> Weekend:
    package = await make_weekend_package(session, world)
    suppliers = {"operator": world.operator, "reseller": world.reseller, "rival": world.rival}
    affiliate = await make_affiliate(session)
    accounts = {name: await make_account(session, partner) for name, partner in suppliers.items()}
    accounts["affiliate"] = await make_account(session, None, affiliate_id=affiliate.id)
    return Weekend(
        package,
        await make_allotment(session, package, units=units, channel=Channel.DIRECT),
        accounts,
        affiliate,
        await make_link(session, world.operator, affiliate),
    )
