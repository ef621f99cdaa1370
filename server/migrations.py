"""Brings a database to the newest revision, from within a process of ours."""

import asyncio

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from db.session import with_our_driver
from server.settings import ROOT

LOCK = int.from_bytes(b"migrate!")
"""Several replicas may start at once; one migrates, the others wait and find nothing to do."""


def configuration() -> Config:
    """Return alembic's configuration, quiet: what it would log is for its own command line."""
    return Config(ROOT / "alembic.ini")


async def upgrade(url: str) -> None:
    """Run the missing migrations in one transaction. Locks: an advisory lock until commit."""
    engine = create_async_engine(with_our_driver(url), poolclass=pool.NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def upgrade_now(url: str) -> None:
    """Run `upgrade` where there is no event loop."""
    asyncio.run(upgrade(url))


def _upgrade(connection: Connection) -> None:
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
