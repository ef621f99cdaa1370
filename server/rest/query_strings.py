"""What a query string says, as HTML forms write it."""

from collections.abc import Mapping
from urllib.parse import parse_qsl


def parameters_of(query_string: bytes) -> Mapping[str, list[str]]:
    """Return the values of each parameter, both in the order they were sent; one without `=` is empty."""
    found: dict[str, list[str]] = {}
    text = query_string.decode("latin-1")
    if "%" in text or "+" in text:
        pairs = parse_qsl(text, keep_blank_values=True)
    else:
        # Nothing is encoded, which is what most calls are like.
        pairs = [
            (name, value) for name, _, value in (part.partition("=") for part in text.split("&") if part)
        ]
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found
