"""The real input: where it lies, and its bookings as the replay reads them."""

import csv
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from pathlib import Path

from domain.inventory import Channel
from server.settings import ROOT

FULL = ROOT.parent / "shared" / "data" / "city_hotel_bookings.csv"
EXCERPT = ROOT / "tests" / "data" / "city_hotel_bookings_excerpt.csv"

RESOLD = frozenset({"TA/TO", "GDS"})
"""Distribution channels that are resellers; the others come to the hotel itself."""


class Outcome(Enum):
    """What became of a booking."""

    SOLD = "Check-Out"
    CANCELLED = "Canceled"
    LEFT_TO_EXPIRE = "No-Show"


@dataclass(frozen=True, slots=True)
class HotelBooking:
    """One line of the table, as far as the replay needs it."""

    number: int
    """Its place in the table, the first is 1."""
    room_type: str
    channel: Channel
    adults: int
    children: int
    arrives_on: dt.date
    outcome: Outcome
    daily_rate: Decimal

    @property
    def guests(self) -> int:
        return self.adults + self.children


def find(path: Path | None = None) -> Path:
    """Return the table: the one named, else the full one, else the excerpt."""
    if path is not None:
        return path
    return FULL if FULL.exists() else EXCERPT


def read(path: Path, *, rows: int) -> list[HotelBooking]:
    """Read the table, or `rows` of its bookings evenly spread over it (0: all)."""
    with path.open(encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines))
    wanted = len(table) if rows == 0 else min(rows, len(table))
    places = [place * len(table) // wanted for place in range(wanted)]
    return [_booking(place + 1, table[place]) for place in places]


def moved_to_the_future(bookings: Sequence[HotelBooking], *, today: dt.date) -> dict[int, dt.date]:
    """Return each booking's day of arrival, by number: the season moved by whole weeks to begin after today."""
    first = min(booking.arrives_on for booking in bookings)
    weeks = max(0, (today - first).days // 7 + 1)
    return {booking.number: booking.arrives_on + dt.timedelta(weeks=weeks) for booking in bookings}


def scarce_room_type(bookings: Sequence[HotelBooking]) -> str | None:
    """Return the second most booked room type, of which too little is allotted; None where there is no second."""
    counted = Counter(booking.room_type for booking in bookings)
    ranked = sorted(counted, key=lambda room_type: (-counted[room_type], room_type))
    return ranked[1] if len(ranked) > 1 else None


def _booking(number: int, line: dict[str, str]) -> HotelBooking:
    adults = int(line["adults"])
    children = sum(int(line[name]) for name in ("children", "babies") if line[name] != "NA")
    if adults + children == 0:
        adults = 1  # The room was booked, so somebody was expected.
    month = dt.datetime.strptime(line["arrival_date_month"], "%B").month  # noqa: DTZ007 - the name of a month
    return HotelBooking(
        number=number,
        room_type=line["reserved_room_type"].strip(),
        channel=Channel.OTA if line["distribution_channel"] in RESOLD else Channel.DIRECT,
        adults=adults,
        children=children,
        arrives_on=dt.date(int(line["arrival_date_year"]), month, int(line["arrival_date_day_of_month"])),
        outcome=Outcome(line["reservation_status"]),
        daily_rate=Decimal(line["adr"]),
    )
