"""`./interline portal`: builds it where a person can watch, and looks it over."""

import os
import subprocess
from pathlib import Path

from rich.console import Console

from server import node
from server.node import NotInstalledError
from server.portal import build
from server.progress import Progress
from server.settings import ROOT


def run(data_dir: Path, *, is_checked: bool, root: Path = ROOT) -> int:
    """Build the portal; with `is_checked`, look at its types, style and words, and run its tests. Return the exit code."""
    progress = Progress(Console(stderr=True))
    with progress.step("Preparing the portal") as tell:
        made = build.build(data_dir, tell, root)
    if made is None:
        _show_end_of(build.shelf_of(data_dir).log, progress)
        return 1
    progress.say(f"It is in {made}.")
    if not is_checked:
        return 0
    try:
        folder = build.install(build.shelf_of(data_dir).log, progress.say, root)
        command = [*node.npm_command(), "run", "check"]
        return subprocess.run(command, cwd=folder, env=node.npm_environment(folder), check=False).returncode
    except NotInstalledError as failure:
        progress.say(str(failure))
        return 1


def _show_end_of(log: Path, progress: Progress) -> None:
    if log.is_file():
        progress.say(log.read_text("utf-8", "replace")[-4_000:].rstrip() + os.linesep)
