"""The provider's news, batch by batch; and payees' accounts, asked about where no news came."""

import asyncio
import datetime as dt
import time
from uuid import UUID

import structlog

from db import models
from db.queries import payment_accounts as queries
from domain.errors import GatewayError, Refused
from domain.jobs import error_text
from jobs.work import Work
from services import payment_accounts, payment_events, provider_events
from services.payment_events import Surroundings
from services.ports import Payments
from services.provider_events import Failed, Taken

BATCH = 64
BUDGET = dt.timedelta(seconds=15)
"""How long one run takes up new events."""
HANDLING_SECONDS = 30.0
"""Of one event: less than its lease, and than what a job has left."""
AT_A_TIME = 16
"""Events under way: each may hold a unit of work, and the pool is for others too."""
ACCOUNTS = 20

EVENT = "payments.event"
"""What single events are counted as."""

log = structlog.get_logger(__name__)


async def process_events(work: Work) -> int:
    """Process every event that is due and return how many those were.

    Killed at any point, nothing is lost: what was not noted is taken again when its lease ends.
    """
    if not await provider_events.is_any_due(work.sessions, now=work.clock()):
        return 0
    room = asyncio.Semaphore(AT_A_TIME)
    until = work.clock() + BUDGET
    processed = 0
    while True:
        async with work.unit_of_work() as uow:
            batch = await provider_events.take_due(uow, limit=BATCH, now=work.clock())
        if batch:
            failed = [
                each for each in await asyncio.gather(*(_process(work, each, room) for each in batch)) if each
            ]
            lost = {each.taken.id for each in failed}
            done = [each.id for each in batch if each.id not in lost]
            async with work.unit_of_work() as uow:
                await provider_events.note(
                    uow, done=done, failed=failed, chance=work.chance(), now=work.clock()
                )
            processed += len(batch)
            work.ring()
        if not batch or work.clock() >= until:
            return processed


async def reprocess_event(work: Work, event_id: str) -> None:
    """Process an event that was given up anew. Refuses: NotFound."""
    async with work.unit_of_work() as uow:
        await provider_events.reprocess(uow, event_id=UUID(hex=event_id), now=work.clock())


async def look_at_accounts(work: Work) -> int:
    """Finish accounts that were begun, and ask about those no news came of; return how many that was."""
    seen: set[UUID] = set()
    while True:
        async with work.sessions.read() as session:
            accounts = await queries.to_look_at(session, now=work.clock(), besides=seen, limit=ACCOUNTS)
        for each in accounts:
            try:
                await _look_at(work, each)
            except (GatewayError, Refused) as problem:
                log.warning("payments.account_not_looked_at", error=error_text(problem))
        seen |= {each.id for each in accounts}
        if len(accounts) < ACCOUNTS:
            return len(seen)


async def _look_at(work: Work, account: models.PaymentAccount) -> None:
    payments = work.payments.get(account.environment)
    if payments is None:
        return
    if account.provider_id is not None:
        await payment_accounts.refresh(
            work.unit_of_work,
            payments,
            provider_id=account.provider_id,
            environment=account.environment,
            clock=work.clock,
        )
        return
    async with work.unit_of_work() as uow:
        wish = await payment_accounts.wish_of(uow, account)
    if wish is not None:
        await payment_accounts.complete(work.unit_of_work, payments, account, wish, clock=work.clock)


async def _process(work: Work, taken: Taken, room: asyncio.Semaphore) -> Failed | None:
    handler = payment_events.HANDLERS.get(taken.event.type)
    if handler is None:
        return None
    async with room:
        began = time.perf_counter()
        error = None
        try:
            async with asyncio.timeout(HANDLING_SECONDS):
                await handler(_surroundings(work, taken), taken.event)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the other events must not wait for it
            error = error_text(problem)
        work.meter.observe_job(EVENT, time.perf_counter() - began, "retried" if error else "done")
    return Failed(taken, error) if error else None


def _surroundings(work: Work, taken: Taken) -> Surroundings:
    payments: Payments | None = work.payments.get(taken.environment)
    if payments is None:
        raise GatewayError("payments", "no key is set", retryable=True)
    return Surroundings(
        environment=taken.environment,
        payments=payments,
        units=work.unit_of_work,
        clock=work.clock,
        entropy=work.entropy,
    )
