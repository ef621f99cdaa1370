"""The hot acts as SQL functions: one round trip, and a refusal that comes back typed.

Their text lives in `vN/*.sql`; a migration creates each version and never changes afterwards. Those of v1 act for one
caller and abort when they refuse (`call`); those of v2 act for many and answer each (`db/batches.py`). From v14 on a
version has the number of its migration; v17 replaces two functions of v2 for bundles.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints
from uuid import UUID

from asyncpg import PostgresError
from sqlalchemy import ColumnElement, Connection, Function, Text, bindparam, cast, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from db.ready import DIALECT
from db.types import json_of_values
from domain import (  # noqa: F401 - registers their refusals
    bookings,
    inventory,
    pricing,
    reservations,
    scheduling,
    tickets,
)
from domain.errors import Refusal, Refused

FOLDER = Path(__file__).parent
REFUSED = "IL000"
"""The SQLSTATE of `refuse()` in v1/foundations.sql."""


async def call(session: AsyncSession, function: "Function[Any]") -> Any:
    """Run one act. Refuses: whatever its SQL refuses, as the domain's own value."""
    try:
        return await session.scalar(select(function))
    except DBAPIError as error:
        refused = refusal_in(error)
        if refused is None:
            raise
        raise Refused(refused) from None


def refusal_in(error: DBAPIError) -> Refusal | None:
    """Return what a function or a trigger refused; None for everything else that went wrong."""
    refused = error.driver_exception
    if not isinstance(refused, PostgresError) or refused.sqlstate != REFUSED:
        return None
    return refusal(refused.args[0], json.loads(refused.detail))


async def run(session: AsyncSession, function: str, argument: dict[str, Any]) -> Any:
    """Run a function of one jsonb and return its answer; its text is ready, so it costs a round trip and no more."""
    connection = await session.connection()
    answer = await connection.exec_driver_sql(_text_of(function), (json_of_values(argument),))
    return answer.scalar()


@cache
def _text_of(function: str) -> str:
    return str(
        select(Function(function, cast(bindparam("given", type_=Text), JSONB))).compile(dialect=DIALECT)
    )


def refusal(code: str, facts: dict[str, Any]) -> Refusal:
    """Return what SQL refuses as the domain's own value."""
    kind = _kind_of(code)
    hints = get_type_hints(kind)
    return kind(**{name: _fact(hints[name], value) for name, value in facts.items()})


def json_of(argument: dict[str, Any]) -> ColumnElement[Any]:
    """Return an act's one argument as jsonb; ids, times and enums as text, which SQL casts back."""
    return cast(literal(json.dumps(argument, default=str), Text), JSONB)


def create(connection: Connection, version: str) -> None:
    """Create the functions and triggers of one version, within the migration's transaction."""
    for path in sorted((FOLDER / version).glob("*.sql"), key=lambda path: (path.stem != "foundations", path)):
        _run_script(connection, path.read_text())


def drop(connection: Connection, version: str) -> None:
    """Drop what `create` made, and the triggers that call them; before the tables. What it replaced is to be restored."""
    for path in (FOLDER / version).glob("*.sql"):
        names = re.findall(r"^CREATE FUNCTION (\w+)", path.read_text(), re.MULTILINE)
        if names:
            _run_script(connection, "".join(f"DROP FUNCTION {name} CASCADE;" for name in names))


def restore(connection: Connection, version: str, *names: str) -> None:
    """Let functions be again what a version makes of them, after a later one replaced them."""
    scripts = "\n".join(path.read_text() for path in sorted((FOLDER / version).glob("*.sql")))
    for name in names:
        found = re.search(rf"^CREATE (FUNCTION {name}\(.*?^\$\$;)", scripts, re.MULTILINE | re.DOTALL)
        if found is None:
            raise LookupError(f"{version} has no function {name}")
        _run_script(connection, f"CREATE OR REPLACE {found[1]}")


def _run_script(connection: Connection, script: str) -> None:
    # asyncpg prepares every statement, and a prepared statement is a single one: its own `execute` is not.
    dbapi_connection: Any = connection.connection.dbapi_connection
    dbapi_connection.run_async(lambda driver: driver.execute(script))


def _refusals(root: type[Refusal]) -> Iterator[type[Refusal]]:
    for kind in root.__subclasses__():
        yield kind
        yield from _refusals(kind)


@cache
def _kind_of(code: str) -> type[Refusal]:
    # A dataclass with slots is a second class of the same name; the later one is the one everybody sees. What the
    # server refuses by itself may have a code of the domain's, but other facts.
    own = (kind for kind in _refusals(Refusal) if kind.__module__.startswith("domain."))
    return {kind.code: kind for kind in own}[code]


def _fact(hint: object, value: Any) -> Any:
    if value is None:
        return None
    if hint is dt.datetime:
        return dt.datetime.fromisoformat(value)
    if hint == dt.date | None:
        return dt.date.fromisoformat(value)
    return UUID(value) if hint is UUID else value
