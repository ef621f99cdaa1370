"""Values as JSON, written once: what goes into an answer as it is."""

from collections.abc import Mapping

import orjson


def write(value: object) -> bytes:
    """Return the JSON of a value. Raises TypeError for what has none, which is a fault of a resolver."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON")
