"""Calls to the payment provider: how often one is made, and what becomes of one that is refused for good."""

import datetime as dt
from uuid import UUID, uuid5

from domain.ids import global_id
from domain.jobs import pause_after
from domain.payments import PaymentRefused

LEASE = dt.timedelta(seconds=90)
"""How long a call belongs to the worker that took it; longer than any call can last."""

EMPTY = frozenset({"balance_insufficient", "insufficient_funds"})
"""What the provider answers while there is not enough money yet: that may change by itself."""
PATIENCE = 5
"""Refusals for want of money after which nobody tries any more."""
REST = dt.timedelta(hours=12)
"""How long such a call rests."""

LONGEST_REASON = 200


def key_of(type_name: str, id: UUID, refusals: int) -> str:
    """Return the idempotency key of a row's call: another one after each refusal, which the provider remembers too."""
    shown = global_id(type_name, id)
    return f"{shown}:{refusals}" if refusals else shown


def source_of(id: UUID, refusals: int) -> UUID:
    """Return what names a row's call in the journal: like the key, another one after each refusal."""
    return uuid5(id, str(refusals)) if refusals else id


def after_failure(attempts: int, now: dt.datetime, *, chance: float) -> dt.datetime:
    """Return when a call is made again that nobody answered."""
    return now + pause_after(attempts, chance=chance)


def after_refusal(refused: PaymentRefused, refusals: int, now: dt.datetime) -> dt.datetime | None:
    """Return when a call is made again that was refused so many times; None when it never is."""
    return now + REST if refused.reason in EMPTY and refusals <= PATIENCE else None


def reason_text(refused: PaymentRefused) -> str:
    """Return why, in the provider's codes."""
    return (refused.decline_reason or refused.reason)[:LONGEST_REASON]
