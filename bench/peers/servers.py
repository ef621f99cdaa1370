"""Who is asked, and how each of them is started."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from bench.peers import npm
from server.announcement import Announcement
from server.embedded.postgres import DATABASE, USER
from server.embedded.processes import TETHER
from server.settings import ROOT

SDL = ROOT / "schema" / "schema.graphql"
STOP_WITHIN = 10.0


class Server(StrEnum):
    """In the order of the tables."""

    OURS = "interline"
    LIMIT = "limit"
    DOORS = "doors"
    MERCURIUS = "mercurius"
    YOGA = "yoga"
    APOLLO = "apollo"
    POSTGRAPHILE = "postgraphile"

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def is_node(self) -> bool:
        return self not in OF_PYTHON


LABELS = {
    Server.OURS: "Interline",
    Server.LIMIT: "by hand, one statement",
    Server.DOORS: "by hand, behind our doors",
    Server.MERCURIUS: "Mercurius (JIT)",
    Server.YOGA: "GraphQL Yoga (JIT)",
    Server.APOLLO: "Apollo Server",
    Server.POSTGRAPHILE: "PostGraphile 5",
}


OF_PYTHON = frozenset({Server.OURS, Server.LIMIT, Server.DOORS})


class NotServingError(Exception):
    """A server did not come up; the message ends with its last words."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers POST /graphql, and the processes it consists of, each with all below it."""

    server: Server
    host: str
    port: int
    pids: tuple[int, ...]
    headers: Mapping[str, str] = field(default_factory=dict)


def ours(said: Announcement, data_dir: Path) -> Running:
    """Return the product as it is, asked by its staff: their texts are not registered."""
    where = urlsplit(said["graphql"])
    users = said["credentials"]["users"]
    token = next(user["token"] for user in users if user["role"] == "PLATFORM_ADMIN")
    pids = tuple(int(path.read_text(encoding="ascii").split()[0]) for path in data_dir.glob("api*.pid"))
    headers = {"Authorization": f"Bearer {token}"}
    return Running(Server.OURS, where.hostname or "", where.port or 80, pids, headers)


@contextmanager
def serving(server: Server, product: Running, sockets: Path, logs: Path) -> Iterator[Running]:
    """Run one of the others beside the product, on its database behind these sockets. Raises NotServingError."""
    is_ours = server is Server.DOORS
    log = logs / f"{server}.log"
    # On a tether: killed, we leave nobody behind.
    tether = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), str(int(signal.SIGTERM)), "-"]
    with log.open("wb") as words:
        process = subprocess.Popen(
            [*tether, *_command(server)],
            cwd=npm.NODE if server.is_node else ROOT,
            env=_environment_of(product.pids[0]) if is_ours else _environment(sockets),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=words,
            start_new_session=True,
        )
    try:
        line = process.stdout.readline() if process.stdout else b""
        if not line:
            raise NotServingError(
                f"{server.label} did not start:\n{log.read_text(errors='replace')[-2_000:]}"
            )
        headers = product.headers if is_ours else {}
        yield Running(server, "127.0.0.1", json.loads(line)["port"], (process.pid,), headers)
    finally:
        _stop(process)


def _command(server: Server) -> list[str]:
    if server.is_node:
        return [npm.node(), f"{server}.mjs"]
    return [sys.executable, "-m", f"bench.peers.{server}"]


def _environment_of(pid: int) -> dict[str, str]:
    """Return the environment of a process, here of the product's api: its settings are all in it."""
    words = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="surrogateescape")
    return dict(pair for word in words.split("\0") if len(pair := word.split("=", 1)) == 2)


def _environment(sockets: Path) -> dict[str, str]:
    """Return our environment with the database in the words of every PostgreSQL client, and nobody else's."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PG")}
    return kept | {
        "PGHOST": str(sockets),
        "PGUSER": USER,
        "PGDATABASE": DATABASE,
        "PYTHONPATH": str(ROOT),
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
        "SDL": str(SDL),
    }


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
