"""Automatic persisted queries: texts that clients registered by sending them once, for every replica."""

import asyncio

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

LIFETIME_SECONDS = 24 * 60 * 60
"""Since a text was used last."""
PATIENCE_SECONDS = 1.0
PREFIX = "interline:apq:"


class AutomaticOperations:
    """Texts by their SHA-256, in Redis. Without Redis nothing is found, and clients send the text again."""

    def __init__(self, redis: Redis, *, lifetime_seconds: int = LIFETIME_SECONDS) -> None:
        self._redis = redis
        self._lifetime_seconds = lifetime_seconds

    async def find(self, sha256: str) -> str | None:
        """Return the text of this hash and let it live on."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                text = await self._redis.getex(PREFIX + sha256, ex=self._lifetime_seconds)
        except (RedisError, OSError):
            log.warning("automatic_operations_unavailable")
            return None
        return text.decode() if isinstance(text, bytes) else text

    async def keep(self, sha256: str, text: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._redis.set(PREFIX + sha256, text, ex=self._lifetime_seconds)
        except (RedisError, OSError):
            log.warning("automatic_operations_unavailable")
