"""Holds that run out are released by themselves."""

from uuid import UUID

import structlog

from db.queries import reservations as queries
from domain.ids import global_id, local_id
from domain.jobs import error_text
from jobs.work import Work
from services import reservations

BATCH = 200
EXPIRE_ONE = "reservations.expire_one"

log = structlog.get_logger(__name__)


async def expire(work: Work) -> int:
    """Release every hold whose time is over and return how many that were.

    A batch that fails is done over one by one; what fails then is a job of its own, with its own tries
    and its own dead letter. Two workers skip what the other is busy with.
    """
    ended = 0
    failed: set[UUID] = set()
    while True:
        now = work.clock()
        async with work.sessions.read() as session:
            ids = await queries.overdue_ids(session, now=now, limit=BATCH, besides=failed)
        ended_now, failed_now = await _expire_batch(work, ids)
        ended += ended_now
        failed |= failed_now
        if len(ids) < BATCH or not (ended_now or failed_now):
            break
    if ended:
        work.ring()
    return ended


async def expire_one(work: Work, reservation_id: str) -> None:
    """Release one hold whose time is over; one that ended otherwise stays as it is."""
    uuid = local_id("Reservation", reservation_id)
    if uuid is not None and await _expire(work, [uuid]):
        work.ring()


async def _expire_batch(work: Work, ids: list[UUID]) -> tuple[int, set[UUID]]:
    """Return how many holds ended, and which ones failed."""
    if not ids:
        return 0, set()
    try:
        return await _expire(work, ids), set()
    except Exception as error:  # noqa: BLE001 - whatever it is, the other holds must not wait for it
        log.warning("reservations.batch_failed", holds=len(ids), error=error_text(error))
    ended = 0
    failed = set()
    for each in ids:
        try:
            ended += await _expire(work, [each])
        except Exception as error:  # noqa: BLE001 - as above
            failed.add(each)
            shown = global_id("Reservation", each)
            log.warning("reservations.not_expired", reservation_id=shown, error=error_text(error))
            await work.queue.enqueue(EXPIRE_ONE, {"reservation_id": shown}, job_id=f"{EXPIRE_ONE}:{each.hex}")
    return ended, failed


async def _expire(work: Work, ids: list[UUID]) -> int:
    async with work.unit_of_work() as uow:
        return await reservations.expire_reservations(uow, ids=ids, now=work.clock())
