"""A part of a batch (`db/batches.py`) as a table, for the statement that answers it.

The members of a batch have viewers of their own, of one shape: a visibility rule compares with the facts of each, which
stand in its entry.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import (
    ARRAY,
    BinaryExpression,
    BindParameter,
    ClauseElement,
    ColumnElement,
    FromClause,
    Integer,
    bindparam,
    column,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.operators import in_op, not_in_op
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import TypeEngine

from db.questions import shape_of
from db.ready import ready
from db.rows import Visible

P = ParamSpec("P")
T = TypeVar("T")

MOST_KEPT = 1_000
"""Shapes of one statement; what calls decide by has a handful of forms, so more are a caller's play with them."""

PARTS = bindparam("parts", type_=JSONB())
"""The whole batch: the one parameter of a statement for many."""


@dataclass(frozen=True, slots=True)
class ForMany:
    """A statement that answers the members of a batch."""

    sql: str
    facts: tuple[str, ...]
    """Which facts of its viewer each entry tells."""


class Entries:
    """The entries of a part: their columns, and the facts of their viewers that rules compare with."""

    def __init__(self, part: str, **columns: TypeEngine[Any]) -> None:
        """Take the columns' types by name; `nth` is always one of them."""
        self._part = part
        self._columns: dict[str, TypeEngine[Any]] = {"nth": Integer(), **columns}
        self._facts: dict[str, TypeEngine[Any]] = {}

    def __getattr__(self, name: str) -> ColumnElement[Any]:
        """Return a column; as text, since it belongs to the statement around any subquery that names it."""
        if name.startswith("_") or name not in self._columns:
            raise AttributeError(name)
        return self._column(name, self._columns[name])

    def seen(self, visible: Visible) -> Any:
        """Return a rule's predicate for the viewer of each entry."""
        return _placed(visible.symbolic(), self._fact)

    def table(self) -> FromClause:
        """Return the entries as a table; after every rule was named, whose facts are among its columns."""
        columns = (column(name, kind) for name, kind in (self._columns | self._facts).items())
        return (
            func.jsonb_to_recordset(PARTS.op("->")(self._part))
            .table_valued(*columns)
            .render_derived(name=self._part, with_types=True)
        )

    def answering(self, statement: Any) -> ForMany:
        """Make the statement for many of a statement over the entries."""
        return ForMany(ready(statement).sql, tuple(self._facts))

    def _fact(self, name: str, kind: TypeEngine[Any]) -> ColumnElement[Any]:
        self._facts[name] = kind
        return self._column(name, kind)

    def _column(self, name: str, kind: TypeEngine[Any]) -> ColumnElement[Any]:
        return literal_column(f'{self._part}."{name}"', kind)


Place = Callable[[str, TypeEngine[Any]], ColumnElement[Any]]
"""What takes a parameter's place; of a list, the type is an array."""


def _placed(rule: ClauseElement, place: Place) -> Any:
    """Return a traced rule with a column in the place of every parameter, `= ANY` in that of IN."""

    def replacement(element: Any, **_: object) -> Any:
        if isinstance(element, BindParameter) and element.required:
            return place(element.key, element.type)
        if not isinstance(element, BinaryExpression) or element.operator not in {in_op, not_in_op}:
            return None
        listed = element.right
        if not isinstance(listed, BindParameter) or not listed.required:
            return None
        values, left = place(listed.key, ARRAY(listed.type)), _placed(element.left, place)
        return left == func.any(values) if element.operator is in_op else left != func.all(values)

    return replacement_traverse(rule, {}, replacement)


def once_a_shape(make: Callable[P, T]) -> Callable[P, T]:
    """Keep what `make` returns for all calls whose arguments have the same shape (`questions.shape_of`)."""
    kept: dict[object, T] = {}

    @wraps(make)
    def get(*args: P.args, **kwargs: P.kwargs) -> T:
        shape = (*map(shape_of, args), *((name, shape_of(each)) for name, each in kwargs.items()))
        made = kept.get(shape)
        if made is None:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            made = kept[shape] = make(*args, **kwargs)
        return made

    return get
