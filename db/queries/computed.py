"""Selecting rows with what they always carry besides their columns."""

import datetime as dt
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, func, select
from sqlalchemy.orm import with_expression

from db import models


def select_rows(model: type[Any], *, now: dt.datetime) -> Select[Any]:
    """Select a model's rows, with the attributes that depend on the time as they are at `now`."""
    statement = select(model)
    if model is models.Allotment:
        overdue = func.overdue_units(models.Allotment.id, now)
        return statement.options(with_expression(models.Allotment.overdue, overdue))
    return statement


def row_of(model: type[models.Base]) -> ColumnElement[Any]:
    """Return a table's whole row as one value, as SQL functions take it."""
    return cast("Table", model.__table__).table_valued()
