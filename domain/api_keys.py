"""API keys: how one is written, recognised, compared without storing it, and how long it holds.

il_live_k7wq2m5xz3ah_0f3v…43 characters…Qw
|  |    |            └ secret: 256 random bits, base64url; shown once, never stored
|  |    └ prefix: 60 random bits, base32; public, the row is found by it
|  └ environment: test or live
└ ours (secret scanners look for it)
"""

import re
from base64 import b32encode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac_digest

from domain.environments import Environment

PREFIX_LENGTH = 12
SECRET_BYTES = 32
MINT_BYTES = 8 + SECRET_BYTES
"""Random bytes one key is made of: 8 give at least PREFIX_LENGTH base32 characters."""

FORM = re.compile(r"il_(test|live)_([a-z2-7]{12})_([A-Za-z0-9_-]{43})", re.ASCII)

ABSENT_HASH = bytes(32)
"""Compared when no key has the prefix, so that an unknown prefix costs what a wrong secret costs."""


@dataclass(frozen=True, slots=True)
class ApiKeyText:
    """A text in the form of a key. It says nothing about whether such a key exists."""

    environment: Environment
    prefix: str
    text: str = field(repr=False)
    """The whole key with its secret: for `key_hash` and for the one time it is shown."""


def mint(environment: Environment, random_bytes: bytes) -> ApiKeyText:
    """Make a key out of MINT_BYTES random bytes (`secrets.token_bytes(MINT_BYTES)`)."""
    if len(random_bytes) != MINT_BYTES:
        raise ValueError(f"A key is made of {MINT_BYTES} random bytes, not {len(random_bytes)}.")
    prefix = b32encode(random_bytes[:8]).decode().lower()[:PREFIX_LENGTH]
    secret = urlsafe_b64encode(random_bytes[8:]).decode().rstrip("=")
    return ApiKeyText(environment, prefix, f"il_{environment.value.lower()}_{prefix}_{secret}")


def parse(text: str) -> ApiKeyText | None:
    """Return the parts of a key, or None for anything that is not exactly of its form."""
    match = FORM.fullmatch(text)
    if match is None:
        return None
    return ApiKeyText(Environment(match[1].upper()), match[2], text)


def key_hash(secret_pepper: bytes, key: str) -> bytes:
    """Return what is stored of a key: 32 bytes, HMAC-SHA-256 of the whole text under the pepper.

    A fast hash is enough, because a key has 256 random bits: there is nothing to guess.
    The whole text is hashed, so a key never holds with another prefix or environment.
    """
    return hmac_digest(secret_pepper, key.encode(), sha256)


def is_key(secret_pepper: bytes, key: str, stored_hash: bytes | None) -> bool:
    """Tell in constant time whether `key` is the one stored; None (no such row) costs the same."""
    computed = key_hash(secret_pepper, key)
    known = stored_hash if stored_hash is not None else ABSENT_HASH
    return compare_digest(computed, known) and stored_hash is not None


def holds_until(*, expires_at: datetime | None, revoked_at: datetime | None) -> datetime | None:
    """Return the moment from which the key holds no more; None for never.

    Rotation with overlap gives the old key a `revoked_at` in the future: both keys hold until then.
    """
    ends = [moment for moment in (expires_at, revoked_at) if moment is not None]
    return min(ends, default=None)


def is_usable(*, expires_at: datetime | None, revoked_at: datetime | None, now: datetime) -> bool:
    """Tell whether the key holds at `now`; at the very moment it ends it does not."""
    end = holds_until(expires_at=expires_at, revoked_at=revoked_at)
    return end is None or now < end
