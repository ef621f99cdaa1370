"""Calls of resellers as the request log keeps them: what was called and how it ended, nothing of what was said."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.environments import Environment

DONE = "OK"
"""The status of a call that was answered as asked."""
FAULTS = frozenset({"INTERNAL", "TIMEOUT", "UNAVAILABLE", "SERVICE_UNAVAILABLE", "GATEWAY_ERROR"})
"""Codes of answers that failed on our side. A refusal ("sold out") is an answer, no failure."""
LONGEST_STATUS = 48
LONGEST_OPERATION = 100
KEY_HASH_BYTES = 16


class Door(StrEnum):
    """Which way a call came in."""

    GRAPHQL = "GRAPHQL"
    REST = "REST"
    WS = "WS"
    SSE = "SSE"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a reseller. `status` is OK, or the code (or HTTP status) it was answered with."""

    id: UUID
    at: dt.datetime
    partner_id: UUID
    api_key_id: UUID | None
    environment: Environment
    operation: str
    door: Door
    status: str
    duration_ms: int | None
    """None for a subscription, which lasts as long as its caller likes."""
    request_id: str
    object_id: UUID | None = None
    """What it made or was about: of a sale, its reservation."""
    key_hash: bytes | None = None
    """Tells calls of one idempotency key, without the key."""


def hash_of_key(idempotency_key: str) -> bytes:
    """Return what is kept of a key."""
    return hashlib.sha256(idempotency_key.encode()).digest()[:KEY_HASH_BYTES]


def status_of(codes: Sequence[str]) -> str:
    """Return the one status of a call out of all its codes: a failure of ours before a refusal."""
    faults = [code for code in codes if is_fault(code)]
    return (faults or list(codes) or [DONE])[0][:LONGEST_STATUS]


def is_fault(status: str) -> bool:
    """Tell whether a call failed on our side: what the error rate counts."""
    return status in FAULTS or (len(status) == 3 and status.isdigit() and status.startswith("5"))
