"""The end of a process that serves: first it is no longer ready, then it says good-bye, then it stops.

on SIGTERM   `begin()`: /health/ready answers 503 at once; a moment later, when no load balancer sends new
             callers any more, the `on_drain` callbacks run (sockets are closed with 1001)
then         the server's own graceful shutdown: it stops listening, requests in flight finish
at last      `end()`, out of the application's lifespan: the `on_end` callbacks run (buffers are flushed)
"""

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import structlog

SETTLE_SECONDS = 0.5
"""How long the process serves on after it said that it is not ready."""
GRACE_SECONDS = 20
"""For the server's own shutdown (`--timeout-graceful-shutdown`): how long requests in flight may take."""
CALLBACK_SECONDS = 5.0

log = structlog.get_logger(__name__)

Callback = Callable[[], Awaitable[object]]


class Drain:
    """One process's way out. Beginning twice is beginning once."""

    def __init__(self, *, settle_seconds: float = SETTLE_SECONDS) -> None:
        self.is_draining = False
        self._settle_seconds = settle_seconds
        self._on_drain: list[Callback] = []
        self._on_end: list[Callback] = []
        self._drained: asyncio.Task[None] | None = None

    def on_drain(self, callback: Callback) -> None:
        """Call this while the server still serves: to send long-lived callers away."""
        self._on_drain.append(callback)

    def on_end(self, callback: Callback) -> None:
        """Call this after the last request: to store what is still in memory."""
        self._on_end.append(callback)

    def begin(self) -> "asyncio.Task[None]":
        """Be no longer ready, from now on; the task ends when the `on_drain` callbacks have run."""
        if self._drained is None:
            self.is_draining = True
            log.info("drain.begin")
            self._drained = asyncio.get_running_loop().create_task(self._say_good_bye())
        return self._drained

    async def end(self) -> None:
        """Drain, if nobody has yet, and run the `on_end` callbacks."""
        if self._drained is None:
            self._settle_seconds = 0
        await self.begin()
        await self._run(self._on_end)
        log.info("drain.end")

    @contextmanager
    def on_sigterm(self) -> Iterator[None]:
        """Drain on SIGTERM before the server's own handler hears of it. For the lifespan, on the event loop.

        A second SIGTERM, and Ctrl-C, go to the server at once.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        servers_own: Any = signal.getsignal(signal.SIGTERM)
        loop = asyncio.get_running_loop()

        def pass_on(number: int, frame: FrameType | None) -> None:
            signal.signal(signal.SIGTERM, servers_own)
            if callable(servers_own):
                servers_own(number, frame)
            else:
                signal.raise_signal(number)

        def terminate(number: int, frame: FrameType | None) -> None:
            if self.is_draining:
                pass_on(number, frame)
                return
            loop.call_soon_threadsafe(
                lambda: self.begin().add_done_callback(lambda _: pass_on(number, frame))
            )

        signal.signal(signal.SIGTERM, terminate)
        try:
            yield
        finally:
            if signal.getsignal(signal.SIGTERM) is terminate:
                signal.signal(signal.SIGTERM, servers_own)

    async def _say_good_bye(self) -> None:
        await asyncio.sleep(self._settle_seconds)
        await self._run(self._on_drain)

    @staticmethod
    async def _run(callbacks: list[Callback]) -> None:
        """Run callbacks in order; one that fails or takes too long must not keep the others from running."""
        for callback in callbacks:
            try:
                await asyncio.wait_for(callback(), CALLBACK_SECONDS)
            except Exception:
                log.exception("drain.failed", callback=getattr(callback, "__qualname__", "callback"))
