"""How often a caller may call: a sliding minute, exact across processes, in one round trip to Redis.

Every call is written to a log of the last minute, its units summed in buckets of 100 ms by Redis's own
clock, so processes need no common one. A bucket counts until the minute after its *end* is over: the window
is 60.0 to 60.1 seconds long, never shorter, so "100 a minute" is at most 100 units in any 60 seconds, also
around the turn of a minute. A log has at most 601 buckets, and each is added and dropped once.

Calls that are refused take nothing. When Redis does not answer, ordinary calls pass, and it is logged:
selling matters more than fairness for the while. Sensitive ones are refused: their limits keep guessers out.
"""

import math
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.environments import Environment
from domain.errors import RateLimited, Refused
from integrations.scripts import Script
from server.overdue import Deadlines

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 1.0
"""For Redis; the caller waits for both."""
COMPLAIN_EVERY_SECONDS = 10.0
PREFIX = "interline:calls:"
WINDOW_MS = 60_000

TAKE = """
-- KEYS: log of (bucket, units), their sum. ARGV: limit, units. Answers {taken, used, wait ms, reset at ms}.
local bucket_ms, window_ms = 100, 60000
local limit, units = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local used = tonumber(redis.call('GET', KEYS[2]) or '0')

local function ends(bucket) return (bucket + 1) * bucket_ms + window_ms end

local oldest = redis.call('LRANGE', KEYS[1], 0, 1)
while oldest[1] and ends(tonumber(oldest[1])) <= now do
  redis.call('LPOP', KEYS[1], 2)
  used = used - tonumber(oldest[2])
  oldest = redis.call('LRANGE', KEYS[1], 0, 1)
end
if not oldest[1] then used = 0 end

local newest = redis.call('LRANGE', KEYS[1], -2, -1)
local taken = used + units <= limit
if taken then
  -- A clock that was set back adds to the newest bucket: the log stays in order.
  local bucket = math.max(math.floor(now / bucket_ms), tonumber(newest[1] or '0'))
  if newest[1] and tonumber(newest[1]) == bucket then
    redis.call('LSET', KEYS[1], -1, tonumber(newest[2]) + units)
  else
    redis.call('RPUSH', KEYS[1], bucket, units)
  end
  newest = {bucket}
  used = used + units
end
redis.call('SET', KEYS[2], used)
local reset = newest[1] and ends(tonumber(newest[1])) or now
redis.call('PEXPIREAT', KEYS[1], reset)
redis.call('PEXPIREAT', KEYS[2], reset)
if taken then return {1, used, 0, reset} end

-- How long until enough units have left the window.
local missing, place = used + units - limit, 0
while missing > 0 do
  local entry = redis.call('LRANGE', KEYS[1], place, place + 1)
  if not entry[1] then return {0, used, window_ms, reset} end
  missing = missing - tonumber(entry[2])
  if missing <= 0 then return {0, used, ends(tonumber(entry[1])) - now, reset} end
  place = place + 2
end
"""


HOLD_BACK = """
-- KEYS: log of (bucket, units), their sum. ARGV: units, ms. Has the log be over its limit for so many ms more.
local bucket_ms, window_ms = 100, 60000
local units = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- As if it had been called so much that the last of it leaves the window just then.
local bucket = math.floor((now - window_ms + tonumber(ARGV[2])) / bucket_ms)
local log, place = redis.call('LRANGE', KEYS[1], 0, -1), 1
while log[place] and tonumber(log[place]) <= bucket do place = place + 2 end
table.insert(log, place, units)
table.insert(log, place, bucket)
redis.call('DEL', KEYS[1])
redis.call('RPUSH', KEYS[1], unpack(log))
redis.call('INCRBY', KEYS[2], units)
local reset = (tonumber(log[#log - 1]) + 1) * bucket_ms + window_ms
redis.call('PEXPIREAT', KEYS[1], reset)
redis.call('PEXPIREAT', KEYS[2], reset)
"""

BEYOND_ANY_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of a caller's minute."""

    remaining: int
    reset_at: datetime
    """When nothing of what was taken counts any more."""
    retry_after: int = 0
    """Seconds until the same call would pass; 0 for one that did."""


class RateLimiter:
    """Counts calls in Redis. One per process, though any number of processes count together."""

    def __init__(self, redis: Redis) -> None:
        self._script = Script(redis, TAKE)
        self._hold_back = redis.register_script(HOLD_BACK)
        self._in_time = Deadlines(PATIENCE_SECONDS)
        self._complained_at = -math.inf

    async def take(self, key: str, limit_per_minute: int, cost: int = 1) -> Budget:
        """Take `cost` units out of the key's minute. Refuses: RateLimited. Passes when Redis is down."""
        try:
            return await self._taken(key, limit_per_minute, cost)
        except (RedisError, OSError) as failure:
            self._complain(failure)
            return Budget(max(limit_per_minute - cost, 0), datetime.now(UTC))

    async def sensitive(self, key: str, name: str, limit_per_minute: int) -> Budget:
        """Take one call of a sensitive operation, which has a small minute of its own.

        Refuses: RateLimited, also when Redis is down.
        """
        try:
            return await self._taken(f"{name}:{key}", limit_per_minute, 1)
        except (RedisError, OSError) as failure:
            self._complain(failure)
            raise Refused(RateLimited(limit_per_minute, retry_after_seconds=5)) from None

    async def hold_back(self, partner_id: UUID, environment: Environment, time: timedelta) -> None:
        """See `Brake.hold_back`: calls find their minute used up, so a call that is let in costs no more for it.

        Raises RedisError, OSError.
        """
        milliseconds = max(time // timedelta(milliseconds=1), 0)
        keys = _keys_of(reseller_key(partner_id, environment))
        await self._hold_back(keys=keys, args=[BEYOND_ANY_LIMIT, min(milliseconds, WINDOW_MS)])

    def close(self) -> None:
        """Close the connection; for the shutdown."""
        self._script.close()

    async def _taken(self, key: str, limit: int, cost: int) -> Budget:
        keys = _keys_of(key)
        try:
            with self._in_time():
                taken, used, wait_ms, reset_ms = await self._script.run(keys, [limit, cost])
        except TimeoutError:
            # Whoever waits behind this one waits for the same silence.
            self._script.close()
            raise
        if not taken:
            raise Refused(RateLimited(limit, retry_after_seconds=max(math.ceil(wait_ms / 1000), 1)))
        return Budget(limit - used, datetime.fromtimestamp(reset_ms / 1000, UTC))

    def _complain(self, failure: Exception) -> None:
        """Log that Redis is down, now and then: every call would."""
        if time.monotonic() - self._complained_at > COMPLAIN_EVERY_SECONDS:
            self._complained_at = time.monotonic()
            log.warning("rate_limits_unavailable", failure=type(failure).__name__)


def reseller_key(reseller_id: UUID, environment: Environment) -> str:
    """Name the minute that all keys of a reseller share in an environment."""
    return f"reseller:{reseller_id}:{environment}"


def _keys_of(key: str) -> list[str]:
    # The braces keep both keys of a caller on one node of a cluster.
    return [f"{PREFIX}{{{key}}}:log", f"{PREFIX}{{{key}}}:sum"]
