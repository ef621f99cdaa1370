"""Webhooks: whom we may call, how a call is signed, when it is tried again and when we give up.

Signatures and headers are those of Standard Webhooks 1.0 (standardwebhooks.com, 2024-11).
"""

import datetime as dt
import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from domain.errors import InvalidInput, Refusal, Refused
from domain.events import EventType
from domain.jobs import spread


class EndpointStatus(StrEnum):
    """Only an ENABLED endpoint is told anything, and only once it was verified."""

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"


class DisabledBecause(StrEnum):
    """BY_OWNER: somebody asked for it. GONE: it answered 410. FAILING: it failed for days. UNVERIFIED: it never
    answered its challenge.
    """

    BY_OWNER = "BY_OWNER"
    GONE = "GONE"
    FAILING = "FAILING"
    UNVERIFIED = "UNVERIFIED"


class DeliveryStatus(StrEnum):
    """PENDING until the endpoint took it; DEAD when nobody tries any more."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"


SUBSCRIBABLE = frozenset(EventType) - {
    EventType.AVAILABILITY_CHANGED,
    EventType.IMPORT_PROGRESSED,
    EventType.CERTIFICATION_PROGRESSED,
    EventType.WEBHOOK_TEST,
}
"""What an endpoint may ask for. Availability and progress change many times a second: sockets carry that."""

MAX_ENDPOINTS = 20
"""Enabled endpoints of one partner in one environment."""

SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with
SECRET_BYTES = 32
MAX_OVERLAP_HOURS = 7 * 24

ATTEMPT_PAUSES = (
    dt.timedelta(seconds=5),
    dt.timedelta(seconds=30),
    dt.timedelta(minutes=2),
    dt.timedelta(minutes=10),
    dt.timedelta(hours=1),
    dt.timedelta(hours=3),
    dt.timedelta(hours=6),
    *[dt.timedelta(hours=12)] * 4,
)
"""How long a delivery rests after its first, second, … failed attempt; then it is dead."""
MAX_ATTEMPTS = len(ATTEMPT_PAUSES) + 1

LEASE = dt.timedelta(seconds=60)
"""How long an attempt belongs to the worker that took it; longer than any call can last."""

CIRCUIT_THRESHOLD = 5
CIRCUIT_PAUSES = (
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=15),
    dt.timedelta(hours=1),
)
"""How long a failing endpoint is left alone before one more probe; the last pause repeats."""
PATIENCE = dt.timedelta(days=3)
"""How long an endpoint may fail without one success before it is disabled."""
IN_FLIGHT = 10
"""Calls to one endpoint at the same time; one while it is being probed."""


@dataclass(frozen=True, slots=True)
class WebhookEndpointLimit(Refusal):
    """The partner has as many enabled endpoints as it may have."""

    code: ClassVar[str] = "WEBHOOK_ENDPOINT_LIMIT"
    hint: ClassVar[str | None] = "Disable an endpoint that is not used any more."
    max: int

    @property
    def message(self) -> str:
        return f"A partner may have {self.max} enabled webhook endpoints in an environment."


@dataclass(frozen=True, slots=True)
class WebhookEndpointDisabled(Refusal):
    """The endpoint is disabled, so nothing is sent to it."""

    code: ClassVar[str] = "WEBHOOK_ENDPOINT_DISABLED"
    hint: ClassVar[str | None] = "Enable it with updateWebhookEndpoint first."
    endpoint_id: str

    @property
    def message(self) -> str:
        return f"The webhook endpoint {self.endpoint_id} is disabled."


@dataclass(frozen=True, slots=True)
class Message:
    """One call of an endpoint, ready to be sent."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one call: the status, or why there was none."""

    status: int | None
    error: str | None = None
    body: bytes = field(default=b"", repr=False, compare=False)
    """How the answer begins; looked at for a challenge only, and never kept."""

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == 410

    @property
    def text(self) -> str:
        """Say what went wrong, in a few words that hold nothing of the answer itself."""
        return self.error or f"HTTP {self.status}"


@dataclass(frozen=True, slots=True)
class Circuit:
    """How an endpoint has been doing: failures in a row, since when, and until when it is left alone."""

    failures: int = 0
    failing_since: dt.datetime | None = None
    open_until: dt.datetime | None = None

    def after_failure(self, now: dt.datetime, *, chance: float) -> "Circuit":
        """Return it with one failure more; from CIRCUIT_THRESHOLD on it opens, for longer each time."""
        failures = self.failures + 1
        beyond = failures - CIRCUIT_THRESHOLD
        open_until = None
        if beyond >= 0:
            open_until = now + spread(CIRCUIT_PAUSES[min(beyond, len(CIRCUIT_PAUSES) - 1)], chance=chance)
        return Circuit(failures, self.failing_since or now, open_until)

    def is_hopeless(self, now: dt.datetime) -> bool:
        """Tell whether it failed for so long that it is to be disabled."""
        return (
            self.failures >= CIRCUIT_THRESHOLD
            and self.failing_since is not None
            and now - self.failing_since >= PATIENCE
        )


def next_attempt_at(attempts: int, now: dt.datetime, *, chance: float) -> dt.datetime | None:
    """Return when a delivery is tried again after `attempts` failed ones; None when it is dead."""
    if attempts > len(ATTEMPT_PAUSES):
        return None
    return now + spread(ATTEMPT_PAUSES[attempts - 1], chance=chance)


def check_event_types(types: Sequence[EventType]) -> list[str]:
    """Return the names, once each, sorted. Refuses: InvalidInput."""
    if not types or set(types) - SUBSCRIBABLE:
        raise Refused(InvalidInput("event_types", f"must be some of {', '.join(sorted(SUBSCRIBABLE))}"))
    return sorted({each.value for each in types})


def secret_text(secret: bytes) -> str:
    """Return the secret as its owner keeps it: `whsec_<base64>`."""
    return SECRET_PREFIX + b64encode(secret).decode()


def secret_bytes(text: str) -> bytes:
    """Return what signs, out of `whsec_<base64>`."""
    return b64decode(text.removeprefix(SECRET_PREFIX), validate=True)


def body_of(event_type: str, at: dt.datetime, payload: Mapping[str, Any]) -> bytes:
    """Write what an endpoint is told; the same bytes for every attempt."""
    timestamp = at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told = {"type": event_type, "timestamp": timestamp, "data": payload}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def signed_headers(
    message_id: str, body: bytes, *, secrets: Sequence[bytes], now: dt.datetime
) -> dict[str, str]:
    """Return the headers of one attempt, with a signature for each secret that holds (newest first).

    `webhook-id` stays the same over all attempts: receivers know a repetition by it.
    """
    timestamp = str(int(now.timestamp()))
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    signatures = (b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode() for secret in secrets)
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
