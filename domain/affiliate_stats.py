"""Statistics of affiliate links: clicks, sales, and what these earned, in a window and on each of its days."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from domain.errors import InvalidInput, Refused
from domain.money import EXPONENTS, Money

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Figure:
    """The sums of one day in one currency (`XXX`: of clicks)."""

    day: dt.date
    currency: str
    clicks: int
    conversions: int
    revenue_minor: int
    commission_minor: int


@dataclass(frozen=True, slots=True)
class Earned:
    """What was sold in one currency, and the commission on it; without what was taken back."""

    revenue: Money
    commission: Money


@dataclass(frozen=True, slots=True)
class DayStats:
    """One day of UTC on which there was anything."""

    day: dt.date
    clicks: int
    conversions: int
    earned: list[Earned]


@dataclass(frozen=True, slots=True)
class AffiliateStats:
    """A window as a whole, and its days in order."""

    clicks: int
    conversions: int
    earned: list[Earned]
    days: list[DayStats]


def check_window(first: dt.date, last: dt.date) -> None:
    """Refuses: InvalidInput."""
    if not first <= last < first + dt.timedelta(days=LONGEST_DAYS):
        raise Refused(InvalidInput("to", f"must be a day from `from` on, {LONGEST_DAYS} days at most"))


def stats_of(figures: Iterable[Figure]) -> AffiliateStats:
    """Put figures together, which come by day."""
    found = list(figures)
    by_day: dict[dt.date, list[Figure]] = {}
    for each in found:
        by_day.setdefault(each.day, []).append(each)
    return AffiliateStats(
        clicks=sum(each.clicks for each in found),
        conversions=sum(each.conversions for each in found),
        earned=_earned(found),
        days=[
            DayStats(
                day=day,
                clicks=sum(each.clicks for each in of_day),
                conversions=sum(each.conversions for each in of_day),
                earned=_earned(of_day),
            )
            for day, of_day in sorted(by_day.items())
        ],
    )


def _earned(figures: Iterable[Figure]) -> list[Earned]:
    sums: dict[str, tuple[int, int]] = {}
    for each in figures:
        if each.currency in EXPONENTS:
            revenue, commission = sums.get(each.currency, (0, 0))
            sums[each.currency] = (revenue + each.revenue_minor, commission + each.commission_minor)
    return [
        Earned(Money(revenue, currency), Money(commission, currency))
        for currency, (revenue, commission) in sorted(sums.items())
    ]
