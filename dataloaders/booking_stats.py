"""How many partners' introductions went, at once."""

import datetime as dt
from uuid import UUID

from db.queries import booking_stats as queries
from db.session import Sessions
from domain.booking_stats import BookingStats, Counts
from domain.confidence import NOTHING, confidence, scheme


async def stats_by_partner(
    sessions: Sessions, partner_ids: list[UUID], _now: dt.datetime
) -> list[BookingStats]:
    """Load in the order of the ids. Two statements."""
    async with sessions.read() as session:
        counts = await queries.counts_of(session, partner_ids)
        tallies = await queries.tallies_of(session, partner_ids)
    return [
        BookingStats(counts.get(each, Counts()), confidence(tallies.get(each, NOTHING), scheme()))
        for each in partner_ids
    ]
