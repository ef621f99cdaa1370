"""The CPU time of process trees, from /proc: what a call costs the server, not what the load costs."""

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Used:
    """Seconds of CPU, by whom."""

    api: float
    worker: float
    postgres: float

    def since(self, before: "Used") -> "Used":
        return Used(self.api - before.api, self.worker - before.worker, self.postgres - before.postgres)


@dataclass(frozen=True, slots=True)
class _Process:
    parent: int
    own: float
    of_ended_children: float


def used(data_dir: Path) -> Used:
    """Return what the processes of an instance have used until now, found by their pid files."""
    processes = _processes()
    children: dict[int, list[int]] = {}
    for pid, each in processes.items():
        children.setdefault(each.parent, []).append(pid)

    def tree(pid: int) -> float:
        process = processes.get(pid)
        if process is None:
            return 0.0
        return process.own + process.of_ended_children + sum(tree(child) for child in children.get(pid, ()))

    def named(pattern: str) -> float:
        return sum(tree(int(path.read_text(encoding="ascii").split()[0])) for path in data_dir.glob(pattern))

    return Used(api=named("api*.pid"), worker=named("worker*.pid"), postgres=named("postgres.pid"))


def _processes() -> dict[int, _Process]:
    """Read every process there is, once."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # Behind the last parenthesis: the program's name may hold spaces and parentheses itself.
            facts = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        own, ended = int(facts[11]) + int(facts[12]), int(facts[13]) + int(facts[14])
        found[int(folder.name)] = _Process(int(facts[1]), own / TICKS, ended / TICKS)
    return found
