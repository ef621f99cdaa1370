"""The three products of the first brief: what they are, cost, and how many there are."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries import inventory
from db.types import new_id
from domain.environments import Environment
from domain.inventory import Channel, InventoryEventKind
from domain.packages import ItemKind
from domain.pricing import CustomerType, RuleEffect

CURRENCY = "HKD"
TIME_ZONE = "Asia/Hong_Kong"
CONCESSION_MINOR = 188_00
WEEKEND_MINOR = 30_00
SAMPLE_ACTOR = "system"


@dataclass(frozen=True, slots=True)
class Product:
    """One of the brief's three products."""

    sku: str
    names: dict[str, str]
    base_minor: int
    units: dict[Channel, int]
    items: tuple[tuple[ItemKind, str, str, int], ...]


PRODUCTS = (
    Product(
        "106",
        {
            "en": "Harbour Cruise – Premium Plan",
            "it": "Crociera nel porto – Piano Premium",
            "de": "Hafenrundfahrt – Premium",
            "fr": "Croisière du port – Formule Premium",
            "es": "Crucero por el puerto – Plan Premium",
        },
        288_00,
        {Channel.OTA: 2000, Channel.DIRECT: 1000},
        (
            (ItemKind.TRANSPORT, "BOARDING", "Ferry boarding", 1),
            (ItemKind.EXTRA, "GIFT", "Welcome gift", 1),
            (ItemKind.SERVICE, "PLAYGROUND", "Playground tokens", 10),
        ),
    ),
    Product(
        "107",
        {
            "en": "Harbour Cruise – Pet Plan",
            "it": "Crociera nel porto – Piano animali",
            "de": "Hafenrundfahrt – mit Haustier",
            "fr": "Croisière du port – Formule animaux",
            "es": "Crucero por el puerto – Plan mascotas",
        },
        188_00,
        {Channel.OTA: 1500, Channel.DIRECT: 500},
        (
            (ItemKind.TRANSPORT, "BOARDING", "Ferry boarding", 1),
            (ItemKind.SERVICE, "PET_BOARDING", "Boarding of one pet", 1),
        ),
    ),
    Product(
        "108",
        {
            "en": "Harbour Cruise – Deluxe Tea Set for Two",
            "it": "Crociera nel porto – Tè Deluxe per due",
            "de": "Hafenrundfahrt – Deluxe-Teegedeck für zwei",
            "fr": "Croisière du port – Thé Deluxe pour deux",
            "es": "Crucero por el puerto – Té Deluxe para dos",
        },
        788_00,
        {Channel.OTA: 1500, Channel.DIRECT: 300},
        (
            (ItemKind.TRANSPORT, "BOARDING", "Ferry boarding", 2),
            (ItemKind.EXTRA, "TEA_SET", "Deluxe tea set", 1),
        ),
    ),
)

SPECIAL_EVENTS = (
    ("NEW_YEARS_EVE", "New Year's Eve fireworks", 12, 31, 500_00),
    ("NATIONAL_DAY", "National Day fireworks", 10, 1, 400_00),
)
"""Code, label, month, day, what is added to the product's base price to make the event's price."""
EVENT_YEARS = 3


async def add_product(
    session: AsyncSession, product: Product, environment: Environment, operator_id: UUID, now: dt.datetime
) -> None:
    """Add a product with its price table and its pools to an environment, on sale at once."""
    package_id = new_id()
    session.add(
        models.Package(
            id=package_id,
            environment=environment,
            partner_id=operator_id,
            sku=product.sku,
            names=product.names,
            currency=CURRENCY,
            time_zone=TIME_ZONE,
            created_at=now,
        )
    )
    await session.flush()
    for position, (kind, function_code, label, quantity) in enumerate(product.items, 1):
        session.add(
            models.PackageItem(
                id=new_id(),
                package_id=package_id,
                position=position,
                kind=kind,
                function_code=function_code,
                label=label,
                quantity=quantity,
            )
        )
    session.add_all(_price_rules(package_id, product, now.year))
    for channel, units in product.units.items():
        allotment = models.Allotment(
            id=new_id(),
            environment=environment,
            package_id=package_id,
            channel=channel,
            allocated=units,
            sequence=1,
            created_at=now,
        )
        session.add(allotment)
        await session.flush()
        await inventory.journal(
            session,
            allotment.id,
            kind=InventoryEventKind.ALLOTTED,
            actor=SAMPLE_ACTOR,
            now=now,
            allocated_change=units,
        )


def _price_rules(package_id: UUID, product: Product, year: int) -> list[models.PriceRule]:
    """Special events first, then the flat price of children and the elderly, then base and weekend."""
    adult = [CustomerType.ADULT]
    rules = [
        _rule(
            package_id,
            code=code,
            label=label,
            amount_minor=product.base_minor + extra,
            starts_on=dt.date(each_year, month, day),
            ends_on=dt.date(each_year, month, day),
            is_final=True,
        )
        for each_year in range(year, year + EVENT_YEARS)
        for code, label, month, day, extra in SPECIAL_EVENTS
    ]
    rules += [
        _rule(
            package_id,
            code="CONCESSION",
            label="Child and elderly",
            amount_minor=CONCESSION_MINOR,
            customer_types=[CustomerType.CHILD, CustomerType.ELDERLY],
            is_final=True,
        ),
        _rule(package_id, code="BASE", label="Adult", amount_minor=product.base_minor, customer_types=adult),
        _rule(
            package_id,
            code="WEEKEND",
            label="Weekend premium",
            effect=RuleEffect.ADD,
            amount_minor=WEEKEND_MINOR,
            customer_types=adult,
            weekdays=[6, 7],
        ),
    ]
    for rank, rule in enumerate(rules, 1):
        rule.rank = rank * 10
    return rules


def _rule(package_id: UUID, **facts: object) -> models.PriceRule:
    defaults = {"effect": RuleEffect.SET, "customer_types": [], "weekdays": [], "is_final": False}
    return models.PriceRule(id=new_id(), package_id=package_id, **(defaults | facts))
