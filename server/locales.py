"""Which languages a caller reads."""

import re
from functools import lru_cache

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
