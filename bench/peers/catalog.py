"""Who sells what: partners, packages with their items and price tables, and the calls of the resellers."""

import json
from dataclasses import dataclass
from uuid import UUID

from bench.peers.rows import Rows, environment_of
from db import models
from domain.environments import Environment
from domain.packages import ItemKind
from domain.partners import DEFAULT_RATE_LIMIT, PartnerType
from domain.pricing import RuleEffect
from domain.request_log import DONE, Door

CURRENCIES = ("HKD", "EUR", "USD", "JPY", "KWD")
PREFIX, BIG_PREFIX = "PKG-", "TWENTY-"
"""Of the SKUs; the big ones come after all others."""
ITEMS_OF_BIG = 20
PLACES = ("Kowloon", "Łódź", "Lisboa", "Zürich", "Aberdeen", "Naples", "Åland", "Kyoto")
CALLED = ("inventory", "reserve", "activate_reservation", "orders", "tickets", "ad-hoc")
STATUSES = (DONE, "INSUFFICIENT_INVENTORY", "NOT_FOUND")
OPEN_HOLD_CAP = 1_000_000

Item = tuple[ItemKind, str, str]
ITEMS: tuple[Item, ...] = (
    (ItemKind.TRANSPORT, "BOARDING", "Ferry boarding"),
    (ItemKind.LODGING, "NIGHT", "Night in a “Superior” room"),
    (ItemKind.SERVICE, "BREAKFAST", "Breakfast at the café"),
)
STOPS: tuple[Item, ...] = tuple(
    (ItemKind.TOUR, f"STOP_{stop:02}", f"Stop {stop}") for stop in range(1, ITEMS_OF_BIG + 1)
)
RULES: tuple[tuple[str, RuleEffect, list[str], list[int]], ...] = (
    ("CHILD", RuleEffect.SET, ["CHILD", "ELDERLY"], []),
    ("BASE", RuleEffect.SET, [], []),
    ("WEEKEND", RuleEffect.ADD, [], [6, 7]),
)
"""Code, effect, customer types, weekdays."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """What the sales need to know; a package is known by its number."""

    packages: list[UUID]
    resellers: list[UUID]

    def sku(self, package: int) -> str:
        return f"{PREFIX}{package:05}"

    def currency(self, package: int) -> str:
        return CURRENCIES[package % len(CURRENCIES)]


def add_catalog(rows: Rows, *, partners: int, resellers: int, packages: int, big_packages: int) -> Catalog:
    """Add partners, the first of them resellers, and the packages they sell."""
    partner_ids = [rows.new_id(rows.began) for _ in range(partners)]
    for number, partner_id in enumerate(partner_ids):
        _add_partner(rows, partner_id, number, is_reseller=number < resellers)
    catalog = Catalog(packages=[], resellers=partner_ids[:resellers])
    for number, at in enumerate(rows.moments(packages + big_packages)):
        package_id = rows.new_id(at)
        place = PLACES[number % len(PLACES)]
        facts = {
            "id": package_id,
            "partner_id": rows.random.choice(partner_ids),
            "currency": catalog.currency(number),
            "time_zone": "Asia/Hong_Kong",
            "created_at": at,
        }
        if number < packages:
            catalog.packages.append(package_id)
            names = _names(f"{place} “city break” {number:05}")
            sku, environment = catalog.sku(number), environment_of(number)
            rows.add(models.Package, **facts, environment=environment, sku=sku, names=names)
            _add_items(rows, package_id, ITEMS)
            _add_price_rules(rows, package_id)
        else:
            # All in LIVE: a page of a hundred is a hundred of them.
            sku, names = f"{BIG_PREFIX}{number - packages:04}", _names(f"{place}, the grand tour")
            rows.add(models.Package, **facts, environment=Environment.LIVE, sku=sku, names=names)
            _add_items(rows, package_id, STOPS)
    return catalog


def _add_partner(rows: Rows, partner_id: UUID, number: int, *, is_reseller: bool) -> None:
    types = tuple(PartnerType)
    rows.add(
        models.Partner,
        id=partner_id,
        name=f"{PLACES[number % len(PLACES)]} Travel {number:04}",
        slug=f"partner-{number:04}",
        type=PartnerType.OTA if is_reseller else types[number % len(types)],
        created_at=rows.began,
    )
    if is_reseller:
        rows.add(
            models.ResellerProfile,
            partner_id=partner_id,
            rate_limit_per_minute=DEFAULT_RATE_LIMIT,
            open_hold_cap=OPEN_HOLD_CAP,
            created_at=rows.began,
            live_at=rows.began,
        )


def _names(name: str) -> str:
    return json.dumps({"en": name, "it": f"{name} (IT)", "de": f"{name} (DE)"})


def _add_items(rows: Rows, package_id: UUID, items: tuple[Item, ...]) -> None:
    for position, (kind, function_code, label) in enumerate(items, 1):
        rows.add(
            models.PackageItem,
            id=rows.new_id(rows.began),
            package_id=package_id,
            position=position,
            kind=kind,
            function_code=function_code,
            label=label,
            quantity=rows.random.randint(1, 9),
        )


def _add_price_rules(rows: Rows, package_id: UUID) -> None:
    for rank, (code, effect, kinds, weekdays) in enumerate(RULES, 1):
        rows.add(
            models.PriceRule,
            id=rows.new_id(rows.began),
            package_id=package_id,
            rank=rank * 10,
            code=code,
            label=code.title(),
            effect=effect,
            amount_minor=rows.random.randint(100, 90_000),
            customer_types=kinds,
            weekdays=weekdays,
            is_final=bool(kinds),
        )


def add_calls(rows: Rows, catalog: Catalog, count: int) -> None:
    """Add the calls of resellers; six in ten went well."""
    for number, at in enumerate(rows.moments(count)):
        door = rows.random.choice(tuple(Door))
        rows.add(
            models.ApiCall,
            id=rows.new_id(at),
            at=at,
            partner_id=rows.random.choice(catalog.resellers),
            environment=environment_of(number),
            operation=rows.random.choice(CALLED),
            door=door,
            status=rows.random.choices(STATUSES, (6, 2, 2))[0],
            # A socket lasts as long as its caller likes.
            duration_ms=None if door is Door.WS else rows.random.randint(1, 400),
            request_id=rows.code(26),
        )
