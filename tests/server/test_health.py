"""Alive is not ready: each thing that is missing is named, and nothing secret is said."""

import asyncio
from typing import Any

import httpx2
import pytest
from redis.asyncio import Redis
from sqlalchemy import text
from starlette.applications import Starlette

from db.session import Sessions, create_engine
from server.drain import Drain
from server.routes.health import (
    Check,
    Readiness,
    health_routes,
    migrated_to,
    postgresql,
    redis_answers,
    worker_alive,
)

pytestmark = pytest.mark.anyio


async def ask(readiness: Readiness, path: str = "/health/ready") -> httpx2.Response:
    app = Starlette(routes=health_routes(readiness))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://here") as client:
        return await client.get(path)


@pytest.fixture
async def head(sessions):
    async with sessions.read() as session:
        return await session.scalar(text("SELECT version_num FROM alembic_version"))


@pytest.fixture
def checks(sessions, redis, head) -> dict[str, Check]:
    return {
        "postgresql": postgresql(sessions),
        "redis": redis_answers(redis),
        "migrations": migrated_to(head, sessions),
        "worker": worker_alive(redis),
    }


async def test_a_process_lives_whatever_it_misses():
    async def fails() -> str | None:
        raise ConnectionError

    answer = await ask(Readiness({"all": fails}, Drain()), "/health/live")

    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


async def test_with_everything_there_the_process_is_ready(checks, redis):
    await redis.set("interline:worker:1", b"1", ex=20)

    answer = await ask(Readiness(checks, Drain()))

    said = answer.json()
    assert (answer.status_code, said["status"], said["missing"]) == (200, "ready", [])
    assert list(said["checks"]) == ["postgresql", "redis", "migrations", "worker"]
    assert all(each["ok"] and each["ms"] >= 0 for each in said["checks"].values())
    assert answer.headers["cache-control"] == "no-store"


async def test_without_a_worker_s_sign_of_life_the_process_is_not_ready(checks):
    answer = await ask(Readiness(checks, Drain()))

    said = answer.json()
    assert (answer.status_code, said["status"], said["missing"]) == (503, "unavailable", ["worker"])
    assert said["checks"]["worker"]["problem"] == "no sign of life"
    assert said["checks"]["redis"]["ok"]


async def test_another_worker_takes_over_from_the_one_seen_before(redis):
    check = worker_alive(redis)
    await redis.set("interline:worker:1", b"1")
    assert await check() is None

    await redis.delete("interline:worker:1")
    assert await check() == "no sign of life"
    await redis.set("interline:worker:2", b"1")

    assert await check() is None


async def test_an_older_database_is_named(checks, sessions, head):
    checks["migrations"] = migrated_to("9999", sessions)

    said = (await ask(Readiness(checks, Drain()))).json()

    assert said["checks"]["migrations"]["problem"] == f"at {head}, not at 9999"


async def test_lost_servers_are_named_without_their_addresses():
    engine = create_engine("postgresql+asyncpg://somebody:hunter2@127.0.0.1:9/secret-base", pool_size=1)
    redis: Redis = Redis.from_url("redis://:hunter2@127.0.0.1:9/3")
    lost = {"postgresql": postgresql(Sessions(engine)), "redis": redis_answers(redis)}

    answer = await ask(Readiness(lost, Drain()))
    await engine.dispose()
    await redis.aclose()

    assert (answer.status_code, answer.json()["missing"]) == (503, ["postgresql", "redis"])
    for secret in ("hunter2", "somebody", "secret-base", "127.0.0.1"):
        assert secret not in answer.text


async def test_a_check_that_hangs_is_given_up():
    async def hangs() -> str | None:
        await asyncio.sleep(60)
        return None

    said: dict[str, Any] = (await ask(Readiness({"slow": hangs}, Drain(), seconds=0.05))).json()

    assert said["checks"]["slow"]["problem"] == "no answer within 0.05 s"


async def test_many_probes_at_once_are_one_check():
    runs = 0

    async def count() -> str | None:
        nonlocal runs
        runs += 1
        await asyncio.sleep(0.01)
        return None

    readiness = Readiness({"counted": count}, Drain())
    answers = await asyncio.gather(*(readiness.look() for _ in range(20)))

    assert (runs, [is_ready for is_ready, _ in answers]) == (1, [True] * 20)


async def test_draining_the_process_is_not_ready_at_once(checks, redis):
    await redis.set("interline:worker:1", b"1")
    drain = Drain(settle_seconds=0)
    readiness = Readiness(checks, drain)
    assert (await ask(readiness)).status_code == 200

    begun = drain.begin()
    answer = await ask(readiness)
    await begun

    assert (answer.status_code, answer.json()["missing"]) == (503, ["draining"])
