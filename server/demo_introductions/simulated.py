"""Simulated time: a clock that jumps to whatever happens next, and lives that sleep on it.

One life moves at a time, until it sleeps again: what happens is a matter of the dice alone, and of no machine's speed.
"""

import asyncio
import datetime as dt
import heapq
from collections.abc import Awaitable, Callable
from itertools import count
from zoneinfo import ZoneInfo

Life = Callable[[], Awaitable[None]]
WORKING = range(9, 18)
SATURDAY = 5


class Clock:
    """Tells the simulated time, in UTC, and wakes who sleeps."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self._agenda: list[tuple[dt.datetime, int, asyncio.Future[None]]] = []
        self._number = count()
        self._rests = asyncio.Event()
        self._lives: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None

    def __call__(self) -> dt.datetime:
        return self.now

    def live(self, life: Life, *, at: dt.datetime | None = None) -> None:
        """Begin a life, now or at a time; whoever begins it goes on first."""
        task = asyncio.create_task(self._live(self._wake_at(at or self.now), life))
        self._lives.add(task)
        task.add_done_callback(self._lives.discard)

    async def until(self, at: dt.datetime) -> None:
        """Sleep until a time; one that is past is now."""
        waking = self._wake_at(at)
        self._rests.set()
        await waking

    async def after(self, by: dt.timedelta) -> None:
        """Sleep for a time."""
        await self.until(self.now + by)

    async def run(self, end: dt.datetime) -> None:
        """Let everything happen until a time. Raises what a life raised."""
        while self._agenda and self._agenda[0][0] <= end:
            at, _, waking = heapq.heappop(self._agenda)
            self.now = max(self.now, at)
            self._rests.clear()
            waking.set_result(None)
            await self._rests.wait()
            if self._failure is not None:
                raise self._failure
        self.now = end

    async def stop(self) -> None:
        """End all lives where they sleep."""
        for life in list(self._lives):
            life.cancel()
        await asyncio.gather(*self._lives, return_exceptions=True)

    def _wake_at(self, at: dt.datetime) -> asyncio.Future[None]:
        waking = asyncio.get_running_loop().create_future()
        heapq.heappush(self._agenda, (at, next(self._number), waking))
        return waking

    async def _live(self, waking: asyncio.Future[None], life: Life) -> None:
        await waking
        try:
            await life()
        except Exception as failure:  # noqa: BLE001 - raised again by `run`
            self._failure = failure
        finally:
            self._rests.set()


def at_work(at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Return the first moment from a time on at which somebody of a zone works, minutes and seconds kept."""
    there = at.astimezone(zone)
    while there.weekday() >= SATURDAY or there.hour not in WORKING:
        # A step on the wall: the hours of a day on which clocks change are not all there.
        there = (there.replace(tzinfo=None) + dt.timedelta(hours=1)).replace(tzinfo=zone)
    return there.astimezone(dt.UTC)
