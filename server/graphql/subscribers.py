"""Who subscribes: one caller's subscription, whatever door it came through."""

import asyncio
import time
from abc import ABC, abstractmethod
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Protocol

from server.graphql.answers import Answer, encode
from server.graphql.planned import Planned

NOTHING_SEEN = -1


@dataclass(frozen=True, slots=True)
class Told:
    """The answer of one event, and its JSON up to the last brace: each subscriber's own extensions close it."""

    answer: Answer
    body: bytes


class Company(Protocol):
    """Those a subscriber is told with."""

    def join(self, subscriber: "Subscriber", /) -> None: ...

    def leave(self, subscriber: "Subscriber", /) -> "asyncio.Task[None] | None": ...


class Subscriber(ABC):
    """One subscription. A door says how it is told and how it ends; its group says what and when.

    `seen` is the sequence number of the newest state it was told, or had before.
    """

    __slots__ = ("began", "closing", "codes", "company", "context", "label", "seen", "viewer")

    def __init__(self, planned: Planned) -> None:
        self.viewer = planned.viewer
        self.label = planned.label
        self.closing = closing(planned)
        self.seen = NOTHING_SEEN
        self.began = time.perf_counter()
        self.codes: tuple[str, ...] = ()
        self.company: Company | None = None
        # What is noted of it belongs to the request that subscribed, not to the one that first did.
        self.context: Context = copy_context()

    @abstractmethod
    def tell(self, told: Told) -> None:
        """Pass an event on without waiting; the place of what can not leave yet is taken by what is newer."""

    @abstractmethod
    def end(self, answer: Answer | None) -> None:
        """Say the last word, without waiting: what went wrong, or None where the source has ended."""

    @abstractmethod
    async def settled(self) -> None:
        """Wait until nothing told stands in line: for streams of which every event counts."""

    def leave(self) -> "asyncio.Task[None] | None":
        """Be told no more. Return what ends now because this was the last subscriber, to be waited for."""
        return self.company.leave(self) if self.company else None


def closing(planned: Planned) -> bytes:
    """Return what closes the JSON of each of a caller's answers: its own extensions, and the brace."""
    if not planned.extensions:
        return b"}"
    return b"," + encode({"extensions": planned.extensions})[1:]
