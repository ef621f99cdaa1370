"""What the lines of a hold cost, and all of them together: the same on every channel."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db.queries.reservations import Offer
from domain.discounts import discounts, party_of
from domain.errors import NotFound, Refused
from domain.money import CurrencyMismatch
from domain.pricing import CustomerType, UnitPrice, day_of_sale, price_unit
from domain.reservations import Demand
from services import bundles


def price(asked: Demand, offer: Offer | None, now: dt.datetime) -> tuple[Offer, UnitPrice]:
    """Return what a line is sold from, and what one unit of it costs now.

    Refuses: NotFound, PackageUnavailable, InvalidInput, InsufficientInventory, NotPriced.
    """
    if offer is None:
        raise Refused(NotFound(noun="product", id=asked.product_id))
    day = day_of_sale(visit_on=asked.date, now=now, time_zone=offer.time_zone)
    bundles.check_offer(asked, offer, day)
    return offer, price_unit(
        offer.rules, product_id=asked.product_id, customer_type=asked.customer_type, day=day
    )


def line(asked: Demand, found: Offer | None, now: dt.datetime) -> dict[str, Any]:
    """Return a line of a hold, but what it is of. Refuses as `price`."""
    offer, unit = price(asked, found, now)
    return {
        "allotment_id": offer.allotment_id,
        "package_id": offer.package_id,
        "package_version": offer.version,
        "component_of": None,
        "product_id": offer.product_id,
        "customer_type": asked.customer_type,
        "date": asked.date,
        "quantity": asked.quantity,
        "unit_amount_minor": unit.amount_minor,
        "amount_minor": unit.amount_minor * asked.quantity,
        "rules": [
            {"code": rule.code, "label": rule.label, "amount_minor": rule.amount_minor} for rule in unit.rules
        ],
    }


def total(
    demand: Sequence[Demand],
    offers: Sequence[Offer | None],
    lines: Sequence[dict[str, Any]],
    now: dt.datetime,
) -> int:
    """Return what lines cost together, less the bundle discounts of each package on each day."""
    undiscounted: int = sum(line["amount_minor"] for line in lines)
    if not any(offer and offer.discount_rules for offer in offers):
        return undiscounted
    parties: dict[tuple[UUID, dt.date | None], tuple[Offer, dict[CustomerType, int], list[int]]] = {}
    for asked, offer, line in zip(demand, offers, lines, strict=True):
        if offer is not None and offer.discount_rules:
            _, counts, amounts = parties.setdefault((offer.package_id, asked.date), (offer, {}, []))
            counts[asked.customer_type] = counts.get(asked.customer_type, 0) + asked.quantity
            amounts.append(line["amount_minor"])
    return undiscounted + sum(
        each.amount_minor
        for (_, day), (offer, counts, amounts) in parties.items()
        for each in discounts(
            offer.discount_rules,
            party_of(counts, day, offer.item_kinds, time_zone=offer.time_zone, now=now),
            sum(amounts),
        )
    )


def one_currency(offers: Sequence[Offer | None]) -> str:
    """Return the currency of all lines. Refuses: CurrencyMismatch."""
    currencies = [offer.currency for offer in offers if offer]
    for found in currencies:
        if found != currencies[0]:
            raise Refused(CurrencyMismatch(expected=currencies[0], found=found))
    return currencies[0]
