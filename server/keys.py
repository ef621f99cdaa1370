"""The keys of a deployment, each derived from its one secret: rotating that rotates all of them."""

import hashlib
import hmac
from dataclasses import dataclass, field

SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """One key a purpose, 32 bytes each; none tells anything about another."""

    pepper: bytes = field(repr=False)
    """Under API-key hashes."""
    qr: bytes = field(repr=False)
    """Under ticket codes; scanners that check offline hold it."""
    seal: bytes = field(repr=False)
    """Encrypts what must be read again: webhook secrets."""
    links: bytes = field(repr=False)
    """Under the links by which files are sent and fetched."""


def derive_keys(secret: str) -> Keys:
    """Derive the keys from the deployment's secret (HKDF-Expand, RFC 5869 §2.3, one block each)."""
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"INTERLINE_SECRET must have at least {SHORTEST_SECRET} characters.")
    root = hashlib.sha256(secret.encode()).digest()
    purposes = (b"pepper", b"qr", b"seal", b"links")
    return Keys(*(hmac.digest(root, purpose + b"\x01", "sha256") for purpose in purposes))
