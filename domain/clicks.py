"""Clicks on affiliate links: who is counted, what is remembered of one, and how it is known again at the sale.

A click is known by a token and not by a row: it holds at once, wherever it was clicked, and says nothing of the person.
"""

import datetime as dt
import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

MAC_BYTES = 16
TIME_BYTES = 5
LONGEST_TOKEN = 100
PARAMETER = "click"
COOKIE = "interline_click"

BOTS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|facebookexternalhit|whatsapp|embedly|monitor|headless|lighthouse"
    r"|curl|wget|python|okhttp|java/|go-http|libwww|httpclient|axios|node-fetch|scrapy|phantom",
    re.IGNORECASE,
)
"""Words in the names of programs that are no people (of the lists of IAB and monperrus/crawler-user-agents, 2026-11)."""
AHEAD = frozenset({"prefetch", "prerender", "preview"})
"""A page is fetched that nobody has asked to see yet (https://wicg.github.io/nav-speculation/prefetch.html)."""


@dataclass(frozen=True, slots=True)
class Click:
    """One person's click on a link on one day; the hash says nothing of whose it was once the day is over."""

    link_id: UUID
    at: dt.datetime
    visitor_hash: bytes


def key_of(pepper: bytes) -> bytes:
    """Derive the key under clicks, which is under nothing else."""
    return hmac.digest(pepper, b"affiliate clicks", hashlib.sha256)


def is_person(method: str, headers: Mapping[str, str]) -> bool:
    """Tell whether a request is somebody's click: no program, nothing fetched ahead, no HEAD."""
    agent = headers.get("user-agent", "")
    purposes = {
        word.strip().lower()
        for name in ("sec-purpose", "purpose", "x-purpose", "x-moz")
        for word in headers.get(name, "").replace(",", ";").split(";")
    }
    return method == "GET" and bool(agent) and not BOTS.search(agent) and purposes.isdisjoint(AHEAD)


def visitor_hash(key: bytes, *, address: str, agent: str, at: dt.datetime) -> bytes:
    """Return what is kept of a visitor for a day."""
    said = "\n".join((address, agent, at.astimezone(dt.UTC).date().isoformat()))
    return hmac.digest(key, b"visitor\n" + said.encode("utf-8", "replace"), hashlib.sha256)[:16]


def token_of(key: bytes, link_id: UUID, at: dt.datetime) -> str:
    """Return what a click is known by."""
    said = link_id.bytes + int(at.timestamp()).to_bytes(TIME_BYTES, "big")
    return urlsafe_b64encode(said + _mac(key, said)).decode().rstrip("=")


def click_of(key: bytes, token: str) -> tuple[UUID, dt.datetime] | None:
    """Return the link a token is of and when it was clicked; None for anything we did not make."""
    try:
        whole = urlsafe_b64decode(token[:LONGEST_TOKEN].encode("ascii") + b"=" * (-len(token) % 4))
    except ValueError:
        return None
    said, mac = whole[:-MAC_BYTES], whole[-MAC_BYTES:]
    if len(said) != 16 + TIME_BYTES or not hmac.compare_digest(mac, _mac(key, said)):
        return None
    return UUID(bytes=said[:16]), dt.datetime.fromtimestamp(int.from_bytes(said[16:], "big"), dt.UTC)


def target_url(base: str, path: str, token: str | None) -> str:
    """Return where a click leads: the page of ours, with the token for the shop to hand back."""
    scheme, host, at, query, fragment = urlsplit(path)
    given = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != PARAMETER]
    if token:
        given.append((PARAMETER, token))
    return base.rstrip("/") + urlunsplit((scheme, host, at, urlencode(given), fragment))


def _mac(key: bytes, said: bytes) -> bytes:
    return hmac.digest(key, b"click\n" + said, hashlib.sha256)[:MAC_BYTES]
