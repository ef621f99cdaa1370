"""Open runs of the certification: probe, look, pause; the calls outside any unit of work."""

import asyncio
from uuid import UUID

import structlog

from domain.certification import Pause
from domain.environments import Environment
from domain.errors import GatewayError
from domain.webhooks import Answer
from jobs.work import Work
from services import certification_runs
from services.certification_runs import Probe

AT_ONCE = 4
"""Units of work open at a time, however many runs there are: the pool is for others too."""

log = structlog.get_logger(__name__)


async def look(work: Work) -> int:
    """Bring every open run up to date and return how many changed."""
    at_once = asyncio.Semaphore(AT_ONCE)
    runs = await certification_runs.open_runs(work.sessions)
    # A partner whose endpoint is slow keeps nobody else waiting.
    changed = sum(await asyncio.gather(*(_look_at(work, run_id, at_once) for run_id in runs)))
    if changed:
        work.ring()
    return changed


async def _look_at(work: Work, run_id: UUID, at_once: asyncio.Semaphore) -> bool:
    async with at_once, work.unit_of_work() as uow:
        probe = await certification_runs.take_probe(uow, run_id=run_id, now=work.clock())
    has_changed = False
    answers = await _probed(work, probe) if probe else None
    if probe and answers:
        async with at_once, work.unit_of_work() as uow:
            has_changed = await certification_runs.note_round(
                uow, run_id=run_id, round=probe.round(answers), now=work.clock()
            )
    async with at_once, work.unit_of_work() as uow:
        brought = await certification_runs.look_at_run(uow, run_id=run_id, now=work.clock())
    if brought is None:
        return has_changed
    if brought.pause:
        await _pause(work, brought.partner_id, brought.pause)
    return has_changed or brought.has_changed


async def _probed(work: Work, probe: Probe) -> list[Answer] | None:
    """Send a round of events, in an order of chance; the answers come in the order of the round's messages."""
    try:
        messages = probe.messages(work.seal, work.clock())
    except GatewayError as problem:
        log.error("certification.unsigned", vendor=problem.vendor)  # noqa: TRY400 - its text is a vendor's
        return None
    order = sorted(range(len(messages)), key=lambda _: work.chance())
    answers = await asyncio.gather(*(work.sender.send(messages[place]) for place in order))
    return [answers[order.index(place)] for place in range(len(messages))]


async def _pause(work: Work, partner_id: UUID, pause: Pause) -> None:
    """Answer the partner's calls 429 until the pause is over."""
    await work.brake.hold_back(partner_id, Environment.TEST, pause.until - work.clock())
