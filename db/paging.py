"""Lists by the page: a window on rows in a fixed order, found again by the values of a row (keyset pages).

https://use-the-index-luke.com/no-offset (2026-11): an offset reads all it skips, and shifts when a row is added.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Select, and_, func, inspect, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from db.rows import Described, One
from db.session import Sessions
from domain.errors import InvalidInput, Refused

R = TypeVar("R")

MAX_PAGE = 100
LARGEST = 2**63
MOST_CURSORS = 1_000
"""Kept read; the one asked for longest ago goes first."""


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

    @property
    def is_forward(self) -> bool:
        return self.last is None

    @property
    def shape(self) -> tuple[object, ...]:
        return (Window, self.is_forward, self.after is None, self.before is None)

    def symbolic(self) -> "Window":
        """Return a window of the same shape; its numbers and cursors are not looked at."""
        return self


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A value that a statement reckons for each of its rows, to put them in order by: a score.

    The rows carry it under the same name, as one of the page's `computed`.
    """

    key: str
    type: TypeEngine[Any] = field(compare=False)
    expression: ColumnElement[Any] = field(compare=False)

    def __clause_element__(self) -> ColumnElement[Any]:
        return self.expression

    def asc(self) -> ColumnElement[Any]:
        return self.expression.asc()

    def desc(self) -> ColumnElement[Any]:
        return self.expression.desc()


Sorted = InstrumentedAttribute[Any] | Reckoned
"""What a list may be in the order of."""


@dataclass(frozen=True, slots=True)
class Keyset:
    """The order of a list: unique together, none of them NULL. Cursors are these columns' values.

    They are written as PostgreSQL can write them too: base64 of a JSON array, texts as `to_json` has them.
    """

    columns: tuple[Sorted, ...]
    is_descending: bool = False

    def cursor(self, row: object) -> str:
        values = [getattr(row, column.key) for column in self.columns]
        return urlsafe_b64encode(orjson.dumps(values, default=str)).decode().rstrip("=")

    def values_of(self, name: str, cursor: str) -> tuple[Any, ...]:
        """Return the values of the columns a cursor stands for. Refuses: InvalidInput."""
        try:
            return _values_of(tuple(map(_python_type, self.columns)), cursor)
        except (ValueError, TypeError, KeyError):
            raise Refused(InvalidInput(name, "is not a cursor of this list")) from None

    def past(self, bound: Sequence[Any], *, is_forward: bool) -> ColumnElement[bool]:
        """Return the predicate of the rows on one side of these values."""
        left, right = tuple_(*self.columns), tuple_(*bound)
        return left > right if is_forward is not self.is_descending else left < right

    def order(self, *, is_forward: bool) -> list[ColumnElement[Any]]:
        is_ascending = is_forward is not self.is_descending
        return [column.asc() if is_ascending else column.desc() for column in self.columns]


@lru_cache(maxsize=MOST_CURSORS)
def _values_of(types: tuple[type, ...], cursor: str) -> tuple[Any, ...]:
    """Read a cursor; one request asks for it several times. Raises ValueError, TypeError, KeyError."""
    values = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return tuple([_bind(kind, value) for kind, value in zip(types, values, strict=True)])


def _bind(python_type: Any, value: Any) -> Any:
    if not isinstance(value, str if python_type is UUID else python_type):
        raise TypeError
    if isinstance(value, str) and not value.isprintable():
        raise ValueError
    if isinstance(value, int) and abs(value) >= LARGEST:
        raise ValueError
    return UUID(value) if python_type is UUID else value


@cache
def _python_type(column: Sorted) -> type:
    """Return what a column holds: SQLAlchemy looks for it anew each time."""
    python_type: type = column.type.python_type
    return python_type


@dataclass(frozen=True, slots=True)
class Page(Described[R]):
    """A window on the rows of a statement that is filtered and visible but not ordered.

    With `owner` it is the list of one parent (`owner_id`): those of many parents are loaded together.
    """

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
        return self.carrying(statement).limit(self.window.size + 1)

    def selected_for(self, owner_ids: Sequence[UUID]) -> Select[R]:
        """Return the statement of the same window for each of many owners."""
        keys = inspect(self.owner.class_).primary_key
        nth = func.row_number().over(partition_by=self.owner, order_by=self._order()).label("nth")
        numbered = (
            self.statement.where(self.owner.in_(owner_ids), *self._between())
            .with_only_columns(*keys, nth)
            .subquery()
        )
        return (
            self.complete()
            .join(numbered, and_(*(numbered.c[key.name] == key for key in keys)))
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
            bound = self.keyset.values_of("after", self.window.after)
            predicates.append(self.keyset.past(bound, is_forward=True))
        if self.window.before is not None:
            bound = self.keyset.values_of("before", self.window.before)
            predicates.append(self.keyset.past(bound, is_forward=False))
        return predicates

    def _order(self) -> list[ColumnElement[Any]]:
        return self.keyset.order(is_forward=self.window.is_forward)


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
