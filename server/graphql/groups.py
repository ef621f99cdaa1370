"""Those who are told the same: one source, one execution and one text an event, however many they are.

A subscriber is told what is now, then what comes. For who joins a source that has begun the state is read anew, for all
at once that joined meanwhile; what the source brings until then counts as well. States have sequence numbers, by
which each subscriber skips what it has seen: nothing comes twice, and nothing older after something newer.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import aclosing
from contextvars import Context
from typing import Protocol

from domain.errors import Unauthenticated
from permissions.viewer import Viewer
from server.graphql.answers import Answer, StatusKind
from server.graphql.errors import refusal_answer
from server.graphql.outcomes import Outcomes
from server.graphql.subscribers import Subscriber, Told

TOLD_AT_ONCE = 250
"""Subscribers told in one go; the rest of the process has a turn in between."""
ENDED = refusal_answer(Unauthenticated("The credential has ended."))

Holds = Callable[[Viewer], Awaitable[bool]]


class Figures(Protocol):
    """Counts what subscriptions do."""

    def subscribed(self, change: int) -> None:
        """Note subscriptions that began, or ended (negative)."""

    def grouped(self, change: int) -> None:
        """Note groups that began, or ended (negative)."""

    def delivered(self, events: int) -> None:
        """Note events that were told, to each subscriber one."""


class Source(Protocol):
    """What a group runs."""

    @property
    def outcomes(self) -> Outcomes: ...

    @property
    def is_shared(self) -> bool:
        """Tell whether it is a stream of states that others may join; else every event counts."""
        ...

    def told(self) -> AsyncGenerator[Told, None]:
        """Yield each event's answer, from what is now on. Raises RequestErrors and what the stream raises."""
        ...


class Group:
    """The subscribers of one source. Its task ends with the source, or when the last subscriber leaves."""

    def __init__(
        self,
        source: Source,
        *,
        holds: Holds,
        figures: Figures,
        ended: Callable[["Group"], None],
        finished: Callable[[Subscriber, Answer | None], None],
    ) -> None:
        """`ended` hears that nobody can join any more, `finished` of each subscriber that is told no more."""
        self._source = source
        self._holds = holds
        self._figures = figures
        self._has_ended = ended
        self._finished = finished
        self._subscribers: dict[Subscriber, None] = {}
        self._joining: list[Subscriber] = []
        self._has_begun = False
        self._task: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None

    def join(self, subscriber: Subscriber) -> None:
        """Tell a subscriber what is now, and from now on what comes."""
        self._subscribers[subscriber] = None
        if self._task is None:
            self._task = self._start(self._run())
        elif self._has_begun:
            self._joining.append(subscriber)
            self._looking = self._looking or self._start(self._look())

    def leave(self, subscriber: Subscriber) -> "asyncio.Task[None] | None":
        """Tell a subscriber no more. Return what ends now with the last one, to be waited for."""
        self._let_go(subscriber, None)
        return None if self._subscribers else self._task

    async def part_from_ended(self) -> None:
        """End the subscribers whose credential has ended."""
        ended = set()
        for viewer in {subscriber.viewer.id: subscriber.viewer for subscriber in self._subscribers}.values():
            if not await self._holds(viewer):
                ended.add(viewer.id)
        for subscriber in [each for each in self._subscribers if each.viewer.id in ended]:
            self._part(subscriber, ENDED)

    def _start(self, work: Coroutine[object, object, None]) -> "asyncio.Task[None]":
        # The source of many is in nobody's request.
        return asyncio.create_task(work, context=Context() if self._source.is_shared else None)

    async def _run(self) -> None:
        last: Answer | None = None
        self._has_begun = True
        self._figures.grouped(1)
        try:
            async with aclosing(self._source.told()) as events:
                async for told in events:
                    if told.answer.status_kind is not StatusKind.EXECUTED:
                        last = told.answer
                        break
                    await self._deliver(told)
        except Exception as failure:  # noqa: BLE001 - whatever a source raises is masked
            last = self._source.outcomes.failed(failure)
        finally:
            self._figures.grouped(-1)
            self._has_ended(self)
            if self._looking is not None:
                self._looking.cancel()
                await asyncio.wait({self._looking})
        for subscriber in list(self._subscribers):
            self._part(subscriber, last)

    async def _look(self) -> None:
        """Have the state read for those who joined since the last look; until nobody has."""
        while self._joining:
            joining, self._joining = self._joining, []
            try:
                async with (
                    asyncio.timeout(self._source.outcomes.deadline_seconds) as deadline,
                    aclosing(self._source.told()) as states,
                ):
                    told = await anext(states, None)
                await self.part_from_ended()
            except Exception as failure:  # noqa: BLE001 - whatever a source raises is masked
                # A stream that has nothing to say yet will say it to all.
                if not (isinstance(failure, TimeoutError) and deadline.expired()):
                    for subscriber in joining:
                        self._part(subscriber, self._source.outcomes.failed(failure))
                continue
            for subscriber in joining:
                if told is None:
                    self._part(subscriber, None)
                elif told.answer.status_kind is not StatusKind.EXECUTED:
                    self._part(subscriber, told.answer)
                else:
                    self._figures.delivered(self._tell(subscriber, told))
        self._looking = None

    async def _deliver(self, told: Told) -> None:
        await self.part_from_ended()
        subscribers = list(self._subscribers)
        for begin in range(0, len(subscribers), TOLD_AT_ONCE):
            several = subscribers[begin : begin + TOLD_AT_ONCE]
            self._figures.delivered(sum(self._tell(subscriber, told) for subscriber in several))
            if self._source.is_shared:
                await asyncio.sleep(0)
        if not self._source.is_shared:
            for subscriber in subscribers:
                await subscriber.settled()

    def _tell(self, subscriber: Subscriber, told: Told) -> int:
        """Tell one subscriber; return how many events that were. It may have left, or seen that or more."""
        if subscriber not in self._subscribers:
            return 0
        sequence = told.answer.sequence
        if sequence is not None and self._source.is_shared:
            if sequence <= subscriber.seen:
                return 0
            subscriber.seen = sequence
        if told.answer.errors:
            subscriber.codes = tuple(dict.fromkeys((*subscriber.codes, *told.answer.codes)))
        try:
            subscriber.tell(told)
        except Exception as failure:  # noqa: BLE001 - the others do not suffer
            self._part(subscriber, self._source.outcomes.failed(failure))
            return 0
        return 1

    def _part(self, subscriber: Subscriber, answer: Answer | None) -> None:
        """Let a subscriber go with a last word."""
        if self._let_go(subscriber, answer):
            subscriber.end(answer)

    def _let_go(self, subscriber: Subscriber, answer: Answer | None) -> bool:
        """Tell a subscriber no more; tell whether it was one. The last one's going ends the source."""
        if subscriber not in self._subscribers:
            return False
        del self._subscribers[subscriber]
        self._finished(subscriber, answer)
        if not self._subscribers and self._task is not None and not self._task.done():
            self._has_ended(self)
            self._task.cancel()
        return True
