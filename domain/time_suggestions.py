"""Times that would suit both parties of a demo, the best first, each with its reasons.

A time's score is a sum of four signals, each from 0 to 1 times its weight: it lies in the partner's hours, in the
contractor's, it is soon, and demos at such a time of the contractor's week came about before. Nothing is drawn by lot.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from domain.errors import InvalidInput, Refused
from domain.scheduling import DURATIONS, Span

DAY_MINUTES = 24 * 60
WORKING_DAYS = frozenset({1, 2, 3, 4, 5})
MOST_SUGGESTIONS = 10

STEP = dt.timedelta(minutes=30)
LEAD = dt.timedelta(hours=24)
"""How soon a suggested time may be: both have a day to agree on it."""
AHEAD = dt.timedelta(days=14)
AWAKE = range(7 * 60, 21 * 60)
"""Minutes of the day nobody is suggested anything outside of."""
NEAR = 120
"""Minutes beyond somebody's hours at which a time is worth nothing to them any more."""
APART = dt.timedelta(hours=2)
"""Between two suggestions, so that they are a choice."""
MOST_A_DAY = 2


class TimeSignal(StrEnum):
    """What speaks for a time."""

    PARTNER_HOURS = "PARTNER_HOURS"
    CONTRACTOR_HOURS = "CONTRACTOR_HOURS"
    WORKED_BEFORE = "WORKED_BEFORE"
    SOON = "SOON"


WEIGHTS: Mapping[TimeSignal, int] = MappingProxyType(
    {
        TimeSignal.PARTNER_HOURS: 30,
        TimeSignal.CONTRACTOR_HOURS: 35,
        TimeSignal.WORKED_BEFORE: 20,
        TimeSignal.SOON: 15,
    }
)
"""Points of each signal; 100 in all. The contractor is who has a choice, so its hours count most."""

PRIOR = 5.0
"""Demos "as usual" that are added to what was seen of a time of the week."""
EVEN = 0.5
"""How often demos come about where none was ever held."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody meets: minutes of its own day, `closes` excluded, and days of the week (1 is Monday)."""

    opens: int = 9 * 60
    closes: int = 17 * 60
    days: frozenset[int] = WORKING_DAYS

    def fit(self, local: dt.datetime, minutes: int) -> float:
        """Return 1 for a time that lies in them entirely, less the further it reaches beyond, 0 on other days."""
        if local.isoweekday() not in self.days:
            return 0.0
        begins = local.hour * 60 + local.minute
        beyond = max(self.opens - begins, begins + minutes - self.closes, 0)
        return max(0.0, 1 - beyond / NEAR)

    def holds(self, local: dt.datetime) -> bool:
        """Tell whether a moment lies in them."""
        return local.isoweekday() in self.days and self.opens <= local.hour * 60 + local.minute < self.closes


USUAL = Hours()


@dataclass(frozen=True, slots=True)
class Party:
    """One who takes part: where its clock is, and when it meets."""

    zone: ZoneInfo
    hours: Hours = USUAL


@dataclass(frozen=True, slots=True)
class Tally:
    """How many demos were booked at a time of the week, and how many came about."""

    booked: int
    held: int


TimeOfWeek = tuple[int, int]
"""Day of the week (1 is Monday) and hour, on the contractor's clock."""


@dataclass(frozen=True, slots=True)
class Experience:
    """What became of demos so far, by the time of the contractor's week: this partner's, and those of all."""

    of_partner: Mapping[TimeOfWeek, Tally] = field(default_factory=dict)
    of_all: Mapping[TimeOfWeek, Tally] = field(default_factory=dict)

    def rate(self, at: TimeOfWeek) -> float:
        """Return how often demos at such a time come about, from 0 to 1.

        What little was seen is pulled towards the next wider experience: this partner's at this time, everybody's
        at this time, everybody's at any.
        """
        booked = sum(each.booked for each in self.of_all.values())
        held = sum(each.held for each in self.of_all.values())
        usual = (held + PRIOR * EVEN) / (booked + PRIOR)
        here = _pulled(self.of_all.get(at), usual)
        return _pulled(self.of_partner.get(at), here)


NO_EXPERIENCE = Experience()


@dataclass(frozen=True, slots=True)
class TimeReason:
    """What one signal adds to a time's score, and the same in words."""

    signal: TimeSignal
    points: int
    text: str


@dataclass(frozen=True, slots=True)
class SuggestedTime:
    """A time for a demo, as an instant and on both clocks, with its score (0 to 100) and why."""

    starts_at: dt.datetime
    duration_minutes: int
    partner_time: dt.datetime
    contractor_time: dt.datetime
    score: int
    reasons: tuple[TimeReason, ...]


