"""Partners' scores, kept up with what happens, and reckoned anew once an hour."""

from uuid import UUID

import structlog

from domain.confidence import NOTHING
from jobs.work import Work
from services import confidence

BATCH = 50

log = structlog.get_logger(__name__)


async def count(work: Work) -> int:
    """Count introductions that changed since they were counted; return how many."""
    counted = 0
    while True:
        async with work.unit_of_work() as uow:
            changed = await confidence.count_changed(uow, limit=BATCH, now=work.clock())
        counted += changed
        if changed < BATCH:
            return counted


async def recompute(work: Work) -> int:
    """Reckon every partner's scores anew; return how many. A running tally that was wrong is a bug, and is told."""
    after: UUID | None = None
    partners = 0
    while True:
        async with work.unit_of_work() as uow:
            found = await confidence.partners(uow, after=after, limit=BATCH)
        for after in found:
            async with work.unit_of_work() as uow:
                wrong = await confidence.recompute(uow, after, now=work.clock())
            if wrong != NOTHING:
                log.error("confidence.drift", partner_id=str(after), wrong=repr(wrong))
        partners += len(found)
        if len(found) < BATCH:
            return partners
