"""What `./interline up` has made for browsers, in processes beside everything else that starts."""

import time
from collections.abc import Callable

from server.supervisor import OwnProcess

LOOK_EVERY = 0.05


class Making:
    """One such process, and what it tells while it works. It ends by itself, and is not started again."""

    def __init__(self, process: OwnProcess) -> None:
        self.log = process.log
        self._process = process
        self._told_before = 0

    def start(self) -> None:
        self._told_before = self._size()
        self._process.start()

    def stop(self) -> None:
        self._process.stop()

    def wait(self, seconds: float, tell: Callable[[str], None]) -> int | None:
        """Wait for its end, and `tell` each line it says meanwhile; return its exit code, None if it still works."""
        deadline = time.monotonic() + seconds
        told = 0
        while True:
            code = self._process.exit_code()
            lines = self._lines()
            for line in lines[told:]:
                tell(line)
            told = len(lines)
            if code is not None or time.monotonic() >= deadline:
                return code
            time.sleep(LOOK_EVERY)

    def _lines(self) -> list[str]:
        """Return the whole lines of this run; the log has those of earlier ones too, unless it was begun anew."""
        try:
            said = self.log.read_bytes()
        except FileNotFoundError:
            return []
        new = said[self._told_before if len(said) >= self._told_before else 0 :]
        return [
            line.decode(errors="replace").rstrip()
            for line in new.splitlines(keepends=True)
            if line.endswith(b"\n")
        ]

    def _size(self) -> int:
        return self.log.stat().st_size if self.log.is_file() else 0
