"""Times of demos: what a party says in its own zone, what may be proposed, whose turn it is to pick.

A time is an instant; what a person reads on a clock (a *wall time*) becomes one with a zone. Clocks skip an hour in
spring (a gap) and repeat one in autumn (a fold): a time in a gap is refused, one in a fold is the first of the two
unless somebody says otherwise, as RFC 5545 §3.3.5 reads it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.errors import InvalidInput, Refusal, Refused


class SlotStatus(StrEnum):
    """OPEN until somebody decides: PICKED, or DECLINED by the other side; WITHDRAWN where its own side proposed anew.

    REPLACED: it was picked, and the demo was moved to another time.
    """

    OPEN = "OPEN"
    PICKED = "PICKED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    REPLACED = "REPLACED"


class SlotSide(StrEnum):
    """For whom a time was proposed; the platform's staff proposes for both, so either may pick."""

    PARTNER = "PARTNER"
    CONTRACTOR = "CONTRACTOR"
    PLATFORM = "PLATFORM"


GRID = dt.timedelta(minutes=15)
"""Demos begin at quarters of an hour and last so many of them: two that do not overlap share none. Every zone of today
is whole quarters away from UTC (Kathmandu +5:45, Chatham +12:45)."""
DURATIONS = range(15, 241, 15)
"""Minutes a demo may last."""
MOST_TIMES = 5
"""Times of one proposal."""
NOTICE = dt.timedelta(minutes=30)
"""How long before its start a time may be proposed, or picked, at the latest."""
HORIZON = dt.timedelta(days=90)
NOTE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class TimeTaken(Refusal):
    """One of the two has another demo at that time, overlaps included."""

    code: ClassVar[str] = "TIME_TAKEN"
    hint: ClassVar[str | None] = "Pick another of the proposed times, or propose others: see suggestedTimes."
    starts_at: dt.datetime

    @property
    def message(self) -> str:
        return f"Another demo was booked over {self.starts_at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC."


@dataclass(frozen=True, slots=True)
class SlotNotOpen(Refusal):
    """The proposed time was decided on before, or it is too near, or over."""

    code: ClassVar[str] = "SLOT_NOT_OPEN"
    hint: ClassVar[str | None] = (
        "Read demoSlots again and pick one that is OPEN, or counter with other times."
    )
    slot_status: SlotStatus

    @property
    def message(self) -> str:
        if self.slot_status == SlotStatus.OPEN:
            return "This time is too near to be picked."
        return f"This time cannot be picked: it is {self.slot_status.lower()}."


@dataclass(frozen=True, slots=True)
class NotYourTurn(Refusal):
    """The side's own times wait for the other side's answer."""

    code: ClassVar[str] = "NOT_YOUR_TURN"
    hint: ClassVar[str | None] = "The other side picks one of these times, or counters with others."
    waiting_for: SlotSide

    @property
    def message(self) -> str:
        return f"It is for the {self.waiting_for.lower()} to answer."


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A time from its start on, for some minutes. `starts_at` is aware, in UTC."""

    starts_at: dt.datetime
    minutes: int

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.minutes)

    def overlaps(self, other: "Span") -> bool:
        """Tell whether the two have any moment in common; one may begin when the other ends."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def zone_of(name: str, *, field: str = "time_zone") -> ZoneInfo:
    """Return a zone by its IANA name. Refuses: InvalidInput."""
    try:
        return ZoneInfo(name)
    # A name that leads out of the folder of zones is a ValueError, one that is a folder an OSError.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(InvalidInput(field, "must be an IANA time zone such as Europe/Rome")) from None


