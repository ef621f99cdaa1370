"""An Interline at a simulated time: a real api over HTTP, the real jobs, a real mail server, all in one process."""

import asyncio
import datetime as dt
import logging
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import uvicorn

from db import models
from db.session import Sessions, create_engine
from db.types import new_id
from db.unit_of_work import unit_of_work
from jobs import events
from jobs.schedule import PERIODIC
from jobs.work import Work
from permissions.viewer import Role
from server import migrations, worker
from server.app import Api, application
from server.demo.calls import ANSWER_WITHIN
from server.demo_introductions.post import PostOffice
from server.demo_introductions.simulated import Clock
from server.embedded.throwaway import Urls
from server.observability import logging as log_lines
from server.settings import Settings

AREAS = frozenset({"introductions", "mail", "outcomes", "confidence"})
"""Of the worker's jobs, those that introductions need: the first part of their names."""
GAUGES = frozenset({"mail.look_at_backlog"})
"""What only shows something to somebody who looks."""
TICK = dt.timedelta(hours=1)
"""How often the worker wakes up. Its jobs run every few seconds in earnest: little here is due in between."""
ROUND = dt.timedelta(hours=6)
"""How often it does what it does once an hour in earnest."""
EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
ADMIN = ("Ada Admin", "ada@interline.example")
MAIL_DOMAIN = "interline.test"
NONE_OF_OURS = "INTERLINE_DEMO_"
"""No setting of whoever runs the demo begins so: it has its own."""


class Server(uvicorn.Server):
    """uvicorn without its signal handlers: the demo is one process, and Ctrl-C ends it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(slots=True)
class House:
    """The running platform."""

    clock: Clock
    url: str
    http: httpx2.AsyncClient
    work: Work
    post: PostOffice
    workers: int = 1
    """0 while nobody works; several do every job at the same moment."""
    worked: list[dt.datetime] = field(default_factory=list)
    """When jobs ran."""
    rounds: list[dt.datetime] = field(default_factory=list)
    """When those ran that run once an hour."""

    async def keep_working(self) -> None:
        """Do the jobs at every tick, for ever."""
        while True:
            now = self.clock.now
            await self.clock.until(now + TICK - (now - EPOCH) % TICK)
            if self.workers:
                await self.do_jobs(is_round=not (self.clock.now - EPOCH) % ROUND)

    async def do_jobs(self, *, is_round: bool) -> None:
        """Do the jobs of introductions in the schedule's order; `is_round`: also those that run once an hour."""
        self.worked.append(self.clock.now)
        for each in PERIODIC:
            name = each.task.name
            is_ours = name.partition(".")[0] in AREAS and name not in GAUGES
            if is_ours and (is_round or each.at_minute is None):
                await asyncio.gather(*(each.task.run(self.work) for _ in range(self.workers)))
        if is_round:
            self.rounds.append(self.clock.now)
            await events.relay(self.work)


@asynccontextmanager
async def running(urls: Urls, home: Path, clock: Clock) -> AsyncIterator[House]:
    """Bring the platform up on fresh servers, with one administrator and nobody else."""
    log_lines.configure("text", stream=sys.stderr, level=logging.ERROR)
    await migrations.upgrade(urls.database_url)
    with (
        socket.create_server(("127.0.0.1", 0), backlog=200) as listening,
        socket.create_server(("127.0.0.1", 0)) as reserved,
    ):
        # The mail server comes and goes; its port stays its own.
        smtp_port = reserved.getsockname()[1]
        reserved.close()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = _settings(urls, home, url=url, smtp_url=f"smtp://127.0.0.1:{smtp_port}")
        await _appoint_administrator(settings, clock.now)
        post = PostOffice.of(settings, clock, port=smtp_port)
        await post.open()
        api = Api(settings, clock=clock)
        async with (
            httpx2.AsyncClient(timeout=ANSWER_WITHIN) as http,
            worker.opened(settings, clock=clock, metrics=api.metrics) as process,
            _serving(api, listening),
        ):
            yield House(clock, url, http, process.work, post)
        await post.close()


def _settings(urls: Urls, home: Path, *, url: str, smtp_url: str) -> Settings:
    told: dict[str, Any] = {
        "DATABASE_URL": urls.database_url,
        "REDIS_URL": urls.redis_url,
        "public_url": url,
        "secret": secrets.token_urlsafe(48),
        "development": True,
        "rate_limits": False,
        "data_dir": home,
        "smtp_url": smtp_url,
        "mail_from": "Interline <no-reply@interline.example>",
        "mail_domain": MAIL_DOMAIN,
        "inbound_mail_secret": secrets.token_urlsafe(32),
        "pool_size": 5,
        "log_format": "text",
    }
    return Settings(_env_prefix=NONE_OF_OURS, **told)


async def _appoint_administrator(settings: Settings, now: dt.datetime) -> None:
    """Write down who runs the platform: the one thing nobody can do through it."""
    name, email = ADMIN
    engine = create_engine(settings.database_url, pool_size=1)
    async with unit_of_work(Sessions(engine), lambda: None) as uow:
        issuer = f"{settings.public_url}/identity"
        roles = [Role.PLATFORM_ADMIN.value]
        uow.session.add(
            models.User(
                id=new_id(),
                issuer=issuer,
                subject=email,
                email=email,
                name=name,
                platform_roles=roles,
                created_at=now,
            )
        )
    await engine.dispose()


@asynccontextmanager
async def _serving(api: Api, listening: socket.socket) -> AsyncIterator[None]:
    server = Server(
        uvicorn.Config(
            application(api),
            http="server.wire:Line",
            ws="none",
            lifespan="on",
            log_level="critical",
            date_header=False,
            server_header=False,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.01)
        if serving.done():
            serving.result()
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        await serving
