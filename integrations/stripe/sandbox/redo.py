"""What was answered but is not yet in the database: one line for each call, written before its answer.

The database is committed some times a second, which writes dozens of pages. A kill between two commits would lose what
came in between; the lines bring it back. They hold statements, which give the same result again from the same state.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson


class Redo:
    """The lines since the last commit, in a file of its own for each commit."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None
        self._path = folder

    def lines(self, generation: int) -> Iterator[list[list[Any]]]:
        """Give back what came after the commit of a generation, up to where a kill cut the last line off."""
        path = self._of(generation)
        if not path.exists():
            return
        for line in path.read_bytes().split(b"\n"):
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError:
                return

    def begin(self, generation: int) -> None:
        """Write to the file of this generation from now on; the others are of no more use."""
        self.close()
        self._path = self._of(generation)
        for old in self._folder.glob("redo-*"):
            if old != self._path:
                old.unlink()
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, statements: list[list[Any]]) -> None:
        """Append one call."""
        assert self._descriptor is not None
        os.write(self._descriptor, orjson.dumps(statements) + b"\n")

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _of(self, generation: int) -> Path:
        return self._folder / f"redo-{generation}"
