"""What takes longer than it should, found by one timer for all that is under way."""

import asyncio
from collections.abc import Callable, Hashable
from functools import cached_property
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T", bound=Hashable)


class Overdue(Generic[T]):
    """Acts on whatever has been under way for `seconds`, once.

    All may take equally long, so whoever began first is due first: one timer serves them all, and what ends
    before it is due costs no more than an entry in a dictionary. One for each event loop.
    """

    def __init__(self, seconds: float, act: Callable[[T], None]) -> None:
        self._seconds = seconds
        self._act = act
        self._due: dict[T, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    @cached_property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop all of this happens in; to ask for it each time is a system call."""
        return asyncio.get_running_loop()

    def begin(self, it: T) -> None:
        due = self._due[it] = self.loop.time() + self._seconds
        if self._timer is None:
            self._timer = self.loop.call_at(due, self._look)

    def end(self, it: T) -> None:
        self._due.pop(it, None)

    def _look(self) -> None:
        self._timer = None
        now = self.loop.time()
        for it, due in tuple(self._due.items()):
            if due > now:
                self._timer = self.loop.call_at(due, self._look)
                return
            # What is acted on may end others.
            if self._due.pop(it, None) is not None:
                self._act(it)


class Deadlines:
    """Gives blocks of one task the same number of seconds, as `asyncio.timeout` would each."""

    def __init__(self, seconds: float) -> None:
        self._overdue: Overdue[Deadline] = Overdue(seconds, Deadline.expire)

    def __call__(self) -> "Deadline":
        """Return the deadline of a block that begins now."""
        return Deadline(self._overdue)


class Deadline:
    """Cancels its block when the time is over, and raises TimeoutError in the place of the cancellation."""

    __slots__ = ("_cancelling", "_overdue", "_task", "has_expired")

    def __init__(self, overdue: "Overdue[Deadline]") -> None:
        self._overdue = overdue
        self.has_expired = False

    def __enter__(self) -> Self:
        task = asyncio.current_task(self._overdue.loop)
        assert task is not None
        self._task = task
        self._cancelling = task.cancelling()
        self._overdue.begin(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._overdue.end(self)
        is_ours = self.has_expired and self._task.uncancel() <= self._cancelling
        if is_ours and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def expire(self) -> None:
        self.has_expired = True
        self._task.cancel()
