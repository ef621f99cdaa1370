"""The figures of a process for Prometheus. Every label has few values, whatever callers send.

Several processes on one machine share their figures through files: set PROMETHEUS_MULTIPROC_DIR to a
folder that is empty at the start, before Python starts (prometheus-client reads it when it is imported).
"""

import asyncio
import os
import platform
from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import TypeVar

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.values import MultiProcessValue
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from server.observability.tallies import TalliedCounter, TalliedHistogram

AD_HOC = "ad-hoc"
OTHER = "other"
KINDS = frozenset({"query", "mutation", "subscription"})
MAX_CODES = 200
"""Codes come from our own refusals; should one ever come from elsewhere, it can not flood the store."""
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

OPERATION_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10)
"""With 2 s among them, the promised response time (S4-079)."""
JOB_SECONDS = (0.01, 0.05, 0.1, 0.5, 1, 5, 15, 30, 60)
HAND_OVER_SECONDS = 1.0

T = TypeVar("T", TalliedCounter, TalliedHistogram)


if SHARED_FOLDER in os.environ:
    # Our processes do not fork, and asking each time who we are is a system call for every figure.
    values.ValueClass = MultiProcessValue(cache(os.getpid))  # type: ignore[no-untyped-call]
# A second series for each, of times that Prometheus does not look at.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """All figures of one process. One per process, and one per registry: names are unique there."""

    def __init__(
        self, *, version: str, operations: Collection[str], registry: CollectorRegistry = REGISTRY
    ) -> None:
        """`operations`: names of the registered ones; every other counts as "ad-hoc"."""
        self._registry = registry
        self._operations = frozenset(operations)
        self._codes: set[str] = set()
        self._tallies: list[TalliedCounter | TalliedHistogram] = []
        self._operation_seconds = TalliedHistogram(
            "interline_operation_seconds",
            "How long operations took; its count is the number of calls.",
            ("operation", "kind"),
            buckets=OPERATION_SECONDS,
            registry=registry,
        )
        self._operation_errors = self._counter(
            "interline_operation_errors", "Errors and refusals by code.", "operation", "code"
        )
        self._ways = TalliedCounter(
            "interline_executions",
            "Operations by how they were executed: compiled, or why not.",
            ("way",),
            registry=registry,
        )
        self._calls = TalliedCounter(
            "interline_calls", "Calls by door and HTTP status.", ("door", "status"), registry=registry
        )
        self._job_seconds = Histogram(
            "interline_job_seconds",
            "How long jobs took; its count is the number of runs.",
            ("job",),
            buckets=JOB_SECONDS,
            registry=registry,
        )
        self._job_failures = self._counter("interline_job_failures", "Runs that failed.", "job")
        self._dead_letters = self._counter("interline_dead_letters", "Jobs given up for good.", "job")
        self._dropped = self._counter(
            "interline_request_log_dropped", "Calls the request log lost for want of room."
        )
        self._connections = self._gauge(
            "interline_db_connections_in_use", "Database connections that work for somebody."
        )
        self._pool_size = self._gauge("interline_db_pool_size", "Database connections there may be.")
        self._sockets = self._gauge("interline_sockets_open", "WebSockets open.")
        self._subscriptions = self._gauge("interline_subscriptions_open", "Subscriptions running.")
        self._groups = self._gauge(
            "interline_subscription_groups_open", "Executions the subscriptions share: fewer than these."
        )
        self._deliveries = self._counter(
            "interline_subscription_deliveries", "Events told, to each subscriber one."
        )
        self._drift = Gauge(
            "interline_inventory_drift",
            "Allotments whose counters are not what their holds and sales add up to, at the last check.",
            multiprocess_mode="mostrecent",
            registry=registry,
        )
        self._mails_waiting = Gauge(
            "interline_mails_waiting",
            "Mails that are still to be sent, at the last look.",
            multiprocess_mode="mostrecent",
            registry=registry,
        )
        self._compared = Gauge(
            "interline_reconciliation_objects",
            "Payments, refunds, transfers, payouts and entries compared with the provider's, at the last run.",
            multiprocess_mode="mostrecent",
            registry=registry,
        )
        self._wrong = Gauge(
            "interline_reconciliation_errors",
            "Those of them that differ; their part should be below 0.002.",
            multiprocess_mode="mostrecent",
            registry=registry,
        )
        self._prices = Gauge(
            "interline_price_parity_prices",
            "Prices that were compared between the channels, at the last run.",
            multiprocess_mode="mostrecent",
            registry=registry,
        )
        self._different_prices = Gauge(
            "interline_price_parity_differences",
            "Those of them that differ; there should be none.",
            multiprocess_mode="mostrecent",
            registry=registry,
        )
        # What is counted for every call finds its series without the checks that `labels` repeats each time.
        self._timer = cache(self._tallied(self._operation_seconds))
        self._call = cache(self._tallied(self._calls))
        self._way = cache(self._tallied(self._ways))
        build = Gauge(
            "interline_build_info",
            "1; the labels say what runs.",
            ("version", "python"),
            multiprocess_mode="livemax",
            registry=registry,
        )
        build.labels(version, platform.python_version()).set(1)

    def operation_label(self, name: str | None) -> str:
        """Return the name of a registered operation, "ad-hoc" for every other: callers choose those names."""
        return name if name in self._operations and name is not None else AD_HOC

    def observe(self, operation_name: str | None, kind: str, seconds: float, codes: Sequence[str]) -> None:
        """Note one executed operation; `codes` are those of its errors and refusals."""
        operation = self.operation_label(operation_name)
        self._timer(operation, kind if kind in KINDS else OTHER).observe(seconds)
        for code in codes:
            self._operation_errors.labels(operation, self._code(code)).inc()

    def count_way(self, way: str) -> None:
        """Note how one operation was executed."""
        self._way(way).inc()

    def count_call(self, door: str, status: int) -> None:
        """Note one HTTP answer or socket by the door it came through."""
        self._call(door, str(status)).inc()

    def observe_job(self, name: str, seconds: float, outcome: str) -> None:
        """Note one run of a job; its outcome is "done", "retried" or "dead"."""
        self._job_seconds.labels(name).observe(seconds)
        if outcome != "done":
            self._job_failures.labels(name).inc()
        if outcome == "dead":
            self._dead_letters.labels(name).inc()

    def count_dropped_calls(self, calls: int) -> None:
        self._dropped.inc(calls)

    def connected(self, change: int) -> None:
        """Note WebSockets that opened, or closed (negative)."""
        self._sockets.inc(change)

    def subscribed(self, change: int) -> None:
        """Note subscriptions that began, or ended (negative)."""
        self._subscriptions.inc(change)

    def grouped(self, change: int) -> None:
        """Note executions shared by subscriptions that began, or ended (negative)."""
        self._groups.inc(change)

    def delivered(self, events: int) -> None:
        """Note events that were told, to each subscriber one."""
        self._deliveries.inc(events)

    def show_drift(self, allotments: int) -> None:
        self._drift.set(allotments)

    def show_mails_waiting(self, mails: int) -> None:
        self._mails_waiting.set(mails)

    def show_reconciliation(self, *, objects: int, wrong: int) -> None:
        self._compared.set(objects)
        self._wrong.set(wrong)

    def show_parity(self, *, prices: int, wrong: int) -> None:
        self._prices.set(prices)
        self._different_prices.set(wrong)

    def watch_pool(self, engine: AsyncEngine, *, size: int) -> None:
        """Count the connections in use of an engine from now on."""
        self._pool_size.inc(size)
        pool = engine.sync_engine.pool

        def taken(*_: object) -> None:
            self._connections.inc()

        def returned(*_: object) -> None:
            self._connections.dec()

        event.listen(pool, "checkout", taken)
        event.listen(pool, "checkin", returned)

    async def run(self, seconds: float = HAND_OVER_SECONDS) -> None:
        """Let the other processes see what was counted here, every so many seconds until cancelled."""
        while True:
            await asyncio.sleep(seconds)
            self.hand_over()

    def hand_over(self) -> None:
        """Put what was counted where it is read."""
        for each in self._tallies:
            each.hand_over()

    def render(self) -> bytes:
        """Return the figures as Prometheus reads them: of all processes where they share a folder."""
        self.hand_over()
        if SHARED_FOLDER not in os.environ:
            return generate_latest(self._registry)
        of_all = CollectorRegistry()
        MultiProcessCollector(of_all)  # type: ignore[no-untyped-call]
        return generate_latest(of_all)

    def leave(self) -> None:
        """Take back what only a living process has (connections, sockets), at its end."""
        self.hand_over()
        if SHARED_FOLDER in os.environ:
            mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]

    def _tallied(self, metric: T) -> Callable[..., T]:
        """Return the metric's `labels`; what it returns is handed over from then on."""

        def child(*labels: str) -> T:
            made = metric.labels(*labels)
            self._tallies.append(made)
            return made

        return child

    def _code(self, code: str) -> str:
        if code not in self._codes:
            if len(self._codes) >= MAX_CODES:
                return OTHER
            self._codes.add(code)
        return code

    def _counter(self, name: str, description: str, *labels: str) -> Counter:
        return Counter(name, description, labels, registry=self._registry)

    def _gauge(self, name: str, description: str) -> Gauge:
        return Gauge(name, description, multiprocess_mode="livesum", registry=self._registry)
