"""Whether all of them answer the same: nothing is measured of servers that do not.

Whoever serves our graph must answer the same `data`, and the handler by hand the same bytes. PostGraphile serves a
graph of its own: its values must be the same once both are written in one notation.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from bench.http1 import Reply
from bench.peers.asking import Asked, ask_all
from bench.peers.servers import Server
from domain.ids import parse_global_id
from domain.money import Money

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|\+00:00)")
CURSORS = frozenset({"cursor", "startCursor", "endCursor"})


class DisagreementError(Exception):
    """Two servers answered differently; the message says who, on what, and where first."""


async def agreed_lengths(operation: str, everybody: Sequence[Asked]) -> dict[Server, list[int]]:
    """Ask everybody everything, and return how long each answer is. The first is who they must agree with.

    Raises DisagreementError, RefusedError.
    """
    first, *others = everybody
    expected = await ask_all(first)
    lengths = {first.running.server: [len(reply.body) for reply in expected]}
    for other in others:
        server = other.running.server
        found = await ask_all(other)
        for number, (ours, theirs) in enumerate(zip(expected, found, strict=True)):
            problem = disagreement(server, ours, theirs)
            if problem:
                raise DisagreementError(f"{server.label} on {operation}, key {number}: {problem}")
        lengths[server] = [len(reply.body) for reply in found]
    return lengths


def disagreement(server: Server, ours: Reply, theirs: Reply) -> str | None:
    """Return in what an answer differs from ours, None where it does not."""
    if server is Server.LIMIT:
        # Our answer goes on with its extensions.
        is_same = ours.body.startswith(theirs.body.removesuffix(b"}"))
        return None if is_same else f"not the same bytes: {theirs.body[:200]!r} for {ours.body[:200]!r}"
    expected, found = (orjson.loads(reply.body)["data"] for reply in (ours, theirs))
    if server is Server.POSTGRAPHILE:
        expected, found = plain(expected), plain(found)
    return first_difference(expected, found)


def first_difference(expected: Any, found: Any, path: str = "data") -> str | None:
    """Return where two values differ first, and how; None where they are equal."""
    if isinstance(expected, dict) and isinstance(found, dict):
        if expected.keys() != found.keys():
            return f"{path} has {sorted(found)} for {sorted(expected)}"
        pairs = [(f"{path}.{name}", expected[name], found[name]) for name in expected]
    elif isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return f"{path} has {len(found)} rows for {len(expected)}"
        pairs = [
            (f"{path}[{number}]", *pair) for number, pair in enumerate(zip(expected, found, strict=True))
        ]
    else:
        return None if expected == found else f"{path} is {found!r} for {expected!r}"
    return next(filter(None, (first_difference(ours, theirs, where) for where, ours, theirs in pairs)), None)


def plain(value: Any) -> Any:
    """Return an answer of either graph in the notation of both: plain ids, amounts, instants, no cursors."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return _plain_object(value)
    if isinstance(value, str):
        return _plain_text(value)
    return value


def _plain_object(value: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: name if name in CURSORS and each else plain(each) for name, each in value.items()}
    if "totalMinor" in fields:
        money = Money(int(fields.pop("totalMinor")), fields["currency"])
        fields["total"] = {"amount": str(money.amount), "currency": money.currency}
    # Going forwards a server may say no without looking (Relay's specification), and PostGraphile does.
    fields.pop("hasPreviousPage", None)
    if "total" in fields:
        # Beside its money a row has its currency again, in PostGraphile's graph always.
        fields.pop("currency", None)
    return fields


def _plain_text(text: str) -> str:
    if INSTANT.fullmatch(text):
        return dt.datetime.fromisoformat(text).astimezone(dt.UTC).isoformat()
    public = parse_global_id(text)
    if public is not None:
        return str(public[1])
    try:
        return str(UUID(text)) if len(text) == 36 else text
    except ValueError:
        return text
