"""A fresh pair of servers for one run: in a temporary directory, without waiting for the disk."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from server.embedded.places import temporary_home
from server.embedded.postgres import Postgres
from server.embedded.valkey import Valkey


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the pair listens, named as the environment names it."""

    database_url: str
    redis_url: str


@contextmanager
def throwaway_servers() -> Iterator[Urls]:
    """Run an empty PostgreSQL and an empty Valkey; nothing of them is left afterwards."""
    home = temporary_home()
    try:
        with ExitStack() as stack:
            postgres = stack.enter_context(Postgres(home, durable=False))
            valkey = stack.enter_context(Valkey(home, durable=False))
            yield Urls(postgres.url, valkey.url)
    finally:
        shutil.rmtree(home, ignore_errors=True)
