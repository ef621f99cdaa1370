"""One batched loader for every declared relation: parents in, their related rows out, in one statement."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import (
    InstrumentedAttribute,
    RelationshipDirection,
    RelationshipProperty,
)
from strawberry.dataloader import DataLoader

from db.queries.computed import select_rows
from db.session import Sessions
from permissions.viewer import Viewer
from permissions.visibility import VISIBLE

Relation = InstrumentedAttribute[Any]


class Loaders:
    """The loaders of one operation. Rows come through their model's visibility predicate."""

    def __init__(self, sessions: Sessions, viewer: Viewer, now: dt.datetime) -> None:
        self._sessions = sessions
        self._viewer = viewer
        self._now = now
        self._by_relation: dict[str, DataLoader[Any, Any]] = {}

    async def related(self, relation: Relation, parent: object) -> Any:
        """Load what `relation` leads to from `parent`: a row or None, or a list in the relation's order."""
        key = _key_of(relation, parent)
        if key is None:
            return None
        loader = self._by_relation.get(str(relation))
        if loader is None:
            loader = self._by_relation[str(relation)] = DataLoader(self._batch_of(relation))
        return await loader.load(key)

    def clear(self) -> None:
        """Forget everything loaded: what a unit of work changed must be read anew."""
        self._by_relation.clear()

    def _batch_of(self, relation: Relation) -> Any:
        async def load(keys: list[Any]) -> Sequence[Any]:
            """Load in the order of `keys`."""
            mapped = _mapped(relation)
            target = mapped.mapper.class_
            column = _far_column(mapped)
            statement = select_rows(target, now=self._now).where(
                VISIBLE[target](self._viewer), column.in_(keys)
            )
            if mapped.order_by:
                statement = statement.order_by(*mapped.order_by)
            attribute = mapped.mapper.get_property_by_column(column).key
            async with self._sessions.read() as session:
                rows = (await session.scalars(statement)).all()
            if mapped.direction is RelationshipDirection.MANYTOONE or not mapped.uselist:
                by_key = {getattr(row, attribute): row for row in rows}
                return [by_key.get(key) for key in keys]
            grouped: dict[Any, list[Any]] = defaultdict(list)
            for row in rows:
                grouped[getattr(row, attribute)].append(row)
            return [grouped[key] for key in keys]

        return load


def _mapped(relation: Relation) -> RelationshipProperty[Any]:
    if not isinstance(relation.property, RelationshipProperty):
        raise TypeError(f"{relation} is not a relation")
    return relation.property


def _far_column(mapped: RelationshipProperty[Any]) -> Any:
    return next(remote for _, remote in mapped.local_remote_pairs)


def _key_of(relation: Relation, parent: object) -> Any:
    mapped = _mapped(relation)
    local = next(local for local, _ in mapped.local_remote_pairs)
    return getattr(parent, inspect(type(parent)).get_property_by_column(local).key)
