"""Whether the process lives, and whether it can serve: for supervisors and load balancers."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from db.session import Sessions
from server.drain import Drain

CHECK_SECONDS = 2.0
FRESH_SECONDS = 1.0
"""Probes within this time share one answer: whoever asks a hundred times a second costs no more."""
HEARTBEATS = "interline:worker:*"
NO_STORE = {"Cache-Control": "no-store"}

Check = Callable[[], Awaitable[str | None]]
"""Answers None when all is well, else what is wrong in a few words without secrets."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and how long it took."""

    name: str
    problem: str | None
    ms: float

    def as_json(self) -> dict[str, Any]:
        said = {"ok": self.problem is None, "ms": self.ms}
        return said if self.problem is None else {**said, "problem": self.problem}


class Readiness:
    """The checks of this process, run side by side, each with a short time."""

    def __init__(self, checks: Mapping[str, Check], drain: Drain, *, seconds: float = CHECK_SECONDS) -> None:
        self._checks = checks
        self._drain = drain
        self._seconds = seconds
        self._found: Sequence[Finding] = ()
        self._found_at = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def look(self) -> tuple[bool, dict[str, Any]]:
        """Return whether the process is ready, and the answer that says why or why not."""
        if self._drain.is_draining:
            return False, {"status": "draining", "missing": ["draining"], "checks": {}}
        async with self._one_at_a_time:
            if time.monotonic() - self._found_at > FRESH_SECONDS:
                self._found = await asyncio.gather(*(self._run(*each) for each in self._checks.items()))
                self._found_at = time.monotonic()
        missing = [finding.name for finding in self._found if finding.problem]
        return not missing, {
            "status": "unavailable" if missing else "ready",
            "missing": missing,
            "checks": {finding.name: finding.as_json() for finding in self._found},
        }

    async def _run(self, name: str, check: Check) -> Finding:
        began = time.perf_counter()
        try:
            problem = await asyncio.wait_for(check(), self._seconds)
        except TimeoutError:
            problem = f"no answer within {self._seconds:g} s"
        except Exception as error:  # noqa: BLE001 - whatever it is, its words may hold an address or a password
            problem = f"failed ({type(error).__name__})"
        return Finding(name, problem, round((time.perf_counter() - began) * 1000, 1))


def postgresql(sessions: Sessions) -> Check:
    async def check() -> str | None:
        async with sessions.read() as session:
            await session.execute(text("SELECT 1"))
        return None

    return check


def redis_answers(redis: Redis) -> Check:
    async def check() -> str | None:
        await redis.ping()
        return None

    return check


def migrated_to(head: str, sessions: Sessions) -> Check:
    """Check that the database is at the revision this code was written for."""

    async def check() -> str | None:
        async with sessions.read() as session:
            found = (await session.scalars(text("SELECT version_num FROM alembic_version"))).all()
        return None if list(found) == [head] else f"at {', '.join(found) or 'nothing'}, not at {head}"

    return check


def worker_alive(redis: Redis) -> Check:
    """Check that some worker has left its sign of life within the last seconds."""
    seen: list[bytes] = []

    async def check() -> str | None:
        # Looking for keys walks through all of Redis, so the one found before is asked for first.
        if seen and await redis.exists(seen[0]):
            return None
        seen.clear()
        async for key in redis.scan_iter(match=HEARTBEATS, count=1000):
            seen.append(key)
            return None
        return "no sign of life"

    return check


def health_routes(readiness: Readiness) -> list[Route]:
    """Build the two routes; they need no credential and tell no secret."""

    async def live(_: Request) -> JSONResponse:
        return JSONResponse({"status": "live"}, headers=NO_STORE)

    async def ready(_: Request) -> JSONResponse:
        is_ready, said = await readiness.look()
        return JSONResponse(said, status_code=200 if is_ready else 503, headers=NO_STORE)

    return [Route("/health/live", live), Route("/health/ready", ready)]
