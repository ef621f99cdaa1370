"""The books of inventory are compared with what they count."""

import structlog

from db.queries import inventory as queries
from domain.ids import global_id
from jobs.work import Work

DRIFT = "drift"
"""The gauge: allotments whose figures do not agree."""
MOST_NAMED = 20

log = structlog.get_logger(__name__)


async def check_drift(work: Work) -> int:
    """Compare every allotment's counters with its holds, sales and journal; return how many differ."""
    async with work.sessions.read() as session:
        counters = (await session.execute(queries.drifted_counters())).all()
        journal = (await session.scalars(queries.drifted_journal())).all()
    drifted = {row[0] for row in counters} | set(journal)
    await work.gauge.set(DRIFT, len(drifted))
    work.meter.show_drift(len(drifted))
    if drifted:
        named = sorted(global_id("Allotment", each) for each in drifted)[:MOST_NAMED]
        log.error("inventory.drift", allotments=len(drifted), ids=named)
    return len(drifted)
