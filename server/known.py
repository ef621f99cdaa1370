"""Credentials that were verified a moment ago, and are good until something says otherwise."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from typing import NamedTuple
from uuid import UUID

from permissions.viewer import Viewer

KNOWN_SECONDS = 5.0
"""How long a credential is taken at its word: where the news of its end is lost, it ends after that."""
MOST_KNOWN = 10_000


class _Fact(NamedTuple):
    viewer: Viewer
    until: float
    about: Collection[UUID]


class Known:
    """Whose a credential is, remembered for a few seconds at most. One per process.

    Each fact says what it is about: the key, the reseller or the person whose rows it came from. News of one
    of them (`forget`) ends it at once.
    """

    def __init__(
        self,
        *,
        seconds: float = KNOWN_SECONDS,
        most: int = MOST_KNOWN,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._facts: OrderedDict[Hashable, _Fact] = OrderedDict()
        self._about: dict[UUID, set[Hashable]] = {}
        self.news = 0
        """How often something was to be forgotten: look here before you ask the database, and tell `put`."""

    def get(self, name: Hashable) -> Viewer | None:
        """Return the viewer of this name, or None where nothing is known, or not any more."""
        fact = self._facts.get(name)
        if fact is None or fact.until <= self._clock():
            return None
        self._facts.move_to_end(name)
        return fact.viewer

    def put(self, name: Hashable, viewer: Viewer, *, about: Collection[UUID], news: int) -> None:
        """Remember a viewer, unless there was news since `news`: what was read may be older than that."""
        if news != self.news:
            return
        self._drop(name)
        self._facts[name] = _Fact(viewer, self._clock() + self._seconds, about)
        for each in about:
            self._about.setdefault(each, set()).add(name)
        if len(self._facts) > self._most:
            self._drop(next(iter(self._facts)))

    def forget(self, objects: Collection[UUID] | None) -> None:
        """Forget all that is about these objects; about everything for None, when news may have been missed."""
        self.news += 1
        if objects is None:
            self._facts.clear()
            self._about.clear()
            return
        for each in objects:
            for name in tuple(self._about.get(each, ())):
                self._drop(name)

    def _drop(self, name: Hashable) -> None:
        fact = self._facts.pop(name, None)
        for each in fact.about if fact else ():
            names = self._about[each]
            names.discard(name)
            if not names:
                del self._about[each]


def fingerprint(*said: bytes) -> bytes:
    """Return what a credential is known by, of all that was said about it: its text is kept nowhere."""
    return hashlib.sha256(b"\n".join(said)).digest()
