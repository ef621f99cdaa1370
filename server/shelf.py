"""A folder of the data directory with what was made for browsers: one folder a version, named by what it is made of.

A version is made aside and put there in one step, so that it is whole or absent. Whoever makes one holds the shelf:
a second process waits, and finds it made.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

WORKSHOP = "building-"


class Shelf:
    """All versions of one thing."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home / "npm.log"
        self._failure = home / "failure.txt"

    def at(self, stamp: str) -> Path:
        """Return the folder of a version, whether it is there or not."""
        return self.home / stamp

    def has(self, stamp: str) -> bool:
        return self.at(stamp).is_dir()

    def newest(self) -> Path | None:
        """Return the version that was put here last."""
        with suppress(FileNotFoundError):
            versions = [each for each in os.scandir(self.home) if is_version(each)]
            return max((Path(each) for each in versions), key=lambda each: each.stat().st_mtime, default=None)
        return None

    def changed_at(self) -> int:
        """Return what is another number after versions came or went."""
        with suppress(FileNotFoundError):
            return self.home.stat().st_mtime_ns
        return 0

    def last_failure(self) -> str:
        """Return why the last attempt failed, in one sentence; empty when there was none."""
        try:
            return self._failure.read_text("utf-8").strip()
        except FileNotFoundError:
            return ""

    def note_failure(self, why: str) -> None:
        self._failure.write_text(f"{why}\n", "utf-8")

    @contextmanager
    def workshop(self) -> Iterator[Path]:
        """Open a folder to make a version in. What a killed maker left is cleared away."""
        self.log.unlink(missing_ok=True)
        for entry in self.home.glob(f"{WORKSHOP}*"):
            shutil.rmtree(entry, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=WORKSHOP, dir=self.home) as folder:
            yield Path(folder)

    def keep(self, made: Path, stamp: str) -> Path:
        """Put what was made in its place, and forget the other versions; return where it is."""
        made.chmod(0o755)
        target = made.rename(self.at(stamp))
        self.forget(but=target)
        self._failure.unlink(missing_ok=True)
        self.log.unlink(missing_ok=True)
        return target

    def forget(self, *, but: Path | None = None) -> None:
        """Remove the versions that are there, `but` one of them."""
        for entry in os.scandir(self.home):
            if is_version(entry) and Path(entry) != but:
                shutil.rmtree(entry, ignore_errors=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the only one who makes versions here."""
        self.home.mkdir(parents=True, exist_ok=True)
        with alone_on(self.home):
            yield


def is_version(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir() and not entry.name.startswith(WORKSHOP)


@contextmanager
def alone_on(folder: Path) -> Iterator[None]:
    """Wait until nobody else holds a folder, and hold it; a process that dies lets it go."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
