"""Figures that are added up here, and handed to prometheus-client now and then.

Where several processes share a folder, each addition of its own is written to a file, under a lock. For what is
counted with every call that is dear: it is enough to do it before somebody looks, which `Metrics` sees to. For one
thread, that of the event loop.
"""

from bisect import bisect_left
from typing import Any

from prometheus_client import Counter, Histogram


class TalliedCounter(Counter):
    """A counter whose additions wait until `hand_over`."""

    def _metric_init(self) -> None:
        super()._metric_init()
        self._waiting = 0.0

    def inc(self, amount: float = 1, exemplar: Any = None) -> None:
        del exemplar
        self._waiting += amount

    def hand_over(self) -> None:
        waiting, self._waiting = self._waiting, 0.0
        if waiting:
            super().inc(waiting)


class TalliedHistogram(Histogram):
    """A histogram whose observations wait until `hand_over`."""

    def _metric_init(self) -> None:
        super()._metric_init()
        self._waiting_sum = 0.0
        self._waiting = [0] * len(self._upper_bounds)

    def observe(self, amount: float, exemplar: Any = None) -> None:
        del exemplar
        self._waiting_sum += amount
        self._waiting[bisect_left(self._upper_bounds, amount)] += 1

    def hand_over(self) -> None:
        total, self._waiting_sum = self._waiting_sum, 0.0
        for place, waiting in enumerate(self._waiting):
            if waiting:
                self._waiting[place] = 0
                self._buckets[place].inc(waiting)
        if total:
            self._sum.inc(total)
