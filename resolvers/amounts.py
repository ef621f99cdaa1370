"""Amounts of money out of a row's minor units and its currency."""

from collections.abc import Callable
from typing import Any

import strawberry

from db.queries.texts import money_of
from domain.money import Money


def amount(attribute: str) -> Callable[[Any], Money]:
    """Make the resolver of the amount in this attribute of the row."""

    def read(root: strawberry.Parent[Any]) -> Money:
        return money_of(getattr(root, attribute), root.currency)

    return read
