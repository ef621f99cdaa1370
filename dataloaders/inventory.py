"""What belongs to many allotments at once."""

import datetime as dt
from uuid import UUID

from db.queries import inventory as queries
from db.session import Sessions


async def next_expiry_by_allotment(
    sessions: Sessions, allotment_ids: list[UUID], now: dt.datetime
) -> list[dt.datetime | None]:
    """Load when the next live hold on each allotment runs out, in the order of the ids; None where none is."""
    async with sessions.read() as session:
        found = await queries.next_expiries(session, allotment_ids, now=now)
    return [found.get(each) for each in allotment_ids]
