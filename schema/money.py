"""Money at the edge: decimal amounts as text, with their currency."""

import datetime as dt
from decimal import Decimal
from typing import Any, NewType

import strawberry

from domain import money
from resolvers import amounts
from schema.sources import passed_by, represents

CurrencyCode = NewType("CurrencyCode", str)


@strawberry.type(description="An amount with its currency. `amount` has all decimals of the currency.")
class Money:
    is_type_of = represents(money.Money)

    amount: Decimal
    currency: CurrencyCode


def amount_of(attribute: str) -> Any:
    """Bind a Money field to the row's minor units and its currency."""
    return passed_by(amounts.amount(attribute))


def _instant(value: dt.datetime) -> str:
    return value.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _parse_instant(value: Any) -> dt.datetime:
    parsed = dt.datetime.fromisoformat(value)
    if parsed.tzinfo is None:
        raise ValueError("a time needs its offset")
    return parsed


SCALARS: dict[object, Any] = {
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode", description="ISO 4217.", serialize=str, parse_value=str
    ),
    dt.datetime: strawberry.scalar(
        name="DateTime",
        description="An instant, ISO 8601 in UTC: `2026-12-24T09:30:00.000Z`.",
        serialize=_instant,
        parse_value=_parse_instant,
    ),
}
