"""The columns of a row in a statement, by the names the model gives them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Column, FromClause, Select, null
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import class_mapper

from db.rows import Computed
from executor.giving_up import Unsupported


class Columns:
    """Stands for the rows of a model: `columns.units` is the column, `columns.available` what it computes."""

    def __init__(self, model: type, table: FromClause) -> None:
        self._model = model
        self._table = table

    def __getattr__(self, name: str) -> Any:
        if name in self._table.c:
            return self._table.c[name]
        descriptor = self._model.__dict__.get(name)
        if isinstance(descriptor, hybrid_property):
            return (descriptor.expr or descriptor.fget)(self)
        if name in class_mapper(self._model).column_attrs:
            # A `query_expression` that this statement does not compute: None on a row, too.
            return null()
        raise Unsupported(f"{self._model.__name__}.{name} is not SQL")

    def is_never_null(self, name: str) -> bool:
        """Tell whether the database itself promises a value."""
        column = columns_of(self._model).get(name)
        return column is not None and not column.nullable


@cache
def columns_of(model: type) -> Mapping[str, Column[Any]]:
    """Return the columns of a model's table by the names of their attributes."""
    columns: dict[str, object] = {each.key: each.columns[0] for each in class_mapper(model).column_attrs}
    return {key: column for key, column in columns.items() if isinstance(column, Column)}


def selecting(statement: Select[Any], model: type, computed: Computed) -> Select[Any]:
    """Return a statement of rows that selects their columns, by attribute, and what they compute besides."""
    columns = [column.label(name) for name, column in columns_of(model).items()]
    computing = [expression.label(name) for name, expression in computed.items()]
    return statement.with_only_columns(*columns, *computing, maintain_column_froms=True)
