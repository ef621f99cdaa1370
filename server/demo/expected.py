"""The figures of the day, worked out from the file alone.

Shares no code with the replay, on purpose: it reads the table its own way, does its own arithmetic in whole
cents, and knows the rules only from the words in `server/demo/__init__.py`.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
FRIDAY, SATURDAY = 4, 5


@dataclass(slots=True)
class Line:
    """A row of the table in our words. `rate` is in thousandths, `cents` the price of the whole row."""

    row: int
    room: str
    channel: str
    adults: int
    children: int
    rate: int
    day: date
    ending: str
    cents: int = 0

    @property
    def units(self) -> int:
        return self.adults + self.children


@dataclass(slots=True)
class Pool:
    """A product on a channel at the end of the day."""

    allocated: int = 0
    sold: int = 0
    held_ever: int = 0
    cancelled: int = 0
    expired: int = 0

    @property
    def available(self) -> int:
        return self.allocated - self.sold


@dataclass(slots=True)
class Sale:
    """What became of one row that could be held."""

    channel: str
    status: str
    cents: int


@dataclass(slots=True)
class Figures:
    """Everything the platform is asked about. Pools by (SKU, channel), sales by row number."""

    pools: dict[tuple[str, str], Pool] = field(default_factory=dict)
    sales: dict[int, Sale] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)

    def count(self, channel: str, status: str) -> int:
        return sum(1 for sale in self.sales.values() if (sale.channel, sale.status) == (channel, status))

    def revenue(self, channel: str) -> int:
        """Return the cents of all sales that were activated."""
        return sum(
            sale.cents
            for sale in self.sales.values()
            if (sale.channel, sale.status) == (channel, "ACTIVATED")
        )

    def orders(self, channel: str) -> dict[int, int]:
        """Return the cents of each row that became an order."""
        return {
            number: sale.cents
            for number, sale in self.sales.items()
            if (sale.channel, sale.status) == (channel, "ACTIVATED")
        }


def work_out(path: Path, *, rows: int, today: date, prefix: str) -> Figures:
    """Work out the day from the table."""
    guests = _read(path, rows)
    season = min(line.day for line in guests)
    shift = 0
    while season + timedelta(days=7 * shift) <= today:
        shift += 1
    for line in guests:
        line.day += timedelta(days=7 * shift)

    per_day: dict[date, int] = {}
    per_type: dict[str, int] = {}
    for line in guests:
        per_day[line.day] = per_day.get(line.day, 0) + 1
        per_type[line.room] = per_type.get(line.room, 0) + 1
    fair = min(per_day, key=lambda day: (-per_day[day], day))
    by_size = sorted(per_type, key=lambda room: (-per_type[room], room))
    scarce = by_size[1] if len(by_size) > 1 else None

    figures = Figures()
    for room in per_type:
        lines = [line for line in guests if line.room == room]
        adult = _median_cents([line.rate for line in lines if line.rate > 0])
        for line in lines:
            line.cents = _price(line, adult, fair)
        for channel in ("OTA", "DIRECT"):
            some = [line for line in lines if line.channel == channel]
            if some:
                is_scarce = room == scarce and channel == "OTA"
                figures.pools[f"{prefix}-{room}", channel] = _sell(some, figures, is_scarce=is_scarce)
    return figures


def _sell(lines: list[Line], figures: Figures, *, is_scarce: bool) -> Pool:
    """Let every line have its day on one pool; where units are scarce, in the table's order, absent guests last."""
    pool = Pool()
    if is_scarce:
        arrived = sum(line.units for line in lines if line.ending == "Check-Out")
        pool.allocated = arrived // 2 + arrived % 2
        lines = sorted(lines, key=lambda line: (line.ending == "No-Show", line.row))
    else:
        pool.allocated = sum(line.units for line in lines)
    for line in lines:
        units = line.units
        # Scarce units are handled one row after the other: what is on hold at this moment are absent guests only.
        if pool.sold + pool.expired + units > pool.allocated and is_scarce:
            figures.refused.add(line.row)
            continue
        pool.held_ever += units
        status = {"Check-Out": "ACTIVATED", "Canceled": "CANCELLED", "No-Show": "EXPIRED"}[line.ending]
        if status == "ACTIVATED":
            pool.sold += units
        elif status == "CANCELLED":
            pool.cancelled += units
        else:
            pool.expired += units
        figures.sales[line.row] = Sale(line.channel, status, line.cents)
    return pool


def _price(line: Line, adult: int, fair: date) -> int:
    """Return the cents of a whole line: half of an adult for a child, extras for adults and for everybody."""
    child = adult // 2 + adult % 2
    each_adult = adult
    if line.day.weekday() in (FRIDAY, SATURDAY):
        each_adult += 1500
    if line.day == fair:
        each_adult += 2500
    return line.adults * each_adult + line.children * child


def _median_cents(thousandths: list[int]) -> int:
    """Return the middle of the rates, in cents; 50.00 where nobody paid. Half a cent counts as one."""
    if not thousandths:
        return 5000
    ranked = sorted(thousandths)
    middle = len(ranked) // 2
    twice = 2 * ranked[middle] if len(ranked) % 2 else ranked[middle - 1] + ranked[middle]
    return (twice + 10) // 20


def _read(path: Path, rows: int) -> list[Line]:
    """Read the lines as the table has them: no quoting, so a comma is a comma."""
    head, *text = path.read_text(encoding="utf-8").splitlines()
    names = head.split(",")
    total = len(text)
    some = rows if 0 < rows < total else total
    chosen = [i * total // some for i in range(some)]
    return [_line(i, dict(zip(names, text[i].split(","), strict=True))) for i in chosen]


def _line(place: int, cell: dict[str, str]) -> Line:
    adults = int(cell["adults"])
    children = (0 if cell["children"] == "NA" else int(cell["children"])) + int(cell["babies"])
    whole, _, part = cell["adr"].partition(".")
    return Line(
        row=place + 1,
        room=cell["reserved_room_type"].strip(),
        channel="OTA" if cell["distribution_channel"] in ("TA/TO", "GDS") else "DIRECT",
        adults=adults if adults + children else 1,
        children=children,
        rate=int(whole) * 1000 + int((part + "000")[:3]),
        day=date(
            int(cell["arrival_date_year"]),
            1 + MONTHS.index(cell["arrival_date_month"]),
            int(cell["arrival_date_day_of_month"]),
        ),
        ending=cell["reservation_status"],
    )
