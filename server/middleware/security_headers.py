"""What browsers are told about every answer, unless the answer says something stricter for itself."""

from collections.abc import Collection

RawHeaders = list[tuple[bytes, bytes]]

DEFAULTS: RawHeaders = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    # Not `no-referrer`: under it browsers send forms with `Origin: null`, which looks cross-site.
    (b"referrer-policy", b"same-origin"),
    # Answers are data. A page of ours brings its own policy.
    (
        b"content-security-policy",
        b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
]
HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
SECURE_DEFAULTS = [*DEFAULTS, HSTS]
"""HSTS only where the caller came by https: a developer's machine has none."""
NAMES = frozenset(name for name, _ in SECURE_DEFAULTS)


def missing_in(names: Collection[bytes], scheme: str) -> RawHeaders:
    """Return what an answer with headers of these names does not say yet."""
    defaults = SECURE_DEFAULTS if scheme == "https" else DEFAULTS
    if NAMES.isdisjoint(names):
        return defaults
    return [header for header in defaults if header[0] not in names]
