"""A sliding minute: exact, shared by processes, in one round trip."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from domain.environments import Environment
from domain.errors import RateLimited, Refused
from server.rate_limits import HOLD_BACK, PATIENCE_SECONDS, TAKE, RateLimiter, reseller_key

BUCKET_MS = 100


@pytest.fixture
def limiter(redis_url, redis):
    limiter = RateLimiter(redis)
    yield limiter
    limiter.close()


class Clock:
    """The script with a clock of the test's own in the place of Redis's."""

    def __init__(self, redis):
        text = TAKE.replace("local time = redis.call('TIME')\n", "")
        text = text.replace(
            "local now = time[1] * 1000 + math.floor(time[2] / 1000)", "local now = tonumber(ARGV[3])"
        )
        # Keys live by the server's clock, which is far from the test's.
        text = text.replace("redis.call('PEXPIREAT', KEYS[1], reset)\n", "").replace(
            "redis.call('PEXPIREAT', KEYS[2], reset)\n", ""
        )
        assert "TIME'" not in text
        self._script = redis.register_script(text)

    async def take(self, at, limit, units=1):
        """Return (taken, used, wait in ms, reset at)."""
        taken, used, wait, reset = await self._script(keys=["log", "sum"], args=[limit, units, at])
        return bool(taken), used, wait, reset


@pytest.fixture
def clock(redis_url, redis):
    return Clock(redis)


async def test_the_limit_is_reached_exactly(limiter):
    left = [(await limiter.take("a", 3)).remaining for _ in range(3)]

    assert left == [2, 1, 0]
    with pytest.raises(Refused) as refused:
        await limiter.take("a", 3)
    reason = refused.value.reason
    assert isinstance(reason, RateLimited)
    assert reason.limit_per_minute == 3
    assert 59 <= reason.retry_after_seconds <= 61


async def test_a_call_may_weigh_more_than_one(limiter):
    assert (await limiter.take("a", 10, cost=7)).remaining == 3
    with pytest.raises(Refused):
        await limiter.take("a", 10, cost=4)
    assert (await limiter.take("a", 10, cost=3)).remaining == 0


async def test_a_call_heavier_than_the_minute_never_passes(limiter):
    with pytest.raises(Refused) as refused:
        await limiter.take("a", 10, cost=11)

    assert refused.value.reason == RateLimited(10, retry_after_seconds=60)
    assert (await limiter.take("a", 10, cost=10)).remaining == 0


async def test_callers_have_minutes_of_their_own(limiter):
    await limiter.take("a", 1)

    assert (await limiter.take("b", 1)).remaining == 0


async def test_processes_count_together_and_never_beyond_the_limit(redis_url, redis):
    others = [Redis.from_url(redis_url) for _ in range(4)]
    limiters = [RateLimiter(each) for each in others]

    async def call(number):
        try:
            await limiters[number % 4].take("a", 50)
        except Refused:
            return False
        return True

    passed = await asyncio.gather(*(call(number) for number in range(200)))
    for limiter, other in zip(limiters, others, strict=True):
        limiter.close()
        await other.aclose()

    assert sum(passed) == 50


async def test_one_call_is_one_round_trip(limiter, redis):
    await limiter.take("warm", 10)
    key = secrets.token_hex(8)
    seen: list[dict[str, str]] = []

    async with redis.monitor() as monitor:
        for _ in range(5):
            await limiter.take(key, 10)
        await redis.echo(f"after {key}")
        while not seen or not seen[-1]["command"].startswith("ECHO"):
            command = await monitor.next_command()
            # Other test processes use the server too; what the script does in it is no round trip.
            if key in command["command"] and command["client_type"] != "lua":
                seen.append(command)

    assert [each["command"].split()[0] for each in seen] == [*["EVALSHA"] * 5, "ECHO"]


async def test_the_minute_is_free_again_when_the_last_call_has_left_it(limiter):
    budget = await limiter.take("a", 10)

    seconds = (budget.reset_at - datetime.now(UTC)).total_seconds()
    assert 59 < seconds <= 60.1
    assert budget.retry_after == 0


async def test_nothing_stays_in_redis_after_the_minute(limiter, redis):
    await limiter.take("a", 10)

    keys = await redis.keys("interline:calls:*")
    assert sorted(keys) == [b"interline:calls:{a}:log", b"interline:calls:{a}:sum"]
    for key in keys:
        assert 59_000 < await redis.pttl(key) <= 60_100


async def test_a_call_counts_until_a_minute_after_the_end_of_its_bucket(clock):
    assert (await clock.take(1_000_050, 1))[0]

    # Its bucket ends at 1,000,100.
    for at in (1_000_051, 1_030_000, 1_060_049, 1_060_050, 1_060_099):
        assert not (await clock.take(at, 1))[0]
    assert (await clock.take(1_060_100, 1))[0]


async def test_no_sixty_seconds_ever_see_more_than_the_limit(clock):
    limit, passed = 10, []
    # Irregular calls over five minutes, also around every turn of a minute.
    for step in range(1, 1500):
        at = step * 197 + (step * step) % 89
        if (await clock.take(at, limit))[0]:
            passed.append(at)

    worst = max(sum(start <= at < start + 60_000 for at in passed) for start in passed)
    assert worst == limit
    assert len(passed) >= 45


async def test_a_refused_call_is_told_when_it_would_pass(clock):
    await clock.take(0, 3, 1)
    await clock.take(10_000, 3, 2)

    assert await clock.take(20_000, 3, 1) == (False, 3, 40_100, 70_100)
    assert await clock.take(20_000, 3, 2) == (False, 3, 50_100, 70_100)
    assert (await clock.take(60_099, 3, 1))[0] is False
    assert (await clock.take(60_100, 3, 1))[:2] == (True, 3)


async def test_refused_calls_take_nothing(clock):
    await clock.take(0, 1)
    for at in range(0, 60_000, 1000):
        assert (await clock.take(at, 1))[1] == 1

    assert (await clock.take(60_100, 1))[0]


async def test_a_minute_never_takes_more_room_than_its_buckets(clock, redis):
    for at in range(0, 180_000, 50):
        await clock.take(at, 100_000)

    assert await redis.llen("log") == 2 * 601


async def test_a_clock_that_is_set_back_forgets_nothing(clock):
    await clock.take(100_000, 2)
    await clock.take(50_000, 2)

    assert not (await clock.take(100_001, 2))[0]
    assert not (await clock.take(160_099, 2))[0]
    assert (await clock.take(160_100, 2))[0]


async def test_a_limit_that_was_lowered_holds_at_once(clock):
    for _ in range(5):
        await clock.take(0, 10)

    assert await clock.take(1, 3) == (False, 5, 60_099, 60_100)


PARTNER = UUID(int=7)
MINUTE_OF_PARTNER = reseller_key(PARTNER, Environment.TEST)


async def test_who_is_held_back_is_told_how_long_and_then_let_in(limiter):
    before = await limiter.take(MINUTE_OF_PARTNER, 10, cost=3)
    await limiter.hold_back(PARTNER, Environment.TEST, timedelta(milliseconds=1200))

    with pytest.raises(Refused) as refused:
        await limiter.take(MINUTE_OF_PARTNER, 1000)
    await asyncio.sleep(1.35)
    after = await limiter.take(MINUTE_OF_PARTNER, 10)

    assert refused.value.reason == RateLimited(1000, retry_after_seconds=2)
    assert (before.remaining, after.remaining) == (7, 6), "the pause takes nothing of the minute"


async def test_who_was_never_seen_can_be_held_back_too(limiter, redis):
    await limiter.hold_back(PARTNER, Environment.TEST, timedelta(milliseconds=300))

    with pytest.raises(Refused):
        await limiter.take(MINUTE_OF_PARTNER, 1000)
    await asyncio.sleep(0.45)

    assert await redis.keys("interline:calls:*") == []
    assert (await limiter.take(MINUTE_OF_PARTNER, 10)).remaining == 9


async def test_only_the_one_partner_is_held_back_in_the_one_environment(limiter):
    await limiter.hold_back(PARTNER, Environment.TEST, timedelta(seconds=5))

    live = await limiter.take(reseller_key(PARTNER, Environment.LIVE), 10)
    other = await limiter.take(reseller_key(UUID(int=8), Environment.TEST), 10)

    assert (live.remaining, other.remaining) == (9, 9)


async def test_a_pause_finds_its_place_among_the_calls_of_the_minute(clock, redis):
    """Oldest first, so that each leaves the window in its turn."""
    seconds, microseconds = await redis.time()
    now = seconds * 1000 + microseconds // 1000
    buckets = [now // 100 - age for age in (590, 300, 1)]
    await redis.rpush("log", *(word for bucket in buckets for word in (bucket, 1)))
    await redis.set("sum", 3)

    await redis.register_script(HOLD_BACK)(keys=["log", "sum"], args=[1_000_000, 6_000])

    log = [int(each) for each in await redis.lrange("log", 0, -1)]
    assert log[::2] == sorted(log[::2])
    assert log[1::2] == [1, 1_000_000, 1, 1]
    taken, used, wait, _ = await clock.take(now, 10)
    assert (taken, used) == (False, 1_000_003)
    assert 5_900 <= wait <= 6_300


async def test_sensitive_operations_have_small_minutes_of_their_own(limiter):
    await limiter.take("a", 1)
    await limiter.sensitive("a", "coupons", 2)
    await limiter.sensitive("a", "coupons", 2)

    with pytest.raises(Refused) as refused:
        await limiter.sensitive("a", "coupons", 2)
    assert isinstance(refused.value.reason, RateLimited)
    assert refused.value.reason.limit_per_minute == 2
    assert (await limiter.sensitive("a", "search", 2)).remaining == 1


@pytest.fixture
async def lonely(tmp_path):
    """A limiter whose Redis is not there."""
    client = Redis.from_url(f"unix://{tmp_path}/nobody.sock")
    yield RateLimiter(client)
    await client.aclose()


async def test_without_redis_ordinary_calls_pass_and_it_is_logged_once(lonely):
    with capture_logs() as logs:
        budgets = [await lonely.take("a", 5) for _ in range(20)]

    assert {budget.remaining for budget in budgets} == {4}
    assert [entry["event"] for entry in logs] == ["rate_limits_unavailable"]


async def test_without_redis_sensitive_calls_are_refused(lonely):
    with capture_logs(), pytest.raises(Refused) as refused:
        await lonely.sensitive("a", "coupons", 5)

    assert refused.value.reason == RateLimited(5, retry_after_seconds=5)


async def test_a_redis_that_is_silent_holds_nobody_up_for_long(tmp_path):
    """It takes connections and commands, and answers nothing but the greeting."""
    asked = []

    async def silent(reader, writer):
        while data := await reader.read(1000):
            asked.append(data)
            if b"EVALSHA" not in data:
                writer.write(b"+OK\r\n" * data.count(b"*"))
        writer.close()

    server = await asyncio.start_unix_server(silent, f"{tmp_path}/silent.sock")
    client = Redis.from_url(f"unix://{tmp_path}/silent.sock")
    limiter = RateLimiter(client)

    with capture_logs() as logs:
        began = asyncio.get_running_loop().time()
        budgets = await asyncio.gather(*(limiter.take("a", 5) for _ in range(10)))
        took = asyncio.get_running_loop().time() - began

    assert [budget.remaining for budget in budgets] == [4] * 10
    assert took < 2 * PATIENCE_SECONDS
    assert [entry["event"] for entry in logs] == ["rate_limits_unavailable"]
    limiter.close()
    await client.aclose()
    server.close()


async def test_a_caller_who_hangs_up_while_it_is_counted_costs_nobody_else_anything(limiter):
    await limiter.take("warm", 10)
    calls = [asyncio.create_task(limiter.take("a", 100)) for _ in range(10)]
    await asyncio.sleep(0)
    for call in calls[:5]:
        call.cancel()

    budgets = await asyncio.gather(*calls[5:])

    assert [call.cancelled() for call in calls] == [True] * 5 + [False] * 5
    # What was asked is counted, whether somebody waits for it or not.
    assert [each.remaining for each in budgets] == [94, 93, 92, 91, 90]
