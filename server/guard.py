"""Keeps those out who would guess: a few tries a minute for a caller, or for an address without a credential."""

from collections.abc import Mapping
from types import MappingProxyType

from permissions.viewer import Viewer
from server.observability.requests import current_line
from server.rate_limits import RateLimiter
from services.ports import Guessed

TRIES_PER_MINUTE: Mapping[Guessed, int] = MappingProxyType(
    {Guessed.COUPON: 10, Guessed.QUOTE: 60, Guessed.CHECKOUT: 20, Guessed.SEARCH: 120, Guessed.INTEREST: 60}
)


class Guard:
    """See `services.ports.Guard`. Without a limiter everything passes: limits are switched off for load tests."""

    def __init__(self, limiter: RateLimiter | None = None) -> None:
        self._limiter = limiter

    async def guess(self, viewer: Viewer, what: Guessed) -> None:
        """Take one try out of the caller's minute. Refuses: RateLimited, also when Redis is down."""
        if self._limiter is None:
            return
        line = current_line()
        who = f"address:{line.client if line else ''}" if viewer.is_anonymous else viewer.id
        await self._limiter.sensitive(who, what, TRIES_PER_MINUTE[what])
