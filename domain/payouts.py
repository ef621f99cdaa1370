"""Payouts: when a payee's money goes to its bank, and how much of it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from domain.payments import PayoutStatus


class PayoutInterval(StrEnum):
    """How often a payee is paid: for whole weeks from Monday, or whole calendar months, in UTC."""

    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


MINIMA: Mapping[str, int] = MappingProxyType(
    {
        "AUD": 1_000,
        "CHF": 1_000,
        "CNY": 5_000,
        "EUR": 1_000,
        "GBP": 1_000,
        "HKD": 5_000,
        "JPY": 1_000,
        "KWD": 3_000,
        "SGD": 1_000,
        "USD": 1_000,
    }
)
"""The least that is paid out, in minor units; what is below stays on the balance."""

WHOLE_UNITS: Mapping[str, int] = MappingProxyType({"KWD": 10})
"""A payout is a multiple of this: three-decimal currencies end in 0 (docs.stripe.com/currencies, 2026-05)."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `starts_on` to `ends_on`, both of them included."""

    starts_on: dt.date
    ends_on: dt.date

    @property
    def closed_at(self) -> dt.datetime:
        """The first moment after it."""
        return dt.datetime.combine(self.ends_on + dt.timedelta(days=1), dt.time(), dt.UTC)


def last_closed(interval: PayoutInterval, now: dt.datetime) -> Period:
    """Return the newest period that is over."""
    today = now.astimezone(dt.UTC).date()
    if interval is PayoutInterval.WEEKLY:
        monday = today - dt.timedelta(days=today.weekday())
        return Period(monday - dt.timedelta(days=7), monday - dt.timedelta(days=1))
    last = today.replace(day=1) - dt.timedelta(days=1)
    return Period(last.replace(day=1), last)


def under_way(interval: PayoutInterval, now: dt.datetime) -> Period:
    """Return the period that has begun and is not over."""
    starts_on = last_closed(interval, now).ends_on + dt.timedelta(days=1)
    if interval is PayoutInterval.WEEKLY:
        return Period(starts_on, starts_on + dt.timedelta(days=6))
    next_month = (starts_on + dt.timedelta(days=31)).replace(day=1)
    return Period(starts_on, next_month - dt.timedelta(days=1))


def amount_due(currency: str, *, at_close: int, now: int) -> int:
    """Return what is paid out of a balance: what was there when the period closed and still is; 0 below the minimum.

    A negative balance pays nothing and is carried over: what is earned later fills it first.
    """
    due = min(at_close, now)
    due -= due % WHOLE_UNITS.get(currency, 1)
    return due if due >= max(MINIMA[currency], 1) else 0


CAME_BACK = frozenset({PayoutStatus.FAILED, PayoutStatus.CANCELED})
ENDED = CAME_BACK | {PayoutStatus.PAID}
WAY = (PayoutStatus.PENDING, PayoutStatus.IN_TRANSIT, PayoutStatus.PAID)
"""The way of a payout to the bank, from which it may come back anywhere: also after it was paid."""


def is_news(known: PayoutStatus, told: PayoutStatus) -> bool:
    """Tell whether a status told by the provider is further on than the one we know: news may come late, or twice."""
    if known in CAME_BACK:
        return False
    return told in CAME_BACK or WAY.index(told) > WAY.index(known)
