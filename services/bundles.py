"""What a hold takes from which pools: a package from its own, a bundle from its components' too."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db.queries.reservations import Offer
from domain.errors import InvalidInput, Refused
from domain.inventory import InsufficientInventory
from domain.packages import PackageUnavailable, is_sold_for
from domain.reservations import Demand


def check_offer(asked: Demand, offer: Offer, day: dt.date) -> None:
    """Let a line pass that is on sale for its local day, and has pools to take from.

    Refuses: PackageUnavailable, InvalidInput, InsufficientInventory.
    """
    parts = offer.parts or ()
    is_on_sale = offer.is_sold and all(part.is_sold for part in parts)
    if not is_on_sale or not is_sold_for(day, sold_from=offer.sold_from, sold_until=offer.sold_until):
        raise Refused(PackageUnavailable(product_id=asked.product_id, date=asked.date))
    if offer.is_dated and asked.date is None:
        raise Refused(InvalidInput("date", f"{asked.product_id} is sold for a day"))
    has_pools = all(part.allotment_id for part in parts) and (offer.allotment_id or parts)
    if not has_pools:
        raise Refused(
            InsufficientInventory(
                product_id=asked.product_id, date=asked.date, requested=asked.quantity, available=0
            )
        )


def component_lines(lines: Sequence[dict[str, Any]], offers: Sequence[Offer | None]) -> list[dict[str, Any]]:
    """Return what the bundles among the lines take from others' pools: lines that cost nothing."""
    return [
        {
            **line,
            "component_of": position,
            "allotment_id": part.allotment_id,
            "package_id": part.package_id,
            "package_version": part.version,
            "product_id": part.product_id,
            "quantity": line["quantity"] * part.quantity,
            "unit_amount_minor": 0,
            "amount_minor": 0,
            "rules": [],
        }
        for position, (line, offer) in enumerate(zip(lines, offers, strict=True), 1)
        if offer is not None
        for part in offer.parts or ()
    ]


def want(
    hold: dict[str, Any], lines: Sequence[dict[str, Any]], taken: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Return what a hold takes from each pool, in the order of the pools' ids.

    Of a pool that has too little the product is named that was asked for, not the part of it nobody knows of.
    """
    by_pool: dict[UUID, list[dict[str, Any]]] = {}
    for line in (*lines, *taken):
        if line["allotment_id"] is not None:
            by_pool.setdefault(line["allotment_id"], []).append(line)
    pools = sorted(by_pool)
    asked = dict(enumerate(lines, 1))
    first = [by_pool[pool][0] for pool in pools]
    asked_for = [asked[line["component_of"]] if line["component_of"] else line for line in first]
    return {
        **{name: hold[name] for name in ("id", "reseller_id", "environment", "units")},
        "now": hold["created_at"],
        "pools": pools,
        "quantities": [sum(line["quantity"] for line in by_pool[pool]) for pool in pools],
        "products": [line["product_id"] for line in asked_for],
        "dates": [
            min((line["date"] for line in by_pool[pool] if line["date"]), default=None) for pool in pools
        ],
        "per": [
            line["quantity"] // whole["quantity"] if len(by_pool[pool]) == 1 else 1
            for pool, line, whole in zip(pools, first, asked_for, strict=True)
        ],
    }
