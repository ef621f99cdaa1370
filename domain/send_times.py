"""When a partner is best written to: at the hour of its day at which partners have answered before.

Counted is which mails were answered within a day, by the hours of the partner's own clock at which they went out. A
suggestion lies within its business hours and a night from now at most; where too little is known, or nothing is
certainly better than now, it is now.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.time_suggestions import Party

ANSWERED_WITHIN = dt.timedelta(hours=24)
"""What is answered later was answered to the reminder."""
AHEAD = dt.timedelta(hours=16)
"""From closing time to the next morning. The clock of follow-ups runs meanwhile, and reminds after 24 hours."""
STEP = dt.timedelta(minutes=30)
BUCKET_HOURS = 2
PRIOR = 10.0
"""Mails answered as usual that are added to what was seen of an hour."""
FEWEST = 50
"""Mails to all partners, before anything is suggested."""
WORTH_WAITING = 0.05
"""By how much the response rate has to be higher than now."""


class SendAt(StrEnum):
    """NOW, or at the time that is suggested."""

    NOW = "NOW"
    SUGGESTED = "SUGGESTED"


@dataclass(frozen=True, slots=True)
class PastMail:
    """An introduction that was mailed a day ago at least: when, on whose clock, and whether it was answered in a day."""

    is_own: bool
    """Whether it went to the partner that is to be written to."""
    sent_at: dt.datetime
    time_zone: str
    is_answered: bool


@dataclass(slots=True)
class _Count:
    mailed: int = 0
    answered: int = 0

    def pulled(self, usual: float) -> float:
        return (self.answered + PRIOR * usual) / (self.mailed + PRIOR)


@dataclass(frozen=True, slots=True)
class Responses:
    """How mails were answered, by bucket of the day: to this partner, and to all."""

    own: Mapping[int, _Count] = field(default_factory=dict)
    all: Mapping[int, _Count] = field(default_factory=dict)

    @property
    def mailed(self) -> int:
        return sum(each.mailed for each in self.all.values())

    def rate(self, local: dt.datetime) -> float:
        """Return how many of 1 are answered when they go out at a time of the partner's day.

        What little was seen is pulled towards the next wider experience: this partner's at this time, all partners' at
        this time, all partners' at any, a half (Laplace).
        """
        answered = sum(each.answered for each in self.all.values())
        usual = (answered + 1) / (self.mailed + 2)
        bucket = bucket_of(local)
        here = self.all.get(bucket, _Count()).pulled(usual)
        return self.own.get(bucket, _Count()).pulled(here)


@dataclass(frozen=True, slots=True)
class SuggestedSendTime:
    """When to send, and how many of 1 are answered then and now."""

    at: dt.datetime
    rate: float
    rate_now: float
    mailed: int
    """Mails it rests on."""
    is_now: bool


def bucket_of(local: dt.datetime) -> int:
    """Return which part of the day it is: 0 is from midnight to two."""
    return local.hour // BUCKET_HOURS


def responses(mails: Iterable[PastMail]) -> Responses:
    """Count how mails were answered."""
    own: dict[int, _Count] = {}
    everybody: dict[int, _Count] = {}
    for each in mails:
        try:
            bucket = bucket_of(each.sent_at.astimezone(ZoneInfo(each.time_zone)))
        except ZoneInfoNotFoundError:
            # Zones are given up now and then; what was kept under one tells no hour any more.
            continue
        for counts in (own, everybody) if each.is_own else (everybody,):
            count = counts.setdefault(bucket, _Count())
            count.mailed += 1
            count.answered += each.is_answered
    return Responses(own, everybody)


def suggest(known: Responses, party: Party, *, now: dt.datetime) -> SuggestedSendTime:
    """Return when to write to a partner; the earliest of what is equally good."""
    rate_now = known.rate(now.astimezone(party.zone))
    at_once = SuggestedSendTime(now, rate_now, rate_now, known.mailed, is_now=True)
    if known.mailed < FEWEST:
        return at_once
    best = at_once
    for at in _moments(now):
        local = at.astimezone(party.zone)
        if party.hours.holds(local) and known.rate(local) > best.rate:
            best = SuggestedSendTime(at, known.rate(local), rate_now, known.mailed, is_now=False)
    return best if best.rate >= rate_now + WORTH_WAITING else at_once


def _moments(now: dt.datetime) -> Iterable[dt.datetime]:
    """Return the half hours from now on: steps of absolute time, so that no change of clocks is in their way."""
    utc = now.astimezone(dt.UTC)
    first = utc.replace(minute=utc.minute // 30 * 30, second=0, microsecond=0) + STEP
    return (first + STEP * count for count in range(AHEAD // STEP) if first + STEP * count <= utc + AHEAD)
