"""Price parity: whether a package costs one party the same on every channel."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.pricing import CustomerType

DAYS_AHEAD = 7
"""How many days are priced, from tomorrow: every weekday once."""

ADULT, CHILD, ELDERLY = CustomerType
PARTIES: tuple[Mapping[CustomerType, int], ...] = (
    {ADULT: 1},
    {ADULT: 2, CHILD: 1},
    {ADULT: 10, ELDERLY: 2},
)
"""Who is priced: alone, a family, a group. Each kind of traveler is in one of them."""


@dataclass(frozen=True, slots=True)
class PriceDifference:
    """One wish that the channels answer differently: `60000 HKD`, or the code of a refusal."""

    package_id: UUID
    date: dt.date | None
    party: Mapping[CustomerType, int]
    direct: str
    ota: str


@dataclass(frozen=True, slots=True)
class ParityLook:
    """What one look found: how many packages and prices were compared, and which differ."""

    packages: int
    prices: int
    differences: tuple[PriceDifference, ...]
    last_package_id: UUID | None
    """Where the next look goes on; None where everything was looked at."""


def days_to_price(*, is_dated: bool, today: dt.date) -> Sequence[dt.date | None]:
    """Return the days a package is priced for; what is not sold for a day is bought without one, too."""
    days = [today + dt.timedelta(days=ahead) for ahead in range(1, DAYS_AHEAD + 1)]
    return days if is_dated else [None, *days]
