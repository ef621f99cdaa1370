"""Where an embedded server keeps its data, its socket and its programs, and as whom it runs.

PostgreSQL refuses to run as root, so root hands the servers to an unprivileged account. Where that account cannot
reach the data directory (a home with mode 0700), the servers live below /var/tmp instead.
"""

import hashlib
import os
import pwd
import shutil
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from server.embedded.errors import EmbeddedServerError
from server.embedded.processes import Account

# What `sockaddr_un.sun_path` takes, without the closing zero byte.
LONGEST_SOCKET_PATH = 107 if sys.platform.startswith("linux") else 103
LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432")
NOBODY = Account(65534, 65534)
OPEN_TO_SERVERS = 0o711
PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class Place:
    """The directories of one server. `account` is None when it runs as ourselves."""

    home: Path
    sockets: Path
    account: Account | None

    def make_directory(self, name: str) -> Path:
        """Make a directory in `home` that only the server's account can read."""
        path = self.home / name
        path.mkdir(mode=PRIVATE, exist_ok=True)
        self.hand_over(path)
        return path

    def make_sockets(self) -> None:
        """Make the socket directory. Whoever can enter it is trusted, so nobody else may."""
        _make_ours(self.sockets, PRIVATE, self.account)
        self.hand_over(self.sockets)
        self.sockets.chmod(PRIVATE)

    def hand_over(self, path: Path) -> None:
        """Give a path to the server's account."""
        if self.account and not self.account.owns(path):
            os.chown(path, self.account.uid, self.account.gid)


def place_for(data_dir: Path, name: str) -> Place:
    """Choose the place of the server `name` for a data directory, and make its home."""
    data_dir = data_dir.absolute()
    account = _account(data_dir / name)
    make_data_dir(data_dir)
    home = data_dir
    if account and not reachable(data_dir, account):
        home = Path("/var/tmp") / _short_name(data_dir)  # noqa: S108 - made and checked by `_make_ours`
        _make_ours(home, OPEN_TO_SERVERS, None)
        account = _account(home / name)
    return Place(home, _socket_directory(home, name, account), account)


def make_data_dir(data_dir: Path) -> None:
    """Make a data directory that others cannot list; one that exists stays as it is."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=OPEN_TO_SERVERS if os.geteuid() == 0 else PRIVATE)


def temporary_home() -> Path:
    """Make a new, empty directory for throw-away servers, where their account reaches it."""
    account = _account(None)
    for candidate in _temporary_directories():
        if account is None or reachable(candidate, account):
            home = Path(tempfile.mkdtemp(prefix="interline-", dir=candidate))
            home.chmod(OPEN_TO_SERVERS if account else PRIVATE)
            return home
    message = "No temporary directory can be reached by an unprivileged account; set TMPDIR to one that can."
    raise EmbeddedServerError(message)


def programs_for(place: Place, site: Path, parts: list[str]) -> Path:
    """Return the directory that holds `parts` of an installed package, where the account can run them.

    That is `site` itself, or a copy in the place's home when the account cannot reach `site`.
    """
    if place.account is None or reachable(site, place.account):
        return site
    versions = hashlib.sha256(str([(site / part).stat().st_mtime_ns for part in parts]).encode())
    copy = place.home / f"programs-{versions.hexdigest()[:12]}"
    if not copy.exists():
        unfinished = copy.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in parts:
            shutil.copytree(site / part, unfinished / part, symlinks=True)
        unfinished.rename(copy)
    return copy


def reachable(path: Path, account: Account) -> bool:
    """Tell whether the account may walk down to this directory and enter it."""
    for directory in (path, *path.parents):
        facts = directory.stat()
        if facts.st_uid == account.uid:
            wanted = stat.S_IXUSR
        elif facts.st_gid == account.gid:
            wanted = stat.S_IXGRP
        else:
            wanted = stat.S_IXOTH
        if not facts.st_mode & wanted:
            return False
    return True


def _account(existing: Path | None) -> Account | None:
    """Return whom root runs a server as: the owner of the data it has, else nobody."""
    if os.geteuid() != 0:
        return None
    if existing is not None and existing.exists() and (owner := existing.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return NOBODY
    return Account(nobody.pw_uid, nobody.pw_gid)


def _socket_directory(home: Path, name: str, account: Account | None) -> Path:
    """Return a path short enough for a socket and made of characters that need no quoting in a url."""
    candidates = [home / f"{name}.socket"]
    candidates += [base / f"{_short_name(home)}-{name}" for base in _temporary_directories()]
    for candidate in candidates:
        fits = len(os.fsencode(candidate)) + LONGEST_SOCKET_NAME <= LONGEST_SOCKET_PATH
        plain = quote(str(candidate)) == str(candidate)
        if fits and plain and (account is None or reachable(candidate.parent, account)):
            return candidate
    message = f"No directory is short enough for a socket: tried {', '.join(map(str, candidates))}."
    raise EmbeddedServerError(message)


def _temporary_directories() -> list[Path]:
    wanted = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108 - checked by `_make_ours`
    return [path.resolve() for path in dict.fromkeys(wanted) if path.is_dir()]


def _short_name(path: Path) -> str:
    return f"interline-{os.geteuid()}-{hashlib.sha256(os.fsencode(path)).hexdigest()[:12]}"


def _make_ours(path: Path, mode: int, account: Account | None) -> None:
    """Make a directory whose name others could guess, or find it as we left it; refuse anybody else's."""
    path.mkdir(mode=mode, exist_ok=True)
    facts = path.lstat()
    owners = {os.geteuid()} | ({account.uid} if account else set())
    others_may_write = facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in owners or others_may_write:
        message = f"{path} belongs to somebody else; remove it, or choose another place with --data."
        raise EmbeddedServerError(message)
