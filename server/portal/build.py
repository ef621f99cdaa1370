"""The portal's build: made from `portal/` when something it is made of has changed, kept in the data directory."""

import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from server import node
from server.node import NotInstalledError
from server.settings import ROOT
from server.shelf import Shelf, alone_on

NO_SOURCES = frozenset({"node_modules", "dist", "screenshots", "journeys", "generated"})
"""Folders of `portal/` that nothing is built from: what is made there, and what only tests read."""
MADE_OF = ("operations/**/*.graphql", "schema/schema.graphql")
"""What it is made of besides its own folder, from the project's root: the types it is written in."""
PAGES = ("index.html", "silent.html")
BUILD_SECONDS = 300

Say = Callable[[str], None]


def shelf_of(data_dir: Path) -> Shelf:
    """Return where its versions are."""
    return Shelf(data_dir / "portal")


def stamp_of(root: Path = ROOT) -> str:
    """Return what names the version these sources make: a digest of all of them."""
    digest = sha256()
    for path in sorted(_sources(root)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def build(data_dir: Path, say: Say, root: Path = ROOT) -> Path | None:
    """Build the portal unless the version of these sources is there; return its folder, None if it failed.

    `say` gets a line on each step that takes a while. Two builds at once are harmless: the second waits for the first.
    """
    shelf = shelf_of(data_dir)
    with shelf.held():
        try:
            stamp = stamp_of(root)
            if shelf.has(stamp):
                return shelf.at(stamp)
            with shelf.workshop() as workshop:
                return shelf.keep(_built(root / "portal", workshop, shelf.log, say), stamp)
        except (NotInstalledError, OSError) as failure:
            shelf.note_failure(str(failure))
            # One of other sources may ask what this graph does not answer any more.
            shelf.forget()
            say(f"The portal will not be there: {failure}")
            return None


def install(log: Path, say: Say, root: Path = ROOT) -> Path:
    """Install the portal's packages by its lock, beside its sources, unless they are there; return its folder.

    Raises NotInstalledError.
    """
    folder = root / "portal"
    if not (folder / "package-lock.json").is_file():
        raise NotInstalledError("its sources are not here.")
    with alone_on(folder):
        _install(folder, log, say)
    return folder


def _built(folder: Path, workshop: Path, log: Path, say: Say) -> Path:
    """Return the folder of a new build; raises NotInstalledError."""
    if not (folder / "package-lock.json").is_file():
        raise NotInstalledError("its sources are not here.")
    out = workshop / "built"
    # All data directories share the folder of the sources, and what is generated and installed there.
    with alone_on(folder):
        _install(folder, log, say)
        say("Building the portal (some 20 s)")
        node.npm(
            *("run", "build"),
            folder=folder,
            log=log,
            trouble="it could not be built",
            seconds=BUILD_SECONDS,
            environment={"PORTAL_OUT": str(out)},
        )
    if missing := [name for name in PAGES if not (out / name).is_file()]:
        raise NotInstalledError(f"its build lacks {missing[0]}.")
    return out


def _install(folder: Path, log: Path, say: Say) -> None:
    if not node.is_installed(folder):
        say("Installing the portal's packages (once, some 30 s)")
        node.install(folder, log=log, whose="its packages")


def _sources(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root / "portal"):
        folders[:] = [each for each in folders if each not in NO_SOURCES]
        yield from (Path(folder, name) for name in names)
    for pattern in MADE_OF:
        yield from root.glob(pattern)
