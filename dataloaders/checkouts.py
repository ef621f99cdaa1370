"""What belongs to many checkouts at once."""

import datetime as dt
from uuid import UUID

from db.queries import checkouts as queries
from db.session import Sessions


async def currency_by_checkout(sessions: Sessions, checkout_ids: list[UUID], _now: dt.datetime) -> list[str]:
    """Load in which currency each checkout is, in the order of the ids."""
    async with sessions.read() as session:
        found = await queries.currencies(session, checkout_ids)
    return [found[each] for each in checkout_ids]
