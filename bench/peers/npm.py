"""The Node servers' packages: installed once per lock, beside their sources, and only for this command."""

import json
import subprocess
from pathlib import Path

from server import node as nodejs

NODE = Path(__file__).with_name("node")
RESULTS = NODE.parents[1] / "results"


def node() -> str:
    """Return the path of Node. Raises NotInstalledError."""
    return str(nodejs.node())


def install(folder: Path = NODE, logs: Path = RESULTS) -> None:
    """Install what the folder's lock says unless it is there. Raises NotInstalledError with one sentence."""
    logs.mkdir(exist_ok=True)
    log = logs / "npm.log"
    log.unlink(missing_ok=True)
    nodejs.install(folder, log=log, whose="their packages")


def version(package: str) -> str:
    """Return the installed version of a package."""
    told = json.loads((NODE / "node_modules" / package / "package.json").read_text(encoding="utf-8"))
    return str(told["version"])


def node_version() -> str:
    """Return the version of Node itself."""
    told = subprocess.run([node(), "--version"], capture_output=True, text=True, check=True)
    return told.stdout.strip().removeprefix("v")
