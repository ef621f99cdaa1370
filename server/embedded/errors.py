"""What keeps an embedded server from running, in words for the person at the terminal.

EmbeddedServerError       a server cannot be started; the sentence says why and where its log is
└── AlreadyRunning        another process owns this data directory; names its process id
"""

from pathlib import Path


class EmbeddedServerError(Exception):
    """A server could not be started or was not usable."""


class AlreadyRunning(EmbeddedServerError):  # noqa: N818 - a fact, like the refusals of `domain/`
    """Another live process owns the data directory."""

    def __init__(self, what: str, where: Path, process_id: int | None) -> None:
        owner = f"process {process_id}" if process_id else "another process"
        super().__init__(f"{what} is already running on {where} ({owner}).")
        self.process_id = process_id
