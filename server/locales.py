"""Which languages a caller reads."""

import re
from dataclasses import replace
from functools import lru_cache

from starlette.datastructures import Headers

from permissions.viewer import Viewer
from server.observability.requests import note

RANGE = re.compile(r"([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?")
MOST = 10


@lru_cache(maxsize=500)
def accepted_locales(header: str | None) -> tuple[str, ...]:
    """Return the tags of an `Accept-Language` header, best first (RFC 9110 §12.5.4); what is malformed is passed over."""
    if not header:
        return ()
    ranked = []
    for position, part in enumerate(header.split(",")[:MOST]):
        match = RANGE.fullmatch(part.strip())
        weight = float(match[2] or 1) if match else 0.0
        if match and weight > 0:
            ranked.append((-weight, position, match[1]))
    return tuple(tag for _, _, tag in sorted(ranked))


def reading(viewer: Viewer, headers: Headers) -> Viewer:
    """Return the viewer with the languages it reads, and note that it is the one who calls."""
    locales = accepted_locales(headers.get("accept-language"))
    if locales:
        viewer = replace(viewer, locales=locales)
    note(viewer=viewer)
    return viewer
