"""New rows of several tables in one statement: a unit of work that others wait for is short.

The session writes a table at a time, each a round trip, while locks are held. Rows that nobody reads within their unit
of work are put aside instead (`UnitOfWork.put`) and written together.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.compiler import IdentifierPreparer

from db.ready import DIALECT
from db.types import Base, json_of_values

Put = tuple[type[Base], Mapping[str, Any]]
"""A model, and the values of a new row by attribute; what is not named has the table's default."""
Shape = tuple[str, tuple[str, ...]]
"""A table and some of its columns."""


async def insert_all(session: AsyncSession, put: Sequence[Put]) -> None:
    """Write rows, in one statement. Keys are looked at at its end: rows may refer to each other in any order."""
    rows: dict[Shape, list[Mapping[str, Any]]] = {}
    for model, values in put:
        rows.setdefault((model.__tablename__, tuple(values)), []).append(values)
    given = json_of_values(list(rows.values()))
    connection = await session.connection()
    await connection.exec_driver_sql(_text_of(tuple(rows)), (given,))


@cache
def _text_of(shapes: tuple[Shape, ...]) -> str:
    """Return the statement that reads a JSON array with one array of rows for each shape."""
    quoted: IdentifierPreparer = DIALECT.identifier_preparer
    parts = ["given AS (SELECT $1::text::jsonb AS rows)"]
    for number, (table, columns) in enumerate(shapes):
        name, listed = quoted.quote(table), ", ".join(map(quoted.quote, columns))
        parts.append(
            f"part_{number} AS (INSERT INTO {name} ({listed}) SELECT {listed}"  # noqa: S608 - names of our own models
            f" FROM jsonb_populate_recordset(NULL::{name}, (SELECT rows->{number} FROM given)))"
        )
    return f"WITH {', '.join(parts)} SELECT"
