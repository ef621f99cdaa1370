"""What every job has in common: a time limit, tries with growing pauses, a dead letter in the end."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from traceback import extract_tb
from typing import Any

import structlog
from arq import Retry

from domain.errors import Refused
from domain.jobs import TRIES, error_text, pause_after
from jobs.work import Work
from services import dead_letters

Coroutine = Callable[..., Awaitable[object]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """A job by its name. `key` names the part of the payload that says what it is about."""

    name: str
    run: Coroutine
    seconds: float = 50
    key: str | None = None


def coroutine_of(task: Task, work: Work) -> Coroutine:
    """Return the task as arq calls it.

    arq tries again only what raises `Retry`, so everything else is turned into that here, the time
    limit too. A refusal is no accident: it is not tried again. Cancelled (the worker is stopping), the
    job goes back to the queue: that is arq's own doing.
    """

    async def run(context: dict[str, Any], **payload: Any) -> None:
        attempt: int = context["job_try"]
        began = time.perf_counter()
        outcome = "done"
        try:
            async with asyncio.timeout(task.seconds):
                await task.run(work, **payload)
        except Exception as error:  # noqa: BLE001 - the edge of the process: nothing above us would answer for it
            outcome = "dead" if attempt >= TRIES or isinstance(error, Refused) else "retried"
            log.error(  # noqa: TRY400 - no traceback: it may hold personal data
                "jobs.failed",
                job=task.name,
                attempt=attempt,
                outcome=outcome,
                error=error_text(error),
                at=_place_of(error),
            )
            if outcome == "retried":
                raise Retry(defer=pause_after(attempt, chance=work.chance())) from None
            await _bury(task, work, payload, error, attempt)
        finally:
            work.meter.observe_job(task.name, time.perf_counter() - began, outcome)

    run.__qualname__ = task.name
    return run


async def _bury(task: Task, work: Work, payload: dict[str, Any], error: Exception, attempt: int) -> None:
    try:
        async with work.unit_of_work() as uow:
            await dead_letters.bury(
                uow,
                job=task.name,
                key=str(payload.get(task.key, "")) if task.key else "",
                payload=payload,
                error=error_text(error),
                attempts=attempt,
                now=work.clock(),
            )
    except Exception as trouble:  # noqa: BLE001 - as above
        # Without a database there is no letter: the job stays in the queue until there is one again.
        log.warning("jobs.not_buried", job=task.name, error=error_text(trouble))
        raise Retry(defer=pause_after(attempt, chance=work.chance())) from None


def _place_of(error: BaseException) -> str:
    """Name the line that failed, in place of a traceback: messages of others may hold personal data."""
    frames = extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
