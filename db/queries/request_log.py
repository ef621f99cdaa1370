"""Questions about the request log, and its writing in bulk."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, cast, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import Visible
from domain.request_log import Call

NEWEST_FIRST = Keyset((models.ApiCall.id,), is_descending=True)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@question
def page_calls(
    *,
    visible: Visible,
    window: Window,
    operation: str | None,
    status: str | None,
    since: tuple[dt.datetime, UUID] | None,
) -> Page[models.ApiCall]:
    """Describe calls, newest first; since a moment, given with the first id there can be since then."""
    row = models.ApiCall
    statement = select(row).where(visible)
    if operation is not None:
        statement = statement.where(row.operation == operation)
    if status is not None:
        statement = statement.where(row.status == status)
    if since is not None:
        statement = statement.where(row.id >= since[1], row.at >= since[0])
    return Page(statement, NEWEST_FIRST, window)


async def insert_calls(session: AsyncSession, calls: Sequence[Call]) -> None:
    """Write calls in one statement, whatever their number; one that is there already stays as it is."""
    columns = models.ApiCall.__table__.columns
    names = [column.name for column in columns]
    arrays = [cast([getattr(call, column.name) for call in calls], ARRAY(column.type)) for column in columns]
    given = func.unnest(*arrays).table_valued(*names).render_derived()
    await session.execute(insert(models.ApiCall).from_select(names, select(given)).on_conflict_do_nothing())


async def delete_calls(session: AsyncSession, *, before: dt.datetime, limit: int) -> int:
    """Delete at most `limit` of the oldest calls before a time; returns how many."""
    row = models.ApiCall
    oldest = select(row.id).where(row.id < first_id(before)).order_by(row.id).limit(limit)
    deleted = await session.execute(delete(row).where(row.id.in_(oldest.scalar_subquery())).returning(row.id))
    return len(deleted.all())


def new_call_id(at: dt.datetime) -> UUID:
    """Make the id of a call at a time."""
    return uuid7(nanoseconds=(at - EPOCH) // dt.timedelta(microseconds=1) * 1000)


def first_id(at: dt.datetime) -> UUID:
    """Return the lowest id a call at this millisecond can have (UUIDv7: 48 bits of milliseconds come first)."""
    return UUID(int=(at - EPOCH) // dt.timedelta(milliseconds=1) << 80)
