"""Health of an integration: what a partner's calls and webhooks look like, and when somebody should hear of it."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

from domain.environments import Environment
from domain.request_log import DONE, is_fault

WINDOW = dt.timedelta(minutes=15)
"""What the watch looks at, every minute."""
WINDOW_HOURS = range(1, 24 * 7 + 1)
"""What may be asked for."""

MISTAKES = frozenset(
    {
        "BAD_REQUEST",
        "BAD_USER_INPUT",
        "CURRENCY_MISMATCH",
        "FORBIDDEN",
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
        "IDEMPOTENCY_CONFLICT",
        "INVALID_CUSTOMER",
        "INVALID_INPUT",
        "LIMIT_EXCEEDED",
        "METHOD_NOT_ALLOWED",
        "NOT_FOUND",
        "NOT_PRICED",
        "OPERATION_NOT_REGISTERED",
        "PAYLOAD_TOO_LARGE",
        "RATE_LIMITED",
        "UNAUTHENTICATED",
        "UNIT_LIMIT_EXCEEDED",
        "UNKNOWN_PARAMETER",
        "UNSUPPORTED_MEDIA_TYPE",
    }
)
"""Codes that a sound integration does not meet. "Sold out" and the like are business, no error."""


def is_error(status: str) -> bool:
    """Tell whether a call went wrong, on whichever side."""
    is_client_error = len(status) == 3 and status.isdigit() and status.startswith("4")
    return status in MISTAKES or is_client_error or is_fault(status)


class HealthSignal(StrEnum):
    """What can be wrong with an integration."""

    ERRORS = "ERRORS"
    SLOW = "SLOW"
    WEBHOOKS_FAILING = "WEBHOOKS_FAILING"
    STALE = "STALE"


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured since a moment. Latencies in milliseconds; None where nothing was timed, or never happened."""

    since: dt.datetime
    calls_by_status: Mapping[str, int]
    p50_ms: float | None
    p95_ms: float | None
    delivered: int
    failing: int
    """Deliveries that are dead, or wait after a failed attempt."""
    last_call_at: dt.datetime | None
    last_hold_at: dt.datetime | None
    is_paused: bool = False

    @property
    def calls(self) -> int:
        return sum(self.calls_by_status.values())

    @property
    def errors(self) -> int:
        return sum(calls for status, calls in self.calls_by_status.items() if is_error(status))

    @property
    def deliveries(self) -> int:
        return self.delivered + self.failing


@dataclass(frozen=True, slots=True)
class Threshold:
    """When a signal opens an alert, and when it closes it: below that, so that it does not flutter.

    Shares are of 1, times in milliseconds, staleness in hours. Nothing opens with fewer than `least` samples.
    """

    signal: HealthSignal
    environment: Environment
    opens_at: float
    closes_below: float
    least: int = 1


THRESHOLDS = (
    Threshold(HealthSignal.ERRORS, Environment.LIVE, opens_at=0.2, closes_below=0.1, least=20),
    Threshold(HealthSignal.SLOW, Environment.LIVE, opens_at=2_000, closes_below=1_500, least=20),
    Threshold(HealthSignal.STALE, Environment.LIVE, opens_at=24, closes_below=24),
    Threshold(HealthSignal.WEBHOOKS_FAILING, Environment.LIVE, opens_at=0.2, closes_below=0.1, least=5),
    Threshold(HealthSignal.WEBHOOKS_FAILING, Environment.TEST, opens_at=0.5, closes_below=0.1, least=5),
)
"""In TEST mistakes are what it is for: only webhooks that fail are told of."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An alert to be opened, with the value that did."""

    threshold: Threshold
    value: float


def measure(signal: HealthSignal, figures: Figures, now: dt.datetime) -> tuple[float | None, int]:
    """Return a signal's value and of how many samples it is; None where there is none."""
    match signal:
        case HealthSignal.ERRORS:
            return _share(figures.errors, figures.calls), figures.calls
        case HealthSignal.SLOW:
            return figures.p95_ms, figures.calls
        case HealthSignal.WEBHOOKS_FAILING:
            return _share(figures.failing, figures.deliveries), figures.deliveries
        case HealthSignal.STALE:
            if figures.last_call_at is None or figures.is_paused:
                return 0.0, 1
            return (now - figures.last_call_at) / dt.timedelta(hours=1), 1


def judge(
    figures: Figures, environment: Environment, now: dt.datetime, *, opened: Collection[HealthSignal]
) -> tuple[list[Verdict], list[HealthSignal]]:
    """Return the alerts to be opened and the signals whose alerts are over. What can not be measured stays."""
    to_open, to_close = [], []
    for threshold in THRESHOLDS:
        if threshold.environment is not environment:
            continue
        value, samples = measure(threshold.signal, figures, now)
        if value is None:
            continue
        if threshold.signal in opened:
            if value < threshold.closes_below:
                to_close.append(threshold.signal)
        elif value >= threshold.opens_at and samples >= threshold.least:
            to_open.append(Verdict(threshold, value))
    return to_open, to_close


def health_id(partner_id: UUID, environment: Environment) -> UUID:
    """Return the name under which changes of a partner's health are told."""
    return uuid5(partner_id, f"health:{environment}")


@dataclass(frozen=True, slots=True)
class ErrorCount:
    """How many calls were answered with an error's code."""

    code: str
    calls: int


@dataclass(frozen=True, slots=True)
class IntegrationHealth:
    """How a partner's integration is doing in one environment; `sequence` counts alerts opened and closed."""

    partner_id: UUID
    environment: Environment
    figures: Figures
    open_signals: tuple[HealthSignal, ...]
    sequence: int

    @property
    def since(self) -> dt.datetime:
        return self.figures.since

    @property
    def calls(self) -> int:
        return self.figures.calls

    @property
    def answered(self) -> int:
        return self.figures.calls_by_status.get(DONE, 0)

    @property
    def error_rate(self) -> float | None:
        return _share(self.figures.errors, self.figures.calls)

    @property
    def errors(self) -> list[ErrorCount]:
        """The errors by code, the most frequent first."""
        found = self.figures.calls_by_status.items()
        errors = [ErrorCount(code, calls) for code, calls in found if is_error(code)]
        return sorted(errors, key=lambda each: (-each.calls, each.code))

    @property
    def p50_ms(self) -> float | None:
        return self.figures.p50_ms

    @property
    def p95_ms(self) -> float | None:
        return self.figures.p95_ms

    @property
    def deliveries(self) -> int:
        return self.figures.deliveries

    @property
    def delivery_rate(self) -> float | None:
        return _share(self.figures.delivered, self.figures.deliveries)

    @property
    def last_call_at(self) -> dt.datetime | None:
        return self.figures.last_call_at

    @property
    def last_hold_at(self) -> dt.datetime | None:
        return self.figures.last_hold_at


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
