"""The CPU time of process trees, from /proc: what a call costs the server, not what the load costs."""

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


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


class Snapshot:
    """Every process as it is now, so that trees can be added up without looking twice."""

    def __init__(self) -> None:
        self._processes = _processes()
        self._children: dict[int, list[int]] = {}
        for pid, each in self._processes.items():
            self._children.setdefault(each.parent, []).append(pid)

    @property
    def everything(self) -> float:
        """Return the seconds of all processes we see, the ended ones that were waited for too."""
        return sum(each.own + each.of_ended_children for each in self._processes.values())

    def tree(self, pid: int) -> float:
        """Return the seconds of a process and all below it, its ended children too; 0 where there is none."""
        process = self._processes.get(pid)
        if process is None:
            return 0.0
        return (
            process.own
            + process.of_ended_children
            + sum(self.tree(child) for child in self._children.get(pid, ()))
        )

    def of(self, data_dir: Path) -> Used:
        """Return what the processes of an instance have used, found by their pid files."""
        return Used(**{part: self.part(data_dir, part) for part in ("api", "worker", "postgres")})

    def part(self, data_dir: Path, name: str) -> float:
        """Return what the processes of one part of an instance have used: `api`, `stripe`…"""
        return sum(
            self.tree(int(path.read_text(encoding="ascii").split()[0]))
            for path in data_dir.glob(f"{name}*.pid")
        )


def used(data_dir: Path) -> Used:
    """Return what the processes of an instance have used until now."""
    return Snapshot().of(data_dir)


def cpu_seconds(pid: int) -> float:
    """Return what one process has used until now, without its children."""
    return _processes()[pid].own


def resident_bytes(pid: int) -> int:
    """Return the memory of one process that is really there."""
    pages = (Path("/proc") / str(pid) / "statm").read_text(encoding="ascii").split()[1]
    return int(pages) * PAGE


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
