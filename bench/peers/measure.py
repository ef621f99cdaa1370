"""Measures: warms everybody up, then goes through the rounds, looking at every process before and after."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from bench.peers.asking import Asked
from bench.peers.load import Order
from bench.peers.pairing import Cell, rotation
from bench.peers.servers import Running, Server
from bench.watch import Snapshot
from server.settings import ROOT

CONNECTIONS = 16
NODE_WARM_UP, OTHER_WARM_UP = 4.0, 1.0
"""Seconds an operation; V8 compiles what it has seen often enough, and there is nothing like it in Python."""
IDLE_SECONDS = 3.0


class LoadError(Exception):
    """The load process did not do its work."""


@dataclass(frozen=True, slots=True)
class Task:
    """One operation for everybody: what each is sent, and how long its answers are."""

    operation: str
    asked: Mapping[Server, Asked]
    lengths: Mapping[Server, list[int]]

    def order(self, server: Server, seconds: float) -> Order:
        asked = self.asked[server]
        return Order(
            host=asked.running.host,
            port=asked.running.port,
            requests=[each.decode() for each in asked.requests],
            lengths=self.lengths[server],
            connections=CONNECTIONS,
            seconds=seconds,
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of CPU until now: of each server, of PostgreSQL, of the product's worker."""

    at: float
    """When it was looked, by a clock that only tells differences."""
    servers: Mapping[Server, float]
    postgres: float
    worker: float
    everything: float
    """Of all processes of the machine that we see."""


class Bench:
    """The load process, and what it is let loose on."""

    def __init__(self, everybody: Sequence[Running], data_dir: Path) -> None:
        self._everybody = everybody
        self._data_dir = data_dir
        self._load: subprocess.Popen[bytes]

    def __enter__(self) -> Self:
        self._load = subprocess.Popen(
            [sys.executable, "-m", "bench.peers.load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Without standard input it ends; after a Ctrl-C it has ended already.
        self._load.kill()
        self._load.communicate()

    def warm_up(self, task: Task) -> None:
        for server in task.asked:
            self._run(task.order(server, NODE_WARM_UP if server.is_node else OTHER_WARM_UP))

    def round(self, task: Task, number: int, seconds: float, tell: Callable[[Cell], None]) -> None:
        """Measure everybody once, one after the other."""
        for server in rotation(list(task.asked), number):
            before = self.spent()
            seen = self._run(task.order(server, seconds))
            after = self.spent()
            calls = max(seen["calls"], 1)
            measured = (after.servers[server] + after.postgres) - (before.servers[server] + before.postgres)
            others = after.everything - before.everything - measured - seen["cpu_seconds"]
            tell(
                Cell(
                    server=server,
                    operation=task.operation,
                    round=number,
                    calls=seen["calls"],
                    per_second=seen["calls"] / seen["seconds"],
                    p50_ms=seen["latency"]["p50"],
                    p99_ms=seen["latency"]["p99"],
                    server_cpu_ms=(after.servers[server] - before.servers[server]) * 1000 / calls,
                    postgres_cpu_ms=(after.postgres - before.postgres) * 1000 / calls,
                    load_share=seen["cpu_seconds"] / seen["seconds"],
                    others_share=max(others, 0.0) / (after.at - before.at),
                    failures=seen["failures"],
                )
            )

    def idle(self) -> dict[str, float]:
        """Return what PostgreSQL and the worker take of one core while nobody asks anything."""
        before = self.spent()
        time.sleep(IDLE_SECONDS)
        after = self.spent()
        return {
            "postgres": (after.postgres - before.postgres) / IDLE_SECONDS,
            "worker": (after.worker - before.worker) / IDLE_SECONDS,
        }

    def spent(self) -> Spent:
        processes = Snapshot()
        used = processes.of(self._data_dir)
        servers = {each.server: sum(processes.tree(pid) for pid in each.pids) for each in self._everybody}
        return Spent(time.monotonic(), servers, used.postgres, used.worker, processes.everything)

    def _run(self, order: Order) -> dict[str, Any]:
        assert self._load.stdin
        assert self._load.stdout
        try:
            self._load.stdin.write(orjson.dumps(order) + b"\n")
            self._load.stdin.flush()
            line = self._load.stdout.readline()
        except BrokenPipeError:
            line = b""
        if not line:
            raise LoadError("The load process ended in the middle of the work.")
        seen: dict[str, Any] = orjson.loads(line)
        return seen
