"""Same key, same request: the first answer. Same key, another request: refused."""

import hashlib
import json
from dataclasses import dataclass

from domain.errors import InvalidInput, Refused

MAX_KEY_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Idempotency:
    """One write's key, as its caller named it, with the hash of what it asks for."""

    actor: str
    key: str
    request_hash: bytes


def idempotency(actor: str, key: str | None, act: str, **request: object) -> Idempotency | None:
    """Bind a caller's key to its request; None when no key was sent. Refuses: InvalidInput."""
    if key is None:
        return None
    if not 1 <= len(key) <= MAX_KEY_LENGTH or not key.isprintable():
        raise Refused(
            InvalidInput("idempotency_key", f"must have 1 to {MAX_KEY_LENGTH} printable characters")
        )
    canonical = json.dumps([act, request], sort_keys=True, default=str, separators=(",", ":"))
    return Idempotency(actor, key, hashlib.sha256(canonical.encode()).digest())
