"""Where news come from: a row that is changed and told of, a real hold, or a number for the comparison."""

import time
from dataclasses import dataclass, field
from typing import Protocol

import orjson
from redis.asyncio import Redis
from sqlalchemy import and_, select, text, update

from bench import goods
from bench.http1 import Connection, ProtocolError, request
from bench.strawberry_default import CHANNEL
from db import models
from db.session import Sessions
from domain.inventory import Channel
from integrations.feed import RedisFeed

CREATED = 201
IDLE_SECONDS = 2.0


class News(Protocol):
    """Makes one change."""

    async def make(self) -> tuple[int, float]:
        """Change the pool; return its new sequence number, and when that was told (`time.monotonic`)."""
        ...


PRODUCT = select(models.Package.id).where(models.Package.sku == goods.HOT).scalar_subquery()
POOL = and_(models.Allotment.package_id == PRODUCT, models.Allotment.channel == Channel.OTA)


@dataclass(slots=True)
class ToldChanges:
    """Changes the row, and tells the feed itself: what is measured begins with the news."""

    sessions: Sessions
    redis: Redis

    async def hurry(self) -> None:
        """Let changes wait for no disk, on this one connection: they only make news."""
        async with self.sessions.write() as session:
            await session.execute(text("SET synchronous_commit TO off"))
            await session.commit()

    async def make(self) -> tuple[int, float]:
        row = models.Allotment
        changed = update(row).where(POOL).values(sequence=row.sequence + 1)
        async with self.sessions.write() as session:
            pool_id, sequence = (await session.execute(changed.returning(row.id, row.sequence))).one()
            await session.commit()
        at = time.monotonic()
        await RedisFeed(self.redis).tell([(pool_id, sequence)])
        return sequence, at


@dataclass(slots=True)
class Holds:
    """Holds a unit, as resellers do: what is measured begins with the request, and goes through all there is."""

    sessions: Sessions
    http: Connection
    head: dict[str, str]
    host: str
    tag: str
    _number: int = 0
    _used_at: float = 0.0

    async def make(self) -> tuple[int, float]:
        async with self.sessions.read() as session:
            sequence = (await session.execute(select(models.Allotment.sequence).where(POOL))).scalar_one()
        self._number += 1
        line = {"product_id": goods.HOT, "quantity": 1, "customer_type": "ADULT"}
        headers = {**self.head, "Idempotency-Key": f"{self.tag}-{self._number}"}
        body = orjson.dumps({"lines": [line]})
        if time.monotonic() - self._used_at > IDLE_SECONDS:
            # The server has closed it, or is about to.
            self.http.close()
        at = self._used_at = time.monotonic()
        reply = await self.http.ask(
            request("POST", "/api/ota/reserve", host=self.host, headers=headers, body=body)
        )
        if reply.status != CREATED:
            raise ProtocolError(f"{reply.status} {reply.body[:200]!r}")
        return sequence + 1, at


@dataclass(slots=True)
class Numbers:
    """Tells the comparison's server the next number: its state comes with the news."""

    redis: Redis
    _number: int = field(default=0)

    async def make(self) -> tuple[int, float]:
        self._number += 1
        at = time.monotonic()
        await self.redis.publish(CHANNEL, f"{'0' * 32}:{self._number}")
        return self._number, at
