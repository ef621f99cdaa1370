"""Engine and sessions. Reads are short and detached; writes go through `db/unit_of_work.py`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)


def with_our_driver(url: str) -> str:
    """Return a database url for asyncpg: `postgres://` and `postgresql://` mean other drivers to SQLAlchemy."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+asyncpg{separator}{rest}" if scheme in {"postgres", "postgresql"} else url


def create_engine(url: str, *, pool_size: int = 10, statement_timeout_ms: int = 10_000) -> AsyncEngine:
    """Create the engine of one process.

    `jit=off`: our statements are short, planning is the cost. Parameters are hidden from errors, and so
    from logs: personal data is among them. No ping before use: it would be a round trip for every
    question; when the server went away, the first call says so and the whole pool is opened anew.
    """
    return create_async_engine(
        with_our_driver(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        hide_parameters=True,
        connect_args={
            "prepared_statement_cache_size": 500,
            "server_settings": {
                "jit": "off",
                "statement_timeout": str(statement_timeout_ms),
                "application_name": "interline",
                "timezone": "UTC",
            },
        },
    )


class Sessions:
    """Opens the sessions of a process: `read()` for one short question, `write()` for a unit of work."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._make = async_sessionmaker(engine, expire_on_commit=False, autoflush=False)
        self._make_read = async_sessionmaker(
            engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False, autoflush=False
        )

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """One question outside a transaction; its rows leave detached."""
        async with self._make_read() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session whose transaction only the unit of work commits."""
        async with self._make() as session:
            yield session
