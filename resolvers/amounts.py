"""Amounts of money out of a row's minor units and its currency; percentages out of basis points, and back."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import strawberry

from db.queries.texts import money_of
from domain.money import Money


def amount(attribute: str) -> Callable[[Any], Money]:
    """Make the resolver of the amount in this attribute of the row."""

    def read(root: strawberry.Parent[Any]) -> Money:
        return money_of(getattr(root, attribute), root.currency)

    return read


MOST_DIGITS = 10
"""Before or behind the point: a percentage beyond is none, and would take long to reckon with."""


def percent_of(bps: int) -> Decimal:
    """Return basis points as a percentage with two decimals: 12.50."""
    return Decimal(bps).scaleb(-2)


def bps_of(percent: Decimal) -> int:
    """Return a percentage in basis points; 0, which no rule lets pass, for one that has none."""
    if not percent.is_finite() or abs(percent.adjusted()) > MOST_DIGITS:
        return 0
    bps = percent.scaleb(2)
    return int(bps) if bps == bps.to_integral_value() else 0
