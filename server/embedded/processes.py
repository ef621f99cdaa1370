"""Child processes: started on a tether, ended with patience, and found again after a crash."""

import contextlib
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TETHER = Path(__file__).with_name("tether.py")
ON_LINUX = platform.system() == "Linux"
LOG_KEPT_BYTES = 10_000_000
LAST_WORDS_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class Account:
    """The user and group a server runs as."""

    uid: int
    gid: int

    def owns(self, path: Path) -> bool:
        return path.stat().st_uid == self.uid


@dataclass(frozen=True, slots=True)
class Child:
    """A running child. `pid_file` lets the next start find it if we are killed."""

    process: subprocess.Popen[bytes]
    pid_file: Path


def birth(pid: int) -> str | None:
    """Return what tells this process from a later one with the same id; None when there is none."""
    try:
        if ON_LINUX:
            boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
            # Behind the last parenthesis: the program's name may hold spaces and parentheses itself.
            facts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            state, started_at = facts[0], facts[19]
            return None if state in "ZX" else f"{started_at}@{boot}"
        answer = subprocess.run(
            ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return "-".join(answer.stdout.split()) or None
    except OSError:
        return None


def start(
    command: Sequence[str | Path],
    *,
    pid_file: Path,
    log: Path,
    account: Account | None,
    death_signal: signal.Signals,
    environment: Mapping[str, str],
    pass_fds: Sequence[int] = (),
) -> Child:
    """Start a child in a session of its own, so that Ctrl-C reaches us alone and we choose the order."""
    if log.exists() and log.stat().st_size > LOG_KEPT_BYTES:
        log.replace(log.with_suffix(".old.log"))
    who = f"{account.uid}:{account.gid}" if account else "-"
    tethered = [sys.executable, "-I", "-S", TETHER, str(os.getpid()), str(int(death_signal)), who, *command]
    with log.open("ab") as output:
        process = subprocess.Popen(
            tethered,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=dict(environment),
            start_new_session=True,
            pass_fds=pass_fds,
        )
    pid_file.write_text(f"{process.pid} {birth(process.pid)}", encoding="ascii")
    return Child(process, pid_file)


def end(child: Child, *signals: signal.Signals, patience: float) -> int:
    """Send the signals one after the other, each with its patience in seconds, then SIGKILL; wait for the end."""
    for number in signals:
        if child.process.poll() is None:
            child.process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(patience)
    if child.process.poll() is None:
        child.process.kill()
    code = child.process.wait()
    child.pid_file.unlink(missing_ok=True)
    return code


def end_leftover(pid_file: Path, *signals: signal.Signals, patience: float) -> bool:
    """End what a killed predecessor left behind, if it still runs; True when there was something.

    The predecessor's death already told it to stop, so it is waited for first.
    """
    try:
        text, _, born = pid_file.read_text(encoding="ascii").partition(" ")
        pid = int(text)
    except (OSError, ValueError):
        return False
    found = birth(pid) == born
    for number in (None, *signals, signal.SIGKILL):
        if birth(pid) != born:
            break
        if number is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        _wait_for_end(pid, born, patience)
    pid_file.unlink(missing_ok=True)
    return found


def last_words(log: Path) -> str:
    """Return the end of a log, for the message about a server that did not start."""
    with contextlib.suppress(OSError), log.open("rb") as lines:
        lines.seek(0, os.SEEK_END)
        lines.seek(max(0, lines.tell() - LAST_WORDS_BYTES))
        return lines.read().decode(errors="replace").strip()
    return ""


def _wait_for_end(pid: int, born: str, patience: float) -> None:
    deadline = time.monotonic() + patience
    while birth(pid) == born and time.monotonic() < deadline:
        time.sleep(0.05)
