"""What belongs to many hits at once."""

import datetime as dt
from uuid import UUID

from db.queries import search_index as queries
from db.session import Sessions
from domain.pricing import PriceRule


async def rules_by_package(
    sessions: Sessions, package_ids: list[UUID], _now: dt.datetime
) -> list[list[PriceRule]]:
    """Load the price tables of packages, in the order of their ids."""
    async with sessions.read() as session:
        tables = await queries.rules_of(session, package_ids)
    return [tables[each] for each in package_ids]
