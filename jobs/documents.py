"""Documents in the making: take, write, keep, note; the writing outside any unit of work, in threads."""

import asyncio
import datetime as dt
import time
from uuid import UUID

import structlog

from domain.documents import BillingDocumentStatus
from domain.jobs import error_text
from integrations.documents.writing import written
from jobs.work import Work
from services import document_making as making
from services.document_making import Attempt, Made

BATCH = 20
BUDGET = dt.timedelta(seconds=20)
"""How long one run takes up new documents; a lease covers those it took."""
WRITERS = 2
"""Documents written at the same time: each keeps a core busy."""

ATTEMPT = "documents.attempt"
"""What single documents are counted as."""

log = structlog.get_logger(__name__)


async def generate(work: Work) -> int:
    """Make every document that is due and return how many were tried.

    Killed at any point, nothing is lost: what was not noted is made again when its lease ends, the same file in the
    same place.
    """
    until = work.clock() + BUDGET
    writers = asyncio.Semaphore(WRITERS)
    tried = 0
    while True:
        async with work.unit_of_work() as uow:
            attempts = await making.take_due(uow, limit=BATCH, now=work.clock())
        await asyncio.gather(*(_make(work, attempt, writers) for attempt in attempts))
        if attempts:
            work.ring()
        tried += len(attempts)
        if not attempts or work.clock() >= until:
            return tried


async def remake(work: Work, document_id: str) -> None:
    """Have a document that failed made anew. Refuses: NotFound."""
    async with work.unit_of_work() as uow:
        await making.remake(uow, document_id=UUID(document_id), now=work.clock())


async def _make(work: Work, attempt: Attempt, writers: asyncio.Semaphore) -> None:
    began = time.perf_counter()
    async with writers:
        try:
            made = await _write(work, attempt)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other documents must not wait for it
            async with work.unit_of_work() as uow:
                status = await making.note_failure(
                    uow, attempt=attempt, error=error_text(error), now=work.clock()
                )
            outcome = "dead" if status is BillingDocumentStatus.FAILED else "retried"
            log.warning("documents.not_made", document_id=attempt.document_id.hex, error=error_text(error))
        else:
            async with work.unit_of_work() as uow:
                await making.note_made(uow, attempt=attempt, made=made, now=work.clock())
            outcome = "done"
    work.meter.observe_job(ATTEMPT, time.perf_counter() - began, outcome)


async def _write(work: Work, attempt: Attempt) -> Made:
    file = await asyncio.to_thread(written, attempt.paper)
    return await making.keep(work.storage, attempt, file, now=work.clock())
