"""What the operation that runs has answered: its refusals, the object it was about, the caller's idempotency key.

A refusal in a payload is data like any other: outside of it nothing tells that there was one. Figures and
the request log hear of it here. Tasks that the operation starts share what is noted.
"""

from contextvars import ContextVar
from typing import Any
from uuid import UUID

from domain.ids import parse_global_id


class Answered:
    """What is noted of one operation; of several mutations in it, the last one's object and key."""

    __slots__ = ("codes", "idempotency_key", "object_id")

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.object_id: UUID | None = None
        self.idempotency_key: str | None = None


NOTHING = Answered()
"""Of what never became an operation; nobody writes to it."""

_answered: ContextVar[Answered | None] = ContextVar("answered", default=None)


def listen() -> None:
    """Begin an operation: forget what the one before answered."""
    _answered.set(Answered())


def tell(code: str) -> None:
    """Say that a refusal is being answered as data."""
    answered = _answered.get()
    if answered is not None:
        answered.codes.append(code)


def made(row: Any) -> None:
    """Say which object was made or changed: a booking is told by its reservation."""
    answered = _answered.get()
    if answered is not None:
        answered.object_id = getattr(row, "reservation_id", None) or getattr(row, "id", None)


def refused_about(given: Any) -> None:
    """Say which object a refused input named."""
    answered, named = _answered.get(), getattr(given, "id", None)
    if answered is not None and isinstance(named, str):
        parsed = parse_global_id(named)
        answered.object_id = parsed[1] if parsed else None


def keyed(idempotency_key: str | None) -> None:
    """Say under which key the caller asked."""
    answered = _answered.get()
    if answered is not None:
        answered.idempotency_key = idempotency_key


def heard() -> Answered:
    """Return what was noted since `listen`."""
    return _answered.get() or NOTHING
