"""Batched loaders: parents in, what belongs to each of them out, in one statement.

related   a declared relation's row or rows
page      a window on each parent's own list
count     how long each parent's list is
value     whatever a function loads for many keys at once
"""

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, func, inspect, tuple_
from sqlalchemy.orm import (
    InstrumentedAttribute,
    RelationshipDirection,
    RelationshipProperty,
)
from sqlalchemy.sql.visitors import iterate
from strawberry.dataloader import DataLoader

from db.paging import LoadedPage, Page
from db.queries.computed import select_rows
from db.session import Sessions
from permissions.viewer import Viewer
from permissions.visibility import VISIBLE

Relation = InstrumentedAttribute[Any]
Batch = Callable[[Sessions, list[Any], dt.datetime], Awaitable[Sequence[Any]]]
"""Loads for many keys, in their order, as of a time."""


class Loaders:
    """The loaders of one operation. Rows come through their model's visibility predicate."""

    def __init__(self, sessions: Sessions, viewer: Viewer, now: dt.datetime) -> None:
        self._sessions = sessions
        self._viewer = viewer
        self._now = now
        self._made: dict[Hashable, DataLoader[Any, Any]] = {}

    async def related(self, relation: Relation, parent: object) -> Any:
        """Load what `relation` leads to from `parent`: a row or None, or a list in the relation's order."""
        if relation.key in vars(parent):
            # The act that made the row had it in hand already.
            return vars(parent)[relation.key]
        key = _key_of(relation, parent)
        if key is None:
            return None
        return await _shared(self._loader(str(relation), lambda: self._batch_of(relation)).load(key))

    async def related_many(self, relation: Relation, parents: Sequence[Any]) -> list[Any]:
        """Load what `relation` leads to from each of the parents, in their order: all at once."""
        name = relation.key
        keys = [None if name in vars(parent) else _key_of(relation, parent) for parent in parents]
        wanted = list(dict.fromkeys(key for key in keys if key is not None))
        found = dict(zip(wanted, await self._batch_of(relation)(wanted), strict=True)) if wanted else {}
        return [
            vars(parent)[name] if name in vars(parent) else found.get(key)
            for parent, key in zip(parents, keys, strict=True)
        ]

    async def page(self, page: Page[Any]) -> LoadedPage[Any]:
        """Load one parent's page together with the same window of other parents' lists."""
        like = ("page", str(page.owner), page.window)
        loader = self._loader(like, lambda: self._batch_of_pages(page))
        loaded: LoadedPage[Any] = await _shared(loader.load(page.owner_id))
        return loaded

    async def count(self, page: Page[Any]) -> int:
        """Count one parent's whole list together with those of other parents."""
        loader = self._loader(("count", str(page.owner)), lambda: self._batch_of_counts(page))
        number: int = await _shared(loader.load(page.owner_id))
        return number

    async def value(self, batch: Batch, key: Hashable) -> Any:
        """Load what `batch` finds for a key, together with other keys."""
        loader = self._loader(batch, lambda: lambda keys: batch(self._sessions, keys, self._now))
        return await _shared(loader.load(key))

    def see_as(self, viewer: Viewer) -> None:
        """Load as this caller from now on."""
        self._viewer = viewer

    def clear(self) -> None:
        """Forget everything loaded: what a unit of work changed must be read anew."""
        self._made.clear()

    def _loader(self, name: Hashable, make: Callable[[], Any]) -> DataLoader[Any, Any]:
        loader = self._made.get(name)
        if loader is None:
            loader = self._made[name] = DataLoader(make())
        return loader

    def _batch_of_pages(self, page: Page[Any]) -> Any:
        async def load(owner_ids: list[UUID]) -> list[LoadedPage[Any]]:
            """Load in the order of `owner_ids`."""
            async with self._sessions.read() as session:
                rows = (await session.scalars(page.selected_for(owner_ids))).all()
            grouped = _grouped(rows, page.owner)
            return [replace(page, owner_id=each).loaded(grouped[each]) for each in owner_ids]

        return load

    def _batch_of_counts(self, page: Page[Any]) -> Any:
        async def load(owner_ids: list[UUID]) -> list[int]:
            """Count in the order of `owner_ids`."""
            counted = page.statement.where(page.owner.in_(owner_ids)).group_by(page.owner)
            async with self._sessions.read() as session:
                found = await session.execute(counted.with_only_columns(page.owner, func.count()))
            numbers = {row[0]: row[1] for row in found}
            return [numbers.get(each, 0) for each in owner_ids]

        return load

    def _batch_of(self, relation: Relation) -> Any:
        async def load(keys: list[Any]) -> Sequence[Any]:
            """Load in the order of `keys`."""
            mapped = mapped_of(relation)
            target = mapped.mapper.class_
            columns = [far for _, far in pairs_of(mapped)]
            key = columns[0] if len(columns) == 1 else tuple_(*columns)
            statement = select_rows(target, now=self._now).where(
                VISIBLE[target](self._viewer), key.in_(keys), *conditions_of(mapped)
            )
            statement = statement.order_by(*order_of(mapped))
            names = [mapped.mapper.get_property_by_column(each).key for each in columns]
            async with self._sessions.read() as session:
                rows = (await session.scalars(statement)).all()
            if mapped.direction is RelationshipDirection.MANYTOONE or not mapped.uselist:
                by_key = {_named(row, names): row for row in rows}
                return [by_key.get(key) for key in keys]
            grouped: dict[Any, list[Any]] = defaultdict(list)
            for row in rows:
                grouped[_named(row, names)].append(row)
            return [grouped[key] for key in keys]

        return load