def instant_of(
    wall: dt.datetime, zone: ZoneInfo, *, is_later: bool = False, field: str = "local_time"
) -> dt.datetime:
    """Return when a clock in a zone shows a wall time, in UTC; of two such moments the first, or the later one.

    Refuses: InvalidInput for an aware time, and for one that no clock there shows.
    """
    if wall.tzinfo is not None:
        raise Refused(InvalidInput(field, "must be a time without an offset, as a clock there shows it"))
    there = wall.replace(tzinfo=zone, fold=int(is_later))
    instant = there.astimezone(dt.UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall:
        shown = _after_gap(wall, zone)
        problem = f"does not exist in {zone.key}: clocks are put forward then, to {shown:%H:%M}"
        raise Refused(InvalidInput(field, problem))
    return instant


def check_duration(minutes: int, *, field: str = "duration_minutes") -> int:
    """Refuses: InvalidInput."""
    if minutes not in DURATIONS:
        raise Refused(InvalidInput(field, "must be 15 to 240 minutes, in quarters of an hour"))
    return minutes


def on_grid(minutes: int) -> int:
    """Return the shortest duration of ours that is at least so long; the longest for what is longer."""
    return min(-(-minutes // DURATIONS.step) * DURATIONS.step, DURATIONS[-1])


def check_start(starts_at: dt.datetime, *, now: dt.datetime, field: str = "starts_at") -> dt.datetime:
    """Return a start in UTC: a quarter of an hour, not too near, not too far. Refuses: InvalidInput."""
    if starts_at.tzinfo is None:
        raise Refused(InvalidInput(field, "must have an offset"))
    start = starts_at.astimezone(dt.UTC)
    if start.timestamp() % GRID.total_seconds():
        raise Refused(InvalidInput(field, "must begin at a quarter of an hour"))
    if start < now + NOTICE:
        raise Refused(InvalidInput(field, "must lie at least 30 minutes ahead"))
    if start > now + HORIZON:
        raise Refused(InvalidInput(field, "must lie within the next 90 days"))
    return start


def check_times(starts: Sequence[dt.datetime], minutes: int, *, now: dt.datetime) -> list[Span]:
    """Return what is proposed, the soonest first; no two of them overlap. Refuses: InvalidInput."""
    if not 1 <= len(starts) <= MOST_TIMES:
        raise Refused(InvalidInput("times", f"must be 1 to {MOST_TIMES} times"))
    check_duration(minutes)
    spans = sorted(
        Span(check_start(start, now=now, field=f"times[{number}]"), minutes)
        for number, start in enumerate(starts)
    )
    if any(one.overlaps(next_one) for one, next_one in pairwise(spans)):
        raise Refused(InvalidInput("times", "must not overlap one another"))
    return spans


def may_pick(proposed_by: SlotSide, picker: SlotSide) -> bool:
    """Tell whether a side may pick a time: the other side's, or the platform's; the platform's staff any."""
    return picker is SlotSide.PLATFORM or proposed_by is not picker


def other_side(side: SlotSide) -> SlotSide:
    """Return who answers a proposal; of the platform's it is the contractor first."""
    return SlotSide.PARTNER if side is SlotSide.CONTRACTOR else SlotSide.CONTRACTOR


def check_pick(
    status: SlotStatus, proposed_by: SlotSide, picker: SlotSide, span: Span, *, now: dt.datetime
) -> None:
    """Let a time be picked. Refuses: SlotNotOpen, NotYourTurn."""
    if status is not SlotStatus.OPEN or span.starts_at < now + NOTICE:
        raise Refused(SlotNotOpen(status))
    if not may_pick(proposed_by, picker):
        raise Refused(NotYourTurn(other_side(proposed_by)))


def cells_of(span: Span) -> list[dt.datetime]:
    """Return the quarters of an hour a demo takes; two demos overlap exactly where they share one."""
    first = int(span.starts_at.timestamp()) // int(GRID.total_seconds())
    last = -(-int(span.ends_at.timestamp()) // int(GRID.total_seconds()))
    return [dt.datetime.fromtimestamp(each * GRID.total_seconds(), dt.UTC) for each in range(first, last)]


@dataclass(frozen=True, slots=True)
class ProposedTime:
    """A time as somebody gives it: an instant, or what a clock shows in the zone that goes with it."""

    starts_at: dt.datetime | None = None
    local_time: str | None = None
    """ISO 8601 without an offset: `2026-11-25T10:30`."""
    is_later: bool = False
    """Of a local time that clocks show twice, the second."""


def starts_of(times: Sequence[ProposedTime], zone: ZoneInfo) -> list[dt.datetime]:
    """Return the instants of what was proposed, in its order. Refuses: InvalidInput."""
    return [_start_of(each, zone, f"times[{number}]") for number, each in enumerate(times)]


def _start_of(time: ProposedTime, zone: ZoneInfo, field: str) -> dt.datetime:
    if (time.starts_at is None) == (time.local_time is None):
        raise Refused(InvalidInput(field, "must have either `startsAt` or `localTime`"))
    if time.starts_at is not None:
        return time.starts_at
    try:
        wall = dt.datetime.fromisoformat(time.local_time or "")
    except ValueError:
        raise Refused(InvalidInput(f"{field}.local_time", "must look like 2026-11-25T10:30")) from None
    return instant_of(wall, zone, is_later=time.is_later, field=f"{field}.local_time")


def _after_gap(wall: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Return what clocks show at the moment they were put forward."""
    # With the offset before the gap, the wall time lies behind the change: walk back to the first minute after it.
    shown = wall.replace(tzinfo=zone, fold=0).astimezone(dt.UTC).astimezone(zone)
    while (back := shown.astimezone(dt.UTC) - dt.timedelta(minutes=1)).astimezone(
        zone
    ).utcoffset() == shown.utcoffset():
        shown = back.astimezone(zone)
    return shown.replace(tzinfo=None, second=0, microsecond=0)
