"""Migrations: up, down and up again, and where they end is what the models say."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, pool, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from db import functions, models
from server.migrations import configuration

EVERYTHING = {
    "columns": """
        SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
        FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "functions": """
        SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    """,
    "triggers": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "storage": """
        SELECT relname, reloptions::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    """,
}


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[AsyncConnection]:
    """A connection to a database of its own, with nothing in it."""
    url = make_url(database_url)
    name = f"{url.database}_migrations"
    administration = create_async_engine(url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
    async with administration.connect() as server:
        await server.execute(text(f'CREATE DATABASE "{name}"'))
    engine = create_async_engine(url.set(database=name), poolclass=pool.NullPool)
    async with engine.connect() as opened:
        yield opened
    await engine.dispose()
    async with administration.connect() as server:
        await server.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    await administration.dispose()


def migrate(connection: Connection, act: str, *arguments: str) -> None:
    config = configuration()
    config.attributes["connection"] = connection
    getattr(command, act)(config, *arguments)


async def upgraded(connection: AsyncConnection) -> dict[str, list[tuple[object, ...]]]:
    await connection.run_sync(migrate, "upgrade", "head")
    await connection.commit()
    return await found(connection)


async def found(connection: AsyncConnection) -> dict[str, list[tuple[object, ...]]]:
    """Everything of ours that is in the database, in an order of its own."""
    return {
        kind: sorted(
            (
                tuple(row)
                for row in await connection.execute(text(statement))
                if "alembic_version" not in str(row)
            ),
            key=str,
        )
        for kind, statement in EVERYTHING.items()
    }


async def test_migrations_go_up_down_and_up_again(connection):
    first = await upgraded(connection)

    await connection.run_sync(migrate, "downgrade", "base")
    await connection.commit()
    nothing = await found(connection)
    again = await upgraded(connection)

    assert {kind: len(rows) for kind, rows in nothing.items()} == dict.fromkeys(EVERYTHING, 0)
    assert again == first


async def test_each_single_migration_can_be_taken_back(connection):
    revisions = list(ScriptDirectory.from_config(configuration()).walk_revisions())
    await upgraded(connection)

    for revision in revisions:
        await connection.run_sync(migrate, "downgrade", str(revision.down_revision or "base"))
        await connection.run_sync(migrate, "upgrade", revision.revision)
        await connection.run_sync(migrate, "downgrade", str(revision.down_revision or "base"))
    await connection.commit()

    assert [revision.revision for revision in revisions][-1] == "0001"
    assert (await found(connection))["columns"] == []


async def test_the_models_ask_for_no_further_migration(connection):
    await upgraded(connection)

    await connection.run_sync(migrate, "check")


async def test_migrations_end_where_the_models_begin(connection):
    """Made by the migrations or made from the models: the same tables, constraints, indexes and functions."""
    migrated = await upgraded(connection)
    await connection.execute(text("DROP SCHEMA public CASCADE"))
    await connection.execute(text("CREATE SCHEMA public"))
    await connection.run_sync(models.Base.metadata.create_all)
    for version in sorted(functions.FOLDER.glob("v*"), key=lambda path: int(path.name[1:])):
        await connection.run_sync(functions.create, version.name)
    await connection.commit()

    made = await found(connection)

    for kind in EVERYTHING:
        assert made[kind] == migrated[kind]


def test_every_migration_gives_up_rather_than_wait_for_a_lock():
    scripts = ScriptDirectory.from_config(configuration()).walk_revisions()

    impatient = {
        each.revision: Path(each.path).read_text().count("SET LOCAL lock_timeout") for each in scripts
    }
    assert [revision for revision, count in impatient.items() if count != 2] == []


def test_the_history_is_one_line():
    assert len(ScriptDirectory.from_config(configuration()).get_heads()) == 1
