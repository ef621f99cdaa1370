"""Jobs: how often one is tried, how long it rests between two tries, what is kept of a failure."""

import datetime as dt

from domain.errors import GatewayError, Refused

TRIES = 5
FIRST_PAUSE = dt.timedelta(seconds=2)
LONGEST_PAUSE = dt.timedelta(minutes=5)
SPREAD = 0.2
"""A pause is up to this part longer or shorter, so that what failed together does not come back together."""

LONGEST_ERROR = 200


def pause_after(attempt: int, *, chance: float) -> dt.timedelta:
    """Return how long to wait after the failed `attempt` (the first is 1): 2 s, 4 s, 8 s, … 5 min.

    `chance` lies in [0, 1).
    """
    doubled = FIRST_PAUSE * 2 ** min(attempt - 1, 16)
    return spread(min(doubled, LONGEST_PAUSE), chance=chance)


def spread(pause: dt.timedelta, *, chance: float) -> dt.timedelta:
    """Return the pause made longer or shorter by chance, at most by SPREAD of it."""
    return pause * (1 + SPREAD * (2 * chance - 1))


def error_text(error: BaseException) -> str:
    """Say what failed without what it was about: the messages of others may hold personal data."""
    if isinstance(error, Refused):
        return error.reason.code
    name = type(error).__name__
    if isinstance(error, GatewayError):
        return f"{name}: {error.vendor}"[:LONGEST_ERROR]
    origin = getattr(error, "driver_exception", None) or error
    facts = [getattr(origin, "sqlstate", None), getattr(origin, "constraint_name", None)]
    return ": ".join([name, *(str(fact) for fact in facts if fact)])[:LONGEST_ERROR]
