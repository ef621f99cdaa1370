"""Kills parts of an instance of our own while it works, as `kill -9` does, to show that nothing is lost by it."""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from server.embedded import processes
from server.instance import Instance

PLAN = (
    (0.10, "api"),
    (0.20, "worker"),
    (0.35, "postgres"),
    (0.55, "api"),
    (0.70, "postgres"),
    (0.85, "worker"),
)
"""After which part of the bookings what is killed."""
LOOK_EVERY = 0.05


@dataclass(slots=True)
class Chaos:
    """What was killed, and what is still to come."""

    instance: Instance
    progress: Callable[[], float]
    """How much of the day is over, from 0 to 1."""
    say: Callable[[str], None]
    kills: int = 0

    async def rage(self) -> None:
        """Kill what the plan says when its time has come."""
        for part, name in PLAN:
            while self.progress() < part:  # noqa: ASYNC110 - whoever replays need not know of us
                await asyncio.sleep(LOOK_EVERY)
            await self._kill(name)

    async def _kill(self, name: str) -> None:
        """Kill one process of the instance; wait for it to be there, if it was killed a moment ago."""
        while (pid := running(self.instance.data_dir / f"{name}.pid")) is None:  # noqa: ASYNC110 - a start tells nobody
            await asyncio.sleep(LOOK_EVERY)
        if not is_child(pid, of=self.instance.pid):
            raise RuntimeError(f"Process {pid} ({name}) is none of the instance's; nothing was killed.")
        os.kill(pid, signal.SIGKILL)
        self.kills += 1
        self.say(f"kill -9 {pid} ({name})")


def running(pid_file: Path) -> int | None:
    """Return the process a pid file names, if it is that very process and alive."""
    try:
        text, _, born = pid_file.read_text(encoding="ascii").partition(" ")
        pid = int(text)
    except (OSError, ValueError):
        return None
    return pid if processes.birth(pid) == born else None


def is_child(pid: int, *, of: int) -> bool:
    """Tell whether one process was started by another one."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return False
    return int(facts[1]) == of
