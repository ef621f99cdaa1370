"""What every call to the payment provider has that is recorded before it is made."""

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column


class Attempted:
    """How often the provider was called for a row, and when it is called next.

    A worker that takes it moves `next_attempt_at`; one that is killed lets that moment come.
    """

    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    refusals: Mapped[int] = mapped_column(default=0, server_default="0")
    """Calls the provider refused for good. Part of the idempotency key: the same key is refused the same way."""
    next_attempt_at: Mapped[dt.datetime | None]
    """None: at once."""