async def _shared(loading: Awaitable[Any]) -> Any:
    """Wait for what others may wait for too: a field that is given up (graphql-core does so) must not take theirs."""
    return await asyncio.shield(loading)


def order_of(mapped: RelationshipProperty[Any]) -> Sequence[ColumnElement[Any]]:
    """Return the order of a relation's rows: as the model says, and never by chance where that leaves a choice."""
    return (*mapped.order_by, *mapped.mapper.primary_key) if mapped.order_by else ()


def _grouped(rows: Sequence[Any], attribute: InstrumentedAttribute[Any]) -> dict[Any, list[Any]]:
    grouped: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, attribute.key)].append(row)
    return grouped


def mapped_of(relation: Relation) -> RelationshipProperty[Any]:
    """Return what SQLAlchemy knows of a relation."""
    if not isinstance(relation.property, RelationshipProperty):
        raise TypeError(f"{relation} is not a relation")
    return relation.property


def pairs_of(mapped: RelationshipProperty[Any]) -> list[tuple[Any, Any]]:
    """Return the columns that a relation joins: ours and theirs."""
    return [(near, far) for near, far in mapped.local_remote_pairs or ()]


def conditions_of(mapped: RelationshipProperty[Any]) -> list[ColumnElement[bool]]:
    """Return what a relation asks of the rows it leads to besides the join: `component_of IS NULL`."""
    clauses = getattr(mapped.primaryjoin, "clauses", (mapped.primaryjoin,))
    return [each for each in clauses if len(list(_columns_in(each))) == 1]


def _columns_in(clause: Any) -> Iterator[Any]:
    return (each for each in iterate(clause) if isinstance(each, Column))


def _key_of(relation: Relation, parent: object) -> Any:
    properties = inspect(type(parent))
    nears = [near for near, _ in pairs_of(mapped_of(relation))]
    return _named(parent, [properties.get_property_by_column(near).key for near in nears])


def _named(row: object, names: Sequence[str]) -> Any:
    """Return the value of the one attribute, or a tuple of those of several."""
    values = tuple(getattr(row, name) for name in names)
    return values[0] if len(values) == 1 else values
