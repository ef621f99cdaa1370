"""Connections for statements whose text is ready: no session, no transaction, no proxy, no reset.

The engine of `db/session.py` builds statements and tracks rows. Where the text of a statement is known before the
request comes, that is all overhead: here a statement is prepared once a connection, and run in one round trip.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from typing import Any, cast

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.engine import make_url

MOST_PREPARED = 500
"""Statements kept prepared on one connection; a server process of PostgreSQL holds the plan of each."""
CLOSE_SECONDS = 5.0
SETTINGS = {"plan_cache_mode": "force_generic_plan"}
"""The texts are made for any value: planning them anew for each costs more than a better plan would give."""


class Connection:
    """One connection with what is prepared on it."""

    def __init__(self, driver: "asyncpg.Connection[Any]") -> None:
        self.driver = driver
        self._prepared: dict[str, Any] = {}
        self._numbers = count(1)

    async def fetch(self, sql: str, values: Sequence[object]) -> list[Any]:
        """Run a statement and return its records; columns by position."""
        statement = self._prepared.get(sql)
        if statement is None:
            if len(self._prepared) >= MOST_PREPARED:
                self._prepared.clear()
            # Named: asyncpg prepares without a name where it keeps no statements itself, and for one use only.
            name = f"ready_{next(self._numbers)}"
            statement = self._prepared[sql] = await self.driver.prepare(sql, name=name)
        return cast("list[Any]", await statement.fetch(*values))


class Connections:
    """A process's connections: opened when needed, the one used last is used first, waited for in order."""

    def __init__(self, url: str, *, size: int, statement_timeout_ms: int) -> None:
        self._arguments = _driver_arguments(url, statement_timeout_ms)
        self._size = size
        self._open = 0
        self._free: list[Connection] = []
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()
        self._is_closed = False
        self._leaving: set[asyncio.Task[None]] = set()

    async def fetch(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """Run a statement of its own transaction and return its records.

        One that is cancelled is cancelled in PostgreSQL too, and its connection given up: it may be in the middle
        of an answer.
        """
        connection = self._lendable() or await self._next()
        is_whole = False
        try:
            records = await connection.fetch(sql, values)
            is_whole = True
        except asyncpg.PostgresError:
            is_whole = not connection.driver.is_closed()
            raise
        finally:
            self._give_back(connection, is_whole=is_whole)
        return records

    async def fetch_value(self, sql: str, values: Sequence[object] = ()) -> Any:
        """Run a statement and return the first column of its only record; None where there is none."""
        records = await self.fetch(sql, values)
        return records[0][0] if records else None

    async def close(self) -> None:
        """Close what is free now, and the rest when it comes back."""
        self._is_closed = True
        free, self._free = self._free, []
        self._open -= len(free)
        await asyncio.gather(*map(_close, free), *self._leaving)

    def _lendable(self) -> Connection | None:
        """Take the free one used last; those that PostgreSQL closed meanwhile are forgotten."""
        while self._free:
            connection = self._free.pop()
            if not connection.driver.is_closed():
                return connection
            self._open -= 1
        return None

    async def _next(self) -> Connection:
        """Open a connection, or wait until one comes back."""
        while True:
            if connection := self._lendable():
                return connection
            if self._open < self._size:
                return await self._opened()
            turn: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                connection = await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    # It was handed to us in the same moment: the next in the queue shall have it.
                    self._pass_on(turn.result())
                raise
            if connection is not None:
                return connection

    async def _opened(self) -> Connection:
        self._open += 1
        try:
            return Connection(await asyncpg.connect(**self._arguments))
        except BaseException:
            self._open -= 1
            self._pass_on(None)
            raise

    def _give_back(self, connection: Connection, *, is_whole: bool) -> None:
        if is_whole and not self._is_closed and not connection.driver.is_closed():
            self._pass_on(connection)
            return
        self._open -= 1
        # In a task: the cancelled query is still being cancelled, and closing waits for that.
        leaving = asyncio.create_task(_close(connection))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)
        self._pass_on(None)

    def _pass_on(self, connection: Connection | None) -> None:
        """Hand a connection (or, with None, the right to open one) to who waits longest."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        if connection is not None:
            self._free.append(connection)


async def _close(connection: Connection) -> None:
    with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
        await connection.driver.close(timeout=CLOSE_SECONDS)


def connect_arguments(statement_timeout_ms: int) -> dict[str, Any]:
    """Return how every connection of ours is opened.

    `jit=off`: our statements are short, planning is the cost.
    """
    return {
        "server_settings": {
            "jit": "off",
            "statement_timeout": str(statement_timeout_ms),
            "application_name": "interline",
            "timezone": "UTC",
        },
    }


def _driver_arguments(url: str, statement_timeout_ms: int) -> dict[str, Any]:
    """Return what asyncpg takes, read from a url exactly as the engine reads it."""
    dialect: Any = asyncpg_dialect
    _, arguments = dialect().create_connect_args(make_url(url))
    settings = connect_arguments(statement_timeout_ms)
    settings["server_settings"] = {**settings["server_settings"], **SETTINGS}
    for own in ("prepared_statement_cache_size", "prepared_statement_name_func"):
        arguments.pop(own, None)
    # We keep prepared statements ourselves.
    return {**arguments, **settings, "statement_cache_size": 0}
