"""Integrations are watched: whoever should hear of trouble does, once, and of its end."""

from uuid import UUID

from db.queries import health as queries
from domain import health
from domain.environments import Environment
from domain.health import IntegrationHealth
from jobs.work import Work
from services import health as acts

BATCH = 200


async def watch(work: Work, batch: int = BATCH) -> int:
    """Open and close alerts by the last quarter of an hour; return how many changes that were.

    What is read is judged again in a unit of work of its own: a second worker at the same time changes nothing more.
    """
    changes = 0
    for environment in Environment:
        changes += await _watch(work, environment, batch)
    if changes:
        work.ring()
    return changes


async def _watch(work: Work, environment: Environment, batch: int) -> int:
    changes = 0
    after: UUID | None = None
    while True:
        now = work.clock()
        async with work.sessions.read() as session:
            watched = await queries.every_health(
                session, environment, since=now - health.WINDOW, after=after, limit=batch
            )
        for each in watched:
            changes += await _judge(work, each, environment)
        if len(watched) < batch:
            return changes
        after = watched[-1].partner_id


async def _judge(work: Work, watched: IntegrationHealth, environment: Environment) -> int:
    now, figures = work.clock(), watched.figures
    to_open, to_close = health.judge(figures, environment, now, opened=watched.open_signals)
    if not to_open and not to_close:
        return 0
    async with work.unit_of_work() as uow:
        return await acts.judge(
            uow, partner_id=watched.partner_id, environment=environment, figures=figures, now=now
        )
