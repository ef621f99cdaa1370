"""The explorer's browser files: installed once per lock from npm, kept in the data folder only."""

import shutil
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

from server import node
from server.node import NotInstalledError
from server.shelf import Shelf

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


@cache
def wanted_stamp() -> str:
    """Return what names this version of the assets: a digest of the lock and of what we take."""
    digest = sha256((HERE / "package-lock.json").read_bytes())
    digest.update(repr(sorted(SERVED.items())).encode())
    return digest.hexdigest()[:16]


def installed_at(data_dir: Path) -> Path:
    """Return the folder that holds one folder per installed version, named by its stamp."""
    return data_dir / "explorer"


def shelf_of(data_dir: Path) -> Shelf:
    """Return where its versions are."""
    return Shelf(installed_at(data_dir))


def installed_stamp(data_dir: Path) -> str | None:
    """Return the stamp when this version is installed, else None."""
    return wanted_stamp() if shelf_of(data_dir).has(wanted_stamp()) else None


def last_failure(data_dir: Path) -> str:
    """Return why the last installation failed, in one sentence; empty when none was tried."""
    return shelf_of(data_dir).last_failure()


def build(data_dir: Path, say: Callable[[str], None]) -> Path | None:
    """Install the assets unless this version is there; return their folder, None if it failed.

    `say` gets one line on what happens. Two builds at once are harmless: the second waits for the first.
    """
    shelf = shelf_of(data_dir)
    stamp = wanted_stamp()
    with shelf.held():
        if shelf.has(stamp):
            return shelf.at(stamp)
        say("Installing the GraphQL explorer's files (once).")
        try:
            with shelf.workshop() as workshop:
                for name in PACKAGE_FILES:
                    shutil.copy(HERE / name, workshop / name)
                node.install(workshop, log=shelf.log, whose="the packages")
                return shelf.keep(served_of(workshop), stamp)
        except (NotInstalledError, OSError) as failure:
            shelf.note_failure(str(failure))
            say(f"The GraphQL explorer will not be there: {failure}")
            return None


def served_of(workshop: Path) -> Path:
    """Take what we serve out of the packages; return its folder."""
    served = workshop / "served"
    served.mkdir()
    for source, name in SERVED.items():
        path = workshop / "node_modules" / source
        if not path.is_file():
            raise NotInstalledError(f"the packages lack {source}.")
        shutil.copyfile(path, served / name)
    return served
