"""What an operation is answered with, on every door alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import orjson

from executor.written import write

Presented = dict[str, object]
"""One error as it goes on the wire: message, extensions.code, and where it was."""

MAX_ERRORS = 20
"""More errors than anybody reads; each answer has at most so many."""


class StatusKind(StrEnum):
    """What became of a request; each door has its own word for it (a status, a close code, an event)."""

    EXECUTED = "EXECUTED"
    """It ran; there is `data`, perhaps with errors."""
    BAD_DOCUMENT = "BAD_DOCUMENT"
    """The document, its variables or its size is wrong. Nothing ran."""
    BAD_REQUEST = "BAD_REQUEST"
    """The request is not a GraphQL request."""
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    """Good operation, wrong door."""
    RATE_LIMITED = "RATE_LIMITED"
    UNAVAILABLE = "UNAVAILABLE"
    """Something we depend on does not answer."""
    FAULT = "FAULT"


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one operation, or of one event of a subscription."""

    data: Mapping[str, object] | None = None
    """What goes out as JSON; parts of it may be JSON already (`parsed`)."""
    errors: Sequence[Presented] = ()
    extensions: Mapping[str, object] = field(default_factory=dict)
    status_kind: StatusKind = StatusKind.EXECUTED
    retry_after_seconds: int | None = None
    sequence: int | None = None
    """Of a subscription's event, where its value has one: resume after it."""

    def payload(self) -> dict[str, object]:
        """Return the response map; `data` is there exactly when something ran."""
        payload: dict[str, object] = {}
        if self.errors:
            payload["errors"] = list(self.errors)
        if self.status_kind is StatusKind.EXECUTED:
            payload["data"] = self.data
        if self.extensions:
            payload["extensions"] = self.extensions
        return payload

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of the errors, each once."""
        return tuple(dict.fromkeys(code_of(error) for error in self.errors)) if self.errors else ()


def code_of(error: Presented) -> str:
    extensions = error["extensions"]
    assert isinstance(extensions, dict)
    return str(extensions["code"])


def encode(value: object) -> bytes:
    """Return the JSON of an answer. Raises TypeError for what has none, which is a fault of a resolver."""
    return write(value)


def parsed(data: Mapping[str, object]) -> dict[str, Any]:
    """Return an answer's data for whoever looks into it: parts of it may be JSON already."""
    plain: dict[str, Any] = orjson.loads(write(data))
    return plain
