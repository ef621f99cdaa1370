"""Checkouts that nobody waits for any more are brought to their end: paid, or given up."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

from db.queries import checkouts as queries
from domain.errors import GatewayError
from domain.jobs import error_text
from domain.payments import PaymentStatus
from jobs.work import Work
from services import expiring, paying
from services.paying import Asked, Told
from services.ports import Payments

BATCH = 50
AT_A_TIME = 8
"""Calls of the provider under way; each may open a unit of work after it."""
LEASE = dt.timedelta(seconds=60)
"""How long a payment belongs to the worker that took it."""
BUDGET = dt.timedelta(seconds=15)

Call = Callable[[Payments, Asked], Awaitable[Told]]

log = structlog.get_logger(__name__)


async def resume(work: Work) -> int:
    """Go on with every payment that was left in the middle, or that is not decided; return how many those were.

    What was asked is asked again under the same key, what is known at the provider is looked at. Killed at any line,
    the same payments are taken again when the lease ends.
    """
    until = work.clock() + BUDGET
    resumed = 0
    while True:
        now = work.clock()
        async with work.unit_of_work() as uow:
            due = await queries.take_due(uow.session, now=now, until=now + LEASE, limit=BATCH)
            asked = []
            for payment in due:
                found = await queries.lock_checkout(uow.session, payment.checkout_id)
                if found is not None and found[1] is not None:
                    asked.append(paying.asked_of(found[0], found[1]))
        await _each(work, asked, paying.ask)
        resumed += len(asked)
        if len(due) < BATCH or work.clock() >= until:
            break
    if resumed:
        work.ring()
    return resumed


async def expire(work: Work) -> int:
    """Bring every checkout whose time is over to its end and return how many were looked at.

    The provider takes no money for it any more before its units are given away; who is paying gets more time, once.
    """
    seen: set[UUID] = set()
    until = work.clock() + BUDGET
    while True:
        async with work.sessions.read() as session:
            ids = await queries.overdue(session, now=work.clock(), limit=BATCH, besides=seen)
        asked = []
        for each in ids:
            async with work.unit_of_work() as uow:
                found = await expiring.expire(uow, checkout_id=each, now=work.clock())
            if found is not None:
                asked.append(found)
        await _each(work, asked, _given_up)
        seen.update(ids)
        if len(ids) < BATCH or work.clock() >= until:
            break
    if seen:
        work.ring()
    return len(seen)


async def _given_up(payments: Payments, asked: Asked) -> Told:
    """Take a payment back; one of which nobody knows whether it was begun is looked at first."""
    if asked.provider_id is None:
        return await paying.ask(payments, asked)
    return await paying.take_back(payments, asked)


async def _each(work: Work, asked: list[Asked], call: Call) -> None:
    room = asyncio.Semaphore(AT_A_TIME)
    await asyncio.gather(*(_one(work, each, call, room) for each in asked))


async def _one(work: Work, asked: Asked, call: Call, room: asyncio.Semaphore) -> None:
    payments = work.payments.get(asked.environment)
    if payments is None:
        log.warning("checkouts.no_provider", environment=asked.environment.value)
        return
    async with room:
        try:
            told = await call(payments, asked)
            async with work.unit_of_work() as uow:
                await paying.note(uow, told, seal=work.seal, entropy=work.entropy, now=work.clock())
        except GatewayError as problem:
            log.warning("checkouts.not_answered", error=error_text(problem))
        except Exception as problem:  # noqa: BLE001 - whatever it is, the other checkouts must not wait for it
            log.error("checkouts.not_resumed", error=error_text(problem))  # noqa: TRY400 - no personal data
        else:
            if call is _given_up and told.payment and told.payment.status is PaymentStatus.PROCESSING:
                async with work.unit_of_work() as uow:
                    await expiring.put_off(uow, checkout_id=asked.checkout_id, now=work.clock())
