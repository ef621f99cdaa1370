"""What the graph writes of columns in a way of its own: the rules of the domain once more, in SQL."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Numeric,
    String,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
    type_coerce,
)

from db.questions import twin
from db.rows import Embedded
from db.types import Plain
from domain import ids, money, packages


@twin(money.Money)
def money_of(minor: ColumnElement[int], currency: ColumnElement[str]) -> Embedded:
    """An amount in major units with all its decimals, and its currency."""
    by_decimals: dict[int, list[str]] = {}
    for code, decimals in money.EXPONENTS.items():
        by_decimals.setdefault(decimals, []).append(code)
    exact = cast(minor, Numeric)
    amount = case(
        *(
            (currency.in_(codes), cast(exact * cast(str(Decimal(1).scaleb(-decimals)), Numeric), String))
            for decimals, codes in sorted(by_decimals.items(), key=lambda each: -len(each[1]))
        )
    )
    return Embedded({"amount": type_coerce(amount, Plain()), "currency": currency})


def _global_id(model: type, uuid: UUID) -> str:
    return ids.global_id(model.__name__, uuid)


@twin(_global_id, is_total=True)
def global_id(model: type, uuid: ColumnElement[UUID]) -> ColumnElement[str]:
    """The public id: prefix and 32 hexadecimal digits."""
    digits = func.encode(func.uuid_send(uuid), literal_column("'hex'"), type_=String())
    return type_coerce(literal(f"{ids.PREFIXES[model.__name__]}_").concat(digits), Plain())


@twin(packages.localized)
def localized(texts: ColumnElement[Any], locales: tuple[ColumnElement[str], ...]) -> ColumnElement[str]:
    """The text in the first of the locales there is one for, then in English, then any; empty where there is none."""
    candidates = [each for locale in locales for each in (locale, func.split_part(locale, "-", 1))]
    found = [
        texts.op("->>", return_type=String())(each)
        for each in (*candidates, literal(packages.DEFAULT_LOCALE))
    ]
    pairs = func.jsonb_each_text(texts).table_valued("key", "value")
    return func.coalesce(*found, select(pairs.c.value).limit(1).scalar_subquery(), literal(""))


def _is_set(value: object) -> bool:
    return value is not None


@twin(_is_set, is_total=False)
def is_set(value: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether there is a value."""
    return value.is_not(None)
