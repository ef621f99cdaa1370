"""`./interline migrate`: the newest revision on a database, or the next revision from the models."""

import os
from pathlib import Path

import typer
from alembic import command
from alembic.script import ScriptDirectory

from server import migrations
from server.embedded.errors import AlreadyRunning, EmbeddedServerError
from server.embedded.postgres import Postgres
from server.embedded.throwaway import throwaway_servers


def bring_up_to_date(data_dir: Path) -> None:
    """Migrate the database in DATABASE_URL, else the embedded one of this data directory."""
    if url := os.environ.get("DATABASE_URL"):
        migrations.upgrade_now(url)
        return
    try:
        with Postgres(data_dir) as postgres:
            migrations.upgrade_now(postgres.url)
    except AlreadyRunning as problem:
        typer.echo(f"{problem} It migrates when it starts.", err=True)
        raise typer.Exit(3) from None
    except EmbeddedServerError as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None


def write(words: str) -> Path:
    """Compare the models with a database of all revisions so far; write what is missing as the next one."""
    config = migrations.configuration()
    scripts = ScriptDirectory.from_config(config)
    newest = max((int(revision.revision) for revision in scripts.walk_revisions()), default=0)
    with throwaway_servers() as servers:
        migrations.upgrade_now(servers.database_url)
        os.environ["DATABASE_URL"] = servers.database_url
        made = command.revision(config, words, autogenerate=True, rev_id=f"{newest + 1:04}")
    if made is None or isinstance(made, list):
        message = "alembic wrote no single revision"
        raise RuntimeError(message)
    return Path(made.path)
