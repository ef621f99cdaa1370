"""The clock, and times as the second generation of the api writes them."""

import time
from datetime import UTC, datetime


def now() -> float:
    """Return seconds since 1970."""
    # Stripe is somebody else, with a clock of its own: none of the product's acts takes its time from here.
    return time.time()


def iso(seconds: float) -> str:
    """Return a time in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
