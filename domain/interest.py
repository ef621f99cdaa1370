"""Views and clicks: what a caller may claim to have seen, and how each is counted once.

A hit comes with a token that says what was shown to whom. Whoever reports a view or click hands the token back:
nobody can report what was not shown, and a token counts once as a view and once as a click.
"""

import datetime as dt
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.environments import Environment

TOKEN_LASTS = dt.timedelta(hours=24)
KEPT = dt.timedelta(hours=48)
"""How long a counted token is known; longer than it can be handed back."""
SAMPLED_OUT_OF = 100
MOST_AT_ONCE = 100
NO_SPONSORSHIP = UUID(int=0)
NOBODY = "0" * 16
"""Stands for a viewer who is not known."""
LETTERS = {Environment.LIVE: b"L", Environment.TEST: b"T"}
ENVIRONMENTS = {letter: environment for environment, letter in LETTERS.items()}
LENGTH = 1 + 16 + 16 + 8 + 16 + 8
MAC = 16


class InterestKind(StrEnum):
    """VIEW: it was shown in a list. CLICK: it was opened from there."""

    VIEW = "VIEW"
    CLICK = "CLICK"


@dataclass(frozen=True, slots=True)
class Shown:
    """One hit that was shown: which package, paid by which sponsorship, to whom, when, in which answer."""

    environment: Environment
    package_id: UUID
    sponsorship_id: UUID | None
    visitor: str
    """16 hexadecimal digits."""
    answer: str
    """32 hexadecimal digits: what tells this showing from any other."""
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Interest:
    """A view or click of something shown."""

    kind: InterestKind
    shown: Shown
    at: dt.datetime

    @property
    def key(self) -> str:
        """What tells it from any other: the same for every report of it."""
        shown = self.shown
        said = f"{self.kind}:{shown.answer}:{shown.package_id.hex}:{shown.sponsorship_id}"
        return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()

    @property
    def is_sampled(self) -> bool:
        """Tell whether it is kept as it was. The key decides, so every worker decides alike."""
        return int(self.key[:8], 16) % SAMPLED_OUT_OF == 0


def visitor_of(name: str, *, key: bytes) -> str:
    """Return what stands for a viewer where its name is not to be kept."""
    return hashlib.blake2b(name.encode(), key=key[:64], digest_size=8).hexdigest()


def answer_of(request_id: str) -> str:
    """Return what tells one answer from any other."""
    return hashlib.blake2b(request_id.encode(), digest_size=16).hexdigest()


def token_of(shown: Shown, *, key: bytes) -> str:
    """Return the signed text that says what was shown."""
    said = b"".join(
        (
            LETTERS[shown.environment],
            shown.package_id.bytes,
            (shown.sponsorship_id or NO_SPONSORSHIP).bytes,
            bytes.fromhex(shown.visitor),
            bytes.fromhex(shown.answer),
            int(shown.at.timestamp()).to_bytes(8, "big"),
        )
    )
    return urlsafe_b64encode(said + _seal(said, key)).decode().rstrip("=")


def shown_by(token: str, *, key: bytes, now: dt.datetime) -> Shown | None:
    """Return what a token of ours says; None for one that is not ours, or too old."""
    if not token.isascii():
        return None
    try:
        whole = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    said, seal = whole[:LENGTH], whole[LENGTH:]
    if len(said) != LENGTH or not hmac.compare_digest(seal, _seal(said, key)):
        return None
    at = dt.datetime.fromtimestamp(int.from_bytes(said[57:65], "big"), dt.UTC)
    if not at <= now + dt.timedelta(seconds=1) or now - at > TOKEN_LASTS:
        return None
    sponsorship_id = UUID(bytes=said[17:33])
    return Shown(
        environment=ENVIRONMENTS[said[:1]],
        package_id=UUID(bytes=said[1:17]),
        sponsorship_id=None if sponsorship_id == NO_SPONSORSHIP else sponsorship_id,
        visitor=said[33:41].hex(),
        answer=said[41:57].hex(),
        at=at,
    )


def _seal(said: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"interest:" + said, hashlib.sha256)[:MAC]
