"""The queue of jobs and the figures of the worker, in Redis."""

from typing import Any

import orjson
from arq.connections import ArqRedis
from redis.asyncio import ConnectionPool, Redis

GAUGE_PREFIX = "interline:"


def open_queue(redis_url: str) -> ArqRedis:
    """Open arq's connection; jobs are written as JSON, never as pickles."""
    return ArqRedis(
        ConnectionPool.from_url(redis_url), job_serializer=orjson.dumps, job_deserializer=orjson.loads
    )


class ArqQueue:
    """A `Queue`."""

    def __init__(self, redis: ArqRedis) -> None:
        self._redis = redis

    async def enqueue(self, job: str, payload: dict[str, Any], *, job_id: str) -> None:
        await self._redis.enqueue_job(job, _job_id=job_id, **payload)


class RedisGauge:
    """A `Gauge`: one key a figure."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def set(self, name: str, value: int) -> None:
        await self._redis.set(f"{GAUGE_PREFIX}{name}", value)