def check_hours(opens: int, closes: int, days: Sequence[int]) -> Hours:
    """Refuses: InvalidInput."""
    if not 0 <= opens < closes <= DAY_MINUTES:
        raise Refused(InvalidInput("closes", "must come after `opens`, both minutes of one day (0 to 1440)"))
    if not days or not set(days) <= set(range(1, 8)):
        raise Refused(InvalidInput("days", "must be days of the week, 1 (Monday) to 7"))
    return Hours(opens, closes, frozenset(days))


def suggest(
    *,
    partner: Party,
    contractor: Party,
    busy: Sequence[Span],
    minutes: int,
    experience: Experience = NO_EXPERIENCE,
    now: dt.datetime,
    most: int,
) -> list[SuggestedTime]:
    """Return the best times of the next 14 days, the best first, at most MOST_A_DAY of the contractor's days.

    None of them overlaps a `busy` time of either. Where the two are never awake at once, there are none.
    """
    if minutes not in DURATIONS:
        raise ValueError(f"A demo does not last {minutes} minutes.")
    scored = [
        _scored(span, partner, contractor, experience, now)
        for span in _candidates(minutes, now)
        if _is_awake(span, partner.zone)
        and _is_awake(span, contractor.zone)
        and not any(span.overlaps(each) for each in busy)
    ]
    return _spread(sorted(scored, key=lambda each: (-each.score, each.starts_at)), most)


def next_open(at: dt.datetime, party: Party) -> dt.datetime:
    """Return the first moment from `at` on that lies in somebody's hours, in UTC."""
    if party.hours.holds(at.astimezone(party.zone)):
        return at
    day = at.astimezone(party.zone).date()
    for ahead in range(9):
        wall = dt.datetime.combine(day + dt.timedelta(days=ahead), dt.time())
        opens = (wall + dt.timedelta(minutes=party.hours.opens)).replace(tzinfo=party.zone).astimezone(dt.UTC)
        if opens >= at and (day + dt.timedelta(days=ahead)).isoweekday() in party.hours.days:
            return opens
    raise ValueError("These hours have no day.")


def _candidates(minutes: int, now: dt.datetime) -> Iterator[Span]:
    first = now.astimezone(dt.UTC) + LEAD
    step = int(STEP.total_seconds())
    at = dt.datetime.fromtimestamp(-(-int(first.timestamp()) // step) * step, dt.UTC)
    while at <= now + AHEAD:
        yield Span(at, minutes)
        at += STEP


def _is_awake(span: Span, zone: ZoneInfo) -> bool:
    local = span.starts_at.astimezone(zone)
    begins = local.hour * 60 + local.minute
    return begins in AWAKE and begins + span.minutes <= AWAKE.stop


def _scored(
    span: Span, partner: Party, contractor: Party, experience: Experience, now: dt.datetime
) -> SuggestedTime:
    here, there = span.starts_at.astimezone(partner.zone), span.starts_at.astimezone(contractor.zone)
    rate = experience.rate((there.isoweekday(), there.hour))
    soon = 1 - (span.starts_at - now - LEAD) / (AHEAD - LEAD)
    strengths = {
        TimeSignal.PARTNER_HOURS: (
            partner.hours.fit(here, span.minutes),
            f"{here:%H:%M} in {partner.zone.key}",
        ),
        TimeSignal.CONTRACTOR_HOURS: (
            contractor.hours.fit(there, span.minutes),
            f"{there:%H:%M} in {contractor.zone.key}",
        ),
        TimeSignal.WORKED_BEFORE: (rate, f"{round(rate * 100)} of 100 demos at such a time came about"),
        TimeSignal.SOON: (
            min(max(soon, 0.0), 1.0),
            f"{max(0, (span.starts_at - now) // dt.timedelta(hours=1))} hours from now",
        ),
    }
    reasons = tuple(
        TimeReason(signal, round(WEIGHTS[signal] * strength), text)
        for signal, (strength, text) in strengths.items()
    )
    return SuggestedTime(
        starts_at=span.starts_at,
        duration_minutes=span.minutes,
        partner_time=here.replace(tzinfo=None),
        contractor_time=there.replace(tzinfo=None),
        score=sum(each.points for each in reasons),
        reasons=reasons,
    )


def _spread(ranked: Sequence[SuggestedTime], most: int) -> list[SuggestedTime]:
    chosen: list[SuggestedTime] = []
    for each in ranked:
        same_day = sum(one.contractor_time.date() == each.contractor_time.date() for one in chosen)
        is_apart = all(abs(one.starts_at - each.starts_at) >= APART for one in chosen)
        if same_day < MOST_A_DAY and is_apart:
            chosen.append(each)
        if len(chosen) == most:
            break
    return chosen


def _pulled(seen: Tally | None, towards: float) -> float:
    if seen is None:
        return towards
    return (seen.held + PRIOR * towards) / (seen.booked + PRIOR)
