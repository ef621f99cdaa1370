"""Links to files that hold for a while: whoever has one may send, or fetch, one file, and nothing else.

A link's token is what it allows and until when, in JSON, and the HMAC-SHA-256 of that under a key of the deployment.
"""

import binascii
import datetime as dt
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from typing import ClassVar, TypeVar
from urllib.parse import quote

from domain.errors import Refusal, Refused

MAC_BYTES = 32
LONGEST_TOKEN = 4_000


@dataclass(frozen=True, slots=True)
class LinkEnded(Refusal):
    """The link was not made by us, or does not hold any more."""

    code: ClassVar[str] = "LINK_ENDED"
    hint: ClassVar[str | None] = (
        "Ask for a new link: prepareUpload for sending; for fetching, the upload's url, the document's downloadUrl, or "
        "the introduction's calendarUrl."
    )

    @property
    def message(self) -> str:
        return "This link does not hold, or holds no more."


@dataclass(frozen=True, slots=True)
class MaySend:
    """One file may be sent to a place, up to a size."""

    key: str
    max_bytes: int
    media_type: str


@dataclass(frozen=True, slots=True)
class MayFetch:
    """The file of a place may be fetched, under a name and as a type."""

    key: str
    file_name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class MaySeeDemo:
    """The demo of an introduction may be fetched as a calendar file; its id in hexadecimal digits."""

    introduction: str


Allowed = TypeVar("Allowed", MaySend, MayFetch, MaySeeDemo)


def token_of(secret: bytes, allowed: MaySend | MayFetch | MaySeeDemo, *, until: dt.datetime) -> str:
    """Return the token of a link; the same one for the same words."""
    told = [type(allowed).__name__, int(until.timestamp()), asdict(allowed)]
    said = json.dumps(told, separators=(",", ":")).encode()
    return urlsafe_b64encode(_mac(secret, said) + said).decode().rstrip("=")


def allowed_by(secret: bytes, kind: type[Allowed], token: str, *, now: dt.datetime) -> Allowed:
    """Return what a token allows. Refuses: LinkEnded."""
    try:
        whole = urlsafe_b64decode(token[:LONGEST_TOKEN] + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        raise Refused(LinkEnded()) from None
    mac, said = whole[:MAC_BYTES], whole[MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(secret, said)):
        raise Refused(LinkEnded())
    name, until, allowed = json.loads(said)
    if name != kind.__name__ or now.timestamp() >= until:
        raise Refused(LinkEnded())
    return kind(**allowed)


def attachment(file_name: str) -> str:
    """Return the Content-Disposition under which browsers keep a file and never show it (RFC 6266 §4)."""
    plain = "".join(each if each.isascii() and each not in '"\\%' else "_" for each in file_name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def _mac(secret: bytes, said: bytes) -> bytes:
    return hmac.digest(secret, said, hashlib.sha256)
