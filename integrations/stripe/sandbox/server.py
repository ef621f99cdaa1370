"""One sandbox as an object: it starts, listens, and stops; what it knows is kept in its file."""

import asyncio
import socket
from pathlib import Path
from secrets import token_hex
from typing import Self

from integrations.stripe.sandbox import times
from integrations.stripe.sandbox.couriers import Couriers
from integrations.stripe.sandbox.hooks import Hooks
from integrations.stripe.sandbox.options import Options
from integrations.stripe.sandbox.resources.webhook_endpoints import keep_hook
from integrations.stripe.sandbox.service import Service
from integrations.stripe.sandbox.store import Store
from integrations.stripe.sandbox.tasks import Clock
from integrations.stripe.sandbox.wire import Line
from integrations.stripe.sandbox.worlds import Desk, World

FLUSH_EVERY, COPY_BACK_EVERY = 0.2, 5.0
"""Seconds: what was answered is safe before, this is only how it gets from one file to the other."""
BACKLOG = 2048
CLOSING_SECONDS = 5.0
DAY = 86_400.0
ANSWERS_KEPT, EVENTS_KEPT = DAY, 30 * DAY
"""Seconds (https://docs.stripe.com/api/idempotent_requests, https://docs.stripe.com/api/events, 2026-11)."""


class Sandbox:
    """A server in the running event loop."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._lines: set[Line] = set()
        self._store: Store
        self._server: asyncio.Server
        self._couriers: Couriers
        self._tasks: list[asyncio.Task[None]] = []
        self.url = ""

    async def start(self, listening: socket.socket) -> Self:
        """Answer on a socket that listens."""
        self._store = Store(_folder(self.options.data_dir))
        host, port = listening.getsockname()[:2]
        self.url = self.options.public_url or f"http://{host}:{port}"
        now = times.now()
        with self._store.transaction():
            platform = self._store.fact("platform", f"acct_{token_hex(8)}")
            self._store.forget(answers_before=now - ANSWERS_KEPT, events_before=now - EVENTS_KEPT)
        desk = Desk(self._store, self.options, platform, Hooks(self._store), self.url)
        with self._store.transaction():
            for hook in self.options.hooks:
                keep_hook(World(desk, live=hook.live, account=platform), hook.url, hook.secret, hook.types)
        self._couriers = Couriers(desk)
        clock = Clock(desk, self._couriers)
        service = Service(desk, clock)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Line(service, self._lines), sock=listening, backlog=BACKLOG
        )
        self._couriers.begin()
        self._tasks = [loop.create_task(clock.run()), loop.create_task(self._flush())]
        return self

    async def stop(self) -> None:
        """Take no more calls, and close the file."""
        self._server.close()
        for line in list(self._lines):
            line.close()
        async with asyncio.timeout(CLOSING_SECONDS):
            while self._lines:  # noqa: ASYNC110 - each line goes by a callback of the loop
                await asyncio.sleep(0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._couriers.close()
        self._store.close()

    async def _flush(self) -> None:
        copied_at = times.now()
        while True:
            await asyncio.sleep(FLUSH_EVERY)
            self._store.flush()
            if times.now() - copied_at > COPY_BACK_EVERY:
                await asyncio.to_thread(self._store.copy_back)
                self._store.flush(restarts_log=True)
                copied_at = times.now()


def _folder(data_dir: Path | None) -> Path | None:
    if data_dir is not None:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return data_dir
