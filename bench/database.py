"""What only PostgreSQL knows: how often it waited for the disk, and whether anything was oversold."""

from dataclasses import dataclass

from sqlalchemy import func, select, text, update

from db import models
from db.queries.inventory import drifted_counters, drifted_journal
from db.session import Sessions
from domain.inventory import Channel

MANY = 2_000_000_000
FSYNCS = text("SELECT coalesce(sum(fsyncs), 0) FROM pg_stat_io WHERE object = 'wal'")
"""PostgreSQL 18, which our instance is. A backend reports once a second, and when it is used after that."""
WAL_BYTES = text("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")


@dataclass(frozen=True, slots=True)
class Written:
    """What went to the log: how often it was flushed to the disk, and how much."""

    fsyncs: int
    wal_bytes: int

    def since(self, before: "Written") -> "Written":
        return Written(self.fsyncs - before.fsyncs, self.wal_bytes - before.wal_bytes)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the books say. Nothing is oversold while the three are zero."""

    oversold: int
    """Pools that hold and sold more than they have."""
    counters: int
    """Pools whose counters are not the sum of their holds and sales."""
    journal: int
    """Pools whose journal does not add up to their counters."""

    @property
    def is_clean(self) -> bool:
        return not (self.oversold or self.counters or self.journal)


async def written(sessions: Sessions) -> Written:
    """Return what went to the log until now."""
    async with sessions.read() as session:
        fsyncs = await session.scalar(FSYNCS)
        wal_bytes = await session.scalar(WAL_BYTES)
    return Written(int(fsyncs or 0), int(wal_bytes or 0))


async def verdict(sessions: Sessions) -> Verdict:
    """Check all pools, each in one statement: what it sees is of one moment."""
    row = models.Allotment
    oversold = select(func.count()).where(row.held + row.sold > row.allocated)
    counters = select(func.count()).select_from(drifted_counters().subquery())
    journal = select(func.count()).select_from(drifted_journal().subquery())
    async with sessions.read() as session:
        counts = [int(await session.scalar(each) or 0) for each in (oversold, counters, journal)]
    return Verdict(*counts)


async def units_taken(sessions: Sessions, skus: list[str]) -> int:
    """Return the units on hold and sold of these products, as their counters say."""
    row = models.Allotment
    statement = (
        select(func.coalesce(func.sum(row.held + row.sold), 0))
        .join(models.Package, models.Package.id == row.package_id)
        .where(models.Package.sku.in_(skus), row.channel == Channel.OTA)
    )
    async with sessions.read() as session:
        return int(await session.scalar(statement) or 0)


async def untold(sessions: Sessions) -> int:
    """Return how many events the worker has still to tell."""
    async with sessions.read() as session:
        statement = select(func.count()).select_from(models.Event).where(models.Event.relayed_at.is_(None))
        return int(await session.scalar(statement) or 0)


async def lift_caps(sessions: Sessions) -> None:
    """Let resellers hold as much as they like: the load holds more than any real one may."""
    async with sessions.write() as session:
        await session.execute(update(models.ResellerProfile).values(open_hold_cap=MANY))
        await session.commit()
