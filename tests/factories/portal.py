"""A portal as its build leaves it, without npm: for tests of what serves it, and of what starts beside it."""

import gzip
from pathlib import Path

from server.portal.build import shelf_of, stamp_of

SCRIPT = b"console.log('interline')\n" * 100
INDEX = b"""<!doctype html>
<html lang="en"><head><meta name="interline" content="$config"><title>Interline</title>
<script type="module" src="/assets/index-1a2b3c.js"></script></head><body><h1>Portal</h1></body></html>
"""
SILENT = b'<!doctype html><html lang="en"><head><title>Interline</title></head><body></body></html>\n'
BROTLI = b"as brotli has it"
"""Nobody reads it: what is compressed is sent as it is."""


def write_build(folder: Path) -> Path:
    """Write a build into a new folder."""
    assets = folder / "assets"
    assets.mkdir(parents=True)
    (folder / "index.html").write_bytes(INDEX)
    (folder / "silent.html").write_bytes(SILENT)
    (assets / "index-1a2b3c.js").write_bytes(SCRIPT)
    (assets / "index-1a2b3c.js.br").write_bytes(BROTLI)
    (assets / "index-1a2b3c.js.gz").write_bytes(gzip.compress(SCRIPT))
    (assets / "logo-4d5e6f.svg").write_bytes(b"<svg/>")
    (assets / "inter-7a8b9c.woff2").write_bytes(b"wOF2")
    return folder


def put_portal(data_dir: Path) -> Path:
    """Make the portal count as built from today's sources, so that nobody asks npm for anything."""
    return write_build(shelf_of(data_dir).at(stamp_of()))
