"""What it was measured on, and with which versions."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import text

from bench.peers import npm
from db.session import Sessions

PYTHON_PACKAGES = (
    "strawberry-graphql",
    "graphql-core",
    "sqlalchemy",
    "asyncpg",
    "uvicorn",
    "uvloop",
    "orjson",
)
NODE_PACKAGES = (
    "mercurius",
    "fastify",
    "graphql-yoga",
    "@envelop/graphql-jit",
    "graphql-jit",
    "@apollo/server",
    "postgraphile",
    "graphql",
    "dataloader",
    "pg",
)


def machine() -> str:
    """Return the machine in a line: processors, memory, system."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} × {_processor()}, {gigabytes:.0f} GiB, {platform.system()} {platform.machine()}"


def _processor() -> str:
    try:
        facts = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return "a processor of unknown name"
    names = (line.partition(":")[2].strip() for line in facts.splitlines() if line.startswith("model name"))
    return next(names, "a processor of unknown name")


async def versions(sessions: Sessions, *, with_node: bool) -> dict[str, str]:
    """Return name and version of everything that has a part in the figures."""
    async with sessions.read() as session:
        postgres = str(await session.scalar(text("SHOW server_version")))
    found = {"PostgreSQL": postgres.split(maxsplit=1)[0], "Python": platform.python_version()}
    found |= {name: version(name) for name in PYTHON_PACKAGES}
    if with_node:
        found["Node"] = npm.node_version()
        found |= {name: npm.version(name) for name in NODE_PACKAGES}
    return found
