"""The day itself: every booking of the table goes its way through the doors.

Guests who will not come are held first, for one minute, and never heard of again; everybody else follows on many
lanes side by side, and thinks for a moment between hold and payment. Scarce units have a lane of their own, one
booking after the other, so that who is refused follows from the table and not from chance.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from domain.inventory import Channel
from server.demo.doors import Door, Guest, Held, Refused, UnexpectedAnswerError, Units
from server.demo.offer import Offer
from server.demo.source import HotelBooking, Outcome

LANES = 24
THINKING = (0.0, 0.3, 0.6, 0.9, 1.2)
"""Seconds a guest takes from hold to payment, in turn; nobody thinks in the lane of scarce units."""
SHORTEST_HOLD = 1
"""Minutes; the shortest the platform allows."""
SOLD_OUT = frozenset({"INSUFFICIENT_INVENTORY", ""})
"""Registered operations answer a refusal without its code."""


@dataclass(frozen=True, slots=True)
class HoldTime:
    """Between which two bounds the time from hold to activation lies, in seconds, by our own clock."""

    shortest: float
    longest: float


@dataclass(slots=True)
class Record:
    """What happened, as we saw it."""

    quoted: dict[int, Decimal] = field(default_factory=dict)
    """Row number -> what its hold would cost."""
    paid: dict[int, Decimal] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    hold_times: dict[Channel, list[HoldTime]] = field(
        default_factory=lambda: {channel: [] for channel in Channel}
    )
    last_short_hold_at: float = 0.0
    """When the last hold that is left to expire was answered; `time.monotonic()`."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Through which doors the channels sell; an OTA takes turns."""

    ota: Sequence[Door]
    direct: Sequence[Door]

    def for_step(self, booking: HotelBooking, step: int) -> Door:
        """Return the door of the nth call of a booking: a hold of one door is activated through the other."""
        doors = self.ota if booking.channel is Channel.OTA else self.direct
        return doors[(booking.number + step) % len(doors)]


@dataclass(slots=True)
class Day:
    """One replay: who sells what, under which tag, and what was seen of it."""

    bookings: Sequence[HotelBooking]
    arrivals: Mapping[int, date]
    offer: Offer
    doors: Doors
    tag: str
    """Makes the keys and references of this run its own."""
    on_done: Callable[[int], None]
    """Called after each booking with how many are done."""
    thinking: Sequence[float] = THINKING
    record: Record = field(default_factory=Record)
    done: int = 0

    async def replay(self) -> Record:
        """Let all bookings have their day. Raises UnexpectedAnswerError, GaveUpError."""
        scarce = [booking for booking in self.bookings if self._is_scarce(booking)]
        scarce.sort(key=lambda booking: (booking.outcome is Outcome.LEFT_TO_EXPIRE, booking.number))
        others = [booking for booking in self.bookings if not self._is_scarce(booking)]
        others.sort(key=lambda booking: (booking.outcome is not Outcome.LEFT_TO_EXPIRE, booking.number))
        queue = iter(others)
        lanes = [asyncio.create_task(self._lane(each)) for each in (scarce, *([queue] * LANES))]
        try:
            await asyncio.gather(*lanes)
        finally:
            for lane in lanes:
                lane.cancel()
        return self.record

    def _is_scarce(self, booking: HotelBooking) -> bool:
        return booking.channel is Channel.OTA and booking.room_type == self.offer.scarce

    async def _lane(self, queue: Iterable[HotelBooking]) -> None:
        for booking in queue:
            await self._live(booking)
            self.done += 1
            self.on_done(self.done)

    async def _live(self, booking: HotelBooking) -> None:
        """Look, hold, and let happen what happened."""
        sku, day = self.offer.sku_of(booking), self.arrivals[booking.number]
        name = f"{self.tag}-{booking.number}"
        await self.doors.for_step(booking, 0).available(sku, day)
        lines = [
            Units(sku, customer_type, quantity, day)
            for customer_type, quantity in (("ADULT", booking.adults), ("CHILD", booking.children))
            if quantity
        ]
        is_left = booking.outcome is Outcome.LEFT_TO_EXPIRE
        asked_at = time.monotonic()
        held = await self.doors.for_step(booking, 1).hold(
            lines, minutes=SHORTEST_HOLD if is_left else None, reference=name, key=f"{name}-hold"
        )
        held_at = time.monotonic()
        if isinstance(held, Refused):
            if held.code not in SOLD_OUT:
                raise UnexpectedAnswerError(f"row {booking.number} was refused: {held.code}")
            self.record.refused.add(booking.number)
            return
        self.record.quoted[booking.number] = held.total
        if is_left:
            self.record.last_short_hold_at = max(self.record.last_short_hold_at, held_at)
        elif booking.outcome is Outcome.CANCELLED:
            await self.doors.for_step(booking, 2).cancel(held)
        else:
            await self._sell(booking, held, name, asked_at, held_at)

    async def _sell(
        self, booking: HotelBooking, held: Held, name: str, asked_at: float, held_at: float
    ) -> None:
        guest = Guest(f"Guest {booking.number}", f"guest{booking.number}@example.com", "+351 210 000 000")
        if not self._is_scarce(booking):
            await asyncio.sleep(self.thinking[booking.number % len(self.thinking)])
        sent_at = time.monotonic()
        paid = await self.doors.for_step(booking, 2).activate(
            held, guest, payment=f"pay-{name}", key=f"{name}-activate"
        )
        self.record.paid[booking.number] = paid
        self.record.hold_times[booking.channel].append(
            HoldTime(shortest=sent_at - held_at, longest=time.monotonic() - asked_at)
        )
