"""What the doors tell of every call, passed on to the metrics and the request log."""

import datetime as dt
from collections.abc import Callable, Sequence

from domain.request_log import Door
from resolvers import answered
from server.observability.metrics import Metrics
from server.observability.requests import Line, Outcome, current_line
from server.request_log import RequestLog

NO_OPERATION = "none"
"""In the place of a name where a call was turned away before there was an operation."""
DOORS = frozenset(Door)
ONE_ANSWER = frozenset({Door.GRAPHQL, Door.REST})
"""Doors at which a request is one call: remembered at its end, with its HTTP status and all of its time."""


class Calls:
    """Hears of every operation (`observe`, for the engine) and of every request (`ended`, for RequestLines)."""

    def __init__(self, metrics: Metrics, request_log: RequestLog, clock: Callable[[], dt.datetime]) -> None:
        self._metrics = metrics
        self._request_log = request_log
        self._clock = clock

    def observe(self, operation_name: str, kind: str, seconds: float, codes: Sequence[str]) -> None:
        """Note one operation, run or turned away, of whoever the request that runs here is of."""
        heard = answered.heard()
        codes = (*codes, *heard.codes)
        answered.listen()
        self._metrics.observe(operation_name, kind, seconds, codes)
        line = current_line()
        if line is None:
            return
        line.outcome = Outcome(operation_name, codes, kind == "subscription", heard)
        if line.door not in ONE_ANSWER:
            self._remember(line, operation_name, codes, seconds)

    def ended(self, line: Line, status: int, seconds: float) -> None:
        """Note one request. One that never became an operation is a call all the same."""
        self._metrics.count_call(line.door, status)
        failed = (str(status),) if status >= 400 else ()
        said = line.outcome
        if said is None and line.door != Door.WS:
            self._remember(line, line.operation, failed, seconds)
        elif said is not None and line.door in ONE_ANSWER:
            self._remember(line, said.operation, said.codes or failed, seconds)

    def _remember(self, line: Line, name: str | None, codes: Sequence[str], seconds: float) -> None:
        viewer = line.viewer
        if viewer is None or not self._request_log.keeps(viewer) or line.door not in DOORS:
            return
        lasts = line.outcome is not None and line.outcome.lasts
        self._request_log.note(
            viewer,
            request_id=line.request_id or "",
            operation=self._metrics.operation_label(name) if name else NO_OPERATION,
            door=Door(line.door),
            codes=codes,
            answered=line.outcome.answered if line.outcome else None,
            seconds=None if lasts else seconds,
            at=self._clock() - dt.timedelta(seconds=seconds),
        )
