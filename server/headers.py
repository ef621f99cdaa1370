"""The headers of a request: read once, asked for by everybody on the way."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar, overload

from starlette.datastructures import Headers
from starlette.types import Scope

T = TypeVar("T")
KEPT = "interline.headers"
"""Where they are kept in the request's scope."""


class RequestHeaders(Headers):
    """Starlette's headers, with a name looked up in a dictionary and not along the whole list."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._list = list(raw)
        self.first = dict(self._list)
        """By lower-case name; of several with one name, the first."""
        self.has_repeated = len(self.first) != len(self._list)
        if self.has_repeated:
            self.first = dict(reversed(self._list))

    def __getitem__(self, key: str) -> str:
        return self.first[key.lower().encode("latin-1")].decode("latin-1")

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.lower().encode("latin-1") in self.first

    @overload
    def get(self, key: str, /) -> str | None: ...
    @overload
    def get(self, key: str, /, default: str | T) -> str | T: ...
    def get(self, key: str, /, default: str | T | None = None) -> str | T | None:
        value = self.first.get(_name(key))
        return default if value is None else value.decode("latin-1")

    def getlist(self, key: str) -> list[str]:
        if self.has_repeated:
            return super().getlist(key)
        value = self.first.get(key.lower().encode("latin-1"))
        return [] if value is None else [value.decode("latin-1")]


@lru_cache(maxsize=200)
def _name(key: str) -> bytes:
    """Return a name as it is kept; code asks for the same few."""
    return key.lower().encode("latin-1")


def headers_of(scope: Scope) -> RequestHeaders:
    """Return the headers of a request or socket; what they are read from does not change on the way.

    Those of a socket are not kept: it would have them for as long as it lasts.
    """
    headers: RequestHeaders | None = scope.get(KEPT)
    if headers is None:
        headers = RequestHeaders(scope.get("headers", ()))
        if scope.get("type") != "websocket":
            scope[KEPT] = headers
    return headers
