"""Reads as values: what to read is described here and there, run once by whoever needs the rows.

One[R]    at most one row
Rows[R]   all the rows of a statement
Page[R]   a window on a keyset-ordered list; counts only when asked

A resolver returns one of these; `schema/sources.py` runs it. Nothing in between opens a session.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NewType, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from db.session import Sessions
from domain.errors import InvalidInput, Refused

R = TypeVar("R")

Visible = NewType("Visible", ColumnElement[bool])
"""Which rows a viewer may see. Only `permissions/visibility.py` mints one."""

MAX_PAGE = 100


class Described(Protocol):
    """Anything that describes a read and can be run."""

    async def load(self, sessions: Sessions) -> Any: ...


@dataclass(frozen=True, slots=True)
class One(Generic[R]):
    """The row of a statement that has at most one."""

    statement: Select[R]

    async def load(self, sessions: Sessions) -> R | None:
        async with sessions.read() as session:
            return (await session.scalars(self.statement)).one_or_none()


@dataclass(frozen=True, slots=True)
class Rows(Generic[R]):
    """All rows of a statement, in its order."""

    statement: Select[R]

    async def load(self, sessions: Sessions) -> Sequence[R]:
        async with sessions.read() as session:
            return (await session.scalars(self.statement)).all()


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list: `first` after a cursor, or `last` before one."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    @property
    def size(self) -> int:
        """Return how many rows are asked for. Refuses: InvalidInput."""
        if self.first is not None and self.last is not None:
            raise Refused(InvalidInput("first", "can not be combined with last"))
        name, size = ("last", self.last) if self.last is not None else ("first", self.first)
        if size is None:
            return 20
        if not 0 <= size <= MAX_PAGE:
            raise Refused(InvalidInput(name, f"must be from 0 to {MAX_PAGE}"))
        return size


@dataclass(frozen=True, slots=True)
class Keyset:
    """The order of a list: unique together, none of them NULL. Cursors are these columns' values."""

    columns: tuple[InstrumentedAttribute[Any], ...]
    is_descending: bool = False

    def cursor(self, row: object) -> str:
        values = [getattr(row, column.key) for column in self.columns]
        return urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")

    def past(self, name: str, cursor: str, *, is_forward: bool) -> ColumnElement[bool]:
        """Return the predicate of the rows on one side of a cursor. Refuses: InvalidInput."""
        try:
            values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            bound = [self._bind(column, value) for column, value in zip(self.columns, values, strict=True)]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise Refused(InvalidInput(name, "is not a cursor of this list")) from None
        left, right = tuple_(*self.columns), tuple_(*bound)
        return left > right if is_forward is not self.is_descending else left < right

    @staticmethod
    def _bind(column: InstrumentedAttribute[Any], value: Any) -> Any:
        python_type = column.type.python_type
        if not isinstance(value, str if python_type is UUID else python_type):
            raise TypeError
        if isinstance(value, str) and not value.isprintable():
            raise ValueError
        return UUID(value) if python_type is UUID else value

    def order(self, *, is_forward: bool) -> list[ColumnElement[Any]]:
        is_ascending = is_forward is not self.is_descending
        return [column.asc() if is_ascending else column.desc() for column in self.columns]


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """A window on the rows of a statement that is filtered and visible but not ordered.

    With `owner` it is the list of one parent (`owner_id`): those of many parents are loaded together.
    """

    statement: Select[R]
    keyset: Keyset
    window: Window
    owner: Any = None
    """The column of the parent's id. `Any`: an attribute of a model in a dataclass would be its descriptor."""
    owner_id: UUID | None = None

    @property
    def rows(self) -> Select[R]:
        """The statement of the whole list."""
        return self.statement if self.owner is None else self.statement.where(self.owner == self.owner_id)

    def selected(self) -> Select[R]:
        """Return the statement of the window, one row longer than asked: it tells whether more follow."""
        statement = self.rows.where(*self._between()).order_by(*self._order())
        return statement.limit(self.window.size + 1)

    def selected_for(self, owner_ids: Sequence[UUID]) -> Select[R]:
        """Return the statement of the same window for each of many owners."""
        model = self.owner.class_
        nth = func.row_number().over(partition_by=self.owner, order_by=self._order()).label("nth")
        numbered = (
            self.statement.where(self.owner.in_(owner_ids), *self._between())
            .with_only_columns(model.id, nth)
            .subquery()
        )
        return (
            self.statement.join(numbered, numbered.c.id == model.id)
            .where(numbered.c.nth <= self.window.size + 1)
            .order_by(*self._order())
        )

    async def load(self, sessions: Sessions) -> "LoadedPage[R]":
        async with sessions.read() as session:
            return self.loaded(list((await session.scalars(self.selected())).all()))

    def loaded(self, rows: list[R]) -> "LoadedPage[R]":
        """Return the page that the rows of `selected` make."""
        size, window = self.window.size, self.window
        has_more, rows = len(rows) > size, rows[:size]
        if window.last is not None:
            rows.reverse()
            return LoadedPage(rows, self, has_previous_page=has_more, has_next_page=window.before is not None)
        return LoadedPage(rows, self, has_previous_page=window.after is not None, has_next_page=has_more)

    def _between(self) -> list[ColumnElement[bool]]:
        predicates = []
        if self.window.after is not None:
            predicates.append(self.keyset.past("after", self.window.after, is_forward=True))
        if self.window.before is not None:
            predicates.append(self.keyset.past("before", self.window.before, is_forward=False))
        return predicates

    def _order(self) -> list[ColumnElement[Any]]:
        return self.keyset.order(is_forward=self.window.last is None)


@dataclass(frozen=True, slots=True)
class LoadedPage(Generic[R]):
    """The rows of a page, and what lies beyond them."""

    rows: list[R]
    page: Page[R] = field(repr=False)
    has_previous_page: bool
    has_next_page: bool

    def cursor(self, row: R) -> str:
        return self.page.keyset.cursor(row)

    def count(self) -> One[int]:
        """Describe the number of all rows of the list, whatever the window."""
        return One(select(func.count()).select_from(self.page.rows.order_by(None).subquery()))
