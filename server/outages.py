"""Telling an outage from a fault: what we stand on was not there, so the same call may pass in a moment."""

from asyncpg import InterfaceError as DriverError
from asyncpg import PostgresError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from domain.errors import GatewayError

AWAY = ("08", "57P", "53300")
"""SQLSTATEs of a server that is gone, going, coming up, or full (PostgreSQL, appendix A)."""
CANCELED = "57014"
UNFIT = "22"
"""The SQLSTATE class of values that a column or function can not take: the caller's."""


def is_outage(failure: BaseException) -> bool:
    """Tell whether the database, Redis or a vendor was not there, as the failure or any cause of it says."""
    return any(_is_away(each) for each in _chain(failure))


def is_overdue(failure: BaseException) -> bool:
    """Tell whether the database gave a statement up because it took too long."""
    return any(_sqlstate(each) == CANCELED for each in _chain(failure))


def is_not_to_be_repeated(failure: BaseException) -> bool:
    """Tell whether asking again at once would only add to the trouble."""
    return is_outage(failure) or is_overdue(failure)


def is_unfit_value(failure: BaseException) -> bool:
    """Tell whether the database could not take a value that was sent."""
    return any((_sqlstate(each) or "").startswith(UNFIT) for each in _chain(failure))


def _is_away(failure: BaseException) -> bool:
    if isinstance(failure, GatewayError):
        return failure.retryable
    if isinstance(failure, DBAPIError) and (
        failure.connection_invalidated or isinstance(failure, InterfaceError)
    ):
        return True
    if (_sqlstate(failure) or "").startswith(AWAY):
        return True
    # A missing unix socket is a FileNotFoundError, a port nobody listens on a ConnectionRefusedError.
    return isinstance(
        failure, (OSError, DriverError, RedisConnectionError, RedisTimeoutError, PoolTimeoutError)
    )


def _sqlstate(failure: BaseException) -> str | None:
    cause = failure.driver_exception if isinstance(failure, DBAPIError) else failure
    return cause.sqlstate if isinstance(cause, PostgresError) else None


def _chain(failure: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    each: BaseException | None = failure
    while each is not None and each not in found:
        found.append(each)
        each = each.__cause__
    return found
