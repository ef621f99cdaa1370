"""What the doors tell of every call, passed on to the metrics and the request log."""

import datetime as dt
from collections.abc import Callable, Sequence

from domain.request_log import Door
from server.observability.metrics import Metrics
from server.observability.requests import Line, current_line
from server.request_log import RequestLog

NO_OPERATION = "none"
"""In the place of a name where a call was turned away before there was an operation."""
DOORS = frozenset(Door)


class Calls:
    """Hears of every operation (`observe`, for the engine) and of every request (`ended`, for RequestLines)."""

    def __init__(self, metrics: Metrics, request_log: RequestLog, clock: Callable[[], dt.datetime]) -> None:
        self._metrics = metrics
        self._request_log = request_log
        self._clock = clock

    def observe(self, operation_name: str, kind: str, seconds: float, codes: Sequence[str]) -> None:
        """Note one operation, run or turned away, of whoever the request that runs here is of."""
        self._metrics.observe(operation_name, kind, seconds, codes)
        line = current_line()
        if line is not None:
            line.calls += 1
            self._remember(line, operation_name, codes, seconds, lasts=kind == "subscription")

    def ended(self, line: Line, status: int, seconds: float) -> None:
        """Note one request. One that never became an operation is a call all the same."""
        self._metrics.count_call(line.door, status)
        if not line.calls and line.door != Door.WS:
            self._remember(line, None, [] if status < 400 else [str(status)], seconds)

    def _remember(
        self,
        line: Line,
        operation_name: str | None,
        codes: Sequence[str],
        seconds: float,
        *,
        lasts: bool = False,
    ) -> None:
        if line.viewer is None or line.door not in DOORS:
            return
        self._request_log.note(
            line.viewer,
            request_id=line.request_id or "",
            operation=self._metrics.operation_label(operation_name) if operation_name else NO_OPERATION,
            door=Door(line.door),
            codes=codes,
            seconds=None if lasts else seconds,
            at=self._clock() - dt.timedelta(seconds=seconds),
        )
