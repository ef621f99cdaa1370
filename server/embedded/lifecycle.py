"""The life of an embedded server: claimed, cleaned up, started, ready, stopped, revived."""

import os
import signal
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from server.embedded import processes
from server.embedded.claims import Claim
from server.embedded.errors import EmbeddedServerError
from server.embedded.places import Place, place_for
from server.embedded.processes import Child

READY_WITHIN = 120.0
"""Seconds a start may take: recovery after a crash reads the whole log since the last checkpoint."""
LEFTOVER_PATIENCE = 15.0
TRIES_AFTER_CRASH = 40
"""Times a quarter of a second: how long the children of a killed server may take to notice."""


class EmbeddedServer(ABC):
    """One server process on a unix socket, alone on its data directory. Survives `kill -9` of itself and of us.

    `durable=False` trades the disk for speed: for throw-away data only.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    stop_signals: ClassVar[tuple[signal.Signals, ...]]
    """The polite way to stop first; the first one is also what it gets when we die."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.data_dir = data_dir.absolute()
        self.durable = durable
        self.place: Place = place_for(self.data_dir, self.name)
        self._claim = Claim(self.place.home / f"{self.name}.lock", self.label)
        self._child: Child | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients connect."""

    @abstractmethod
    def prepare(self) -> None:
        """Make the data directory, once, and clear what a crash left in it."""

    @abstractmethod
    def command(self) -> list[str | Path]:
        """Return the program and its arguments."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Tell whether it answers clients."""

    @property
    def log(self) -> Path:
        return self.logs / f"{self.name}.log"

    @property
    def logs(self) -> Path:
        return self.data_dir / "logs"

    @property
    def pid(self) -> int | None:
        return self._child.process.pid if self._child else None

    def start(self) -> None:
        """Start and wait until it answers. Raises AlreadyRunning, EmbeddedServerError."""
        self._claim.take()
        try:
            self.logs.mkdir(mode=0o700, exist_ok=True)
            self.place.make_sockets()
            processes.end_leftover(self._pid_file, *self.stop_signals, patience=LEFTOVER_PATIENCE)
            self.revive()
        except BaseException:
            self.stop()
            raise

    def revive(self) -> None:
        """Start again what died, on the same data; the claim was never given up."""
        for _ in range(TRIES_AFTER_CRASH):
            self.prepare()
            self._child = processes.start(
                self.command(),
                pid_file=self._pid_file,
                log=self.log,
                account=self.place.account,
                death_signal=self.stop_signals[0],
                environment={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            )
            if self._wait_until_ready():
                return
            if "is still in use" not in (words := processes.last_words(self.log)):
                break
            time.sleep(0.25)
        message = f"{self.label} did not start. The end of {self.log}:\n{words}"
        raise EmbeddedServerError(message)

    def exit_code(self) -> int | None:
        """Return how it ended; None while it runs."""
        return self._child.process.poll() if self._child else None

    def stop(self) -> None:
        """Stop it and leave nothing: no process, no socket, no claim."""
        if self._child is not None:
            processes.end(self._child, *self.stop_signals, patience=30)
            self._child = None
        if self.place.sockets.exists():
            for left in self.place.sockets.iterdir():
                left.unlink()
            self.place.sockets.rmdir()
        self._claim.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _pid_file(self) -> Path:
        return self.place.home / f"{self.name}.pid"

    def _wait_until_ready(self) -> bool:
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            if self.exit_code() is not None:
                return False
            if self.is_ready():
                return True
            time.sleep(0.03)
        return False
