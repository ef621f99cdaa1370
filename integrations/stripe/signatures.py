"""Whether Stripe sent a webhook, and what it tells (docs.stripe.com/webhooks/signature, 2026-11)."""

import datetime as dt
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

import orjson

from domain.payments import ProviderEvent

TOLERANCE = dt.timedelta(seconds=300)
SCHEME = "v1"
THIN = "v2.core.event"
"""Events of /v2 name an object, and do not show it."""


def is_signed(body: bytes, signature: str, secrets: Sequence[str], *, now: dt.datetime) -> bool:
    """Tell whether one of the secrets signed these very bytes within TOLERANCE.

    While a secret is rotated, Stripe signs with both, and we know both: one match is enough.
    """
    timestamp, signatures = "", list[bytes]()
    for part in signature.split(","):
        name, _, value = part.strip().partition("=")
        if name == "t":
            timestamp = value
        elif name == SCHEME:
            signatures.append(value.encode("ascii", "replace"))
    if not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 12:
        return False
    age = now - dt.datetime.fromtimestamp(int(timestamp), dt.UTC)
    if abs(age) > TOLERANCE:
        return False
    signed = timestamp.encode() + b"." + body
    expected = [hmac.digest(each.encode(), signed, hashlib.sha256).hex().encode() for each in secrets]
    return any(hmac.compare_digest(one, other) for one in expected for other in signatures)


def event_of(body: bytes) -> ProviderEvent | None:
    """Read an event, with its object (/v1) or only its name (/v2); None for what is no event."""
    try:
        said = orjson.loads(body)
        return _thin(said) if said.get("object") == THIN else _whole(said)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None


def _whole(said: dict[str, Any]) -> ProviderEvent:
    about = said["data"]["object"]
    return ProviderEvent(
        id=str(said["id"]),
        type=str(said["type"]),
        # The balance has no id of its own.
        object_id=str(about.get("id") or about["object"]),
        created_at=dt.datetime.fromtimestamp(said["created"], dt.UTC),
        account_id=said.get("account"),
        is_live=bool(said["livemode"]),
        data=about,
    )


def _thin(said: dict[str, Any]) -> ProviderEvent:
    about = said.get("related_object") or {}
    return ProviderEvent(
        id=str(said["id"]),
        type=str(said["type"]),
        object_id=str(about.get("id") or said["id"]),
        created_at=dt.datetime.fromisoformat(said["created"]),
        account_id=said.get("context"),
        is_live=bool(said["livemode"]),
        data={},
    )
