"""What a job is given: everything it may call, in one frozen value."""

import datetime as dt
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from db import unit_of_work
from db.session import Sessions
from domain.environments import Environment
from services.ports import (
    Brake,
    Calendar,
    Crm,
    Entropy,
    Gauge,
    Interests,
    Mailer,
    News,
    Payments,
    Queue,
    Seal,
    Storage,
    Video,
    WebhookSender,
)


class Meter(Protocol):
    """Counts what jobs do."""

    def observe_job(self, name: str, seconds: float, outcome: str) -> None:
        """Note one run of a job; its outcome is "done", "retried" or "dead"."""

    def show_drift(self, allotments: int) -> None: ...

    def show_mails_waiting(self, mails: int) -> None: ...

    def show_reconciliation(self, *, objects: int, wrong: int) -> None: ...

    def show_parity(self, *, prices: int, wrong: int) -> None: ...


def nothing_follows() -> None:
    """Do nothing after a commit: a job that makes events rings the bell itself, once."""


@dataclass(frozen=True, slots=True)
class Work:
    """The surroundings of every job of a process."""

    sessions: Sessions
    feed: News
    interests: Interests
    sender: WebhookSender
    mailer: Mailer | None
    """None where no mail server is set: mails wait."""
    seal: Seal
    storage: Storage
    queue: Queue
    gauge: Gauge
    brake: Brake
    meter: Meter
    clock: Callable[[], dt.datetime]
    entropy: Entropy
    chance: Callable[[], float]
    """A number in [0, 1): spreads what would otherwise happen all at once."""
    ring: Callable[[], None]
    """Tells the relay of this process that there are events."""
    request_log_days: int
    payments: Mapping[Environment, Payments]
    """The provider of each environment; one without any waits with all money."""
    calendar: Calendar
    video: Video
    crm: Crm

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[unit_of_work.UnitOfWork]:
        """Open one unit of work; a job may open several, one after another."""
        async with unit_of_work.unit_of_work(self.sessions, nothing_follows) as uow:
            yield uow
