"""What the store keeps."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Thing:
    """One object of Stripe's. `ref1`, `ref2`: what lists of its kind are asked by."""

    id: str
    kind: str
    live: bool
    account: str
    created: int
    fields: dict[str, Any] = field(default_factory=dict)
    ref1: str | None = None
    ref2: str | None = None
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one endpoint."""

    seq: int
    event: str
    endpoint: str
    tries: int
    at: float


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list. `after`, `before`: an id; `created`: pairs of an operator and seconds."""

    limit: int
    after: str | None = None
    before: str | None = None
    created: tuple[tuple[str, int], ...] = ()
