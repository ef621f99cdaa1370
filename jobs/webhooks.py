"""Webhooks on their way: take, call, note; the call outside any unit of work."""

import asyncio
import datetime as dt
import time

from domain.errors import GatewayError
from domain.ids import local_id
from domain.webhooks import DeliveryStatus
from jobs.work import Work
from services import webhook_deliveries
from services.webhook_deliveries import Attempt

BATCH = 50
BUDGET = dt.timedelta(seconds=15)
"""How long one run takes up new attempts; the calls it made last as long as they last."""
NOTING = 4
"""Units of work open at a time, however many calls are under way: the pool is for others too."""

ATTEMPT = "webhooks.attempt"
"""What single calls are counted as."""
OUTCOMES = {
    DeliveryStatus.DELIVERED: "done",
    DeliveryStatus.PENDING: "retried",
    DeliveryStatus.DEAD: "dead",
}


async def deliver(work: Work) -> int:
    """Make every attempt that is due and return how many that were.

    Killed at any point, nothing is lost: what was not noted is made again when its lease ends.
    """
    if not await webhook_deliveries.is_anything_on_its_way(work.sessions):
        return 0
    noting = asyncio.Semaphore(NOTING)
    until = work.clock() + BUDGET
    made = 0
    while True:
        async with work.unit_of_work() as uow:
            attempts = await webhook_deliveries.take_due(uow, limit=BATCH, now=work.clock())
        results = await asyncio.gather(
            *(_make(work, attempt, noting) for attempt in attempts), return_exceptions=True
        )
        problems = [result for result in results if isinstance(result, BaseException)]
        if problems:
            # The others are noted; these are made again when their lease ends.
            raise problems[0]
        made += len(attempts)
        if not attempts or work.clock() >= until:
            return made


async def redeliver(work: Work, delivery_id: str) -> None:
    """Put a dead delivery on its way anew. Refuses: NotFound, WebhookEndpointDisabled."""
    uuid = local_id("WebhookDelivery", delivery_id)
    async with work.unit_of_work() as uow:
        await webhook_deliveries.redeliver(uow, delivery_id=uuid, now=work.clock())


async def sweep(work: Work) -> None:
    """End what was put on its way to an endpoint in the moment it was disabled."""
    async with work.unit_of_work() as uow:
        await webhook_deliveries.sweep(uow)


async def _make(work: Work, attempt: Attempt, noting: asyncio.Semaphore) -> None:
    began = time.perf_counter()
    try:
        message = attempt.message(work.seal, work.clock())
    except GatewayError as problem:
        answer = webhook_deliveries.answer_of(problem)
    else:
        answer = await work.sender.send(message)
    seconds = time.perf_counter() - began
    async with noting, work.unit_of_work() as uow:
        status = await webhook_deliveries.note_answer(
            uow, attempt=attempt, answer=answer, chance=work.chance(), now=work.clock()
        )
    if status is not None:
        work.meter.observe_job(ATTEMPT, seconds, OUTCOMES[status])
