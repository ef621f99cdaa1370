"""Reservations: temporary holds on allotments, and how they end."""

import datetime as dt
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.errors import InvalidInput, Refusal, Refused
from domain.inventory import Channel
from domain.pricing import CustomerType

MAX_UNITS = 100
"""Over all lines of one reservation."""

HOLD_MINUTES: dict[Channel, int] = {Channel.OTA: 24 * 60, Channel.DIRECT: 30}
"""How long a hold lives at most, and when nothing shorter is asked for, by channel."""

MAX_EXTENSIONS: dict[Channel, int | None] = {Channel.OTA: None, Channel.DIRECT: 1}
"""How often a hold may be extended; None for as often as the open-hold cap bears."""

DEFAULT_OPEN_HOLD_CAP = 1_000


class ReservationStatus(StrEnum):
    """ACTIVE holds units; the other three are ends, each reached exactly once."""

    ACTIVE = "ACTIVE"
    ACTIVATED = "ACTIVATED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


def status_at(status: ReservationStatus, expires_at: datetime, now: datetime) -> ReservationStatus:
    """Tell the status as of `now`: a hold is over when its time is, also before the job has run."""
    if status is ReservationStatus.ACTIVE and expires_at <= now:
        return ReservationStatus.EXPIRED
    return status


def hold_until(channel: Channel, minutes: int | None, now: datetime) -> datetime:
    """Return when a hold taken now ends. Refuses: InvalidInput."""
    longest = HOLD_MINUTES[channel]
    if minutes is None:
        minutes = longest
    if not 1 <= minutes <= longest:
        raise Refused(InvalidInput("hold_minutes", f"must be from 1 to {longest}"))
    return now + timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class Demand:
    """One line of what a buyer asks for."""

    product_id: str
    quantity: int
    customer_type: CustomerType
    date: dt.date | None = None


def check_demand(lines: list[Demand]) -> int:
    """Return the units over all lines. Refuses: InvalidInput, UnitLimitExceeded."""
    if not lines:
        raise Refused(InvalidInput("lines", "at least one line is needed"))
    if any(line.quantity < 1 for line in lines):
        raise Refused(InvalidInput("quantity", "must be at least 1"))
    units = sum(line.quantity for line in lines)
    if units > MAX_UNITS:
        raise Refused(UnitLimitExceeded(requested=units, max=MAX_UNITS))
    return units


@dataclass(frozen=True, slots=True)
class UnitLimitExceeded(Refusal):
    """More units over all lines than one reservation may hold."""

    code: ClassVar[str] = "UNIT_LIMIT_EXCEEDED"
    hint: ClassVar[str | None] = "Split the demand into several reservations."
    requested: int
    max: int

    @property
    def message(self) -> str:
        return f"One reservation holds at most {self.max} units, not {self.requested}."


@dataclass(frozen=True, slots=True)
class HoldQuotaExceeded(Refusal):
    """The reseller's open holds reached its cap (against hoarding)."""

    code: ClassVar[str] = "HOLD_QUOTA_EXCEEDED"
    hint: ClassVar[str | None] = "Activate or cancel open reservations first."
    requested: int
    open_units: int
    cap: int

    @property
    def message(self) -> str:
        return f"{self.open_units} of {self.cap} units are already on hold; {self.requested} more do not fit."


@dataclass(frozen=True, slots=True)
class ExtensionUsed(Refusal):
    """The hold was extended as often as its channel allows."""

    code: ClassVar[str] = "EXTENSION_USED"
    max: int

    @property
    def message(self) -> str:
        return f"A hold of this channel can be extended {self.max} time(s)."


@dataclass(frozen=True, slots=True)
class ReservationExpired(Refusal):
    """The hold ran out before this call; its units are free again."""

    code: ClassVar[str] = "RESERVATION_EXPIRED"
    hint: ClassVar[str | None] = "Hold the units again."
    expired_at: datetime

    @property
    def message(self) -> str:
        return f"The reservation expired at {self.expired_at:%Y-%m-%dT%H:%M:%SZ}."


@dataclass(frozen=True, slots=True)
class ReservationCancelled(Refusal):
    """The reservation was cancelled before; its units are free again."""

    code: ClassVar[str] = "RESERVATION_CANCELLED"
    cancelled_at: datetime

    @property
    def message(self) -> str:
        return f"The reservation was cancelled at {self.cancelled_at:%Y-%m-%dT%H:%M:%SZ}."


@dataclass(frozen=True, slots=True)
class AlreadyActivated(Refusal):
    """The reservation is a booking already (and the call is no repetition of what made it one)."""

    code: ClassVar[str] = "ALREADY_ACTIVATED"
    order_id: UUID

    @property
    def message(self) -> str:
        return "The reservation was activated before."
