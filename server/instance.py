"""An Interline of our own for a while: started as `./interline up` would, on a temporary data directory.

For programs that must not touch anybody's data: the demo and the bench. Whatever the environment says of
databases, this instance has its own; when we die, it stops.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from server.announcement import Announcement
from server.embedded.places import temporary_home
from server.embedded.processes import TETHER
from server.explorer import assets
from server.portal import build as portal
from server.settings import ROOT

STOP_WITHIN = 60.0
"""Seconds its processes have to drain, before it is killed (and its children with it)."""
OWN_WORDS = ("DATABASE_URL", "REDIS_URL", "PROMETHEUS_MULTIPROC_DIR")


class NotStartedError(Exception):
    """The instance did not come up; the message ends with its last words."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the instance is asked for."""

    workers: int = 1
    rate_limits: bool = False
    portal: bool = False
    """It takes a while to build, and most programs have no use for it."""


class Instance:
    """A running instance: where it is (`said`), where its data and pid files are (`data_dir`)."""

    def __init__(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self._process: subprocess.Popen[bytes] | None = None
        self._home: Path | None = None
        self.said: Announcement

    @property
    def data_dir(self) -> Path:
        if self._home is None:
            raise NotStartedError("The instance is not running.")
        return self._home

    @property
    def log(self) -> Path:
        """What it tells people, restarts of its children among it."""
        return self.data_dir / "up.log"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise NotStartedError("The instance is not running.")
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it is ready. Raises NotStartedError."""
        self._home = temporary_home()
        try:
            self._lend_what_is_made()
            self._process = self._launched()
            self.said = self._announcement(self._process)
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _launched(self) -> subprocess.Popen[bytes]:
        where = ["--port", "0", "--data", str(self.data_dir)]
        asked = ["up", "--json", *where, "--workers", str(self._wishes.workers)]
        if not self._wishes.rate_limits:
            asked.append("--no-rate-limits")
        if not self._wishes.portal:
            asked.append("--no-portal")
        # The tether ends it when we are killed; a session of its own keeps our Ctrl-C from reaching it twice.
        tether = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), str(int(signal.SIGTERM)), "-"]
        with self.log.open("ab") as words:
            return subprocess.Popen(
                [*tether, sys.executable, "-m", "server.cli", *asked],
                cwd=ROOT,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=words,
                start_new_session=True,
            )

    def _announcement(self, process: subprocess.Popen[bytes]) -> Announcement:
        """Wait for its one line; `up` itself gives up when it takes too long, and then there is none."""
        line = process.stdout.readline() if process.stdout else b""
        if not line:
            words = self.log.read_text(errors="replace")[-2_000:]
            raise NotStartedError(f"The instance did not start:\n{words}")
        said: Announcement = json.loads(line)
        return said

    def _lend_what_is_made(self) -> None:
        """Copy what is made for browsers already: the instance would make it again, which takes a minute."""
        ours = ROOT / ".interline"
        for shelf, lent, stamp in (
            (assets.shelf_of(ours), assets.shelf_of(self.data_dir), assets.wanted_stamp()),
            (portal.shelf_of(ours), portal.shelf_of(self.data_dir), portal.stamp_of()),
        ):
            if shelf.has(stamp):
                shutil.copytree(shelf.at(stamp), lent.at(stamp))

    def stop(self) -> None:
        """Stop it and remove its data."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            deadline = time.monotonic() + STOP_WITHIN
            while process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.05)
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()
        home, self._home = self._home, None
        if home is not None:
            shutil.rmtree(home, ignore_errors=True)


def _environment() -> dict[str, str]:
    """Return our environment without anything that would lead the instance to somebody's data."""
    kept = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith("INTERLINE_") and name not in OWN_WORDS
    }
    return {**kept, "PYTHONPATH": str(ROOT)}
