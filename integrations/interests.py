"""Views and clicks on their way to be counted: a Redis stream that all processes write and any worker reads.

It holds MOST of them at most: when nobody counts for long, the oldest are lost, and Redis stays small.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from domain.environments import Environment
from domain.interest import Interest, InterestKind, Shown

STREAM = "interline:interests"
GROUP = "counting"
FIELD = b"i"
MOST = 1_000_000
FORSAKEN_MS = 60_000
"""After so long what a worker took and did not count is another's."""

log = structlog.get_logger(__name__)


class RedisInterests:
    """An `Interests`. `name` tells this reader from others."""

    def __init__(self, redis: Redis, *, name: str = "api") -> None:
        self._redis = redis
        self._name = name
        self._is_ready = False

    async def put(self, interests: Sequence[Interest]) -> bool:
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                for each in interests:
                    pipeline.xadd(STREAM, {FIELD: written(each)}, maxlen=MOST, approximate=True)
                await pipeline.execute()
        except (RedisError, OSError) as failure:
            log.warning("interests.not_kept", number=len(interests), failure=type(failure).__name__)
            return False
        return True

    async def take(self, limit: int) -> list[tuple[str, Interest]]:
        await self._prepare()
        claimed: Any = await self._redis.xautoclaim(
            STREAM, GROUP, self._name, min_idle_time=FORSAKEN_MS, count=limit
        )
        entries = list(claimed[1])
        if len(entries) < limit:
            read: Any = await self._redis.xreadgroup(
                GROUP, self._name, {STREAM: ">"}, count=limit - len(entries)
            )
            entries += read[0][1] if read else []
        return [(_text(number), read_from(fields[FIELD])) for number, fields in entries if fields]

    async def done(self, numbers: Sequence[str]) -> None:
        if numbers:
            async with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.xack(STREAM, GROUP, *numbers)
                pipeline.xdel(STREAM, *numbers)
                await pipeline.execute()

    async def _prepare(self) -> None:
        if self._is_ready:
            return
        try:
            await self._redis.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
        except ResponseError as failure:
            # Another worker was first.
            if not str(failure).startswith("BUSYGROUP"):
                raise
        self._is_ready = True


def written(interest: Interest) -> bytes:
    """Write a view or click as it lies in the stream."""
    shown = interest.shown
    return orjson.dumps(
        [
            interest.kind.value,
            interest.at.timestamp(),
            shown.environment.value,
            shown.package_id.hex,
            shown.sponsorship_id and shown.sponsorship_id.hex,
            shown.visitor,
            shown.answer,
            shown.at.timestamp(),
        ]
    )


def read_from(text: bytes) -> Interest:
    """Read what `written` wrote."""
    kind, at, environment, package, sponsorship, visitor, answer, shown_at = orjson.loads(text)
    shown = Shown(
        environment=Environment(environment),
        package_id=UUID(hex=package),
        sponsorship_id=UUID(hex=sponsorship) if sponsorship else None,
        visitor=visitor,
        answer=answer,
        at=dt.datetime.fromtimestamp(shown_at, dt.UTC),
    )
    return Interest(InterestKind(kind), shown, dt.datetime.fromtimestamp(at, dt.UTC))


def _text(number: bytes | str) -> str:
    return number.decode() if isinstance(number, bytes) else number
