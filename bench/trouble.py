"""What goes wrong on purpose while buyers buy: the provider fails, tells twice and out of order; the worker is killed."""

import asyncio
import os
import signal
from contextlib import suppress

import httpx2

from server.demo.chaos import is_child, running
from server.instance import Instance

FAILING = {"error_before": 0.0125, "error_after": 0.0125, "reset_before": 0.0125, "reset_after": 0.0125}
"""One call in twenty: half of them before their effect, half after it."""
TELLING = {"webhook_twice": 0.5, "webhook_shuffled": 0.5, "shuffle_ms": 1_000}
KILL_EVERY = 10.0
LOOK_EVERY = 0.05


async def let_fail(stripe: str, *, is_on: bool) -> None:
    """Turn the provider's faults on or off."""
    async with httpx2.AsyncClient(timeout=30) as http:
        if is_on:
            answer = await http.post(f"{stripe}/_sandbox/faults", json={**FAILING, **TELLING})
        else:
            answer = await http.delete(f"{stripe}/_sandbox/faults")
        answer.raise_for_status()


class Killer:
    """Kills the worker again and again, as `kill -9` does, until it is told to stop."""

    def __init__(self, instance: Instance, *, every: float = KILL_EVERY) -> None:
        self._instance = instance
        self._every = every
        self._stopping = asyncio.Event()
        self.kills = 0

    def stop(self) -> None:
        self._stopping.set()

    async def rage(self) -> None:
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._every)
                return
            await self._kill()

    async def _kill(self) -> None:
        """Kill it; wait for it to be there, if it was killed a moment ago."""
        while (pid := running(self._instance.data_dir / "worker.pid")) is None:  # noqa: ASYNC110 - a start tells nobody
            await asyncio.sleep(LOOK_EVERY)
        if not is_child(pid, of=self._instance.pid):
            raise RuntimeError(f"Process {pid} is none of the instance's; nothing was killed.")
        os.kill(pid, signal.SIGKILL)
        self.kills += 1
