"""Which refusals were answered as data by the operation that runs.

A refusal in a payload is data like any other: outside of it nothing tells that there was one. Figures and
the request log hear of it here. Tasks that the operation starts share its list.
"""

from contextvars import ContextVar

_codes: ContextVar[list[str] | None] = ContextVar("answered_refusals", default=None)


def listen() -> None:
    """Begin an operation: forget what the one before answered."""
    _codes.set([])


def tell(code: str) -> None:
    """Say that a refusal is being answered as data."""
    codes = _codes.get()
    if codes is not None:
        codes.append(code)


def heard() -> tuple[str, ...]:
    """Return the codes told since `listen`."""
    return tuple(_codes.get() or ())
