"""Questions of those who count views and clicks."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.environments import Environment
from domain.interest import Interest, InterestKind

COUNTS = ("views", "clicks", "sponsored_views", "sponsored_clicks")


async def note_keys(session: AsyncSession, keys: Collection[str], *, now: dt.datetime) -> set[str]:
    """Note that these are counted; return those that were not before. In one order, so nobody waits in a circle."""
    if not keys:
        return set()
    statement = (
        insert(models.InterestReceipt)
        .values([{"key": key, "counted_at": now} for key in sorted(keys)])
        .on_conflict_do_nothing()
        .returning(models.InterestReceipt.key)
    )
    return set((await session.scalars(statement)).all())


async def listed(
    session: AsyncSession, package_ids: Collection[UUID]
) -> dict[UUID, tuple[Environment, bool]]:
    """Load of packages that search knows their environment, and whether their partner is verified."""
    line = models.PackageSearch
    statement = select(line.package_id, line.environment, line.is_verified).where(
        line.package_id.in_(package_ids)
    )
    return {row[0]: (row[1], row[2]) for row in await session.execute(statement)}


async def add_counts(
    session: AsyncSession, interests: Sequence[Interest], known: dict[UUID, tuple[Environment, bool]]
) -> None:
    """Add views and clicks to the rows of their packages and days, in one order."""
    sums: dict[tuple[UUID, dt.date, bool], dict[str, Any]] = defaultdict(lambda: dict.fromkeys(COUNTS, 0))
    for each in interests:
        environment, is_verified = known[each.shown.package_id]
        row = sums[each.shown.package_id, each.at.date(), is_verified]
        row["environment"] = environment
        what = "views" if each.kind is InterestKind.VIEW else "clicks"
        row[what] += 1
        if each.shown.sponsorship_id is not None:
            row[f"sponsored_{what}"] += 1
    if not sums:
        return
    views = models.PackageViews
    statement = insert(views).values(
        [
            {"package_id": package_id, "seen_on": day, "is_verified": is_verified, **row}
            for (package_id, day, is_verified), row in sorted(sums.items())
        ]
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[views.package_id, views.seen_on, views.is_verified],
            set_={name: getattr(views, name) + getattr(statement.excluded, name) for name in COUNTS},
        )
    )


async def purge_receipts(session: AsyncSession, *, before: dt.datetime, limit: int) -> int:
    """Forget what was counted long ago; return how many."""
    receipt = models.InterestReceipt
    return await _purge(session, receipt, receipt.key, receipt.counted_at < before, limit)


async def purge_samples(session: AsyncSession, *, before: dt.datetime, limit: int) -> int:
    """Forget old samples; return how many."""
    sample = models.InterestSample
    return await _purge(session, sample, sample.id, sample.at < before, limit)


async def purge_sights(session: AsyncSession, *, before: dt.date) -> int:
    """Forget who saw what on days that are over; return how many."""
    result = await session.execute(
        delete(models.SponsorshipSight).where(models.SponsorshipSight.seen_on < before)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount


async def _purge(session: AsyncSession, model: Any, key: Any, old: Any, limit: int) -> int:
    oldest = select(key).where(old).limit(limit).with_for_update(skip_locked=True)
    result = await session.execute(
        delete(model).where(key.in_(oldest)).execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount
