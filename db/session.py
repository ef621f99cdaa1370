"""Engine and sessions. Reads are short and detached; writes go through `db/unit_of_work.py`."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from db.connections import Connections, connect_arguments


def with_our_driver(url: str) -> str:
    """Return a database url for asyncpg: `postgres://` and `postgresql://` mean other drivers to SQLAlchemy."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+asyncpg{separator}{rest}" if scheme in {"postgres", "postgresql"} else url


def create_engine(url: str, *, pool_size: int = 10, statement_timeout_ms: int = 10_000) -> AsyncEngine:
    """Create the engine of one process.

    Parameters are hidden from errors, and so from logs: personal data is among them. No ping before use: it
    would be a round trip for every question; when the server went away, the first call says so and the whole
    pool is opened anew.
    """
    return create_async_engine(
        with_our_driver(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        hide_parameters=True,
        connect_args={
            "prepared_statement_cache_size": 500,
            **connect_arguments(statement_timeout_ms),
        },
    )


Changed = Callable[[frozenset[UUID]], None]
"""Is told the objects of `db/changes.py` that a unit of work changed, as soon as that is durable."""


def nobody_remembers(_: frozenset[UUID]) -> None:
    """Stand in where nothing is remembered between calls."""


class Sessions:
    """Opens the sessions of a process: `read()` for one short question, `write()` for a unit of work.

    A statement whose text is ready needs none: `fetch`.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        connections: Connections | None = None,
        *,
        changed: Changed = nobody_remembers,
    ) -> None:
        """Without `connections` of their own, ready statements use the engine's."""
        self.engine = engine
        self.changed = changed
        self._connections = connections
        self._make = async_sessionmaker(engine, expire_on_commit=False, autoflush=False)
        self._make_read = async_sessionmaker(
            engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False, autoflush=False
        )

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """One question outside a transaction; its rows leave detached."""
        async with self._make_read() as session:
            yield session

    async def fetch(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """Run a ready statement outside a transaction and return its records, columns by position."""
        if self._connections is not None:
            return await self._connections.fetch(sql, values)
        async with self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            return await fetch_over(connection, sql, values)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session whose transaction only the unit of work commits."""
        async with self._make() as session:
            yield session


async def fetch_over(connection: AsyncConnection, sql: str, values: Sequence[object]) -> list[Any]:
    """Run a ready statement over a connection of the engine."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    return cast("list[Any]", await driver.fetch(sql, *values))
