"""One owner per data directory, also when the former owner was killed."""

import fcntl
import os
from pathlib import Path

from server.embedded.errors import AlreadyRunning


class Claim:
    """A lock the kernel releases with our last breath; the file in it only tells who holds it."""

    def __init__(self, path: Path, what: str) -> None:
        self.path = path
        self._what = what
        self._descriptor: int | None = None

    def take(self) -> None:
        """Claim the directory. Raises AlreadyRunning, with the owner's process id."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(descriptor, 20).decode(errors="replace")
            os.close(descriptor)
            where = self.path.parent
            raise AlreadyRunning(self._what, where, int(owner) if owner.isdigit() else None) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the directory free. The file stays: removing it would let two owners lock two files."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
