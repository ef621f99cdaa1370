"""What was sold: reservations with their lines, bookings with their tickets, and the pools they were taken from.

Counters, journal and quotas agree with the holds and sales: the product's worker checks them while we measure.
"""

import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from bench.peers.catalog import CURRENCIES, ITEMS, Catalog
from bench.peers.rows import AHEAD, TEST_EVERY, Rows, environment_of
from db import models
from domain.environments import Environment
from domain.inventory import Channel, InventoryEventKind
from domain.pricing import CustomerType
from domain.reservations import ReservationStatus
from domain.tickets import TicketStatus

ACTOR = "system"
LIKE = TEST_EVERY * len(CURRENCIES)
"""Packages so far apart are in one environment and one currency: they are sold together."""
ENDS = {
    ReservationStatus.ACTIVE: 30,
    ReservationStatus.ACTIVATED: 40,
    ReservationStatus.CANCELLED: 15,
    ReservationStatus.EXPIRED: 15,
}
"""What became of a hundred holds."""
CHANNELS = {Channel.OTA: 7, Channel.DIRECT: 3}
ACTIVATED_AFTER = dt.timedelta(minutes=7)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a reservation; `package` is its number."""

    package: int
    customer_type: CustomerType
    quantity: int
    unit_minor: int
    date: dt.date | None


@dataclass(frozen=True, slots=True)
class Sale:
    """What a reservation and its booking have in common."""

    environment: Environment
    channel: Channel
    reseller_id: UUID | None
    currency: str
    lines: tuple[Line, ...]

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def facts(self) -> dict[str, object]:
        return {
            "environment": self.environment,
            "channel": self.channel,
            "reseller_id": self.reseller_id,
            "currency": self.currency,
            "total_minor": sum(line.unit_minor * line.quantity for line in self.lines),
        }


class Sales:
    """Sells the catalog's packages, each from a pool of its own."""

    def __init__(self, rows: Rows, catalog: Catalog) -> None:
        self._rows, self._catalog, self._random = rows, catalog, rows.random
        self._pools = [rows.new_id(rows.began) for _ in catalog.packages]
        self._held: Counter[int] = Counter()
        self._sold: Counter[int] = Counter()
        self._open_units: Counter[tuple[UUID, Environment]] = Counter()

    def add(self, count: int) -> None:
        """Add so many reservations, the bookings that came of them, and the pools as they are after it."""
        for at in self._rows.moments(count):
            self._add_reservation(at)
        for number, pool_id in enumerate(self._pools):
            self._add_pool(number, pool_id)
        for (reseller_id, environment), units in self._open_units.items():
            self._rows.add(
                models.ResellerQuota, reseller_id=reseller_id, environment=environment, open_units=units
            )

    def _sale(self) -> Sale:
        package = self._random.randrange(len(self._pools))
        channel = self._random.choices(*zip(*CHANNELS.items(), strict=True))[0]
        is_resold = channel is Channel.OTA
        return Sale(
            environment=environment_of(package),
            channel=channel,
            reseller_id=self._random.choice(self._catalog.resellers) if is_resold else None,
            currency=self._catalog.currency(package),
            lines=tuple(
                self._line(package, kind) for kind in tuple(CustomerType)[: self._random.randint(1, 3)]
            ),
        )

    def _line(self, package: int, kind: CustomerType) -> Line:
        """Make a line of some package that can be sold together with this one."""
        like = range(package % LIKE, len(self._pools), LIKE)
        return Line(
            package=self._random.choice(like),
            customer_type=kind,
            quantity=self._random.randint(1, 2),
            unit_minor=self._random.randint(1_000, 250_000),
            date=self._random.choice((None, (self._rows.now + AHEAD).date())),
        )

    def _add_reservation(self, at: dt.datetime) -> None:
        reservation_id, sale = self._rows.new_id(at), self._sale()
        status = self._random.choices(*zip(*ENDS.items(), strict=True))[0]
        is_open = status is ReservationStatus.ACTIVE
        self._rows.add(
            models.Reservation,
            **sale.facts,
            id=reservation_id,
            status=status,
            units=sale.units,
            reference=self._random.choice((f"ref-{self._rows.code(8)}", None, None)),
            actor=ACTOR,
            created_at=at,
            expires_at=self._rows.now + AHEAD if is_open else at + dt.timedelta(days=1),
            ended_at=None if is_open else at + ACTIVATED_AFTER,
            extensions=0,
            sequence=1 if is_open else 2,
        )
        for position, line in enumerate(sale.lines, 1):
            self._add_line(reservation_id, position, line, sale.currency)
        if is_open:
            for line in sale.lines:
                self._held[line.package] += line.quantity
            if sale.reseller_id is not None:
                self._open_units[sale.reseller_id, sale.environment] += sale.units
        if status is ReservationStatus.ACTIVATED:
            for line in sale.lines:
                self._sold[line.package] += line.quantity
            self._add_booking(reservation_id, sale, at + ACTIVATED_AFTER)

    def _add_line(self, reservation_id: UUID, position: int, line: Line, currency: str) -> None:
        quote = [{"code": "BASE", "label": "Base", "amount_minor": line.unit_minor}]
        self._rows.add(
            models.ReservationLine,
            reservation_id=reservation_id,
            position=position,
            allotment_id=self._pools[line.package],
            package_id=self._catalog.packages[line.package],
            product_id=self._catalog.sku(line.package),
            customer_type=line.customer_type,
            date=line.date,
            quantity=line.quantity,
            unit_amount_minor=line.unit_minor,
            amount_minor=line.unit_minor * line.quantity,
            currency=currency,
            rules=json.dumps(quote),
        )

    def _add_booking(self, reservation_id: UUID, sale: Sale, at: dt.datetime) -> None:
        booking_id, code = self._rows.new_id(at), self._rows.code
        self._rows.add(
            models.Booking,
            **sale.facts,
            id=booking_id,
            reservation_id=reservation_id,
            confirmation_code=code(10),
            customer_name=f"Zoë O'Neill-{code(5)}",
            customer_email=f"guest.{code(6).lower()}@example.com",
            customer_phone="+852 2345 6789",
            payment_reference=f"pay-{code(12)}",
            special_requests=self._random.choice((None, None, 'A "quiet" room,\nhigh up.')),
            created_at=at,
        )
        units = [line for line in sale.lines for _ in range(line.quantity)]
        for position, line in enumerate(units, 1):
            self._add_ticket(booking_id, position, line, sale, at)

    def _add_ticket(self, booking_id: UUID, position: int, line: Line, sale: Sale, at: dt.datetime) -> None:
        ticket_id = self._rows.new_id(at)
        self._rows.add(
            models.Ticket,
            id=ticket_id,
            booking_id=booking_id,
            environment=sale.environment,
            reseller_id=sale.reseller_id,
            package_id=self._catalog.packages[line.package],
            position=position,
            code=self._rows.code(24),
            customer_type=line.customer_type,
            date=line.date,
            status=TicketStatus.ISSUED,
            created_at=at,
            sequence=1,
        )
        for place, (_, function_code, label) in enumerate(ITEMS, 1):
            quantity = self._random.randint(1, 9)
            self._rows.add(
                models.TicketEntitlement,
                ticket_id=ticket_id,
                function_code=function_code,
                position=place,
                label=label,
                quantity=quantity,
                remaining=self._random.randint(1, quantity),
            )

    def _add_pool(self, number: int, pool_id: UUID) -> None:
        """Add the pool, and one entry of its journal that says everything at once."""
        held, sold = self._held[number], self._sold[number]
        counters = {"allocated": held + sold + self._random.randint(0, 500), "held": held, "sold": sold}
        self._rows.add(
            models.Allotment,
            **counters,
            id=pool_id,
            environment=environment_of(number),
            package_id=self._catalog.packages[number],
            channel=Channel.OTA,
            is_closed=False,
            sequence=1,
            created_at=self._rows.began,
        )
        self._rows.add(
            models.InventoryEvent,
            **counters,
            **{f"{name}_change": units for name, units in counters.items()},
            id=self._rows.new_id(self._rows.began),
            allotment_id=pool_id,
            sequence=1,
            kind=InventoryEventKind.ALLOTTED,
            is_closed=False,
            actor=ACTOR,
            at=self._rows.began,
        )
