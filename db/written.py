"""Rows as an act has just written them: nothing is left to read."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache, partial
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Date, DateTime, Enum, Numeric, Uuid
from sqlalchemy.types import TypeEngine

from db.types import Base

M = TypeVar("M", bound=Base)


def row(model: type[M], values: Mapping[str, Any]) -> M:
    """Return a row of no session, with attributes as they are.

    What a constructor does besides, to notice changes, would take longer than the rest of the act.
    """
    made = model.__mapper__.class_manager.new_instance()
    vars(made).update(values)
    return cast("M", made)


def row_of_json(model: type[M], written: Mapping[str, Any]) -> M:
    """Return the row that SQL told with `to_jsonb`."""
    return row(
        model,
        {
            key: read(written[key]) if read is not None and written[key] is not None else written[key]
            for key, read in _readers(model).items()
        },
    )


@cache
def _readers(model: type[Base]) -> dict[str, Callable[[Any], Any] | None]:
    """Return how each column's JSON is read, by its attribute; None for as it is."""
    return {each.key: _reader(each.columns[0].type) for each in model.__mapper__.column_attrs}


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    if isinstance(kind, Enum):
        return kind.enum_class
    if isinstance(kind, DateTime):
        return dt.datetime.fromisoformat
    if isinstance(kind, Date):
        return dt.date.fromisoformat
    if isinstance(kind, Numeric) and kind.asdecimal and kind.scale is not None:
        return partial(_decimal, Decimal(1).scaleb(-kind.scale))
    return UUID if isinstance(kind, Uuid) else None


def _decimal(step: Decimal, number: float) -> Decimal:
    """Return a number of JSON as its column has it: with all its places."""
    return Decimal(repr(number)).quantize(step)
