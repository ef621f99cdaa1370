"""`./interline check`: the gate, and all of it. CI runs nothing else."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console

from server.embedded.throwaway import throwaway_servers
from server.settings import ROOT

PACKAGES = [
    "server",
    "executor",
    "schema",
    "resolvers",
    "jobs",
    "services",
    "dataloaders",
    "integrations",
    "permissions",
    "db",
    "domain",
    "bench",
    "tests",
]
ON_EXTERNAL_SERVERS = ("tests/db", "tests/services", "tests/jobs", "tests/dataloaders", "tests/races")
"""The tests that live on the database and the queue."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the gate; `environment` is added to ours."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)

    def passes(self) -> bool:
        return (
            subprocess.run(
                self.command, cwd=ROOT, env={**os.environ, **self.environment}, check=False
            ).returncode
            == 0
        )


def run() -> int:
    """Run every step, also after a failure, so that one run tells everything; return the exit code."""
    console = Console(highlight=False)
    results = [(step.name, *_timed(step, console)) for step in _steps()]
    results.append(("the database and job tests on external servers", *_external(console)))
    console.rule()
    for name, passed, seconds in results:
        console.print(f"{'[green]passed' if passed else '[bold red]FAILED'}[/]  {seconds:6.1f} s  {name}")
    return 0 if all(passed for _, passed, _ in results) else 1


def _steps() -> list[Step]:
    python = [sys.executable, "-m"]
    packages = _existing(PACKAGES)
    return [
        Step("format", [*python, "ruff", "format", "--check", "."]),
        Step("lint", [*python, "ruff", "check", "."]),
        Step("types", [*python, "mypy", "--strict", *packages]),
        Step("layers", [*python, "importlinter.cli", "lint"]),
        Step("schema/schema.graphql is up to date", [*python, "server.cli", "schema", "--check"]),
        Step("portal", [*python, "server.cli", "portal", "--check"]),
        # The README's command, word for word, so that the README cannot be wrong about it.
        Step("./interline test", [str(ROOT / "interline"), "test"]),
    ]


def _external(console: Console) -> tuple[bool, float]:
    """Run what lives on the servers against a pair the tests did not start themselves."""
    folders = _existing(ON_EXTERNAL_SERVERS)
    if not folders:
        return True, 0.0
    with throwaway_servers() as servers:
        urls = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
        return _timed(Step("external servers", [sys.executable, "-m", "pytest", *folders], urls), console)


def _timed(step: Step, console: Console) -> tuple[bool, float]:
    console.rule(step.name, align="left")
    began = time.monotonic()
    return step.passes(), time.monotonic() - began


def _existing(names: Sequence[str]) -> list[str]:
    return [name for name in names if (ROOT / name).is_dir()]
