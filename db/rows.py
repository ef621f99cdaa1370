"""Reads as values: what to read is described here and there, run once by whoever needs the rows.

One[R]    at most one row
Rows[R]   all the rows of a statement
Page[R]   a window on a keyset-ordered list (`db/paging.py`)

Questions (`db/questions.py`) describe with these, resolvers return what was asked; who answers decides how it is
run. Nothing in between opens a session.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import with_expression

from db.session import Sessions

R = TypeVar("R")

Computed = Mapping[str, ColumnElement[Any]]
"""Attributes of rows that are not columns (`query_expression`), with what they are in this statement."""


@dataclass(frozen=True, slots=True)
class Visible:
    """Which rows a viewer may see: a predicate, wherever SQLAlchemy takes one. Minted by `permissions/visibility`."""

    rule: Callable[..., ColumnElement[bool]]
    viewer: Any
    """Whose; its `shape` is what the rule decides by."""
    more: tuple[Any, ...]
    symbolize: Callable[[Any], Any]
    """Makes what stands for every viewer of a shape."""

    @property
    def predicate(self) -> ColumnElement[bool]:
        return self.rule(self.viewer, *self.more)

    def __clause_element__(self) -> ColumnElement[bool]:
        """Be taken for the predicate by SQLAlchemy."""
        return self.predicate

    @property
    def shape(self) -> tuple[object, ...]:
        return (self.rule, self.more, self.viewer.shape)

    def symbolic(self) -> ColumnElement[bool]:
        """Return the predicate with the viewer's facts as parameters."""
        return self.rule(self.symbolize(self.viewer), *self.more)


class Embedded(dict[str, ColumnElement[Any]]):
    """An object that is part of a row: its attributes with what they are in SQL."""


@dataclass(frozen=True, slots=True)
class Described(Generic[R]):
    """A statement that selects rows of one model."""

    statement: Select[R]
    computed: Computed = field(default_factory=dict, kw_only=True)

    @property
    def model(self) -> Any:
        """The model whose rows it selects."""
        return self.statement.column_descriptions[0]["entity"]

    def complete(self) -> Select[R]:
        """Return the statement with what its rows carry besides their columns."""
        return self.carrying(self.statement)

    def carrying(self, statement: Select[R]) -> Select[R]:
        """Return a statement of the same rows with what they carry besides their columns."""
        if not self.computed:
            return statement
        model = self.model
        return statement.options(
            *(with_expression(getattr(model, name), each) for name, each in self.computed.items())
        )


@dataclass(frozen=True, slots=True)
class One(Described[R]):
    """The row of a statement that has at most one."""

    async def load(self, sessions: Sessions) -> R | None:
        async with sessions.read() as session:
            return (await session.scalars(self.complete())).one_or_none()


@dataclass(frozen=True, slots=True)
class Rows(Described[R]):
    """All rows of a statement, in its order."""

    async def load(self, sessions: Sessions) -> Sequence[R]:
        async with sessions.read() as session:
            return (await session.scalars(self.complete())).all()
