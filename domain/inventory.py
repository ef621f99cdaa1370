"""Allotments: how many units of a package a channel may sell, and what is left of them."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.errors import Refusal


class Channel(StrEnum):
    """A way of selling. Channels never borrow units from each other."""

    OTA = "OTA"
    DIRECT = "DIRECT"


class AvailabilityStatus(StrEnum):
    """What a buyer should know at a glance."""

    AVAILABLE = "AVAILABLE"
    LIMITED = "LIMITED"
    SOLD_OUT = "SOLD_OUT"
    CLOSED = "CLOSED"


class InventoryEventKind(StrEnum):
    """What happened to an allotment's counters."""

    ALLOTTED = "ALLOTTED"
    CLOSED = "CLOSED"
    REOPENED = "REOPENED"
    HELD = "HELD"
    SOLD = "SOLD"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    RETURNED = "RETURNED"
    """Sold units came back: their booking was cancelled."""


AUTOMATIC_KINDS = frozenset(InventoryEventKind) - {
    InventoryEventKind.ALLOTTED,
    InventoryEventKind.CLOSED,
    InventoryEventKind.REOPENED,
}
"""Operations no person had to make: the numerator of the automation rate."""

LIMITED_BELOW_PERCENT = 50


def availability_status(*, allocated: int, available: int, is_closed: bool) -> AvailabilityStatus:
    """Tell the status of `available` units out of `allocated`; closed wins over everything."""
    if is_closed:
        return AvailabilityStatus.CLOSED
    if available <= 0:
        return AvailabilityStatus.SOLD_OUT
    if available * 100 < allocated * LIMITED_BELOW_PERCENT:
        return AvailabilityStatus.LIMITED
    return AvailabilityStatus.AVAILABLE


@dataclass(frozen=True, slots=True)
class InsufficientInventory(Refusal):
    """Fewer units are left in the channel's allotment than were asked for."""

    code: ClassVar[str] = "INSUFFICIENT_INVENTORY"
    hint: ClassVar[str | None] = "Ask for fewer units, another date, or come back when holds run out."
    product_id: str
    date: dt.date | None
    requested: int
    available: int

    @property
    def message(self) -> str:
        return f"Only {self.available} of the {self.requested} units of {self.product_id} are available."


@dataclass(frozen=True, slots=True)
class SalesClosed(Refusal):
    """The operator stopped selling this product on this channel."""

    code: ClassVar[str] = "SALES_CLOSED"
    product_id: str
    date: dt.date | None

    @property
    def message(self) -> str:
        return f"Sales of {self.product_id} are closed."


@dataclass(frozen=True, slots=True)
class AllotmentInUse(Refusal):
    """An allotment can not be lowered below what is already held and sold."""

    code: ClassVar[str] = "ALLOTMENT_IN_USE"
    requested: int
    held: int
    sold: int

    @property
    def message(self) -> str:
        return f"{self.held} units are held and {self.sold} sold; {self.requested} would not cover them."


@dataclass(frozen=True, slots=True)
class PoolTooSmall(Refusal):
    """A reseller's own allotment is carved out of the shared pool, which has less to give."""

    code: ClassVar[str] = "POOL_TOO_SMALL"
    requested: int
    available: int

    @property
    def message(self) -> str:
        return f"The shared pool can give {self.available} units, not {self.requested}."
