"""Checkouts: one purchase on channel DIRECT, from the hold to what was paid, or given up."""

from enum import StrEnum


class CheckoutStatus(StrEnum):
    """OPEN and PROCESSING hold units; the other four are ends, each reached exactly once."""

    OPEN = "OPEN"
    """Units are held; nothing is paid."""
    PROCESSING = "PROCESSING"
    """The buyer has paid as far as it can; the provider has not decided."""
    PAID = "PAID"
    """There is a booking. What was refunded since is told by its amount."""
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    COMPENSATED = "COMPENSATED"
    """It was paid when its units were gone: everything was refunded by itself."""


class RefundReason(StrEnum):
    """Why money goes back to a buyer."""

    CANCELLATION = "CANCELLATION"
    COMPENSATION = "COMPENSATION"
    GOODWILL = "GOODWILL"
