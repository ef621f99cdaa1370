"""The Node servers' packages: installed once per lock, beside their sources, and only for this command."""

import json
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

from server.explorer.assets import NotInstalledError, npm_command, npm_environment

NODE = Path(__file__).with_name("node")
RESULTS = NODE.parents[1] / "results"
PATIENCE = 600
"""Seconds an installation may take."""


def node() -> str:
    """Return the path of Node. Raises NotInstalledError."""
    return npm_command()[0]


def install(folder: Path = NODE, logs: Path = RESULTS) -> None:
    """Install what the folder's lock says unless it is there. Raises NotInstalledError with one sentence."""
    modules = folder / "node_modules"
    stamp = modules / "interline-lock"
    wanted = sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    # npm itself would try for more than a minute, also where there is no network at all.
    command = [*npm_command(), "ci", "--fetch-retries=1", "--no-progress", "--loglevel=error"]
    # An interrupted installation has no stamp, though npm itself would take it for whole.
    shutil.rmtree(modules, ignore_errors=True)
    logs.mkdir(exist_ok=True)
    log = logs / "npm.log"
    with log.open("wb") as words:
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=npm_environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                timeout=PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise NotInstalledError(f"npm did not do its work ({type(problem).__name__}).") from None
    if done.returncode:
        raise NotInstalledError(f"npm could not install their packages; its words are in {log.name}.")
    stamp.write_text(wanted, encoding="ascii")


def version(package: str) -> str:
    """Return the installed version of a package."""
    told = json.loads((NODE / "node_modules" / package / "package.json").read_text(encoding="utf-8"))
    return str(told["version"])


def node_version() -> str:
    """Return the version of Node itself."""
    told = subprocess.run([node(), "--version"], capture_output=True, text=True, check=True)
    return told.stdout.strip().removeprefix("v")
