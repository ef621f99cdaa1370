"""Which media type an answer has, by what the caller accepts.

https://graphql.github.io/graphql-over-http/draft/#sec-Media-Types (2026-11). The newer type goes to those
who name it; a caller who takes anything, or says nothing, gets plain JSON, whose status is 200 also when
the document is wrong, because old clients read no body with another status.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

QUALITY = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII)
"""RFC 9110 §12.4.2."""


class MediaType(StrEnum):
    GRAPHQL_RESPONSE = "application/graphql-response+json"
    JSON = "application/json"
    EVENT_STREAM = "text/event-stream"


ANYTHING = frozenset({"*/*", "application/*"})
LONGEST_REMEMBERED = 200
"""Clients of one kind all say the same; what is longer is worked out each time."""


def negotiate(accept: str | None) -> MediaType | None:
    """Return the type of the one answer of a request; None where the caller takes neither of ours."""
    if accept is None:
        return MediaType.JSON
    return (_negotiated_before if len(accept) <= LONGEST_REMEMBERED else _negotiated)(accept)


def _negotiated(accept: str) -> MediaType | None:
    if not accept.strip():
        return MediaType.JSON
    qualities = dict(ranges(accept))
    named = [
        (qualities[each], each is MediaType.GRAPHQL_RESPONSE, each)
        for each in (MediaType.GRAPHQL_RESPONSE, MediaType.JSON)
        if qualities.get(each, 0) > 0
    ]
    if named:
        return max(named)[2]
    takes_anything = any(qualities.get(each, 0) > 0 for each in ANYTHING)
    return MediaType.JSON if takes_anything and MediaType.JSON not in qualities else None


_negotiated_before = lru_cache(maxsize=256)(_negotiated)


def accepts_events(accept: str | None) -> bool:
    """Tell whether the caller takes a stream of events."""
    if accept is None or not accept.strip():
        return True
    qualities = dict(ranges(accept))
    return any(qualities.get(each, 0) > 0 for each in (MediaType.EVENT_STREAM, "text/*", "*/*"))


def ranges(accept: str) -> Iterator[tuple[str, float]]:
    """Yield each media range with its quality; one that is not well-formed has quality 0."""
    for part in accept.split(","):
        media_range, *parameters = (each.strip().lower() for each in part.split(";"))
        qualities = [each[2:].strip() for each in parameters if each.startswith("q=")]
        if not all(QUALITY.fullmatch(each) for each in qualities):
            yield media_range, 0
        else:
            yield media_range, float(qualities[0]) if qualities else 1.0
