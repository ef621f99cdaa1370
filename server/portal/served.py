"""The portal's files as they are served: read once a version, with everything that can be known of an answer by then."""

import gzip
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from server.portal.build import PAGES

ASSETS = "assets"
CONFIG = b"$config"
"""In a page: where the server says what only it knows."""
SUFFIXES = {"br": ".br", "gzip": ".gz"}
"""Coding -> how the file is named that has it; in the order of our preference."""
SMALLEST_COMPRESSED = 1_000
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".avif": "image/avif",
    ".webp": "image/webp",
}
"""Named here, so that a machine's own list does not matter."""

SAID_AGAIN = frozenset({b"cache-control", b"content-security-policy", b"etag", b"vary"})
NEVER = re.compile(r"q=0(\.0{0,3})?", re.ASCII)

RawHeaders = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Body:
    """A file in one coding."""

    content: bytes
    etag: bytes
    headers: RawHeaders
    unchanged: RawHeaders
    """What is said to a caller who has it (RFC 9110 §15.4.5)."""


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A file in all codings it is kept in; "" is none."""

    bodies: Mapping[str, Body]

    def accepted(self, accept_encoding: str) -> Body:
        """Return the body in the best coding the caller takes (RFC 9110 §12.5.3)."""
        if len(self.bodies) > 1:
            taken = codings_of(accept_encoding)
            for coding in SUFFIXES:
                if coding in taken and coding in self.bodies:
                    return self.bodies[coding]
        return self.bodies[""]


def codings_of(accept_encoding: str) -> set[str]:
    """Return the codings a header names, but those it excludes by `q=0`."""
    parts = (part.replace(" ", "").partition(";") for part in accept_encoding.lower().split(","))
    return {coding for coding, _, weight in parts if not NEVER.fullmatch(weight)}


@dataclass(frozen=True, slots=True)
class Version:
    """One build: its pages by name, its assets by their path below `/assets/`."""

    pages: Mapping[str, ServedFile]
    assets: Mapping[str, ServedFile]


def read_version(folder: Path, *, config: bytes, page_headers: Mapping[str, RawHeaders]) -> Version:
    """Read a build. `config` fills its place in the pages; `page_headers` are what each page is sent with.

    Raises OSError where a file of it cannot be read: it was replaced by another.
    """
    pages = {}
    for name in PAGES:
        content = (folder / name).read_bytes().replace(CONFIG, config)
        codings = {"gzip": gzip.compress(content, 9, mtime=0)} if len(content) >= SMALLEST_COMPRESSED else {}
        pages[name] = served(name, content, codings, page_headers[name])
    home = folder / ASSETS
    assets = {
        path.relative_to(home).as_posix(): _asset(path)
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.suffix not in SUFFIXES.values()
    }
    return Version(pages, assets)


def _asset(path: Path) -> ServedFile:
    codings = {
        coding: other.read_bytes()
        for coding, suffix in SUFFIXES.items()
        if (other := path.with_name(path.name + suffix)).is_file()
    }
    # Their names have a digest of what is in them: another content is another name.
    forever = [(b"cache-control", b"public, max-age=31536000, immutable")]
    return served(path.name, path.read_bytes(), codings, forever)


def served(name: str, content: bytes, codings: Mapping[str, bytes], more: RawHeaders) -> ServedFile:
    """Put together what is sent for a file in each coding; a coding that makes it no smaller is left out."""
    kind = TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    smaller = {coding: body for coding, body in codings.items() if len(body) < len(content)}
    vary = [(b"vary", b"Accept-Encoding")] if smaller else []
    shared = [(b"content-type", kind.encode()), (b"x-content-type-options", b"nosniff"), *vary, *more]
    return ServedFile(
        {coding: _body(coding, body, shared) for coding, body in {"": content, **smaller}.items()}
    )


def _body(coding: str, content: bytes, shared: RawHeaders) -> Body:
    etag = f'"{sha256(content).hexdigest()[:32]}"'.encode()
    headers = [*shared, (b"etag", etag)]
    coded = [(b"content-encoding", coding.encode())] if coding else []
    length = (b"content-length", str(len(content)).encode())
    unchanged = [header for header in headers if header[0] in SAID_AGAIN]
    return Body(content, etag, [*headers, *coded, length], unchanged)
