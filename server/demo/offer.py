"""What the hotel puts on sale for the day, worked out from the bookings; see the rules in `server/demo/__init__.py`."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from domain.inventory import Channel
from server.demo.source import HotelBooking, Outcome, scarce_room_type

CURRENCY = "EUR"
TIME_ZONE = "Europe/Lisbon"
CENT = Decimal("0.01")
UNKNOWN_RATE = Decimal("50.00")
"""For a room type that nobody paid for in the table."""
WEEKEND_PREMIUM = Decimal("15.00")
WEEKEND = [5, 6]
"""ISO weekdays of arrival: Friday and Saturday."""
EVENT_PREMIUM = Decimal("25.00")


@dataclass(frozen=True, slots=True)
class Product:
    """One room type as a package with its allotments."""

    sku: str
    room_type: str
    adult: Decimal
    child: Decimal
    units: Mapping[Channel, int]


@dataclass(frozen=True, slots=True)
class Offer:
    """All products of the day, and the day of the event."""

    products: tuple[Product, ...]
    event_on: dt.date
    scarce: str | None
    """The room type whose OTA allotment is too small."""

    def sku_of(self, booking: HotelBooking) -> str:
        return next(product.sku for product in self.products if product.room_type == booking.room_type)


def offer_for(bookings: Sequence[HotelBooking], arrivals: Mapping[int, dt.date], *, prefix: str) -> Offer:
    """Work out products, prices and allotments."""
    scarce = scarce_room_type(bookings)
    busiest = Counter(arrivals[booking.number] for booking in bookings)
    event_on = min(busiest, key=lambda day: (-busiest[day], day))
    products = []
    for room_type in sorted({booking.room_type for booking in bookings}):
        own = [booking for booking in bookings if booking.room_type == room_type]
        adult = _usual_rate(own)
        child = (adult / 2).quantize(CENT, ROUND_HALF_UP)
        units = {
            channel: _units(
                [booking for booking in own if booking.channel is channel],
                short=_is_short(own, channel, scarce),
            )
            for channel in Channel
            if any(booking.channel is channel for booking in own)
        }
        products.append(Product(f"{prefix}-{room_type}", room_type, adult, child, units))
    return Offer(tuple(products), event_on, scarce)


def package_input(
    product: Product, offer: Offer, *, partner_id: str, idempotency_key: str
) -> dict[str, object]:
    """Return the input of `createPackage`: one unit is the stay of one guest."""
    room = f"City hotel, room type {product.room_type}"
    return {
        "partnerId": partner_id,
        "sku": product.sku,
        "names": [
            {"locale": "en", "text": room},
            {"locale": "it", "text": f"Hotel in città, camera {product.room_type}"},
        ],
        "currency": CURRENCY,
        "timeZone": TIME_ZONE,
        "items": [
            {"kind": "LODGING", "functionCode": "NIGHT", "label": room, "quantity": 1},
            {"kind": "EXTRA", "functionCode": "BREAKFAST", "label": "Breakfast", "quantity": 1},
        ],
        "priceRules": [
            _rule(10, "CHILD", "Child", "SET", product.child, customerTypes=["CHILD"], isFinal=True),
            _rule(20, "BASE", "Adult", "SET", product.adult, customerTypes=["ADULT"]),
            _rule(30, "WEEKEND", "Weekend arrival", "ADD", WEEKEND_PREMIUM, weekdays=WEEKEND),
            _rule(
                40,
                "EVENT",
                "Fair in town",
                "ADD",
                EVENT_PREMIUM,
                startsOn=offer.event_on.isoformat(),
                endsOn=offer.event_on.isoformat(),
            ),
        ],
        "idempotencyKey": idempotency_key,
    }


def _rule(
    rank: int, code: str, label: str, effect: str, amount: Decimal, **more: object
) -> dict[str, object]:
    return {"rank": rank, "code": code, "label": label, "effect": effect, "amount": str(amount), **more}


def _usual_rate(bookings: Sequence[HotelBooking]) -> Decimal:
    rates = [booking.daily_rate for booking in bookings if booking.daily_rate > 0]
    return median(rates).quantize(CENT, ROUND_HALF_UP) if rates else UNKNOWN_RATE


def _is_short(bookings: Sequence[HotelBooking], channel: Channel, scarce: str | None) -> bool:
    return channel is Channel.OTA and bookings[0].room_type == scarce


def _units(bookings: Sequence[HotelBooking], *, short: bool) -> int:
    """Return a unit for every guest of the table; when short, for every second guest who came, rounded up."""
    if not short:
        return sum(booking.guests for booking in bookings)
    came = sum(booking.guests for booking in bookings if booking.outcome is Outcome.SOLD)
    return (came + 1) // 2
