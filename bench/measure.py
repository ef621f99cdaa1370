"""Measures one cell: orders the load, and looks at the server before and after it."""

import asyncio
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import orjson

from bench import database, goods, watch
from bench.cells import Act, Cell, Door
from bench.load import Order
from db.session import Sessions
from server.announcement import Announcement
from server.demo.doors import registered_id
from server.settings import ROOT

OPERATIONS = ("inventory", "reserve", "activate_reservation")
REPORTED_AFTER = 1.1
"""Seconds after which a backend reports its flushes, when it is used."""
TOUCHES = 32
"""Reads at once, over connections of their own: so many that every process uses every backend it has."""
TOLD_WITHIN = 5.0
LAST_UNITS_AT_ONCE = 10


class LoadError(Exception):
    """The load process did not do its work."""


@dataclass(frozen=True, slots=True)
class Bench:
    """An instance under measurement."""

    said: Announcement
    data_dir: Path
    sessions: Sessions

    @property
    def api_key(self) -> str:
        resellers = self.said["credentials"]["resellers"]
        return next(each["api_key"] for each in resellers if each["environment"] == "LIVE")


async def measure(bench: Bench, cell: Cell, *, seconds: float, tag: str) -> dict[str, Any]:
    """Measure one cell and return its line of the results."""
    skus = [goods.HOT] if cell.is_hot else list(goods.SPREAD)
    order = _order(
        bench, act=cell.act, door=cell.door, skus=skus, connections=cell.connections, seconds=seconds, tag=tag
    )
    is_write = cell.act is not Act.AVAILABILITY
    taken = await database.units_taken(bench.sessions, skus)
    written, used = await database.written(bench.sessions), watch.used(bench.data_dir)
    seen = await asyncio.to_thread(load, order)
    spent = watch.used(bench.data_dir).since(used)
    untold = await database.untold(bench.sessions)
    if is_write:
        await _settle(bench)
    flushed = (await database.written(bench.sessions)).since(written)
    more = await database.units_taken(bench.sessions, skus) - taken
    books = await database.verdict(bench.sessions)
    calls, acts = max(seen["calls"], 1), max(seen["acts"], 1)
    return {
        **asdict(cell),
        "seconds": round(seen["seconds"], 3),
        "acts": seen["acts"],
        "per_second": round(seen["acts"] / seen["seconds"], 1),
        "steps": seen["steps"],
        "failures": seen["failures"],
        "api_cpu_ms_per_call": round(spent.api * 1000 / calls, 3),
        "postgres_cpu_ms_per_call": round(spent.postgres * 1000 / calls, 3),
        "worker_cpu_ms_per_call": round(spent.worker * 1000 / calls, 3),
        "client_cpu_share": round(seen["cpu_seconds"] / seen["seconds"], 3),
        "fsyncs_per_act": round(flushed.fsyncs / acts, 3) if is_write else None,
        "wal_bytes_per_act": round(flushed.wal_bytes / acts) if is_write else None,
        "events_untold_at_end": untold,
        "units_answered": seen["units"],
        "units_taken": more,
        "books": asdict(books),
        # A hold whose answer was lost may have been taken: more failures, more leeway.
        "is_honest": books.is_clean
        and seen["units"] <= more <= seen["units"] + sum(seen["failures"].values()),
    }


async def sell_out(bench: Bench, *, connections: int) -> dict[str, Any]:
    """Let everybody want the last units at once; exactly as many as there are must be held."""
    order = _order(
        bench,
        act=Act.HOLD,
        door=Door.REST,
        skus=[goods.LAST],
        connections=connections,
        seconds=60,
        tag="last",
        units=LAST_UNITS_AT_ONCE,
        until_refused=True,
    )
    seen = await asyncio.to_thread(load, order)
    taken = await database.units_taken(bench.sessions, [goods.LAST])
    books = await database.verdict(bench.sessions)
    return {
        "units": goods.LAST_UNITS,
        "units_answered": seen["units"],
        "units_taken": taken,
        "failures": seen["failures"],
        "books": asdict(books),
        "is_honest": books.is_clean and seen["units"] == taken == goods.LAST_UNITS,
    }


def load(order: Order) -> dict[str, Any]:
    """Run the load process for one order. Raises LoadError."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        cwd=ROOT,
        input=orjson.dumps(order),
        capture_output=True,
        timeout=order.seconds + 60,
        check=False,
    )
    if done.returncode:
        raise LoadError(done.stderr.decode(errors="replace")[-2_000:])
    seen: dict[str, Any] = orjson.loads(done.stdout)
    return seen


def _order(bench: Bench, **facts: Any) -> Order:
    where = urlsplit(bench.said["rest"])
    return Order(
        host=where.hostname or "",
        port=where.port or 80,
        api_key=bench.api_key,
        operation_ids={name: registered_id(name) for name in OPERATIONS},
        **facts,
    )


async def _settle(bench: Bench) -> None:
    """Wait until the backends have reported and the worker has told everything: the next cell starts clean."""
    await asyncio.sleep(REPORTED_AFTER)
    headers = {"Authorization": f"Bearer {bench.api_key}"}
    url = f"{bench.said['rest']}/inventory"
    limits = httpx2.Limits(max_connections=TOUCHES)
    async with httpx2.AsyncClient(headers=headers, timeout=30, limits=limits) as http:
        await asyncio.gather(*(http.get(url, params={"product_id": goods.HOT}) for _ in range(TOUCHES)))
    deadline = asyncio.get_running_loop().time() + TOLD_WITHIN
    while await database.untold(bench.sessions) and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - the worker rings no bell for us
        await asyncio.sleep(0.1)
