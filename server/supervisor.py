"""Keeps the children of `./interline up` alive, and stops them in the reverse order of their start."""

import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from prometheus_client.multiprocess import mark_process_dead

from server.embedded import processes
from server.embedded.errors import EmbeddedServerError
from server.embedded.processes import Child

SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"
FIRST_BACK_OFF = 0.5
LONGEST_BACK_OFF = 30.0
CALM_AFTER = 60.0
"""Seconds a child must live for its next death to count as the first again."""


class Supervised(Protocol):
    """A child: one of the embedded servers, or a process of our own."""

    @property
    def label(self) -> str: ...
    @property
    def log(self) -> Path: ...
    @property
    def pid(self) -> int | None: ...
    def start(self) -> None: ...
    def revive(self) -> None: ...
    def exit_code(self) -> int | None: ...
    def stop(self) -> None: ...


class OwnProcess:
    """The api or the worker: a Python process that drains when asked to stop."""

    def __init__(
        self,
        name: str,
        label: str,
        command: Sequence[str],
        *,
        data_dir: Path,
        environment: Mapping[str, str],
        patience: float,
        pass_fds: Sequence[int] = (),
    ) -> None:
        """`patience`: seconds to drain before it is killed."""
        self.label = label
        self.log = data_dir / "logs" / f"{name}.log"
        self._pid_file = data_dir / f"{name}.pid"
        self._command = command
        self._environment = environment
        self._patience = patience
        self._pass_fds = pass_fds
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        return self._child.process.pid if self._child else None

    def start(self) -> None:
        self._child = processes.start(
            self._command,
            pid_file=self._pid_file,
            log=self.log,
            account=None,
            death_signal=signal.SIGTERM,
            environment=self._environment,
            pass_fds=self._pass_fds,
        )

    def revive(self) -> None:
        """Start it again; what only the living have, open sockets for one, leaves the figures with the dead."""
        if self._child is not None and (shared := self._environment.get(SHARED_METRICS)):
            mark_process_dead(self._child.process.pid, shared)  # type: ignore[no-untyped-call]
        self.start()

    def exit_code(self) -> int | None:
        return self._child.process.poll() if self._child else None

    def ask_to_stop(self) -> None:
        """Begin to drain, without waiting: several processes then drain side by side."""
        if self._child is not None and self._child.process.poll() is None:
            self._child.process.terminate()

    def stop(self) -> None:
        if self._child is not None:
            processes.end(self._child, signal.SIGTERM, patience=self._patience)
            self._child = None


@dataclass(slots=True)
class _Watched:
    child: Supervised
    started_at: float
    back_off: float = FIRST_BACK_OFF
    due_at: float | None = None
    """When it is started again; None while it runs."""


class Supervisor:
    """Starts children, starts them again when they die, stops them. For one thread: a tether ends with it."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._watched: list[_Watched] = []

    def start(self, child: Supervised) -> None:
        """Start a child and watch it from now on."""
        self._watched.append(_Watched(child, time.monotonic()))
        child.start()

    def dead(self) -> Supervised | None:
        """Return a child that has ended, if there is one: at start-up that is a reason to give up."""
        return next((it.child for it in self._watched if it.child.exit_code() is not None), None)

    def watch(self) -> None:
        """Look at every child once: note the dead, start again those whose time has come."""
        for watched in self._watched:
            code = watched.child.exit_code()
            if code is None:
                continue
            now = time.monotonic()
            if watched.due_at is None:
                self._note_death(watched, code, now)
            elif now >= watched.due_at:
                self._revive(watched)

    def stop(self) -> None:
        """Stop everything in the reverse order of its start; own processes of one kind drain together."""
        for watched in self._watched:
            if isinstance(watched.child, OwnProcess) and watched.child.label == self._watched[-1].child.label:
                watched.child.ask_to_stop()
        while self._watched:
            self._watched.pop().child.stop()

    def _note_death(self, watched: _Watched, code: int, now: float) -> None:
        if now - watched.started_at > CALM_AFTER:
            watched.back_off = FIRST_BACK_OFF
        watched.due_at = now + watched.back_off
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        self._say(
            f"{watched.child.label} {how}; starting it again in {watched.back_off:g} s ({watched.child.log})."
        )
        watched.back_off = min(watched.back_off * 2, LONGEST_BACK_OFF)

    def _revive(self, watched: _Watched) -> None:
        try:
            watched.child.revive()
        except EmbeddedServerError as problem:
            self._say(str(problem))
            watched.due_at = time.monotonic() + watched.back_off
            watched.back_off = min(watched.back_off * 2, LONGEST_BACK_OFF)
            return
        watched.due_at = None
        watched.started_at = time.monotonic()
        self._say(f"{watched.child.label} runs again (process {watched.child.pid}).")
